"""Holds, reservations and orders on a real PostgreSQL: what events make of them."""

from collections.abc import Mapping, Sequence
from datetime import timedelta
from typing import Any

import asyncpg
import pytest
from pydantic import TypeAdapter

from stockledger.delivered_events import event_of_log
from stockledger.messages.fields import time_to_wire
from stockledger.messages.level import Level
from stockledger_projector.projection import USE_SCHEMA
from stockledger_projector.rebuild import VIEWS
from stockledger_projector.views.holds import Holds
from stockledger_projector.views.view import LIVE_SCHEMA
from tests.support.projecting import Projecting, rows_of
from tests.support.recorded_holds import LAMP, LAMPS, TENT
from tests.support.recorded_ledger import RecordedLedger
from tests.support.recorded_reservations import RecordedReservations, record_checkouts

Session = asyncpg.Connection
SHOP = "lamp-shop"
HOUR = timedelta(hours=1)
CHANGED = ("stock_levels", "movements", "holds", "reservations", "orders", "order_lines")
"""The views that checkouts change."""
LAMP_KEY = (SHOP, "NORTH", "LAMP")


@pytest.fixture
def shop(ledger: RecordedLedger) -> RecordedReservations:
    """A shop with thirty lamps and twenty tents."""
    return RecordedReservations(ledger, SHOP).stock(*([LAMPS] * 10), *([TENT] * 10))


async def all_rows(owner: Session) -> dict[str, Sequence[Mapping[str, Any]]]:
    """Return the rows of every view."""
    return {name: await rows_of(owner, f"views.{name}") for name in VIEWS}


async def test_batches_of_any_size_make_the_same_views(
    ledger: RecordedLedger, projecting: Projecting, owner: Session
) -> None:
    for tenant in (SHOP, "tent-shop"):
        checkouts = RecordedReservations(ledger, tenant)
        for number in range(3):
            record_checkouts(checkouts, f"C{number}")
    await projecting.fold(ledger.events)
    at_once = await all_rows(owner)
    assert all(at_once[name] for name in CHANGED)
    for size in (1, 7):
        await owner.execute(f"truncate views.positions, {', '.join(f'views.{v}' for v in VIEWS)}")

        for begin in range(0, len(ledger.events), size):
            await projecting.fold(ledger.events[begin : begin + size])

        assert await all_rows(owner) == at_once, size


async def test_holds_are_what_reservations_hold(
    shop: RecordedReservations, projecting: Projecting, owner: Session
) -> None:
    first = shop.reserve("R1", LAMPS, TENT)
    shop.reserve("R2", LAMP)
    shop.reserve("R3", LAMPS)
    shop.reserve("R4", LAMP)
    await projecting.fold(shop.ledger.events)
    before = len(shop.ledger.events)
    shop.shrink("R1", LAMP)
    shop.shrink("R1", TENT)
    shop.release("R2")
    second = shop.extend("R3", by=HOUR)
    shop.expire("R4")

    await projecting.fold(shop.ledger.events[before:])

    held = await rows_of(owner, "views.holds")
    assert [(row["sku"], row["reservation_id"], row["quantity"]) for row in held] == [
        ("LAMP", "R1", 2_000),
        ("LAMP", "R3", 3_000),
    ]
    assert [row["expires_at"] for row in held] == [first, second]


async def test_a_level_states_the_earliest_deadline_of_its_holds(
    shop: RecordedReservations, projecting: Projecting
) -> None:
    async def stated(*of_batch: int) -> tuple[object, object, object]:
        await projecting.fold(shop.ledger.events[slice(*of_batch)])
        level = projecting.levels.snapshots[LAMP_KEY]
        TypeAdapter(Level).validate_python(level)
        return level.get("next_deadline"), level["available"], level["reserved"]

    assert await stated(0, 20) == (None, 30, 0)
    later = shop.reserve("R1", LAMPS, lasting=HOUR)
    sooner = shop.reserve("R2", LAMP, lasting=HOUR / 2)
    assert await stated(20, 24) == (time_to_wire(sooner), 26, 4)
    extended = shop.extend("R2", by=HOUR)
    assert await stated(24, 26) == (time_to_wire(later), 26, 4)
    shop.confirm("R1")
    assert await stated(26, 28) == (time_to_wire(extended), 26, 1)
    shop.expire("R2")
    assert await stated(28, 30) == (None, 27, 0)


async def test_an_extended_hold_moves_the_version_of_its_level(
    shop: RecordedReservations, projecting: Projecting, owner: Session
) -> None:
    shop.reserve("R1", LAMP)
    shop.extend("R1", by=HOUR)

    await projecting.fold(shop.ledger.events)

    lamp, _ = await rows_of(owner, "views.stock_levels")
    assert (lamp["version"], lamp["position"]) == (12, len(shop.ledger.events))
    assert projecting.levels.snapshots[LAMP_KEY]["version"] == 12


async def test_more_holds_expire_in_a_batch_than_a_statement_takes(
    shop: RecordedReservations,
    projecting: Projecting,
    owner: Session,
) -> None:
    for number in range(10):
        shop.reserve(f"R{number}", LAMP)
    await projecting.fold(shop.ledger.events)
    before = len(shop.ledger.events)
    assert len(await rows_of(owner, "views.holds")) == 10
    shop.expire(*(f"R{number}" for number in range(9)))
    expired = [event_of_log(event) for event in shop.ledger.events[before:]]
    by_fours = Holds(rows_max=4)

    async with projecting.pool.acquire() as session, session.transaction():
        await session.execute(USE_SCHEMA, LIVE_SCHEMA)
        await by_fours.write(session, LIVE_SCHEMA, by_fours.fold(expired))

    assert [row["reservation_id"] for row in await rows_of(owner, "views.holds")] == ["R9"]


async def test_a_reservation_keeps_who_made_it_and_takes_on_the_order_that_bought_it(
    shop: RecordedReservations, projecting: Projecting, owner: Session
) -> None:
    deadline = shop.reserve("R1", LAMPS, asked=[LAMPS, TENT], customer="Anna", cart="C1")
    await projecting.fold(shop.ledger.events)
    before = len(shop.ledger.events)
    shop.enlarge("R1", LAMP)
    shop.confirm("R1", order="O1")

    await projecting.fold(shop.ledger.events[before:])

    (row,) = await rows_of(owner, "views.reservations")
    assert (row["status"], row["order_id"], row["expires_at"]) == ("COMPLETED", "O1", deadline)
    assert (row["customer_id"], row["cart_id"]) == ("Anna", "C1")
    assert row["asked"] is None
    assert row["lines"] == '[{"sku": "LAMP", "quantity": 4, "warehouse_id": "NORTH"}]'
    assert row["created_at"] < row["ended_at"] == row["updated_at"]


async def test_a_cancelled_order_stays_it_whatever_comes_later(
    shop: RecordedReservations, projecting: Projecting, owner: Session
) -> None:
    shop.accept("O1", LAMP)
    shop.cancel("O1", LAMP)
    await projecting.fold(shop.ledger.events)
    before = len(shop.ledger.events)
    shop.reserve("R1", LAMP, order="O1")

    await projecting.fold(shop.ledger.events[before:])

    (row,) = await rows_of(owner, "views.orders")
    assert (row["status"], row["reservation_ids"], row["version"]) == ("CANCELLED", ["R1"], 3)
