"""One example of every message, as it is on the wire."""

from typing import Any, Final

import orjson
from pydantic import TypeAdapter

from stockledger.amounts import Money, Quantity
from stockledger.contract.alert_examples import ALERT_EVENT_EXAMPLES
from stockledger.contract.command_examples import COMMAND_EXAMPLES
from stockledger.contract.event_examples import STOCK_EVENT_EXAMPLES
from stockledger.contract.example_values import (
    ACME,
    BASKET,
    BULB,
    DEADLINE,
    LAMP,
    NORTH,
    NOW,
    SOUTH,
)
from stockledger.contract.import_examples import IMPORT_EVENT_EXAMPLES
from stockledger.contract.recipient_examples import RECIPIENT_EVENT_EXAMPLES
from stockledger.contract.reservation_examples import HOLD_EVENT_EXAMPLES
from stockledger.contract.shop_examples import SHOP_EVENT_EXAMPLES
from stockledger.contract.stock_change_examples import CHANGE_EVENT_EXAMPLES
from stockledger.contract.supplier_examples import SUPPLIER_EVENT_EXAMPLES
from stockledger.contract.transfer_examples import TRANSFER_EVENT_EXAMPLES
from stockledger.messages.codec import encode_command, encode_event, encode_level, encode_result
from stockledger.messages.fields import time_to_wire
from stockledger.messages.level import LEVEL_TYPE, Level
from stockledger.messages.registry import type_name
from stockledger.messages.reservation import ReservationStatus
from stockledger.messages.results import (
    CommandAccepted,
    CommandRejected,
    ErrorCode,
    Figure,
    StreamVersion,
)
from stockledger.messages.shop_events import SHOP_EVENTS, AnyShopEvent
from stockledger.messages.streams import item_stream, reservation_stream

Wire = dict[str, Any]

_ACCEPTED: Final = CommandAccepted(
    command_id="reserve-2001",
    command_source="/shop/berlin",
    command_type="stockledger.ReserveStock.v1",
    tenant_id=ACME,
    decided_at=NOW,
    partition=3,
    position=1_042,
    streams=(
        StreamVersion(stream=reservation_stream(BASKET), version=1),
        StreamVersion(stream=item_stream(NORTH, LAMP), version=7),
    ),
    events=("stockledger.ReservationCreated.v1", "stockledger.StockReserved.v1"),
    outcome={
        "reservation_id": BASKET,
        "status": ReservationStatus.ACTIVE,
        "expires_at": time_to_wire(DEADLINE),
        "lines": [{"warehouse_id": NORTH, "sku": LAMP, "quantity": 2}],
    },
)

_FAILING_LINE: Final[dict[str, Figure]] = {
    "sku": BULB,
    "asked": 12,
    "available": 9,
    "warehouse_id": SOUTH,
    "next_lapse": time_to_wire(DEADLINE),
}

_REJECTED: Final = CommandRejected(
    command_id="reserve-2002",
    command_source="/shop/berlin",
    command_type="stockledger.ReserveStock.v1",
    tenant_id=ACME,
    decided_at=NOW,
    partition=3,
    position=1_042,
    code=ErrorCode.INSUFFICIENT_STOCK,
    message="12 of BULB asked of warehouse SOUTH, 9 available.",
    details={**_FAILING_LINE, "lines": [_FAILING_LINE]},
)

_LEVEL: Final = Level(
    tenant_id=ACME,
    warehouse_id=NORTH,
    sku=LAMP,
    version=7,
    position=1_042,
    available=Quantity(8_000),
    reserved=Quantity(2_000),
    damaged=Quantity(0),
    quarantined=Quantity(0),
    in_transit=Quantity(0),
    on_hand=Quantity(10_000),
    value=Money(325_000),
    unit_cost=Money(32_500),
    recorded_at=NOW,
    flags=("LOW_STOCK",),
    next_deadline=DEADLINE,
)


def _wire(text: str | bytes) -> Wire:
    example: Wire = orjson.loads(text)
    return example


def _shop_wire(event: AnyShopEvent) -> Wire:
    # Written by shops, never by us: only here.
    return _wire(TypeAdapter(type(event)).dump_json(event, exclude_none=True))


_SHOP_TYPES: Final = {kind: name for name, kind in SHOP_EVENTS.items()}
_EVENTS: Final = (
    *STOCK_EVENT_EXAMPLES,
    *CHANGE_EVENT_EXAMPLES,
    *TRANSFER_EVENT_EXAMPLES,
    *HOLD_EVENT_EXAMPLES,
    *IMPORT_EVENT_EXAMPLES,
    *ALERT_EVENT_EXAMPLES,
    *SUPPLIER_EVENT_EXAMPLES,
    *RECIPIENT_EVENT_EXAMPLES,
)

EXAMPLES: Final[dict[str, Wire]] = {
    **{type_name(type(command)): _wire(encode_command(command)) for command in COMMAND_EXAMPLES},
    **{type_name(type(event)): _wire(encode_event(event)) for event in _EVENTS},
    **{type_name(type(result)): _wire(encode_result(result)) for result in (_ACCEPTED, _REJECTED)},
    LEVEL_TYPE: _wire(encode_level(_LEVEL)),
    **{_SHOP_TYPES[type(event)]: _shop_wire(event) for event in SHOP_EVENT_EXAMPLES},
}
