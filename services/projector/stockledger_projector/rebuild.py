"""`stockledger rebuild`: folds views anew beside the live ones, to compare or to swap."""

import asyncio
import contextlib
import time
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Annotated, Any, Final

import asyncpg
import typer

from stockledger.config import Settings, load_settings
from stockledger.database import open_pool
from stockledger.errors import ConfigurationError
from stockledger.event_log.postgres import PostgresEventLog
from stockledger.positions import Positions
from stockledger.statements import Connection
from stockledger_projector.projection import BESIDE_LEVELS, GROUP
from stockledger_projector.shadow import SQL, Shadow
from stockledger_projector.views.holds import Holds
from stockledger_projector.views.stock_levels import StockLevels
from stockledger_projector.views.view import View

_KEPT: Final[tuple[View[Any], ...]] = (StockLevels(), *BESIDE_LEVELS, Holds())
VIEWS: Final = {view.table: view for view in _KEPT}

REST_EVENTS_MAX: Final = 5_000
"""Folded while the live view waits: a fraction of a second."""

CATCH_UPS_MAX: Final = 20
"""Rounds of catching up with live traffic, each far shorter than the one before."""

CONNECTIONS: Final = 4
"""One holds the live view, one reads the log, one writes the shadow, one compares."""

DIFFERENCES_SHOWN: Final = 10
"""Keys of differing rows that a comparison names."""

COMPARING_SECONDS: Final = 86_400.0
"""For comparing a view with its shadow, both read whole, however large they are."""

DRIFT_STATUS: Final = 1
"""Exit status when a live view differs from the fold."""


class ViewName(StrEnum):
    """The views that are kept in tables."""

    STOCK_LEVELS = "stock_levels"
    MOVEMENTS = "movements"
    WAREHOUSES = "warehouses"
    HOLDS = "holds"
    RESERVATIONS = "reservations"
    FULFILMENT = "fulfilment"
    ORDERS = "orders"
    ORDER_LINES = "order_lines"
    WAREHOUSE_BALANCES = "warehouse_balances"
    BACKDATED_CHANGES = "backdated_changes"
    GOODS_SOLD = "goods_sold"
    TRANSFERS = "transfers"
    TRANSFER_LINES = "transfer_lines"
    ADJUSTMENTS = "adjustments"
    IMPORTS = "imports"
    TENANTS = "tenants"
    ALERTS = "alerts"
    SUPPLIERS = "suppliers"
    SUPPLIER_ORDERS = "supplier_orders"
    SUPPLIER_ORDER_LINES = "supplier_order_lines"


@dataclass(frozen=True, slots=True)
class Rebuilt:
    """What a rebuild did: events folded, the seconds that took, and how many rows differed.

    `held_seconds` is how long live batches had to wait; `drift` is None when it only swapped.
    """

    events: int
    seconds: float
    held_seconds: float
    drift: int | None
    keys: Sequence[str]


def rebuild(
    view: Annotated[
        list[ViewName] | None, typer.Argument(help="Views to fold anew; all when none is named.")
    ] = None,
    *,
    compare: Annotated[
        bool, typer.Option("--compare", help="Compare with the live view, row by row.")
    ] = False,
    swap: Annotated[bool, typer.Option("--swap", help="Put it in the live view's place.")] = False,
) -> None:
    """Fold views anew from the log, beside the live ones and while these go on.

    With --compare, the number of differing rows is printed (exit status 1 when there are any) and
    shown by the projectors as inventory_view_drift_rows. With --swap, the new one takes over.
    """
    if not compare and not swap:
        raise typer.BadParameter("say what for: --compare, --swap or both")
    drift = asyncio.run(_rebuild_all(view or list(ViewName), compare=compare, swap=swap))
    raise typer.Exit(DRIFT_STATUS if drift else 0)


async def _rebuild_all(views: Sequence[ViewName], *, compare: bool, swap: bool) -> int:
    settings = load_settings(Settings)
    drift = 0
    async with await open_pool(settings, role=None, size=CONNECTIONS) as pool:
        for name in views:
            rebuilding = Rebuild(VIEWS[name], settings, pool)
            rebuilt = await rebuilding.run(compare=compare, swap=swap)
            drift += rebuilt.drift or 0
            _tell(name, rebuilt, swapped=swap)
    return drift


