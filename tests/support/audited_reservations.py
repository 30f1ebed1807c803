"""A small, right log with reservations and orders, for tests of the auditor to tamper with."""

from collections import defaultdict
from datetime import timedelta

from tests.support.audited_log import (
    BEGIN,
    LAMP,
    NORTH,
    NORTH_LAMP,
    AuditedLog,
    Data,
    Said,
    movement,
)

RECEIVED, STOCKED = 3, 4
R1_CREATED, R1_IN_CART, R1_HELD, R1_UPDATED, R1_HELD_MORE = 5, 6, 7, 8, 9
R1_EXTENDED, R1_HOLD_EXTENDED = 10, 11
O1_ACCEPTED, R1_CONFIRMED, R1_FREED, R1_ISSUED = 12, 13, 14, 15
R2_CREATED, R2_IN_ORDER, R2_HELD, R3_RELEASED, R3_FREED = 16, 17, 18, 21, 22
R2_LAPSED, R4_HELD, R2_EXPIRED = 24, 25, 26
O1_RETURNED, ONE_BACK, O1_CANCELLED, TWO_BACK = 27, 28, 29, 30


class LampBook:
    """The figures of one item, so that each movement says what it found and left."""

    def __init__(self) -> None:
        self._balances: dict[str, float] = defaultdict(float)
        self._value = 0.0

    def moved(
        self, source: str, target: str, quantity: float, value: float = 0, **more: object
    ) -> Data:
        """Return a movement's data, levels included."""
        before = (self._balances[source], self._balances[target])
        self._balances[source] -= quantity
        self._balances[target] += quantity
        self._value += value
        data = movement((source, target), before, (quantity, value), **more)
        return {**data, "levels": self._levels()}

    def _levels(self) -> Data:
        names = ("available", "reserved", "damaged", "quarantined", "in_transit")
        inside = {name: self._balances[name] for name in names}
        on_hand = sum(inside.values()) - inside["in_transit"]
        return {**inside, "on_hand": on_hand, "value": self._value}


def at(second: int) -> str:
    """Return a time of the log as events write it."""
    return f"{(BEGIN + timedelta(seconds=second)).isoformat()}"


def lines(quantity: float) -> list[Data]:
    """Return the one line of a reservation of lamps."""
    return [{**LAMP, "quantity": quantity}]


def made(reservation: str, quantity: float, until: int, **more: object) -> Said:
    """Return the event of a reservation of lamps being made."""
    return (
        f"reservation/{reservation}",
        "ReservationCreated",
        {"reservation_id": reservation, "lines": lines(quantity), "expires_at": at(until), **more},
    )


def about(reservation: str, kind: str, **more: object) -> Said:
    """Return another event of a reservation."""
    return f"reservation/{reservation}", kind, {"reservation_id": reservation, **more}


def lamp(kind: str, data: Data) -> Said:
    """Return an event of the lamps."""
    return NORTH_LAMP, kind, data


