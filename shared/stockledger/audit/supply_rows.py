"""What the read models must say of alerts, suppliers and the orders to them."""

from typing import Final

from stockledger.audit.alert_seen import AlertKey, AlertSeen
from stockledger.audit.figures import units
from stockledger.audit.read_models import Row
from stockledger.audit.supplier_order_seen import OrderedLine, SupplierOrderSeen, SupplierSeen

_OF_SUPPLIER: Final = (
    "name",
    "api_url",
    "contact",
    "email",
    "phone",
    "address",
    "lead_time_days",
)
_OF_ALERT: Final = ("name", "supplier_id")


def alert_row(partition: int, seen: AlertSeen) -> Row:
    """Return what views.alerts must say of an alert."""
    said = seen.said
    recommended = said.get("recommended")
    return {
        "partition": partition,
        "position": seen.position,
        "version": seen.version,
        "severity": seen.severity,
        "status": _status(seen),
        **{name: said.get(name) for name in _OF_ALERT},
        "figure": units(said["figure"]),
        "trigger": units(said["trigger"]),
        "recommended": None if recommended is None else units(recommended),
        "raised_at": seen.raised_at,
        "acknowledged_at": seen.acknowledged_at,
        "acknowledged_by": seen.acknowledged_by,
        "resolved_at": seen.resolved_at,
        "resolved_by": seen.resolved_by,
        "resolution": seen.resolution,
        "resolved_figure": seen.figure_then,
    }


def alert_place(key: AlertKey) -> tuple[str, str, str, str, int]:
    """Return the key of an alert's row; a warehouse's has no SKU."""
    subject = key.subject
    return subject.tenant_id, subject.warehouse_id, subject.sku or "", key.kind, key.number


def supplier_row(partition: int, seen: SupplierSeen) -> Row:
    """Return what views.suppliers must say of a supplier."""
    return {
        "partition": partition,
        "position": seen.position,
        "version": seen.version,
        "updated_at": seen.changed_at,
        "registered_at": seen.registered_at,
        **{name: seen.description.get(name) for name in _OF_SUPPLIER},
    }


def supplier_order_row(partition: int, seen: SupplierOrderSeen) -> Row:
    """Return what views.supplier_orders must say of an order."""
    said = seen.said
    reorder: Row = said.get("reorder") or {}
    return {
        "partition": partition,
        "position": seen.position,
        "version": seen.version,
        "status": seen.status,
        "supplier_id": seen.supplier_id,
        "supplier_name": said["supplier_name"],
        "api_url": said.get("api_url"),
        "supplier_reference": seen.supplier_reference,
        "reorder_warehouse_id": reorder.get("warehouse_id"),
        "reorder_sku": reorder.get("sku"),
        "reorder_number": reorder.get("number"),
        "created_by": seen.created_by,
        "created_at": seen.created_at,
        "updated_at": seen.updated_at,
        "expected_delivery": seen.expected_delivery,
        "submitted_at": seen.submitted_at,
        "confirmed_at": seen.confirmed_at,
        "unavailable_at": seen.unavailable_at,
        "attempts": seen.attempts,
        "cause": seen.cause,
        "overdue_at": seen.overdue_at,
        "first_received_at": seen.first_received_at,
        "ended_at": seen.ended_at,
        "deliveries": len(seen.deliveries),
    }


def supplier_order_line_row(line: OrderedLine) -> Row:
    """Return what views.supplier_order_lines must say of an item of an order."""
    return {
        "unit_cost": line.unit_cost,
        "ordered": line.ordered,
        "received": line.received,
        "rejected": line.rejected,
        "over": line.over,
        "cancelled": line.cancelled,
        "on_order": line.on_order,
        "received_value": line.received_value,
    }


def _status(seen: AlertSeen) -> str:
    if seen.resolved_at is not None:
        return "RESOLVED"
    return "OPEN" if seen.acknowledged_at is None else "ACKNOWLEDGED"
