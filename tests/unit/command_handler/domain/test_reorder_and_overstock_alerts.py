"""Specification of alerts that stock is to be ordered, and that there is too much of it."""

from dataclasses import replace

import pytest

from stockledger.messages.item import ConfigureItem
from tests.support.alert_builders import (
    LOW,
    OUT,
    OVER,
    REORDER,
    lamps,
    raised,
    replaced,
    resolved,
    watch,
)
from tests.support.builders import NORTH, SOUTH, create_warehouse
from tests.support.damage_builders import record_damage
from tests.support.item_builders import (
    issue_stock,
    receive_stock,
)
from tests.support.reservation_builders import asked, reserve_stock
from tests.support.specification import given
from tests.support.supplier_builders import (
    LUMEN,
    cancel_order_of,
    create_supplier_order,
    ordered,
    register_supplier,
    supply,
)
from tests.support.transfer_builders import create_transfer, dispatch_transfer, line

FIFTH_OF_50 = watch(maximum=50, percent=20)
"""Low at 10 lamps."""


def test_an_item_that_was_only_configured_is_to_be_ordered() -> None:
    new = given().after(create_warehouse())
    new.when(watch(reorder_point=5, reorder_quantity=20)).then_alerts(
        raised(REORDER, 0, 5, recommended=20)
    )


@pytest.mark.parametrize(
    ("settings", "recommended"),
    [
        (watch(reorder_point=5, reorder_quantity=20), 20),
        (watch(reorder_point=5, reorder_quantity=20, maximum=30, percent=0), 20),
        (watch(reorder_point=5, maximum=30, percent=0), 26),
    ],
)
def test_reordering_is_recommended_from_the_reorder_point_on(
    settings: ConfigureItem, recommended: float
) -> None:
    alerts = lamps(6, settings).when(issue_stock(2)).alerts()
    assert alerts[-1] == raised(REORDER, 4, 5, recommended=recommended)
    assert lamps(6.001, settings).when(issue_stock(1)).alerts() == []


def test_nobody_can_say_how_much_without_a_quantity_and_a_maximum() -> None:
    alerts = lamps(6, watch(reorder_point=5)).when(issue_stock(1)).alerts()
    assert raised(REORDER, 5, 5, recommended=None) in alerts


def test_a_reorder_names_the_items_supplier() -> None:
    settings = supply(supplier_id=LUMEN, automatically=True, reorder_point=5, reorder_quantity=9)
    watched = given().after(create_warehouse(), register_supplier(), receive_stock(6), settings)
    low, reorder = watched.when(issue_stock(1)).alerts()
    assert low == raised(LOW, 5, 5)
    assert reorder == replace(
        raised(REORDER, 5, 5, recommended=9), supplier_id=LUMEN, reorder_automatically=True
    )


def test_what_is_in_transit_and_on_order_counts_for_reorders_only() -> None:
    history = lamps(10, watch(reorder_point=5)).after(
        create_warehouse(SOUTH),
        receive_stock(5, SOUTH),
        create_transfer(line(3), source=SOUTH, destination=NORTH),
        dispatch_transfer(),
        register_supplier(),
        create_supplier_order(ordered(2, unit_cost=3)),
    )
    history.when(issue_stock(9)).then_alerts(raised(LOW, 1, 5))
    history.after(issue_stock(9)).when(issue_stock(1)).then_alerts(
        replaced(LOW, 0), raised(OUT, 0, 0), raised(REORDER, 5, 5)
    )


def test_an_order_ends_the_need_for_one_and_its_end_begins_it() -> None:
    history = lamps(10, watch(reorder_point=5)).after(register_supplier(), issue_stock(6))
    history.when(create_supplier_order(ordered(1.999, unit_cost=3))).then_alerts()
    enough = create_supplier_order(ordered(2, unit_cost=3))
    history.when(enough).then_alerts(resolved(REORDER, 6))
    history.after(enough).when(cancel_order_of()).then_alerts(raised(REORDER, 4, 5, number=2))


def test_more_than_the_maximum_is_too_much() -> None:
    lamps(50, FIFTH_OF_50).when(receive_stock(0.001)).then_alerts(raised(OVER, 50.001, 50))
    lamps(49, FIFTH_OF_50).when(receive_stock(1)).then_alerts()


def test_what_is_damaged_or_held_takes_up_room_too() -> None:
    history = lamps(50, FIFTH_OF_50).after(record_damage(10), reserve_stock(asked(20)))
    history.when(receive_stock(1)).then_alerts(raised(OVER, 51, 50))


@pytest.mark.parametrize(("maximum", "over"), [(50, 47.5), (10, 9), (0.5, 0)])
def test_too_much_is_over_five_percent_below_the_maximum_but_at_least_a_unit_or_with_all(
    maximum: float, over: float
) -> None:
    much = lamps(maximum + 5, watch(maximum=maximum, percent=0))
    more = round(maximum + 5 - over, 3)
    assert resolved(OVER, over) not in much.when(issue_stock(more - 0.001)).alerts()
    assert much.when(issue_stock(more)).alerts()[0] == resolved(OVER, over)