class ReservedLamps:
    """Ten lamps at 2.00 and what became of them; each command is decided a second later.

    Positions: 1 warehouse, 2 item, 3 received, 4 sku · R1 of cart C1: 5 created, 6 cart, 7 held 4;
    8 updated, 9 held 5; 10 extended, 11 hold extended · order O1 takes 3 of it: 12 accepted,
    13 confirmed, 14 released 2, 15 issued 3 · R2 of order O2 until second 8: 16 created, 17 order,
    18 held 2 · R3: 19 created, 20 held 1; 21 released, 22 hold released · R4 takes from R2, which
    lapsed: 23 created, 24 hold of R2 expired, 25 held 6 · 26 R2 expired · O1 comes back: 27
    returned, 28 one lamp; 29 cancelled, 30 two lamps · 31 counted 5, below what is held · 32 R4
    released, 33 hold released · R5 held and sold: 34 created, 35 held 1; 36 confirmed, 37 issued.
    """

    def __init__(self) -> None:
        self.log = AuditedLog()
        self.book = LampBook()
        self._receive()
        self._reserve_and_sell()
        self._lapse()
        self._come_back()

    def hold(self, reservation: str, quantity: float, held: float, until: int) -> Said:
        """Return the event of lamps being held."""
        moved = self.book.moved(
            "available",
            "reserved",
            quantity,
            reservation_id=reservation,
            held=held,
            expires_at=at(until),
        )
        return lamp("StockReserved", moved)

    def _free(self, reservation: str, quantity: float, held: float) -> Said:
        moved = self.book.moved(
            "reserved", "available", quantity, reservation_id=reservation, held=held
        )
        return lamp("StockReleased", moved)

    def _receive(self) -> None:
        described = {"warehouse_id": "NORTH", "name": "North", "code": "NORTH", "priority": 100}
        self.log.decide("c1", (NORTH, "WarehouseCreated", {**described, "time_zone": "UTC"}))
        self.log.decide(
            "c2",
            lamp("ItemConfigured", {**LAMP, "name": "Lamp", "unit": "piece"}),
            lamp("StockReceived", self.book.moved("supplier", "available", 10, 20, unit_cost=2)),
            ("sku/LAMP", "SkuStocked", {**LAMP}),
        )

    def _reserve_and_sell(self) -> None:
        log = self.log
        log.decide(
            "c3",
            made("R1", 4, 100, cart_id="C1", customer_id="ann"),
            ("cart/C1", "CartReserved", {"cart_id": "C1", "reservation_id": "R1"}),
            self.hold("R1", 4, 4, 100),
        )
        log.decide(
            "c4",
            about("R1", "ReservationUpdated", lines=lines(5), expires_at=at(200)),
            self.hold("R1", 1, 5, 200),
        )
        later = {"reservation_id": "R1", "expires_at": at(300)}
        log.decide(
            "c5",
            about("R1", "ReservationExtended", expires_at=at(300)),
            lamp("HoldExtended", {**LAMP, **later}),
        )
        accepted = {
            "order_id": "O1",
            "asked": [{"sku": "LAMP", "quantity": 3}],
            "lines": [{**LAMP, "quantity": 3, "value": 6}],
            "reservation_ids": ["R1"],
            "cart_id": "C1",
        }
        sold = {"purpose": "sale", "reservation_id": "R1", "order_id": "O1"}
        log.decide(
            "c6",
            ("order/O1", "OrderAccepted", accepted),
            about("R1", "ReservationConfirmed", lines=lines(3), order_id="O1"),
            self._free("R1", 2, 3),
            lamp("StockIssued", self.book.moved("reserved", "customer", 3, -6, **sold)),
        )

    def _lapse(self) -> None:
        log = self.log
        log.decide(
            "c7",
            made("R2", 2, 8, order_id="O2"),
            ("order/O2", "OrderReserved", {"order_id": "O2", "reservation_id": "R2"}),
            self.hold("R2", 2, 2, 8),
        )
        log.decide("c8", made("R3", 1, 100), self.hold("R3", 1, 1, 100))
        log.decide("c9", about("R3", "ReservationReleased"), self._free("R3", 1, 0))
        gone = [{"reservation_id": "R2", "quantity": 2}]
        expired = self.book.moved("reserved", "available", 2, holds=gone)
        log.decide(
            "c10", made("R4", 6, 100), lamp("HoldsExpired", expired), self.hold("R4", 6, 6, 100)
        )
        log.decide("c11", about("R2", "ReservationExpired", expires_at=at(8)))

    def _come_back(self) -> None:
        log = self.log
        for command, kind, quantity in (
            ("c12", "OrderReturned", 1),
            ("c13", "OrderCancelled", 2),
        ):
            amounts = {"quantity": quantity, "value": 2 * quantity}
            line: Data = {"sold_warehouse_id": "NORTH", **LAMP, **amounts}
            back = self.book.moved("customer", "available", quantity, 2 * quantity, order_id="O1")
            log.decide(
                command,
                ("order/O1", kind, {"order_id": "O1", "lines": [line]}),
                lamp("StockReturned", back),
            )
        missing = self.book.moved("available", "adjustment", 5, -10, change=-5, actual_quantity=5)
        log.decide("c14", lamp("StockCorrected", missing))
        log.decide("c15", about("R4", "ReservationReleased"), self._free("R4", 6, 0))
        log.decide("c16", made("R5", 1, 100), self.hold("R5", 1, 1, 100))
        sold = {"purpose": "sale", "reservation_id": "R5"}
        log.decide(
            "c17",
            about("R5", "ReservationConfirmed", lines=lines(1)),
            lamp("StockIssued", self.book.moved("reserved", "customer", 1, -2, **sold)),
        )
