"""What a batch changes of holds, reservations and orders, computed from its events alone."""

from collections.abc import Sequence
from datetime import timedelta

import pytest

from stockledger.delivered_events import event_of_log
from stockledger.event_log.interface import StoredEvent
from stockledger.messages.reservation import ReservationConfirmed
from stockledger_projector.views.fulfilment import Fulfilment
from stockledger_projector.views.holds import HoldChanges, Holds
from stockledger_projector.views.movements import Movements
from stockledger_projector.views.order_lines import OrderLines
from stockledger_projector.views.orders import Orders
from stockledger_projector.views.reservations import ReservationChanges, Reservations
from stockledger_projector.views.stock_levels import StockLevels
from tests.support.recorded_holds import LAMP, LAMPS, TENT
from tests.support.recorded_ledger import RecordedLedger
from tests.support.recorded_reservations import RecordedReservations

SHOP = "lamp-shop"


@pytest.fixture
def ledger() -> RecordedLedger:
    """What was recorded so far: nothing."""
    return RecordedLedger(4)


@pytest.fixture
def shop(ledger: RecordedLedger) -> RecordedReservations:
    """A shop with stock whose events so far are folded."""
    recorded = RecordedReservations(ledger, SHOP)
    recorded.stock(*([LAMPS] * 10), *([TENT] * 10))
    ledger.events.clear()
    return recorded


def holds_of(events: Sequence[StoredEvent]) -> HoldChanges:
    return Holds().fold([event_of_log(event) for event in events])


def reservations_of(events: Sequence[StoredEvent]) -> ReservationChanges:
    return Reservations().fold([event_of_log(event) for event in events])


def test_a_hold_is_written_as_its_last_event_left_it(shop: RecordedReservations) -> None:
    shop.reserve("R1", LAMPS, TENT)
    shop.enlarge("R1", LAMP)
    deadline = shop.extend("R1", by=timedelta(minutes=5))

    changes = holds_of(shop.ledger.events)

    partition = shop.ledger.events[0].partition
    assert changes.held == [
        (SHOP, "NORTH", "LAMP", "R1", partition, 4_000, deadline),
        (SHOP, "SOUTH", "TENT", "R1", partition, 2_000, deadline),
    ]
    assert changes.changed == changes.gone == []


def test_a_hold_that_came_and_went_in_a_batch_is_not_written_at_all(
    shop: RecordedReservations,
) -> None:
    shop.reserve("R1", LAMPS)
    shop.reserve("R2", LAMP)
    shop.reserve("R3", TENT)
    shop.release("R1")
    shop.confirm("R2")
    shop.expire("R3")

    assert holds_of(shop.ledger.events) == HoldChanges([], [], [])


def test_a_hold_of_an_earlier_batch_is_dropped_however_it_ended(
    shop: RecordedReservations,
) -> None:
    for reservation in ("R1", "R2", "R3", "R4"):
        shop.reserve(reservation, LAMP)
    shop.ledger.events.clear()
    shop.release("R1")
    shop.confirm("R2")
    shop.expire("R3", "R4")

    gone = holds_of(shop.ledger.events).gone

    assert gone == [(SHOP, "NORTH", "LAMP", f"R{number}") for number in range(1, 5)]


def test_a_hold_that_was_dropped_and_taken_again_is_held_in_the_end(
    shop: RecordedReservations,
) -> None:
    shop.reserve("R1", LAMPS, TENT)
    shop.ledger.events.clear()
    shop.shrink("R1", LAMPS)
    shop.reserve("R1", LAMP)
    shop.release("R1")
    gone_again = holds_of(shop.ledger.events)
    shop.reserve("R1", LAMP)

    held = holds_of(shop.ledger.events)

    assert gone_again == HoldChanges([], [], [(SHOP, "NORTH", "LAMP", "R1")])
    assert [row[:4] for row in held.held] == [(SHOP, "NORTH", "LAMP", "R1")]
    assert held.gone == []


def test_what_an_event_does_not_say_of_an_earlier_hold_stays_as_it_was(
    shop: RecordedReservations,
) -> None:
    shop.reserve("R1", LAMPS)
    shop.reserve("R2", LAMPS)
    shop.ledger.events.clear()
    shop.shrink("R1", LAMP)
    deadline = shop.extend("R2", by=timedelta(minutes=5))

    changes = holds_of(shop.ledger.events)

    assert [row[3:] for row in changes.changed] == [
        ("R1", shop.ledger.events[0].partition, 2_000, None),
        ("R2", shop.ledger.events[0].partition, None, deadline),
    ]
    assert changes.held == changes.gone == []


def test_a_reservation_that_was_made_and_sold_in_a_batch_is_one_new_row(
    shop: RecordedReservations,
) -> None:
    deadline = shop.reserve("R1", LAMPS, customer="Anna", cart="C1")
    made_at = shop.ledger.events[0].recorded_at
    shop.confirm("R1", order="O1")
    sold = next(event for event in shop.ledger.events if "Confirmed" in event.type)

    changes = reservations_of(shop.ledger.events)

    (row,) = changes.created
    assert changes.changed == []
    assert row[:2] == (SHOP, "R1")
    assert row[3:6] == (sold.position, 2, sold.recorded_at)
    assert row[6:10] == ("COMPLETED", "O1", deadline, sold.recorded_at)
    assert row[12:] == (made_at, "Anna", "C1")


