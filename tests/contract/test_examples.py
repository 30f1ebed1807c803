"""The examples of the contract tell no nonsense: the figures of each movement add up."""

from decimal import Decimal
from typing import Any

import pytest

from stockledger.contract.examples import EXAMPLES

MOVEMENTS = [name for name, example in EXAMPLES.items() if "entries" in example]
ON_HAND = ("available", "reserved", "damaged", "quarantined")


def exact(number: float) -> Decimal:
    return Decimal(str(number))


@pytest.mark.parametrize("name", MOVEMENTS)
def test_both_entries_of_a_movement_balance(name: str) -> None:
    movement = EXAMPLES[name]
    left, came = movement["entries"]
    assert exact(came["change"]) == -exact(left["change"]) == exact(movement["quantity"])
    for entry in (left, came):
        assert exact(entry["before"]) + exact(entry["change"]) == exact(entry["after"])


@pytest.mark.parametrize("name", MOVEMENTS)
def test_a_movement_leads_to_the_levels_that_it_states(name: str) -> None:
    movement = EXAMPLES[name]
    levels: dict[str, Any] = movement["levels"]
    assert exact(levels["on_hand"]) == sum(exact(levels[bucket]) for bucket in ON_HAND)
    for entry in movement["entries"]:
        if entry["bucket"] in levels:
            assert exact(entry["after"]) == exact(levels[entry["bucket"]])


def test_the_lamps_of_all_examples_cost_the_same_until_their_cost_is_corrected() -> None:
    for name in MOVEMENTS:
        levels = EXAMPLES[name]["levels"]
        assert exact(levels["value"]) == exact(levels["on_hand"]) * exact(3.25), name
    corrected = EXAMPLES["stockledger.CostCorrected.v1"]
    assert exact(corrected["levels"]["value"]) == (
        exact(corrected["unit_cost"]) * exact(corrected["levels"]["on_hand"])
    )


def test_a_transfer_is_worth_as_much_on_its_way_as_when_it_left() -> None:
    sent = EXAMPLES["stockledger.TransferDispatched.v1"]["lines"][0]
    moved = EXAMPLES["stockledger.TransferStockMoved.v1"]
    assert moved["transit_value_change"] == moved["levels"]["transit_value"] == sent["value"]
    assert moved["quantity"] == moved["levels"]["in_transit"] == sent["quantity"]
