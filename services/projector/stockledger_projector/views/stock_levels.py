"""Stock levels: what is where, now. A row an item: figures, settings, place and flags."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Final

import asyncpg

from stockledger.amounts import money_of_event, quantity_of_event
from stockledger.delivered_events import DeliveredEvent
from stockledger.messages.hold import HoldExtended
from stockledger.messages.item import BinMoved, ItemConfigured, StockReceived
from stockledger.messages.registry import type_name
from stockledger.messages.supplier_order import OnOrderChanged
from stockledger.rows import columns
from stockledger.statements import Connection, load_statements
from stockledger_projector.views.alerts import ALERT_TYPES
from stockledger_projector.views.event_fields import optional_quantity
from stockledger_projector.views.view import MOVEMENT_KINDS

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
TABLE: Final = "stock_levels"

_CONFIGURED: Final = type_name(ItemConfigured)
_BIN_MOVED: Final = type_name(BinMoved)
_RECEIVED: Final = type_name(StockReceived)
_ON_ORDER_CHANGED: Final = type_name(OnOrderChanged)
_PASSED: Final = frozenset({type_name(HoldExtended), *ALERT_TYPES})
"""After these an item has another version, and the same level."""

_ITEM: Final = "item/"
"""What the names of items' streams begin with: warehouses have alerts too."""

_Last = dict[tuple[str, str], DeliveredEvent]


@dataclass(slots=True)
class LevelChanges:
    """The rows of each statement, and the items that change."""

    configured: list[tuple[object, ...]] = field(default_factory=list[tuple[object, ...]])
    placed: list[tuple[object, ...]] = field(default_factory=list[tuple[object, ...]])
    moved: list[tuple[object, ...]] = field(default_factory=list[tuple[object, ...]])
    ordered: list[tuple[object, ...]] = field(default_factory=list[tuple[object, ...]])
    passed: list[tuple[object, ...]] = field(default_factory=list[tuple[object, ...]])

    def statements(self) -> Mapping[str, list[tuple[object, ...]]]:
        """Return the rows of the statements that have any, in the order to run them."""
        rows = {
            "configure": self.configured,
            "place": self.placed,
            "figures": self.moved,
            "order": self.ordered,
            "version": self.passed,
        }
        return {name: changed for name, changed in rows.items() if changed}


class StockLevels:
    """Keeps `stock_levels`. Only the last event of each sort is read of an item."""

    table: ClassVar[str] = TABLE
    types: ClassVar[Sequence[str]] = (
        *MOVEMENT_KINDS,
        _CONFIGURED,
        _BIN_MOVED,
        _ON_ORDER_CHANGED,
        *_PASSED,
    )

    def fold(self, events: Sequence[DeliveredEvent]) -> LevelChanges:
        """Return what the events change."""
        configured: _Last = {}
        placed: _Last = {}
        moved: _Last = {}
        received: _Last = {}
        ordered: _Last = {}
        passed: _Last = {}
        for event in events:
            if event.type in MOVEMENT_KINDS:
                moved[event.tenant_id, event.stream] = event
                if event.type == _RECEIVED:
                    received[event.tenant_id, event.stream] = event
            elif event.type == _CONFIGURED:
                configured[event.tenant_id, event.stream] = event
                placed.pop((event.tenant_id, event.stream), None)
            elif event.type == _BIN_MOVED:
                placed[event.tenant_id, event.stream] = event
            elif event.type == _ON_ORDER_CHANGED:
                ordered[event.tenant_id, event.stream] = event
            elif event.type in _PASSED and event.stream.startswith(_ITEM):
                passed[event.tenant_id, event.stream] = event
        return LevelChanges(
            [(*_identity(event), *_settings(event.body())) for event in configured.values()],
            [(*_identity(event), *_place(event.body())) for event in placed.values()],
            [
                (*_identity(event), *_figures(event.body()), _cost(received.get(item)))
                for item, event in moved.items()
            ],
            [
                (*_identity(event), quantity_of_event(event.body()["on_order"]))
                for event in ordered.values()
            ],
            [_identity(event) for event in passed.values()],
        )

    async def write(self, connection: Connection, schema: str, changes: LevelChanges) -> None:
        """Write the changes."""
        del schema
        for name, rows in changes.statements().items():
            await connection.execute(SQL[name], *columns(rows))

    async def write_returning(
        self, connection: Connection, changes: LevelChanges
    ) -> list[asyncpg.Record]:
        """Write the changes and return each changed row as it is now, once.

        The holds are written before: the rows state the earliest deadline of them.
        """
        latest: dict[tuple[str, str, str], asyncpg.Record] = {}
        for name, rows in changes.statements().items():
            statement = f"{SQL[name]}\n{SQL['returning']}"
            for row in await connection.fetch(statement, *columns(rows)):
                latest[row["tenant_id"], row["warehouse_id"], row["sku"]] = row
        return list(latest.values())


def _identity(event: DeliveredEvent) -> tuple[object, ...]:
    _, warehouse_id, sku = event.stream.split("/")
    return (
        event.tenant_id,
        warehouse_id,
        sku,
        event.partition,
        event.position,
        event.version,
        event.recorded_at,
    )


def _settings(body: Mapping[str, Any]) -> tuple[object, ...]:
    return (
        body["name"],
        body.get("category"),
        body["unit"],
        optional_quantity(body.get("reorder_point")),
        optional_quantity(body.get("reorder_quantity")),
        optional_quantity(body.get("maximum")),
        optional_quantity(body["safety_stock"]),
        body["low_stock_percent"],
        body["lead_time_days"],
        body["count_frequency_days"],
        *_place(body),
        optional_quantity(body.get("unit_volume")),
        body.get("supplier_id"),
        body.get("reorder_automatically", False),
    )


def _place(body: Mapping[str, Any]) -> tuple[object, ...]:
    return body.get("bin"), body.get("aisle"), body.get("shelf")


def _figures(body: Mapping[str, Any]) -> tuple[object, ...]:
    levels: Mapping[str, float] = body["levels"]
    return (
        quantity_of_event(levels["available"]),
        quantity_of_event(levels["reserved"]),
        quantity_of_event(levels["damaged"]),
        quantity_of_event(levels["quarantined"]),
        quantity_of_event(levels["in_transit"]),
        quantity_of_event(levels["on_hand"]),
        money_of_event(levels["value"]),
        money_of_event(levels.get("transit_value") or 0),
    )


def _cost(received: DeliveredEvent | None) -> int | None:
    """Return what a unit cost when it was received last; None: it was not."""
    return None if received is None else money_of_event(received.body()["unit_cost"])
