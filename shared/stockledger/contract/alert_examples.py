"""One example of every command and event of alerts, and of the day's check for them."""

from typing import Final

from stockledger.amounts import Quantity
from stockledger.contract.example_values import LAMP, NORTH
from stockledger.messages import alert, tenant
from stockledger.messages.alert import AlertKind, AlertResolution, Severity
from stockledger.messages.message import Command, Event
from stockledger.messages.tenant import ItemPlace

_DAY: Final = "2026-11-21"
_LAST: Final = ItemPlace(warehouse_id=NORTH, sku=LAMP)

ALERT_COMMAND_EXAMPLES: Final[tuple[Command, ...]] = (
    tenant.ContinueDailyCheck(day=_DAY, after=_LAST),
    alert.AcknowledgeAlert(kind=AlertKind.LOW_STOCK, warehouse_id=NORTH, sku=LAMP, number=3),
    alert.ResolveAlert(
        kind=AlertKind.LOW_STOCK, warehouse_id=NORTH, sku=LAMP, reason="out of the catalogue soon"
    ),
)

ALERT_EVENT_EXAMPLES: Final[tuple[Event, ...]] = (
    tenant.ItemsChecked(day=_DAY, items=100, last=_LAST),
    tenant.DailyCheckCompleted(day=_DAY, items=142),
    alert.AlertRaised(
        kind=AlertKind.REORDER_NEEDED,
        number=1,
        severity=Severity.INFO,
        warehouse_id=NORTH,
        sku=LAMP,
        figure=Quantity(18_000),
        trigger=Quantity(20_000),
        name="Desk lamp",
        recommended=Quantity(180_000),
        supplier_id="LUMEN",
    ),
    alert.AlertAcknowledged(
        kind=AlertKind.LOW_STOCK,
        number=3,
        severity=Severity.WARNING,
        warehouse_id=NORTH,
        sku=LAMP,
        acknowledged_by="grace",
    ),
    alert.AlertResolved(
        kind=AlertKind.CAPACITY,
        number=2,
        severity=Severity.WARNING,
        warehouse_id=NORTH,
        resolution=AlertResolution.CAUSE_GONE,
        figure=Quantity(3_748_000),
    ),
)
