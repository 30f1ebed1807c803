"""What the projector makes of the events: all views and the levels topic, in one transaction."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final, Protocol

import asyncpg

from stockledger.crash_points import CrashPoints
from stockledger.delivered_events import DeliveredEvent
from stockledger.event_intake import PartitionsHeld
from stockledger.statements import Connection
from stockledger_projector.views.adjustments import Adjustments
from stockledger_projector.views.alerts import Alerts
from stockledger_projector.views.backdated_changes import BackdatedChanges
from stockledger_projector.views.fulfilment import Fulfilment
from stockledger_projector.views.goods_sold import GoodsSold
from stockledger_projector.views.holds import HoldChanges, Holds
from stockledger_projector.views.imports import Imports
from stockledger_projector.views.movements import Movements
from stockledger_projector.views.order_lines import OrderLines
from stockledger_projector.views.orders import Orders
from stockledger_projector.views.reservations import Reservations
from stockledger_projector.views.stock_levels import LevelChanges, StockLevels
from stockledger_projector.views.supplier_order_lines import SupplierOrderLines
from stockledger_projector.views.supplier_orders import SupplierOrders
from stockledger_projector.views.suppliers import Suppliers
from stockledger_projector.views.tenants import Tenants
from stockledger_projector.views.transfer_lines import TransferLines
from stockledger_projector.views.transfers import Transfers
from stockledger_projector.views.view import LIVE_SCHEMA, MOVEMENT_KINDS, View
from stockledger_projector.views.warehouse_balances import WarehouseBalances
from stockledger_projector.views.warehouses import Warehouses

GROUP: Final = "projector"
"""The views' place in the positions; also names the consumer group."""

USE_SCHEMA: Final = (
    "select set_config('search_path', $1, true), set_config('enable_seqscan', 'off', true),"
    " set_config('enable_hashjoin', 'off', true), set_config('enable_mergejoin', 'off', true)"
)
"""Where the views' statements find their tables, until the transaction ends. Plans that are made
while the tables are empty are kept when they have millions of rows: by key from the first."""


class PublishedLevels(PartitionsHeld, Protocol):
    """Where the changed levels go."""

    async def publish(self, rows: Sequence[asyncpg.Record]) -> None:
        """Publish level rows; they are acknowledged when this returns."""
        ...


BESIDE_LEVELS: Final[tuple[View[Any], ...]] = (
    Movements(),
    Warehouses(),
    Reservations(),
    Fulfilment(),
    Orders(),
    OrderLines(),
    WarehouseBalances(),
    BackdatedChanges(),
    GoodsSold(),
    Transfers(),
    TransferLines(),
    Adjustments(),
    Imports(),
    Tenants(),
    Alerts(),
    Suppliers(),
    SupplierOrders(),
    SupplierOrderLines(),
)
"""Views that are written while the levels are being published."""

_OF_MOVEMENTS: Final = frozenset(
    view.table for view in BESIDE_LEVELS if not MOVEMENT_KINDS.keys().isdisjoint(view.types)
)
"""Those of them that movements change. The others never see one: most events are movements."""


@dataclass(frozen=True, slots=True)
class Folded:
    """What a batch changes in each view; the last are in the order of `BESIDE_LEVELS`."""

    holds: HoldChanges
    levels: LevelChanges
    beside: list[Any]


class Projection:
    """The subscriber that keeps the views and the levels topic."""

    def __init__(self, levels_topic: PublishedLevels, crash_points: CrashPoints) -> None:
        self._levels_topic = levels_topic
        self._crash_points = crash_points
        self._holds = Holds()
        self._levels = StockLevels()

    async def owned(self, partitions: Sequence[int]) -> None:
        """Let no other process publish levels of these partitions."""
        await self._levels_topic.owned(partitions)

    async def released(self) -> None:
        """Publish levels no more."""
        await self._levels_topic.released()

    def fold(self, events: Sequence[DeliveredEvent]) -> Folded:
        """Return what the events change in each view."""
        others = [event for event in events if event.type not in MOVEMENT_KINDS]
        return Folded(
            self._holds.fold(events),
            self._levels.fold(events),
            [
                view.fold(events if view.table in _OF_MOVEMENTS else others)
                for view in BESIDE_LEVELS
            ],
        )

    async def apply(self, connection: Connection, folded: Folded) -> None:
        """Write every view, and publish the changed levels while PostgreSQL works on the rest.

        The levels are acknowledged when this returns, thus before the positions move: no
        position passes a level that is not in the topic.
        """
        await connection.execute(USE_SCHEMA, LIVE_SCHEMA)
        await self._holds.write(connection, LIVE_SCHEMA, folded.holds)
        rows = await self._levels.write_returning(connection, folded.levels)
        self._crash_points.passed("projector-before-levels")
        publishing = asyncio.create_task(self._levels_topic.publish(rows))
        try:
            for view, changes in zip(BESIDE_LEVELS, folded.beside, strict=True):
                await view.write(connection, LIVE_SCHEMA, changes)
        finally:
            await publishing
        self._crash_points.passed("projector-after-levels")

    async def committed(self) -> None:
        """Know that the batch is done."""
        self._crash_points.passed("projector-after-commit")
