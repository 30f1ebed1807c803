"""Events that begin, move and end timers, recorded without a command handler."""

from datetime import datetime

from stockledger.amounts import Money, Quantity
from stockledger.event_log.interface import StoredEvent
from stockledger.messages.adjustment import (
    AdjustmentApproved,
    AdjustmentExpired,
    AdjustmentRejected,
    AdjustmentRequested,
)
from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.lines import HeldLine
from stockledger.messages.reservation import (
    ReservationConfirmed,
    ReservationCreated,
    ReservationExpired,
    ReservationExtended,
    ReservationReleased,
    ReservationUpdated,
)
from stockledger.messages.tenant import DailyCheckStarted, TenantConfigured
from stockledger.messages.transfer import (
    TransferCancelled,
    TransferDispatched,
    TransferOverdue,
    TransferReceived,
)
from tests.support.recorded_ledger import RecordedLedger


def held_lines(count: int) -> tuple[HeldLine, ...]:
    """Return a lamp each of so many kinds."""
    north = WarehouseId("NORTH")
    return tuple(
        HeldLine(warehouse_id=north, sku=Sku(f"LAMP-{number}"), quantity=Quantity(1))
        for number in range(count)
    )


class TimerEvents:
    """A tenant's events, as far as timers depend on them; each call records one."""

    def __init__(self, ledger: RecordedLedger, tenant: str) -> None:
        self.ledger = ledger
        self.tenant = tenant

    def created(self, reservation: str, deadline: datetime, lines: int = 1) -> StoredEvent:
        held = held_lines(lines)
        return self.ledger.record(
            self.tenant,
            ReservationCreated(reservation_id=reservation, lines=held, expires_at=deadline),
        )

    def updated(self, reservation: str, deadline: datetime, lines: int = 1) -> StoredEvent:
        held = held_lines(lines)
        return self.ledger.record(
            self.tenant,
            ReservationUpdated(reservation_id=reservation, lines=held, expires_at=deadline),
        )

    def extended(self, reservation: str, deadline: datetime) -> StoredEvent:
        return self.ledger.record(
            self.tenant, ReservationExtended(reservation_id=reservation, expires_at=deadline)
        )

    def confirmed(self, reservation: str) -> StoredEvent:
        return self.ledger.record(
            self.tenant, ReservationConfirmed(reservation_id=reservation, lines=())
        )

    def released(self, reservation: str) -> StoredEvent:
        return self.ledger.record(self.tenant, ReservationReleased(reservation_id=reservation))

    def expired(self, reservation: str, deadline: datetime) -> StoredEvent:
        return self.ledger.record(
            self.tenant, ReservationExpired(reservation_id=reservation, expires_at=deadline)
        )

    def dispatched(self, transfer: str, expected: datetime | None) -> StoredEvent:
        return self.ledger.record(
            self.tenant,
            TransferDispatched(transfer_id=transfer, lines=(), expected_delivery=expected),
        )

    def received(self, transfer: str, *, completed: bool) -> StoredEvent:
        return self.ledger.record(
            self.tenant,
            TransferReceived(transfer_id=transfer, receipt_id="D1", lines=(), completed=completed),
        )

    def called_off(self, transfer: str) -> StoredEvent:
        return self.ledger.record(self.tenant, TransferCancelled(transfer_id=transfer, lines=()))

    def overdue(self, transfer: str, expected: datetime) -> StoredEvent:
        return self.ledger.record(
            self.tenant, TransferOverdue(transfer_id=transfer, expected_delivery=expected)
        )

    def requested(self, adjustment: str, deadline: datetime) -> StoredEvent:
        nothing = Quantity(0)
        return self.ledger.record(
            self.tenant,
            AdjustmentRequested(
                adjustment_id=adjustment,
                warehouse_id=WarehouseId("NORTH"),
                sku=Sku("LAMP"),
                change=Quantity(-9_000),
                requested_by="ann",
                expires_at=deadline,
                item_version=1,
                available=nothing,
                on_hand=nothing,
                value=Money(0),
            ),
        )

    def approved(self, adjustment: str) -> StoredEvent:
        return self.ledger.record(
            self.tenant,
            AdjustmentApproved(
                adjustment_id=adjustment, approved_by="bob", changed_meanwhile=Quantity(0)
            ),
        )

    def rejected(self, adjustment: str) -> StoredEvent:
        return self.ledger.record(
            self.tenant, AdjustmentRejected(adjustment_id=adjustment, rejected_by="bob")
        )

    def request_expired(self, adjustment: str, deadline: datetime) -> StoredEvent:
        return self.ledger.record(
            self.tenant, AdjustmentExpired(adjustment_id=adjustment, expires_at=deadline)
        )

    def configured(self, time_zone: str) -> StoredEvent:
        return self.ledger.record(
            self.tenant,
            TenantConfigured(
                time_zone=time_zone, low_stock_percent=20, lead_time_days=7, count_frequency_days=30
            ),
        )

    def day_begun(self, day: str) -> StoredEvent:
        return self.ledger.record(self.tenant, DailyCheckStarted(day=day))
