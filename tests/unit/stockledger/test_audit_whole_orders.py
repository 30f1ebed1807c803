"""The auditor convicts each order that was not sold as a whole, or sold beyond what it asked."""

import pytest

from tests.support.audited_log import LAMP, AuditedLog, Data, Said, kinds
from tests.support.audited_reservations import (
    O1_ACCEPTED,
    ReservedLamps,
    about,
    lamp,
    lines,
    made,
)

IN_SOUTH: Data = {"warehouse_id": "SOUTH", "sku": "LAMP"}
ANYWHERE: Data = {"sku": "LAMP"}


@pytest.fixture
def lamps() -> ReservedLamps:
    return ReservedLamps()


@pytest.fixture
def log(lamps: ReservedLamps) -> AuditedLog:
    return lamps.log


def issued(lamps: ReservedLamps, source: str, quantity: float, **more: object) -> Said:
    """Return the event of lamps being sold under order O7."""
    sale = {"purpose": "sale", "order_id": "O7", **more}
    return lamp(
        "StockIssued", lamps.book.moved(source, "customer", quantity, -2 * quantity, **sale)
    )


def accepted(sold: float, *asked: Data, reservations: tuple[str, ...] = ()) -> Said:
    """Return the event of order O7 being accepted, some lamps sold with it."""
    sold_lines = [{**LAMP, "quantity": sold, "value": 2 * sold}] if sold else []
    said = {"asked": list(asked), "lines": sold_lines, "reservation_ids": list(reservations)}
    return "order/O7", "OrderAccepted", {"order_id": "O7", **said}


def two_sold_before(lamps: ReservedLamps) -> None:
    sold: Data = {"order_id": "O7", "lines": [{**LAMP, "quantity": 2, "value": 4}]}
    lamps.log.decide("c97", ("order/O7", "OrderItemsSold", sold), issued(lamps, "available", 2))


def one_came_back(lamps: ReservedLamps) -> None:
    line: Data = {"sold_warehouse_id": "NORTH", **LAMP, "quantity": 1, "value": 2}
    back = lamps.book.moved("customer", "available", 1, 2, order_id="O7")
    lamps.log.decide(
        "c98",
        ("order/O7", "OrderReturned", {"order_id": "O7", "lines": [line]}),
        lamp("StockReturned", back),
    )


def two_held(lamps: ReservedLamps) -> None:
    lamps.log.decide("c98", made("R7", 2, 100), lamps.hold("R7", 2, 2, 100))


def one_sold_of_r6(lamps: ReservedLamps, order_id: str) -> None:
    lamps.log.decide("c95", made("R6", 1, 100), lamps.hold("R6", 1, 1, 100))
    sold: Data = {
        "order_id": order_id,
        "lines": [{**LAMP, "quantity": 1, "value": 2}],
        "reservation_id": "R6",
    }
    lamps.log.decide(
        "c96",
        about("R6", "ReservationConfirmed", lines=lines(1), order_id=order_id),
        (f"order/{order_id}", "OrderItemsSold", sold),
        issued(lamps, "reserved", 1, reservation_id="R6", order_id=order_id),
    )


@pytest.mark.parametrize(
    ("asked", "found"),
    [
        ([{**ANYWHERE, "quantity": 4}], "4 of LAMP sold with it, to be whole, found 3"),
        ([{**ANYWHERE, "quantity": 2}], "2 of LAMP sold with it, to be whole, found 3"),
        (
            [{**ANYWHERE, "quantity": 3}, {"sku": "BULB", "quantity": 1}],
            "1 of BULB sold with it, to be whole, found 0",
        ),
        ([{"sku": "BULB", "quantity": 1}], "0 of LAMP sold with it, to be whole, found 3"),
        ([{**IN_SOUTH, "quantity": 3}], "3 of SOUTH/LAMP sold, found 0"),
        ([{**LAMP, "quantity": 2.5}, {**LAMP, "quantity": 1}], "3.5 of NORTH/LAMP sold, found 3"),
        ([{**ANYWHERE, "quantity": 2}, {**IN_SOUTH, "quantity": 1}], "1 of SOUTH/LAMP sold, "),
    ],
)
def test_an_order_sells_just_what_it_asks_for(
    log: AuditedLog, asked: list[Data], found: str
) -> None:
    log.tampered_data(O1_ACCEPTED, asked=asked)
    findings = log.audit()
    assert kinds(findings) == {"order"}
    assert f"order acme order/O1 at 0-12: expected {found}" in str(findings)