def test_a_completed_reservation_shows_what_it_sold_and_not_what_it_gave_back(
    shop: RecordedReservations,
) -> None:
    shop.reserve("R1", LAMPS, TENT)
    sold = ReservationConfirmed(reservation_id="R1", lines=(LAMP.held,))
    shop.ledger.record(SHOP, sold)

    (row,) = reservations_of(shop.ledger.events).created

    assert row[10] == '[{"warehouse_id":"NORTH","sku":"LAMP","quantity":1}]'


def test_an_earlier_reservation_changes_only_in_what_was_said(shop: RecordedReservations) -> None:
    shop.reserve("R1", LAMPS)
    shop.reserve("R2", LAMPS)
    shop.ledger.events.clear()
    deadline = shop.extend("R1", by=timedelta(minutes=5))
    shop.release("R2")

    first, second = reservations_of(shop.ledger.events).changed

    assert first[6:] == ("ACTIVE", None, deadline, None, None, None, False)
    assert second[6:9] == ("CANCELLED", None, None)
    assert second[10:] == (None, None, False)


def test_reservations_are_counted_by_the_hour_in_which_they_were_made_and_ended(
    shop: RecordedReservations,
) -> None:
    for number in range(5):
        shop.reserve(f"R{number}", LAMP)
    shop.ledger.now += timedelta(hours=1)
    shop.confirm("R0")
    shop.release("R1")
    shop.expire("R2", "R3")

    rows = Fulfilment().fold([event_of_log(event) for event in shop.ledger.events])

    begin = shop.ledger.now.replace(minute=0, second=0, microsecond=0)
    assert [(row[1], row[3:]) for row in rows] == [
        (begin - timedelta(hours=1), (5, 0, 0, 0)),
        (begin, (0, 1, 1, 2)),
    ]


def test_an_order_gathers_what_is_told_of_it(shop: RecordedReservations) -> None:
    shop.reserve("R1", LAMPS, order="O1")
    first = shop.ledger.events[1]
    shop.reserve("R2", LAMP)
    shop.confirm("R2", order="O1")
    shop.accept("O1", TENT, reservations=["R0"], customer="Anna", cart="C1")
    accepted = next(event for event in shop.ledger.events if "Accepted" in event.type)

    (row,) = Orders().fold([event_of_log(event) for event in shop.ledger.events])

    assert row[:2] == (SHOP, "O1")
    assert row[3:9] == (
        accepted.position,
        3,
        accepted.recorded_at,
        first.recorded_at,
        accepted.recorded_at,
        None,
    )
    assert row[9:] == ("Anna", "C1", '[{"sku":"TENT","quantity":2}]', '["R0","R1","R2"]')


def test_lines_of_an_order_add_up_and_what_came_back_counts_where_it_was_sold_from(
    shop: RecordedReservations,
) -> None:
    shop.accept("O1", LAMPS, TENT)
    shop.accept("O2", LAMP)
    shop.give_back("O1", LAMP, to="SOUTH")
    shop.cancel("O2", LAMP)

    rows = OrderLines().fold([event_of_log(event) for event in shop.ledger.events])

    assert [(*row[1:4], *row[5:]) for row in rows] == [
        ("O1", "NORTH", "LAMP", 3_000, 75_000, 1_000, 25_000),
        ("O1", "SOUTH", "TENT", 2_000, 50_000, 0, 0),
        ("O2", "NORTH", "LAMP", 1_000, 25_000, 1_000, 25_000),
    ]


def test_movements_refer_to_the_order_or_the_reservation_when_the_command_did_not(
    shop: RecordedReservations,
) -> None:
    shop.reserve("R1", LAMPS)
    shop.shrink("R1", LAMP)
    shop.reserve("R2", LAMP)
    shop.reserve("R3", LAMP)
    shop.confirm("R1")
    shop.confirm("R2", order="O1")
    shop.expire("R3")
    shop.give_back("O1", LAMP)

    rows = Movements().fold([event_of_log(event) for event in shop.ledger.events])

    assert [(row[7], *row[18:20]) for row in rows] == [
        ("reserved", "reservation", "R1"),
        ("released", "reservation", "R1"),
        ("reserved", "reservation", "R2"),
        ("reserved", "reservation", "R3"),
        ("issued", "reservation", "R1"),
        ("issued", "order", "O1"),
        ("holds_expired", None, None),
        ("returned", "order", "O1"),
    ]


def test_an_extended_hold_moves_the_version_of_its_item_and_no_figure(
    shop: RecordedReservations,
) -> None:
    shop.reserve("R1", LAMPS)
    shop.ledger.events.clear()
    shop.extend("R1", by=timedelta(minutes=5))

    changes = StockLevels().fold([event_of_log(event) for event in shop.ledger.events])

    (extended,) = changes.passed
    assert extended[:3] == (SHOP, "NORTH", "LAMP")
    assert extended[5] == shop.ledger.events[-1].version
    assert changes.moved == []
