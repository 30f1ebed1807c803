"""The command that a timer brings about, and what the names of some timers say."""

from collections.abc import Sequence
from datetime import datetime
from typing import Final, assert_never
from uuid import UUID, uuid5

from stockledger.messages.adjustment import ExpireAdjustment
from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.message import Command
from stockledger.messages.reservation import ExpireReservation
from stockledger.messages.supplier_order import (
    CreateSupplierOrder,
    Reorder,
    ReportOverdueSupplierOrder,
)
from stockledger.messages.tenant import ContinueDailyCheck, ItemPlace, StartDailyCheck
from stockledger.messages.transfer import ReportOverdueTransfer
from stockledger_scheduler.calendars import UTC_NAME, latest_day
from stockledger_scheduler.timer import Timer, TimerKind

REORDERS: Final = UUID("7efaf2a0-df90-57f2-b331-f8fb31302f48")
"""The namespace of the ids of automatic reorders; another one would order everything again."""


def command_for(timers: Sequence[Timer], now: datetime) -> Command:
    """Return the command that these timers bring about; only reservations come together."""
    first = timers[0]
    match first.kind:
        case TimerKind.RESERVATION:
            return ExpireReservation(reservation_ids=tuple(timer.id for timer in timers))
        case TimerKind.TRANSFER:
            return ReportOverdueTransfer(transfer_id=first.id)
        case TimerKind.ADJUSTMENT:
            return ExpireAdjustment(adjustment_id=first.id)
        case TimerKind.SUPPLIER_ORDER:
            return ReportOverdueSupplierOrder(supplier_order_id=first.id)
        case TimerKind.REORDER:
            return _reorder(first)
        case TimerKind.DAILY_CHECK:
            day = latest_day(first.time_zone or UTC_NAME, now)
            return StartDailyCheck(day=day.isoformat())
        case TimerKind.CHECKED_ITEMS:
            return _continued_check(first)
        case _:
            assert_never(first.kind)


def reorder_name(warehouse_id: str, sku: str, number: int) -> str:
    """Return the name of the timer that reorders an item for an alert of that number."""
    return f"{warehouse_id}/{sku}/{number}"


def place_of_check(day: str, warehouse_id: str = "", sku: str = "") -> str:
    """Return how far a day's check has come: behind that item, or at its beginning."""
    return f"{day}/{warehouse_id}/{sku}"


def _reorder(timer: Timer) -> CreateSupplierOrder:
    """Return the order that answers an alert, by the same name whoever sends it."""
    warehouse_id, sku, number = timer.id.split("/")
    order_id = uuid5(REORDERS, f"{timer.tenant_id}/{timer.id}")
    reorder = Reorder(warehouse_id=WarehouseId(warehouse_id), sku=Sku(sku), number=int(number))
    return CreateSupplierOrder(supplier_order_id=f"reorder-{order_id}", reorder=reorder)


def _continued_check(timer: Timer) -> ContinueDailyCheck:
    day, warehouse_id, sku = (timer.place or "").split("/")
    if not warehouse_id:
        return ContinueDailyCheck(day=day)
    after = ItemPlace(warehouse_id=WarehouseId(warehouse_id), sku=Sku(sku))
    return ContinueDailyCheck(day=day, after=after)
