"""What the read models must say of transfers, adjustments, imports, tenants and the past."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from stockledger.audit.adjustments import APPROVAL_DAYS, AdjustmentSeen
from stockledger.audit.figures import money, units
from stockledger.audit.imports import ImportSeen
from stockledger.audit.past_figures import FIGURES, GOODS, Amounts
from stockledger.audit.read_models import Row
from stockledger.audit.tenants import TenantSeen
from stockledger.audit.transfer_seen import LineSeen, TransferSeen


def transfer_row(partition: int, seen: TransferSeen) -> Row:
    """Return what views.transfers must say of a transfer."""
    return {
        "partition": partition,
        "position": seen.position,
        "version": seen.version,
        "status": seen.status,
        "source_warehouse_id": seen.source,
        "destination_warehouse_id": seen.destination,
        **_document(seen.said),
        "created_at": seen.created_at,
        "updated_at": seen.updated_at,
        "dispatched_at": seen.dispatched_at,
        "carrier": seen.carrier,
        "tracking_number": seen.tracking_number,
        "expected_delivery": seen.expected_delivery,
        "overdue_at": seen.overdue_at,
        "ended_at": seen.ended_at,
        "receipts": len(seen.receipts),
    }


def transfer_line_row(line: LineSeen) -> Row:
    """Return what views.transfer_lines must say of a SKU of a transfer."""
    return {
        "quantity": line.quantity,
        "sent": line.sent,
        "received": line.received,
        "damaged": line.damaged,
        "short": line.short,
        "over": line.over,
        "returned": line.returned,
        "in_transit": line.in_transit,
        "sent_value": line.sent_value,
        "transit_value": line.value,
    }


def adjustment_row(partition: int, seen: AdjustmentSeen) -> Row:
    """Return what views.adjustments must say of an adjustment."""
    effective_at = seen.carried["effective_at"]
    return {
        "partition": partition,
        "position": seen.position,
        "version": seen.version,
        "status": seen.status,
        "warehouse_id": seen.item[1],
        "sku": seen.item[2],
        "change": seen.change,
        "requested_by": seen.requested_by,
        **_document(seen.carried),
        "effective_at": effective_at and datetime.fromisoformat(effective_at).astimezone(UTC),
        "created_at": seen.requested_at,
        "updated_at": seen.updated_at,
        "expires_at": seen.expires_at,
        "item_version": seen.item_version,
        "available": seen.available,
        "on_hand": seen.on_hand,
        "value": seen.value,
        "decided_at": seen.decided_at,
        "decided_by": seen.decided_by,
        "decision_reason": seen.decision_reason,
        "changed_meanwhile": seen.changed_meanwhile,
    }


def import_row(partition: int, seen: ImportSeen) -> Row:
    """Return what views.imports must say of an import."""
    return {
        "partition": partition,
        "position": seen.position,
        "version": seen.version,
        "created_at": seen.started_at,
        "updated_at": seen.updated_at,
        "kind": seen.kind,
        "chunks": seen.staged,
        "rows": seen.rows,
        "applied_at": seen.applied_at,
        "changed": seen.changed,
    }


def tenant_row(partition: int, seen: TenantSeen) -> Row:
    """Return what views.tenants must say of a tenant that was configured."""
    settings, row = seen.settings, seen.configured
    quantity, value = settings.get("approval_quantity"), settings.get("approval_value")
    return {
        "partition": partition,
        "position": row and row.position,
        "version": row and row.version,
        "updated_at": row and row.recorded_at,
        "time_zone": settings["time_zone"],
        "currency": settings.get("currency"),
        "approval_quantity": None if quantity is None else units(quantity),
        "approval_value": None if value is None else money(value),
        "approval_days": settings.get("approval_days", APPROVAL_DAYS),
    }


def figures_row(figures: Amounts) -> Row:
    """Return what a row must say of figures of a warehouse, or of changes of them."""
    return dict(zip(FIGURES, figures, strict=True))


def goods_row(amounts: Amounts) -> Row:
    """Return what views.goods_sold must say of an hour."""
    return dict(zip(GOODS, amounts, strict=True))


def _document(said: Mapping[str, Any]) -> Row:
    reference: Row = said.get("reference") or {}
    return {
        "reason": said.get("reason"),
        "reference_type": reference.get("type"),
        "reference_id": reference.get("id"),
    }
