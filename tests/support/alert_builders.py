"""One builder a message of alerts and of the day's check: lamps in warehouse north.

Amounts are given as on the wire.
"""

from typing import Final

from stockledger.messages.alert import (
    AcknowledgeAlert,
    AlertAcknowledged,
    AlertKind,
    AlertRaised,
    AlertResolution,
    AlertResolved,
    ResolveAlert,
    Severity,
)
from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.item import ConfigureItem
from stockledger.messages.tenant import (
    ContinueDailyCheck,
    DailyCheckCompleted,
    ItemPlace,
    ItemsChecked,
)
from tests.support.builders import LAMP, NORTH, create_warehouse, units
from tests.support.item_builders import receive_stock
from tests.support.specification import Given, given

LOW, OUT = AlertKind.LOW_STOCK, AlertKind.OUT_OF_STOCK
REORDER, OVER = AlertKind.REORDER_NEEDED, AlertKind.OVERSTOCK
CAPACITY: Final = AlertKind.CAPACITY

SEVERITIES: Final = {
    LOW: Severity.WARNING,
    OUT: Severity.CRITICAL,
    REORDER: Severity.INFO,
    OVER: Severity.INFO,
    CAPACITY: Severity.WARNING,
}


def watch(
    *,
    maximum: float | None = None,
    percent: int | None = None,
    reorder_point: float | None = None,
    reorder_quantity: float | None = None,
    sku: Sku = LAMP,
) -> ConfigureItem:
    """Return the settings of an item that say when to raise alerts."""
    return ConfigureItem(
        warehouse_id=NORTH,
        sku=sku,
        maximum=None if maximum is None else units(maximum),
        low_stock_percent=percent,
        reorder_point=None if reorder_point is None else units(reorder_point),
        reorder_quantity=None if reorder_quantity is None else units(reorder_quantity),
    )


def lamps(left: float, settings: ConfigureItem | None = None) -> Given:
    """Return a history in which so many lamps were received, and then watched."""
    more = [] if settings is None else [settings]
    return given().after(create_warehouse(), receive_stock(left), *more)


def raised(
    kind: AlertKind,
    figure: float,
    trigger: float,
    number: int = 1,
    *,
    recommended: float | None = None,
    sku: Sku = LAMP,
) -> AlertRaised:
    return AlertRaised(
        kind=kind,
        number=number,
        severity=SEVERITIES[kind],
        warehouse_id=NORTH,
        sku=sku,
        figure=units(figure),
        trigger=units(trigger),
        name=sku,
        recommended=None if recommended is None else units(recommended),
    )


def resolved(
    kind: AlertKind,
    figure: float,
    number: int = 1,
    resolution: AlertResolution = AlertResolution.CAUSE_GONE,
    *,
    by: str | None = None,
    sku: Sku = LAMP,
) -> AlertResolved:
    return AlertResolved(
        kind=kind,
        number=number,
        severity=SEVERITIES[kind],
        warehouse_id=NORTH,
        sku=sku,
        resolution=resolution,
        figure=units(figure),
        resolved_by=by,
    )


def replaced(kind: AlertKind, figure: float, number: int = 1) -> AlertResolved:
    return resolved(kind, figure, number, AlertResolution.REPLACED)


def by_hand(kind: AlertKind, figure: float, number: int = 1, *, by: str = "grace") -> AlertResolved:
    return resolved(kind, figure, number, AlertResolution.BY_HAND, by=by)


def full(severity: Severity, used: float, trigger: float, number: int = 1) -> AlertRaised:
    """Return the alert that warehouse north is nearly full."""
    return AlertRaised(
        kind=CAPACITY,
        number=number,
        severity=severity,
        warehouse_id=NORTH,
        figure=units(used),
        trigger=units(trigger),
    )


def full_no_more(
    severity: Severity,
    used: float,
    number: int = 1,
    resolution: AlertResolution = AlertResolution.CAUSE_GONE,
    *,
    by: str | None = None,
) -> AlertResolved:
    return AlertResolved(
        kind=CAPACITY,
        number=number,
        severity=severity,
        warehouse_id=NORTH,
        resolution=resolution,
        figure=units(used),
        resolved_by=by,
    )


def acknowledged(kind: AlertKind, number: int = 1, *, by: str = "grace") -> AlertAcknowledged:
    return AlertAcknowledged(
        kind=kind,
        number=number,
        severity=SEVERITIES[kind],
        warehouse_id=NORTH,
        sku=None if kind is CAPACITY else LAMP,
        acknowledged_by=by,
    )


def acknowledge(
    kind: AlertKind, sku: Sku | None = LAMP, *, number: int | None = None
) -> AcknowledgeAlert:
    return AcknowledgeAlert(kind=kind, warehouse_id=NORTH, sku=sku, number=number)


def resolve(kind: AlertKind, sku: Sku | None = LAMP, *, number: int | None = None) -> ResolveAlert:
    return ResolveAlert(kind=kind, warehouse_id=NORTH, sku=sku, number=number)


def place(sku: Sku = LAMP, warehouse_id: WarehouseId = NORTH) -> ItemPlace:
    return ItemPlace(warehouse_id=warehouse_id, sku=sku)


def continue_check(day: str, after: ItemPlace | None = None) -> ContinueDailyCheck:
    return ContinueDailyCheck(day=day, after=after)


def items_checked(day: str, items: int, last: ItemPlace) -> ItemsChecked:
    return ItemsChecked(day=day, items=items, last=last)


def check_completed(day: str, items: int) -> DailyCheckCompleted:
    return DailyCheckCompleted(day=day, items=items)
