"""The auditor convicts each order that sold or took back other than its stock did."""

import pytest

from tests.support.audited_log import AuditedLog, Data, kinds
from tests.support.audited_reservations import (
    O1_ACCEPTED,
    O1_CANCELLED,
    O1_RETURNED,
    ONE_BACK,
    TWO_BACK,
    ReservedLamps,
)


@pytest.fixture
def lamps() -> ReservedLamps:
    return ReservedLamps()


@pytest.fixture
def log(lamps: ReservedLamps) -> AuditedLog:
    return lamps.log


def test_an_order_says_what_was_sold_under_it_and_for_how_much(log: AuditedLog) -> None:
    data = log.data_of(O1_ACCEPTED)
    log.tampered_data(O1_ACCEPTED, lines=[{**data["lines"][0], "value": 7}])
    assert (
        "order acme order/O1 at 0-15: expected sold of NORTH/LAMP: 3 worth 7, found 3 worth 6"
        in log.audit()
    )


def test_units_sold_under_an_order_are_known_to_it(log: AuditedLog) -> None:
    log.tampered_data(O1_ACCEPTED, lines=[])
    assert "order" in kinds(log.audit())


def test_never_more_comes_back_than_was_sold(log: AuditedLog) -> None:
    data = log.data_of(O1_RETURNED)
    log.tampered_data(O1_RETURNED, lines=[{**data["lines"][0], "quantity": 4, "value": 6}])
    assert "at 0-27: expected at most 3 of NORTH/LAMP back, as is not back yet, found 4" in str(
        log.audit()
    )


def test_what_came_back_is_what_the_order_says(log: AuditedLog) -> None:
    data = log.data_of(O1_RETURNED)
    log.tampered_data(O1_RETURNED, lines=[{**data["lines"][0], "warehouse_id": "SOUTH"}])
    found = log.audit()
    assert kinds(found) == {"order"}
    assert len(found) == 2


@pytest.mark.parametrize(
    ("told", "back", "worth"), [(O1_RETURNED, ONE_BACK, 2), (O1_CANCELLED, TWO_BACK, 4)]
)
def test_what_comes_back_is_worth_its_share_of_what_left(
    log: AuditedLog, told: int, back: int, worth: int
) -> None:
    (line,), more = log.data_of(told)["lines"], worth + 1
    log.tampered_data(told, lines=[{**line, "value": more}])
    log.tampered_data(back, value_change=more)
    expected = f"worth {worth}, its share of what left, found {more}"
    assert [found for found in log.audit() if found.startswith("order ") and expected in found]


def test_a_cancelled_order_has_everything_back_and_sells_nothing(log: AuditedLog) -> None:
    log.tampered_data(O1_CANCELLED, lines=[])
    assert "order acme order/O1 at 0-29: expected all 3 of NORTH/LAMP back, found 1" in log.audit()
    log.decide("c99", ("order/O1", "OrderItemsSold", {"order_id": "O1", "lines": []}))
    assert "order acme order/O1 at 0-38: expected no sale once it is cancelled, " in str(
        log.audit()
    )


@pytest.mark.parametrize("kind", ["OrderAccepted", "OrderCancelled"])
def test_an_order_is_accepted_and_cancelled_once(log: AuditedLog, kind: str) -> None:
    again: Data = {"order_id": "O1", "asked": [], "lines": [], "reservation_ids": []}
    log.decide("c99", ("order/O1", kind, again))
    assert "found twice" in str(log.audit())


def test_a_return_happens_once(log: AuditedLog) -> None:
    returned: Data = {"order_id": "O9", "return_id": "T1", "lines": []}
    for command in ("c98", "c99"):
        log.decide(command, ("order/O9", "OrderReturned", returned))
    assert [line for line in log.audit() if "expected return T1 once, found twice" in line]
