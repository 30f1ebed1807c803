"""The auditor convicts each hold that is not as it has to be, and nothing is ever oversold."""

import pytest

from tests.support.audited_log import AuditedLog, kinds
from tests.support.audited_reservations import (
    ONE_BACK,
    R1_CREATED,
    R1_EXTENDED,
    R1_FREED,
    R1_HELD,
    R1_HELD_MORE,
    R1_HOLD_EXTENDED,
    R1_ISSUED,
    R1_UPDATED,
    R2_CREATED,
    R2_HELD,
    R2_LAPSED,
    R3_FREED,
    ReservedLamps,
    at,
    lamp,
    made,
)


@pytest.fixture
def lamps() -> ReservedLamps:
    return ReservedLamps()


@pytest.fixture
def log(lamps: ReservedLamps) -> AuditedLog:
    return lamps.log


def test_a_hold_beyond_what_is_available_is_oversold(lamps: ReservedLamps) -> None:
    lamps.log.decide("c99", made("R9", 7, 100), lamps.hold("R9", 7, 7, 100))
    assert kinds(lamps.log.audit()) == {"oversold"}


def test_a_sale_beyond_what_is_available_is_oversold(lamps: ReservedLamps) -> None:
    sold = lamps.book.moved("available", "customer", 5, -10, purpose="sale")
    lamps.log.decide("c99", lamp("StockIssued", sold))
    assert kinds(lamps.log.audit()) == {"oversold"}


def test_a_write_off_may_cut_below_what_is_held_but_not_below_nothing(
    lamps: ReservedLamps,
) -> None:
    lamps.log.decide("c97", made("R9", 4, 100), lamps.hold("R9", 4, 4, 100))
    broken = lamps.book.moved("available", "scrap", 3, -6, purpose="write_off")
    lamps.log.decide("c98", lamp("StockIssued", broken))
    assert lamps.log.audit() == []
    broken = lamps.book.moved("available", "scrap", 2, -4, purpose="write_off")
    lamps.log.decide("c99", lamp("StockIssued", broken))
    assert "oversold" in kinds(lamps.log.audit())


def test_lapsed_units_are_not_available_before_an_event_says_so(lamps: ReservedLamps) -> None:
    lamps.log.decide("c98", made("R8", 3, 18), lamps.hold("R8", 3, 3, 18))
    lamps.log.decide("c99", made("R9", 2, 100), lamps.hold("R9", 2, 2, 100))
    assert kinds(lamps.log.audit()) == {"oversold"}


def test_a_hold_says_how_much_it_holds_in_all(log: AuditedLog) -> None:
    log.tampered_data(R1_HELD_MORE, held=6)
    assert {"hold", "hold-sum", "reservation-holds"} <= kinds(log.audit())
    assert "hold acme item/NORTH/LAMP at 0-9: expected 5 held by R1, found 6" in log.audit()


def test_a_release_says_how_much_is_held_still(log: AuditedLog) -> None:
    log.tampered_data(R1_FREED, held=4)
    assert {"hold", "hold-sum"} <= kinds(log.audit())


def test_all_holds_together_are_what_is_reserved(log: AuditedLog) -> None:
    log.tampered_data(R2_HELD, reservation_id="R9")
    found = log.audit()
    assert "reservation-holds" in kinds(found)
    log.tampered(R2_HELD, type="stockledger.StockReturned.v1")
    assert "hold-sum" in kinds(log.audit())


def test_a_hold_that_is_not_there_cannot_be_released_extended_sold_or_expire(
    log: AuditedLog,
) -> None:
    for position in (R1_HOLD_EXTENDED, R1_ISSUED, R3_FREED):
        log.tampered_data(position, reservation_id="R9")
    log.tampered_data(R2_LAPSED, holds=[{"reservation_id": "R9", "quantity": 2}])
    found = [line for line in log.audit() if "expected a hold of R9, found none" in line]
    assert len(found) == 4


def test_a_hold_expires_only_after_its_deadline(log: AuditedLog) -> None:
    log.tampered_data(R2_HELD, expires_at=at(20))
    log.tampered_data(R2_CREATED, expires_at=at(20))
    found = kinds(log.audit())
    assert {"hold-deadline", "reservation"} <= found


def test_a_hold_expires_whole(log: AuditedLog) -> None:
    log.tampered_data(R2_LAPSED, holds=[{"reservation_id": "R2", "quantity": 1}])
    assert kinds(log.audit()) == {"hold", "movement-change"}


def test_a_sale_takes_all_of_the_hold_it_names(log: AuditedLog) -> None:
    log.tampered_data(R1_FREED, held=3, quantity=1)
    found = log.audit()
    assert "hold" in kinds(found)
    log.tampered(R1_FREED, type="stockledger.HoldExtended.v1")
    log.tampered_data(R1_FREED, expires_at=at(300))
    assert any("expected all 5 that R1 holds, found 3" in line for line in log.audit())


def test_a_lapsed_hold_is_neither_sold_nor_released_nor_held_longer(log: AuditedLog) -> None:
    for position in (R1_HELD, R1_CREATED):
        log.tampered_data(position, expires_at=at(3))
    for position in (R1_UPDATED, R1_HELD_MORE, R1_EXTENDED, R1_HOLD_EXTENDED):
        log.tampered_data(position, expires_at=at(5))
    found = log.audit()
    used_late = [line for line in found if "used before its deadline" in line]
    assert [line.split(" at 0-")[1].split(":")[0] for line in used_late] == ["9", "14", "15"]
    late = [line for line in found if line.startswith("reservation ")]
    assert [line.split(" at 0-")[1].split(":")[0] for line in late] == ["8", "10", "13"]


def test_a_hold_ends_in_the_future_when_it_begins(log: AuditedLog) -> None:
    log.tampered_data(R1_HELD, expires_at=at(2))
    log.tampered_data(R1_CREATED, expires_at=at(2))
    found = [line for line in log.audit() if "expected a deadline after" in line]
    assert kinds(found) == {"hold-deadline", "reservation"}


def test_a_hold_has_the_deadline_of_its_reservation(log: AuditedLog) -> None:
    log.tampered_data(R1_HOLD_EXTENDED, expires_at=at(400))
    assert kinds(log.audit()) == {"hold-deadline"}


def test_a_hold_has_a_reservation(lamps: ReservedLamps) -> None:
    lamps.log.decide("c98", lamps.hold("R9", 1, 1, 100))
    lamps.log.decide("c99", lamps.hold("R3", 1, 1, 100))
    found = [line.split("expected")[1] for line in lamps.log.audit()]
    assert found == [
        " reservation R9 active, found none",
        " reservation R3 active, found CANCELLED",
    ]


def test_units_move_between_available_reserved_and_the_customer(log: AuditedLog) -> None:
    for position in (R1_HELD, R1_FREED, R1_ISSUED, ONE_BACK):
        first, second = log.data_of(position)["entries"]
        log.tampered_data(position, entries=[{**first, "bucket": "damaged"}, second])
        assert "movement-change" in kinds(log.audit())


def test_what_moves_inside_a_warehouse_keeps_its_value(log: AuditedLog) -> None:
    log.tampered_data(R1_HELD, value_change=1)
    assert "value" in kinds(log.audit())


def test_nothing_but_available_is_ever_below_zero(lamps: ReservedLamps) -> None:
    freed = lamps.book.moved("reserved", "available", 1, reservation_id="R9", held=0)
    lamps.log.decide("c99", lamp("StockReleased", freed))
    assert any("expected reserved at least 0, found -1" in line for line in lamps.log.audit())
