"""Adjustments that wait for another person: through the real processes, with a foreign client."""

import json
import random
from collections import Counter
from collections.abc import Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any, Final

from confluent_kafka import Message

from tests.support.installation import Installation
from tests.support.shop import Answer, Shop, headers_of
from tests.support.trial import verify

ADJUSTMENTS: Final = 100
"""Changes that wait; each is decided by several people at once."""

APPROVERS: Final = ("bob", "eve")
ONE_BY_ONE: Final = {"linger.ms": 0, "batch.num.messages": 1}
"""Nobody is ahead of the others by sending all he has in one go."""

Named = dict[str, str]
"""Which adjustment each command decides."""

LAMPS: Final = {"warehouse_id": "NORTH", "sku": "LAMP"}


def open_shop(shop: Shop, stocked: int) -> None:
    """Let adjustments of more than five lamps wait for another person."""
    shop.ask("ConfigureTenant", {"approval_quantity": 5})
    shop.ask("CreateWarehouse", {"warehouse_id": "NORTH", "name": "North"})
    shop.ask("ReceiveStock", {**LAMPS, "quantity": stocked, "unit_cost": 4})


def request(shop: Shop, adjustment_id: str, change: float, actor: str = "ada") -> Answer:
    """Ask for a change of lamps."""
    asked = {**LAMPS, "change": change, "adjustment_id": adjustment_id, "reason": "Fell down"}
    return shop.ask("AdjustStock", asked, ce_actor=actor)


def decide(shop: Shop, command_type: str, adjustment_id: str, actor: str | None) -> Answer:
    """Approve or reject a change."""
    said = {"adjustment_id": adjustment_id}
    if command_type == "RejectAdjustment":
        said["reason"] = "Look again"
    actors = {} if actor is None else {"ce_actor": actor}
    return shop.ask(command_type, said, **actors)


def race(installation: Installation, names: list[str]) -> Named:
    """Let two people approve and one reject all of it at once, through clients of their own.

    Each client sends a share of all that, in no order: whichever of them connects first, both
    sides are first now and then.
    """
    deciders: list[tuple[str, Mapping[str, str], str]] = [
        *(("ApproveAdjustment", {}, actor) for actor in APPROVERS),
        ("RejectAdjustment", {"reason": "Look again"}, "mallory"),
    ]
    decisions = [(name, *decider) for name in names for decider in deciders]
    random.Random(len(names)).shuffle(decisions)

    def publish(share: Iterable[tuple[str, str, Mapping[str, str], str]]) -> Named:
        rival = Shop(installation.settings, **ONE_BY_ONE)
        ids = {
            rival.publish(command_type, {**data, "adjustment_id": name}, ce_actor=actor): name
            for name, command_type, data, actor in share
        }
        rival.flush()
        rival.close()
        return ids

    with ThreadPoolExecutor(len(deciders)) as rivals:
        sent = rivals.map(
            publish, [decisions[first :: len(deciders)] for first in range(len(deciders))]
        )
        return {command: name for ids in sent for command, name in ids.items()}


def said_by(message: Message) -> Any:  # noqa: ANN401 - JSON
    """Return what an event says."""
    return json.loads(message.value() or b"")


def of_type(events: Iterable[Message], event_type: str) -> list[Message]:
    """Return the events of a type."""
    name = f"stockledger.{event_type}.v1".encode()
    return [event for event in events if headers_of(event)["ce_type"] == name]


def test_a_change_waits_for_another_person_and_is_made_once(
    installation: Installation, shop: Shop
) -> None:
    installation.handler().wait_ready()
    open_shop(shop, stocked=10)
    without_id = {**LAMPS, "change": -6, "reason": "Fell down"}
    assert shop.ask("AdjustStock", without_id).code == "INVENTORY_APPROVAL_REQUIRED"

    requested = request(shop, "A1", -6)
    assert requested.data["outcome"]["status"] == "PENDING"
    assert requested.data["streams"] == [{"stream": "adjustment/A1", "version": 1}]
    assert decide(shop, "ApproveAdjustment", "A1", "ada").code == "INVENTORY_FORBIDDEN"
    assert decide(shop, "ApproveAdjustment", "A1", None).code == "INVENTORY_FORBIDDEN"

    approved = decide(shop, "ApproveAdjustment", "A1", "bob")
    assert approved.data["outcome"]["status"] == "APPROVED"
    again = decide(shop, "ApproveAdjustment", "A1", "eve")
    assert (again.is_accepted, again.data["events"]) == (True, [])
    assert decide(shop, "RejectAdjustment", "A1", "eve").code == "INVENTORY_INVALID_MOVEMENT"
    assert request(shop, "A1", -6).data["outcome"]["status"] == "APPROVED"

    [adjusted] = of_type(shop.events(), "StockAdjusted")
    said = said_by(adjusted)
    assert (said["adjustment_id"], said["change"], said["reason"]) == ("A1", -6, "Fell down")
    assert (said["levels"]["on_hand"], said["levels"]["value"]) == (4, 16)
    assert headers_of(adjusted)["ce_actor"] == b"bob"


def test_of_people_who_decide_at_once_one_decides_each_change(
    installation: Installation, shop: Shop
) -> None:
    installation.handler().wait_ready()
    open_shop(shop, stocked=10 * ADJUSTMENTS)
    names = [f"A{number}" for number in range(ADJUSTMENTS)]
    for name in names:
        asked = {**LAMPS, "change": -10, "adjustment_id": name, "reason": "Fell down"}
        shop.publish("AdjustStock", asked, ce_actor="ada")
    shop.flush()

    ids = race(installation, names)
    answers = shop.answers_to(ids)

    events = shop.events()
    approved = [said_by(event)["adjustment_id"] for event in of_type(events, "AdjustmentApproved")]
    rejected = [said_by(event)["adjustment_id"] for event in of_type(events, "AdjustmentRejected")]
    assert Counter(approved + rejected) == Counter(names), "each is decided once"
    assert approved, "nothing was approved: it was no race"
    assert rejected, "nothing was rejected: it was no race"
    for command_id, name in ids.items():
        answer = answers[command_id]
        wanted = approved if "Approve" in answer.data["command_type"] else rejected
        assert answer.is_accepted == (name in wanted), name
    moved = [said_by(event) for event in of_type(events, "StockAdjusted")]
    assert Counter(event["adjustment_id"] for event in moved) == Counter(approved)
    left = 10 * (ADJUSTMENTS - len(approved))
    assert (moved[-1]["levels"]["on_hand"], moved[-1]["levels"]["value"]) == (left, 4 * left)
    verify(installation)
