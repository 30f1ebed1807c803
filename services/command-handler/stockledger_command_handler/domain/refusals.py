"""Why commands are refused, where several deciders refuse for the same reason."""

from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.results import ErrorCode, Rejection


def warehouse_not_found(warehouse_id: WarehouseId) -> Rejection:
    return Rejection(
        ErrorCode.NOT_FOUND,
        f"There is no warehouse {warehouse_id}.",
        {"warehouse_id": warehouse_id},
    )


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


def invalid(field: str, problem: str) -> Rejection:
    """Return the refusal of one field's value; `problem` goes on from the field's name."""
    return Rejection(
        ErrorCode.VALIDATION_ERROR,
        f"{field}: {problem}.",
        {"field": field, "problem": problem},
    )