class Rebuild:
    """One view's: fold while live traffic goes on, then hold it for the rest."""

    def __init__(
        self, view: View[Any], settings: Settings, pool: "asyncpg.Pool[asyncpg.Record]"
    ) -> None:
        self._view = view
        self._pool = pool
        self._partitions = list(range(settings.partitions))
        self._live = Positions(GROUP)
        self._held_seconds = 0.0
        self._shadow = Shadow(view, PostgresEventLog(pool, settings.partitions), pool)

    async def run(self, *, compare: bool, swap: bool) -> Rebuilt:
        """Rebuild the view.

        Raises:
            ConfigurationError: another process is rebuilding it, or the live view is too fast.
        """
        async with self._pool.acquire() as claim:
            if not await claim.fetchval(SQL["claim"], self._view.table):
                raise ConfigurationError(f"{self._view.table} is being rebuilt already")
            try:
                return await self._rebuild(compare=compare, swap=swap)
            finally:
                await claim.execute(SQL["release"])

    async def _rebuild(self, *, compare: bool, swap: bool) -> Rebuilt:
        begun = time.perf_counter()
        await self._shadow.create(self._partitions)
        events = await self._catch_up()
        seconds = time.perf_counter() - begun
        differing, keys = await self._compare() if compare else (None, ())
        if swap:
            await self._catch_up()
            async with self._held_live() as holder:
                await holder.execute(SQL["swap"], self._view.table)
        return Rebuilt(events, seconds, self._held_seconds, differing, keys)

    async def _catch_up(self) -> int:
        """Fold until little is missing; return how many events."""
        folded = 0
        for _ in range(CATCH_UPS_MAX):
            async with self._pool.acquire() as connection:
                standings = await self._live.read(connection, self._partitions)
            live = {partition: standing.position for partition, standing in standings.items()}
            missing = self._shadow.missing(live)
            if missing <= REST_EVENTS_MAX and folded:
                return folded
            await self._shadow.fold_up_to(live)
            folded += missing
            if missing <= REST_EVENTS_MAX:
                return folded
        raise ConfigurationError(f"{self._view.table}: the live view grows faster than its fold")

    @contextlib.asynccontextmanager
    async def _held_live(self) -> AsyncGenerator[Connection]:
        """Keep the live view where it is, with the shadow at the same positions."""
        async with self._pool.acquire() as holder, holder.transaction():
            standings = await self._live.lock(holder, self._partitions)
            begun = time.perf_counter()
            await self._shadow.fold_up_to({p: each.position for p, each in standings.items()})
            yield holder
        self._held_seconds = max(self._held_seconds, time.perf_counter() - begun)

    async def _compare(self) -> tuple[int, Sequence[str]]:
        """Compare in a snapshot that is taken while both stand at the same positions."""
        async with (
            self._pool.acquire() as comparing,
            comparing.transaction(isolation="repeatable_read"),
        ):
            async with self._held_live():
                await comparing.execute(SQL["patience"])
                await comparing.execute(SQL["look"])
            found = await comparing.fetchrow(
                SQL["differences"],
                self._view.table,
                DIFFERENCES_SHOWN,
                timeout=COMPARING_SECONDS,
            )
            assert found is not None
            await comparing.execute(SQL["tell_drift"], self._view.table, found["differing"])
            return found["differing"], found["keys"]


def _tell(name: str, rebuilt: Rebuilt, *, swapped: bool) -> None:
    rate = rebuilt.events / max(rebuilt.seconds, 1e-9)
    typer.echo(
        f"{name}: {rebuilt.events} events folded in {rebuilt.seconds:.1f} s ({rate:,.0f}/s),"
        f" live batches held for {1_000 * rebuilt.held_seconds:.0f} ms"
        + ("" if rebuilt.drift is None else f", {rebuilt.drift} rows differ")
        + (", swapped" if swapped else "")
    )
    for key in rebuilt.keys:
        typer.echo(f"  differs: {key}")