@pytest.mark.parametrize("wherefrom", [ANYWHERE, LAMP])
@pytest.mark.parametrize(("asked", "right"), [(2, False), (3, True), (4, False)])
def test_what_was_sold_before_counts(
    lamps: ReservedLamps, asked: int, wherefrom: Data, *, right: bool
) -> None:
    two_sold_before(lamps)
    lamps.log.decide(
        "c99", accepted(1, {**wherefrom, "quantity": asked}), issued(lamps, "available", 1)
    )
    assert kinds(lamps.log.audit()) == (set() if right else {"order"})


@pytest.mark.parametrize(("asked", "right"), [(1, False), (2, True), (3, False)])
def test_what_came_back_does_not_count(lamps: ReservedLamps, asked: int, *, right: bool) -> None:
    two_sold_before(lamps)
    one_came_back(lamps)
    lamps.log.decide(
        "c99", accepted(1, {**ANYWHERE, "quantity": asked}), issued(lamps, "available", 1)
    )
    assert kinds(lamps.log.audit()) == (set() if right else {"order"})


def test_more_may_have_been_sold_before_than_is_asked_in_the_end(lamps: ReservedLamps) -> None:
    two_sold_before(lamps)
    lamps.log.decide("c99", accepted(0, {**ANYWHERE, "quantity": 1}))
    assert lamps.log.audit() == []


def test_units_sold_before_serve_the_lines_of_their_warehouse_first(lamps: ReservedLamps) -> None:
    two_sold_before(lamps)
    asked: list[Data] = [{**ANYWHERE, "quantity": 1}, {**LAMP, "quantity": 2}]
    lamps.log.decide("c99", accepted(0, *asked))
    assert lamps.log.audit() == [
        "order acme order/O7 at 0-40: expected 1 of LAMP sold with it, to be whole, found 0"
    ]


def test_an_order_without_lines_sells_all_that_is_held_for_it(lamps: ReservedLamps) -> None:
    one_sold_of_r6(lamps, "O7")
    two_held(lamps)
    lamps.log.decide(
        "c99",
        accepted(2, reservations=("R6", "R7")),
        about("R7", "ReservationConfirmed", lines=lines(2), order_id="O7"),
        issued(lamps, "reserved", 2, reservation_id="R7"),
    )
    assert lamps.log.audit() == []


def test_an_order_without_lines_sells_no_part_of_a_reservation(lamps: ReservedLamps) -> None:
    two_held(lamps)
    freed = lamps.book.moved("reserved", "available", 1, reservation_id="R7", held=1)
    lamps.log.decide(
        "c99",
        accepted(1, reservations=("R7",)),
        about("R7", "ReservationConfirmed", lines=lines(1), order_id="O7"),
        lamp("StockReleased", freed),
        issued(lamps, "reserved", 1, reservation_id="R7"),
    )
    assert lamps.log.audit() == [
        "order acme order/O7 at 0-40: expected all that R7 held sold, found a part"
    ]


@pytest.mark.parametrize(
    ("named", "status"),
    [
        ("R7", "ACTIVE"),
        ("R3", "CANCELLED"),
        ("R2", "EXPIRED"),
        ("R5", "COMPLETED"),
        ("R6", "COMPLETED for order/O8"),
        ("R8", "none"),
    ],
)
def test_an_order_without_lines_leaves_no_named_reservation_unsold(
    lamps: ReservedLamps, named: str, status: str
) -> None:
    one_sold_of_r6(lamps, "O8")
    two_held(lamps)
    lamps.log.decide("c99", accepted(1, reservations=(named,)), issued(lamps, "available", 1))
    expected = f"expected reservation {named} COMPLETED for order/O7, found {status}"
    assert lamps.log.audit() == [f"order acme order/O7 at 0-45: {expected}"]


def test_an_order_with_lines_need_not_sell_what_it_names(lamps: ReservedLamps) -> None:
    two_held(lamps)
    asked: Data = {**ANYWHERE, "quantity": 1}
    lamps.log.decide("c99", accepted(1, asked, reservations=("R7",)), issued(lamps, "available", 1))
    assert lamps.log.audit() == []


def test_an_order_without_lines_and_without_sale_is_none(log: AuditedLog) -> None:
    log.decide("c99", accepted(0))
    assert log.audit() == [
        "order acme order/O7 at 0-38: expected something sold under it, found nothing"
    ]
