"""The auditor convicts each reservation that does not end once and in time, with its holds."""

from datetime import timedelta

import pytest

from tests.support.audited_log import BEGIN, AuditedLog, Said, kinds
from tests.support.audited_reservations import (
    O1_ACCEPTED,
    R1_CONFIRMED,
    R1_EXTENDED,
    R1_HOLD_EXTENDED,
    R1_IN_CART,
    R1_ISSUED,
    R1_UPDATED,
    R2_EXPIRED,
    R2_IN_ORDER,
    R4_HELD,
    STOCKED,
    ReservedLamps,
    about,
    at,
    lines,
    made,
)


@pytest.fixture
def lamps() -> ReservedLamps:
    return ReservedLamps()


@pytest.fixture
def log(lamps: ReservedLamps) -> AuditedLog:
    return lamps.log


def at_second(log: AuditedLog, second: int, *positions: int) -> None:
    """Record these events at another time; answers and later events are not adapted."""
    for position in positions:
        log.tampered(position, recorded_at=BEGIN + timedelta(seconds=second))


def test_reservations_and_orders_that_are_right_have_no_findings(log: AuditedLog) -> None:
    assert log.audit() == []


def test_a_confirmation_at_the_deadline_is_too_late_and_an_expiry_before_it_too_early(
    log: AuditedLog,
) -> None:
    at_second(log, 300, *range(O1_ACCEPTED, R1_ISSUED + 1))
    (late,) = [line for line in log.audit() if line.startswith("reservation ")]
    assert late == (
        "reservation acme reservation/R1 at 0-13: expected before its deadline "
        "2026-11-21 09:05:00+00:00, found 2026-11-21 09:05:00+00:00"
    )
    at_second(log, 7, R2_EXPIRED)
    assert any("reservation/R2" in line and "not before" in line for line in log.audit())


def test_an_expiry_names_the_deadline_that_passed(log: AuditedLog) -> None:
    log.tampered_data(R2_EXPIRED, expires_at=at(9))
    assert kinds(log.audit()) == {"reservation"}


@pytest.mark.parametrize(
    "again",
    [
        about("R1", "ReservationConfirmed", lines=[]),
        about("R1", "ReservationReleased"),
        about("R2", "ReservationExpired", expires_at=at(8)),
        about("R3", "ReservationExtended", expires_at=at(500)),
        about("R9", "ReservationReleased"),
        made("R1", 1, 100),
    ],
)
def test_a_reservation_begins_once_and_ends_once(log: AuditedLog, again: Said) -> None:
    log.decide("c99", again)
    assert "reservation" in kinds(log.audit())


def test_an_extension_moves_the_deadline_on(log: AuditedLog) -> None:
    log.tampered_data(R1_EXTENDED, expires_at=at(200))
    log.tampered_data(R1_HOLD_EXTENDED, expires_at=at(200))
    assert kinds(log.audit()) == {"reservation"}


def test_the_lines_of_a_reservation_are_its_holds(log: AuditedLog) -> None:
    log.tampered_data(R1_UPDATED, lines=lines(6))
    updated, extended = log.audit()
    assert updated == (
        "reservation-holds acme item/NORTH/LAMP at 0-9: "
        "expected R1 ACTIVE holding NORTH/LAMP 6, found NORTH/LAMP 5"
    )
    assert extended == updated.replace("at 0-9", "at 0-11")


def test_an_ended_reservation_holds_nothing(lamps: ReservedLamps) -> None:
    lamps.log.decide("c98", made("R9", 1, 100), lamps.hold("R9", 1, 1, 100))
    lamps.log.decide("c99", about("R9", "ReservationReleased"))
    (found,) = lamps.log.audit()
    assert found == (
        "reservation-holds acme reservation/R9 at 0-40: "
        "expected R9 CANCELLED holding nothing, found NORTH/LAMP 1"
    )


def test_what_was_confirmed_is_what_was_issued(log: AuditedLog) -> None:
    log.tampered_data(R1_CONFIRMED, lines=lines(2))
    assert log.audit() == [
        "reservation-holds acme reservation/R1 at 0-15: expected sold of NORTH/LAMP: 2, found 3"
    ]


def test_a_cart_and_an_order_name_the_reservations_made_for_them(log: AuditedLog) -> None:
    log.tampered_data(R1_IN_CART, reservation_id="R9")
    log.tampered_data(R2_IN_ORDER, reservation_id="R9")
    found = log.audit()
    assert kinds(found) == {"reservation-index"}
    assert found[0] == (
        "reservation-index acme cart/C1 at 0-7: expected R1 named there: 1, found 0"
    )
    assert len(found) == 4


def test_a_sku_says_where_it_is_kept_with_the_first_event_of_each_item(log: AuditedLog) -> None:
    log.tampered_data(STOCKED, warehouse_id="SOUTH")
    assert kinds(log.audit()) == {"sku-stocked"}


def test_a_day_is_checked_once(log: AuditedLog) -> None:
    for command, day in (("c97", "2026-11-21"), ("c98", "2026-11-22")):
        log.decide(command, ("tenant", "DailyCheckStarted", {"day": day}))
    assert log.audit() == []
    log.decide("c99", ("tenant", "DailyCheckStarted", {"day": "2026-11-22"}))
    assert kinds(log.audit()) == {"daily-check"}


@pytest.mark.parametrize("stream", ["reservation/R9", "cart/C9", "order/O9", "sku/DESK"])
def test_an_event_of_another_stream_or_of_an_unknown_type_is_told(
    log: AuditedLog, stream: str
) -> None:
    ids = {"reservation_id": "R1", "cart_id": "C1", "order_id": "O1", "sku": "LAMP"}
    log.decide("c99", (stream, "SomethingElse", {**ids, "warehouse_id": "NORTH"}))
    assert {"unreadable-event", "unknown-event"} <= kinds(log.audit())


def test_an_answer_says_how_the_reservation_stands(log: AuditedLog) -> None:
    reserving, confirming = 2, 5
    log.tampered_answer(reserving, outcome={"reservation_id": "R1", "status": "ACTIVE"})
    log.tampered_answer(confirming, outcome={"reservation_id": "R1", "status": "COMPLETED"})
    assert log.audit() == []
    log.tampered_answer(confirming, outcome={"reservation_id": "R1", "status": "ACTIVE"})
    assert log.audit() == ["answer acme offset 0-5: expected status COMPLETED, found ACTIVE"]


def test_a_decision_is_whole_only_with_all_its_events(log: AuditedLog) -> None:
    for position in range(R4_HELD, len(log.events) + 1):
        log.tampered(position, command_id="other")
    assert "reservation-holds" in kinds(log.audit())
