"""Which events move units, and between which buckets each may."""

from collections.abc import Mapping
from typing import Any, Final

RECEIVED: Final = "stockledger.StockReceived.v1"
ISSUED: Final = "stockledger.StockIssued.v1"
ADJUSTED: Final = "stockledger.StockAdjusted.v1"
CORRECTED: Final = "stockledger.StockCorrected.v1"
RETURNED: Final = "stockledger.StockReturned.v1"
DAMAGED: Final = "stockledger.StockDamaged.v1"
REPAIRED: Final = "stockledger.StockRepaired.v1"
SCRAPPED: Final = "stockledger.StockScrapped.v1"
RESERVED: Final = "stockledger.StockReserved.v1"
RELEASED: Final = "stockledger.StockReleased.v1"
HOLDS_EXPIRED: Final = "stockledger.HoldsExpired.v1"
TRANSFER_MOVED: Final = "stockledger.TransferStockMoved.v1"
COST_CORRECTED: Final = "stockledger.CostCorrected.v1"
"""Changes the value of units, and moves none."""

WITHIN_ON_HAND: Final = frozenset({RESERVED, RELEASED, HOLDS_EXPIRED, DAMAGED, REPAIRED})
MOVEMENTS: Final = frozenset(
    {
        RECEIVED,
        ISSUED,
        ADJUSTED,
        CORRECTED,
        RETURNED,
        SCRAPPED,
        TRANSFER_MOVED,
        *WITHIN_ON_HAND,
    }
)

HELD: Final = "held"
FREED: Final = "released"
SENT: Final = "sent"
EXPECTED: Final = "expected"
ARRIVED: Final = "received"
BROKEN: Final = "damaged"
SHORT: Final = "short"
OVER: Final = "over"
RECALLED: Final = "recalled"
BACK: Final = "returned"
"""The steps of a transfer, as a movement names them."""

Way = tuple[str, str]
"""The bucket that units leave, and the one that they come to."""

_ISSUED_TO: Final = {"sale": "customer", "write_off": "scrap", "production": "production"}
_BY_STEP: Final[Mapping[str, tuple[Way, ...]]] = {
    HELD: (("available", "reserved"),),
    FREED: (("reserved", "available"),),
    SENT: (("reserved", "transfer"), ("available", "transfer")),
    EXPECTED: (("transfer", "in_transit"),),
    ARRIVED: (("in_transit", "available"), ("transfer", "available")),
    BROKEN: (("in_transit", "damaged"),),
    SHORT: (("in_transit", "adjustment"),),
    OVER: (("adjustment", "available"),),
    RECALLED: (("in_transit", "transfer"),),
    BACK: (("transfer", "available"),),
}
_BY_TYPE: Final[Mapping[str, tuple[Way, ...]]] = {
    RECEIVED: (("supplier", "available"),),
    RETURNED: tuple(("customer", bucket) for bucket in ("available", "damaged", "quarantined")),
    DAMAGED: tuple((bucket, "damaged") for bucket in ("available", "quarantined")),
    REPAIRED: tuple((bucket, "available") for bucket in ("damaged", "quarantined")),
    SCRAPPED: tuple((bucket, "scrap") for bucket in ("damaged", "quarantined")),
    RESERVED: (("available", "reserved"),),
    RELEASED: (("reserved", "available"),),
    HOLDS_EXPIRED: (("reserved", "available"),),
}


def ways_of(type_name: str, data: Mapping[str, Any], change: int) -> tuple[Way, ...]:
    """Return the ways that a movement may take; `change` is the signed one of an adjustment."""
    match type_name:
        case "stockledger.TransferStockMoved.v1":
            return _BY_STEP[data["step"]]
        case "stockledger.StockIssued.v1":
            source = "available" if data.get("reservation_id") is None else "reserved"
            return ((source, _ISSUED_TO[data["purpose"]]),)
        case "stockledger.StockAdjusted.v1" | "stockledger.StockCorrected.v1":
            up, down = ("adjustment", "available"), ("available", "adjustment")
            return (up if change > 0 else down,)
        case _:
            return _BY_TYPE[type_name]


def may_cut(type_name: str, data: Mapping[str, Any]) -> bool:
    """Say whether the movement states what is gone already, even of what is held."""
    if type_name == ISSUED:
        return bool(data["purpose"] == "write_off")
    return type_name in {CORRECTED, DAMAGED}
