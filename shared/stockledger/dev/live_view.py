"""What `stockledger up` shows: a table each second on a terminal, else a line every 5 seconds."""

import asyncio
from collections.abc import Sequence
from typing import Final

from rich.console import Console, Group, RenderableType
from rich.live import Live
from rich.panel import Panel
from rich.table import Table
from rich.text import Text

from stockledger.dev.catalogue import Product
from stockledger.dev.demand import Demand
from stockledger.dev.demo_shop import DemoShop
from stockledger.dev.flash_sale import Rush
from stockledger.dev.outside_view import OutsideView
from stockledger.dev.reservation_figures import ReservationFigures
from stockledger.dev.services import Services
from stockledger.dev.shop_figures import ShopFigures, Snapshot
from stockledger.dev.stock_room import WAREHOUSES
from stockledger.dev.warehouse_figures import WarehouseFigures, WarehouseSnapshot

TABLE_EVERY_SECONDS: Final = 1.0
LINE_EVERY_SECONDS: Final = 5.0

ITEMS_SHOWN: Final = 5
"""Rows of the levels' table, the shop's favourites: all of it fits into 24 lines."""

NOTES_SHOWN: Final = 3
"""Latest remarks on the services."""


class LiveView:
    """The foreground of the demo."""

    def __init__(
        self,
        shop: DemoShop,
        demand: Demand,
        figures: tuple[ShopFigures, ReservationFigures, WarehouseFigures],
        outside: OutsideView,
        services: Services,
        products: Sequence[Product],
    ) -> None:
        self._shop = shop
        self._demand = demand
        self._figures, self._reservations, self._warehouses = figures
        self._outside = outside
        self._services = services
        self._products = {product.sku: product for product in products}
        self._notes_told = 0

    async def run(self, console: Console) -> None:
        """Show how it goes until cancelled."""
        if not console.is_terminal:
            while True:
                await asyncio.sleep(LINE_EVERY_SECONDS)
                console.print(self.line(), soft_wrap=True)
        with Live(self.table(), console=console, auto_refresh=False) as live:
            while True:
                await asyncio.sleep(TABLE_EVERY_SECONDS)
                live.update(self.table(), refresh=True)

    def line(self) -> str:
        """Return everything in one line."""
        now, counted = self._figures.snapshot(), self._reservations.snapshot()
        lags = ", ".join(f"{each.name} lag {_shown(each.lag)}" for each in self._services.every)
        refusals = ", ".join(f"{_code(code)} {count}" for code, count in now.refusals.items())
        rush = self._shop.sale.last
        sale = f" | {self._rush(rush)}" if rush else ""
        return (
            f"{self._clock()} | {now.commands_per_second:.0f} commands/s | "
            f"p50 {_shown(now.p50_ms)} ms, p99 {_shown(now.p99_ms)} ms | "
            f"{now.unanswered} unanswered | {lags} | {now.answered} answered | "
            f"{counted.active} holds active, {counted.expired} expired "
            f"({_shown(counted.late_p99_ms)} ms late), {counted.confirmed} sold, "
            f"{counted.released} released | {counted.orders} orders, "
            f"{counted.cancelled} cancelled, {counted.returned} returned | "
            f"{self._in_the_warehouses()} | {self._outside.line()} | "
            f"refused: {refusals or 'none'}{sale}{self._remarks()}"
        )

    def table(self) -> RenderableType:
        """Return everything as tables."""
        now = self._figures.snapshot()
        above = Table.grid(padding=(0, 3))
        above.add_row(self._flow(now), self._held(), self._refusals(now))
        rush = self._shop.sale.last
        sale = [Text(self._rush(rush), style="magenta")] if rush else []
        notes = [Text(note, style="yellow") for note in self._services.notes[-NOTES_SHOWN:]]
        inside = Text(self._warehouses_in_short(), style="cyan")
        outside = Text(self._outside.line(), style="cyan")
        parts: list[RenderableType] = [above, self._levels(), inside, outside, self._running()]
        return Panel(Group(*parts, *sale, *notes), title=self._clock(), title_align="left")

    def _flow(self, now: Snapshot) -> Table:
        table = _figures_table("the last 10 s")
        table.add_row("commands/s", f"{now.commands_per_second:.1f}")
        table.add_row("refused/s", f"{now.refused_per_second:.1f}")
        table.add_row("p50", f"{_shown(now.p50_ms)} ms")
        table.add_row("p99", f"{_shown(now.p99_ms)} ms")
        table.add_row("unanswered", str(now.unanswered))
        table.add_row("answered, all", f"{now.answered:,}")
        return table

    def _held(self) -> Table:
        counted = self._reservations.snapshot()
        table = _figures_table("reservations")
        table.add_row("active", f"{counted.active:,}")
        table.add_row("units held", f"{self._shop.stock.reserved():,g}")
        table.add_row("expired", f"{counted.expired:,}")
        table.add_row("… late, p99", f"{_shown(counted.late_p99_ms)} ms")
        table.add_row("sold", f"{counted.confirmed:,}")
        table.add_row("released", f"{counted.released:,}")
        table.add_row("orders", f"{counted.orders:,}")
        table.add_row("… cancelled", f"{counted.cancelled:,}")
        table.add_row("… returned", f"{counted.returned:,}")
        return table

    def _refusals(self, now: Snapshot) -> Table:
        table = _figures_table("refused")
        for code, count in now.refusals.items():
            table.add_row(_code(code), f"{count:,}")
        return table

    def _running(self) -> Text:
        line = Text("lag ", style="bold")
        for service in self._services.every:
            line.append(f"  {service.name} ", style="not bold")
            line.append(
                _shown(service.lag), style="bold red" if service.lag is None else "not bold"
            )
            if service.restarts:
                line.append(f" (started again {service.restarts} times)", style="not bold yellow")
        return line

    def _levels(self) -> Table:
        table = Table("available +held", *WAREHOUSES, box=None, header_style="bold")
        for column in table.columns[1:]:
            column.justify = "right"
        sale = self._demand.sale(self._shop.seconds())
        shown = list(self._demand.favourites[:ITEMS_SHOWN])
        if sale and sale.sku not in shown:
            shown[-1] = sale.sku
        for sku in shown:
            name = self._products[sku].name
            style = "bold magenta" if sale and sale.sku == sku else ""
            table.add_row(name, *(self._level(each, sku) for each in WAREHOUSES), style=style)
        return table

    def _level(self, warehouse_id: str, sku: str) -> Text:
        figures = self._shop.stock.levels.get((warehouse_id, sku))
        if figures is None:
            return Text("–", style="dim")
        low = "yellow" if figures.available <= self._products[sku].reorder_point else ""
        level = Text(f"{figures.available:g}", style="bold red" if figures.available <= 0 else low)
        held = f" +{figures.reserved:g}" if figures.reserved else ""
        return level.append(f"{held:<5}", style="dim")

    def _rush(self, rush: Rush) -> str:
        name = self._products[rush.sku].name
        waiting = rush.buyers - rush.answered
        answered = f"{waiting} wait" if waiting else f"all answered in {rush.seconds:.1f} s"
        return (
            f"flash sale of {name}: {rush.buyers:,} buyers on {rush.units:g} units, "
            f"{rush.served:,} served, {answered}"
        )

    def _in_the_warehouses(self) -> str:
        now = self._warehouses.snapshot()
        return (
            f"transfers: {now.on_the_way} on the way, {now.completed} done, {now.late} late, "
            f"{now.cancelled} cancelled | adjustments: {now.waiting} wait, {now.approved} approved"
            f" | {now.damaged} damaged, {now.repaired} repaired, {now.scrapped} scrapped"
            f"{_fullness(now)}"
        )

    def _warehouses_in_short(self) -> str:
        now = self._warehouses.snapshot()
        return (
            f"transfers {now.on_the_way} on the way, {now.completed} done, {now.late} late | "
            f"approvals {now.waiting} wait, {now.approved} given | {now.damaged} damaged"
            f"{_fullness(now)}"
        )

    def _clock(self) -> str:
        seconds = self._shop.seconds()
        day, hour, minute = self._demand.clock(seconds)
        text = f"day {day}, {hour:02}:{minute:02}"
        sale = self._demand.sale(seconds)
        return f"{text}, flash sale: {self._products[sale.sku].name}" if sale else text

    def _remarks(self) -> str:
        notes = self._services.notes[self._notes_told :]
        self._notes_told += len(notes)
        return "".join(f" | {note}" for note in notes)


def _figures_table(title: str) -> Table:
    table = Table(title, "", box=None, header_style="bold")
    table.columns[1].justify = "right"
    return table


def _fullness(now: WarehouseSnapshot) -> str:
    return "".join(f" | {each} {used:.0f} % full" for each, used in now.percent_used.items())


def _shown(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:,.0f}"


def _code(code: str) -> str:
    return code.removeprefix("INVENTORY_")
