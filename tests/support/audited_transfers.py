"""A small, right log with transfers between two warehouses, for tests of the auditor."""

from tests.support.audited_log import AuditedLog, Data, Said
from tests.support.audited_reservations import at
from tests.support.item_book import ItemBook, described

ENDS = {"source_warehouse_id": "NORTH", "destination_warehouse_id": "SOUTH"}
OVERDUE_AT = 6
"""Second of the log at which transfer T1 was expected."""


def about(transfer: str, kind: str, lines: list[Data], **more: object) -> Said:
    """Return an event of a transfer."""
    return f"transfer/{transfer}", kind, {"transfer_id": transfer, "lines": lines, **more}


def lamps(quantity: float, **more: object) -> list[Data]:
    """Return the one line of a transfer of lamps."""
    return [{"sku": "LAMP", "quantity": quantity, **more}]


def came(received: float, damaged: float, short: float, over: float, value: float) -> list[Data]:
    """Return the one line of a receipt of lamps."""
    return [
        {
            "sku": "LAMP",
            "received": received,
            "damaged": damaged,
            "short": short,
            "over": over,
            "value": value,
        }
    ]


class MovedLamps:
    """Ten lamps at 3.3333 in NORTH, and four transfers of them to SOUTH.

    T1: four sent, one received, one damaged, one short, one besides, the last came back, after
    it was overdue. T2: two held and let go. T3: three in one step. T4: one sent and received.
    """

    def __init__(self) -> None:
        self.log = AuditedLog()
        self.north = ItemBook("NORTH")
        self.south = ItemBook("SOUTH")
        self.log.decide("c1", described("NORTH"))
        self.log.decide("c2", described("SOUTH"))
        self.log.decide(
            "c3", self.north.configured(), self.north.received(10, 3.3333), self.north.stocked()
        )
        self._send_and_receive()
        self._hold_and_let_go()
        self._in_one_step()
        self._send_one()

    def hold(self, transfer: str, quantity: float) -> tuple[Said, Said]:
        """Return the events of a transfer being created."""
        way = ("available", "reserved")
        return (
            about(transfer, "TransferCreated", lamps(quantity), **ENDS),
            self.north.step(transfer, "held", way, quantity),
        )

    def send(
        self, transfer: str, quantity: float, value: float, **more: object
    ) -> tuple[Said, ...]:
        """Return the events of a transfer being dispatched."""
        return (
            about(transfer, "TransferDispatched", lamps(quantity, value=value), **more),
            self.north.step(transfer, "sent", ("reserved", "transfer"), quantity, value=-value),
            self.south.step(
                transfer, "expected", ("transfer", "in_transit"), quantity, transit=value
            ),
        )

    def arrive(self, transfer: str, quantity: float, value: float) -> Said:
        """Return the movement of units that came whole."""
        way = ("in_transit", "available")
        return self.south.step(transfer, "received", way, quantity, value=value, transit=-value)

    def break_(self, transfer: str, quantity: float, value: float) -> Said:
        """Return the movement of units that came broken."""
        way = ("in_transit", "damaged")
        return self.south.step(transfer, "damaged", way, quantity, value=value, transit=-value)

    def _send_and_receive(self) -> None:
        log, south = self.log, self.south
        log.decide("c4", *self.hold("T1", 4))
        told, *moved = self.send("T1", 4, 13.3332, expected_delivery=at(OVERDUE_AT))
        log.decide("c5", told, south.configured(), south.stocked(), *moved)
        log.decide(
            "c6",
            about(
                "T1", "TransferReceived", came(1, 1, 0, 1, 6.6666), receipt_id="D1", completed=False
            ),
            self.arrive("T1", 1, 3.3333),
            self.break_("T1", 1, 3.3333),
            south.step("T1", "over", ("adjustment", "available"), 1, value=3.3333),
        )
        log.decide(
            "c7",
            about(
                "T1", "TransferReceived", came(0, 0, 1, 0, 3.3333), receipt_id="D2", completed=False
            ),
            south.step("T1", "short", ("in_transit", "adjustment"), 1, transit=-3.3333),
        )
        late = {"transfer_id": "T1", "expected_delivery": at(OVERDUE_AT)}
        log.decide("c8", ("transfer/T1", "TransferOverdue", late))
        log.decide(
            "c9",
            about("T1", "TransferCancelled", lamps(1, value=3.3333)),
            south.step("T1", "recalled", ("in_transit", "transfer"), 1, transit=-3.3333),
            self.north.step("T1", "returned", ("transfer", "available"), 1, value=3.3333),
        )

    def _hold_and_let_go(self) -> None:
        self.log.decide("c10", *self.hold("T2", 2))
        self.log.decide(
            "c11",
            about("T2", "TransferCancelled", []),
            self.north.step("T2", "released", ("reserved", "available"), 2),
        )

    def _in_one_step(self) -> None:
        self.log.decide(
            "c12",
            about("T3", "TransferMade", lamps(3, value=9.9999), **ENDS),
            self.north.step("T3", "sent", ("available", "transfer"), 3, value=-9.9999),
            self.south.step("T3", "received", ("transfer", "available"), 3, value=9.9999),
        )

    def _send_one(self) -> None:
        self.log.decide("c13", *self.hold("T4", 1))
        self.log.decide("c14", *self.send("T4", 1, 3.3333))
        self.log.decide(
            "c15",
            about(
                "T4", "TransferReceived", came(1, 0, 0, 0, 3.3333), receipt_id="D3", completed=True
            ),
            self.arrive("T4", 1, 3.3333),
        )
