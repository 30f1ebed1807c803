"""Why commands are refused, where several deciders refuse for the same reason."""

from datetime import datetime

from stockledger.messages.fields import Sku, WarehouseId, time_to_wire
from stockledger.messages.reservation import ReservationStatus
from stockledger.messages.results import ErrorCode, Rejection
from stockledger.messages.supplier_order import SupplierOrderStatus
from stockledger.messages.transfer import TransferStatus


def warehouse_not_found(warehouse_id: WarehouseId) -> Rejection:
    return _not_found("warehouse", "warehouse_id", warehouse_id)


def warehouse_inactive(warehouse_id: WarehouseId, consequence: str) -> Rejection:
    return Rejection(
        ErrorCode.WAREHOUSE_INACTIVE,
        f"Warehouse {warehouse_id} is inactive: {consequence}.",
        {"warehouse_id": warehouse_id},
    )


def item_not_found(warehouse_id: WarehouseId, sku: Sku) -> Rejection:
    return Rejection(
        ErrorCode.NOT_FOUND,
        f"There is no item {sku} in warehouse {warehouse_id}.",
        {"warehouse_id": warehouse_id, "sku": sku},
    )


def sku_not_found(sku: Sku) -> Rejection:
    return Rejection(ErrorCode.NOT_FOUND, f"No warehouse keeps {sku}.", {"sku": sku})


def adjustment_not_found(adjustment_id: str) -> Rejection:
    return _not_found("adjustment", "adjustment_id", adjustment_id)


def reservation_not_found(reservation_id: str) -> Rejection:
    return _not_found("reservation", "reservation_id", reservation_id)


def reservation_not_active(reservation_id: str, status: ReservationStatus) -> Rejection:
    return Rejection(
        ErrorCode.RESERVATION_NOT_ACTIVE,
        f"Reservation {reservation_id} is {status}.",
        {"reservation_id": reservation_id, "status": status.value},
    )


def reservation_expired(reservation_id: str, expires_at: datetime, now: datetime) -> Rejection:
    times = {"expires_at": time_to_wire(expires_at), "now": time_to_wire(now)}
    return Rejection(
        ErrorCode.RESERVATION_EXPIRED,
        f"Reservation {reservation_id} expired at {times['expires_at']}.",
        {"reservation_id": reservation_id, **times},
    )


def transfer_not_found(transfer_id: str) -> Rejection:
    return _not_found("transfer", "transfer_id", transfer_id)


def transfer_not_movable(transfer_id: str, status: TransferStatus) -> Rejection:
    return Rejection(
        ErrorCode.INVALID_MOVEMENT,
        f"Transfer {transfer_id} is {status}.",
        {"transfer_id": transfer_id, "status": status.value},
    )


def supplier_not_found(supplier_id: str) -> Rejection:
    return _not_found("supplier", "supplier_id", supplier_id)


def supplier_order_not_found(supplier_order_id: str) -> Rejection:
    return _not_found("supplier order", "supplier_order_id", supplier_order_id)


def supplier_order_over(supplier_order_id: str, status: SupplierOrderStatus) -> Rejection:
    return Rejection(
        ErrorCode.INVALID_MOVEMENT,
        f"Supplier order {supplier_order_id} is {status}.",
        {"supplier_order_id": supplier_order_id, "status": status.value},
    )


def recipient_not_found(recipient_id: str) -> Rejection:
    return _not_found("recipient", "recipient_id", recipient_id)


def invalid(field: str, problem: str) -> Rejection:
    """Return the refusal of one field's value; `problem` goes on from the field's name."""
    return Rejection(
        ErrorCode.VALIDATION_ERROR,
        f"{field}: {problem}.",
        {"field": field, "problem": problem},
    )


def _not_found(what: str, field: str, name: str) -> Rejection:
    return Rejection(ErrorCode.NOT_FOUND, f"There is no {what} {name}.", {field: name})
