"""What the read models of reservations and orders must say, as the auditor's fold has it."""

from typing import Any

from stockledger.audit.holds import Hold
from stockledger.audit.orders import OrderSeen, SoldSeen
from stockledger.audit.read_models import JsonText, Row
from stockledger.audit.reservations import ReservationSeen


def hold_row(hold: Hold) -> Row:
    """Return what views.holds must say of a hold."""
    return {"quantity": hold.quantity, "expires_at": hold.expires_at}


def reservation_row(partition: int, seen: ReservationSeen) -> Row:
    """Return what views.reservations must say of a reservation."""
    return {
        "partition": partition,
        "position": seen.position,
        "version": seen.version,
        "status": seen.status,
        **{name: seen.made_for.get(name) for name in ("customer_id", "cart_id", "order_id")},
        "expires_at": seen.expires_at,
        "created_at": seen.created_at,
        "updated_at": seen.updated_at,
        "ended_at": seen.ended_at,
        "lines": JsonText(seen.told),
        "asked": _json(seen.asked),
    }


def order_row(partition: int, order: OrderSeen) -> Row:
    """Return what views.orders must say of an order."""
    status = "ACCEPTED" if order.accepted_at else "OPEN"
    return {
        "partition": partition,
        "position": order.position,
        "version": order.version,
        "status": "CANCELLED" if order.cancelled_at else status,
        "customer_id": order.customer_id,
        "cart_id": order.cart_id,
        "reservation_ids": sorted(order.reservation_ids),
        "asked": _json(order.asked),
        "created_at": order.created_at,
        "accepted_at": order.accepted_at,
        "cancelled_at": order.cancelled_at,
        "updated_at": order.updated_at,
    }


def order_line_row(sold: SoldSeen) -> Row:
    """Return what views.order_lines must say of an item sold under an order."""
    return {
        "sold": sold.quantity,
        "sold_value": sold.value,
        "returned": sold.returned,
        "returned_value": sold.returned_value,
    }


def _json(lines: list[dict[str, Any]] | None) -> JsonText | None:
    return None if lines is None else JsonText(lines)
