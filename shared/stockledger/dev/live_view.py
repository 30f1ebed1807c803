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
from stockledger.dev.demo_shop import WAREHOUSES, DemoShop
from stockledger.dev.services import Services
from stockledger.dev.shop_figures import ShopFigures, Snapshot

TABLE_EVERY_SECONDS: Final = 1.0
LINE_EVERY_SECONDS: Final = 5.0

ITEMS_SHOWN: Final = 8
"""Rows of the levels' table: the shop's favourites."""

NOTES_SHOWN: Final = 3
"""Latest remarks on the services."""


class LiveView:
    """The foreground of the demo."""

    def __init__(
        self,
        shop: DemoShop,
        demand: Demand,
        figures: ShopFigures,
        services: Services,
        products: Sequence[Product],
    ) -> None:
        self._shop = shop
        self._demand = demand
        self._figures = figures
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
        now = self._figures.snapshot()
        lags = ", ".join(f"{each.name} lag {_shown(each.lag)}" for each in self._services.every)
        refusals = ", ".join(f"{_code(code)} {count}" for code, count in now.refusals.items())
        return (
            f"{self._clock()} | {now.commands_per_second:.0f} commands/s | "
            f"p50 {_shown(now.p50_ms)} ms, p99 {_shown(now.p99_ms)} ms | "
            f"{now.unanswered} unanswered | {lags} | {now.answered} answered | "
            f"refused: {refusals or 'none'}{self._remarks()}"
        )

    def table(self) -> RenderableType:
        """Return everything as tables."""
        now = self._figures.snapshot()
        side_by_side = Table.grid(padding=(0, 2))
        side_by_side.add_row(self._flow(now), self._levels(), self._refusals(now))
        notes = [Text(note, style="yellow") for note in self._services.notes[-NOTES_SHOWN:]]
        return Panel(Group(side_by_side, *notes), title=self._clock(), title_align="left")

    def _flow(self, now: Snapshot) -> Table:
        table = Table("the last 10 s", "", box=None, header_style="bold")
        table.columns[1].justify = "right"
        table.add_row("commands/s", f"{now.commands_per_second:.1f}")
        table.add_row("refused/s", f"{now.refused_per_second:.1f}")
        table.add_row("p50", f"{_shown(now.p50_ms)} ms")
        table.add_row("p99", f"{_shown(now.p99_ms)} ms")
        table.add_row("unanswered", str(now.unanswered))
        table.add_row("answered, all", f"{now.answered:,}")
        for service in self._services.every:
            table.add_row(f"{service.name} lag", _shown(service.lag))
        return table

    def _levels(self) -> Table:
        table = Table("favourites, available", *WAREHOUSES, box=None, header_style="bold")
        for column in table.columns[1:]:
            column.justify = "right"
        sale = self._demand.sale(self._shop.seconds)
        shown = list(self._demand.favourites[:ITEMS_SHOWN])
        if sale and sale.sku not in shown:
            shown[-1] = sale.sku
        for sku in shown:
            name = self._products[sku].name
            style = "bold magenta" if sale and sale.sku == sku else ""
            table.add_row(name, *(self._level(each, sku) for each in WAREHOUSES), style=style)
        return table

    def _level(self, warehouse_id: str, sku: str) -> Text:
        available = self._shop.available.get((warehouse_id, sku))
        if available is None:
            return Text("–", style="dim")
        product = self._products[sku]
        low = "yellow" if available <= product.reorder_point else ""
        return Text(f"{available:g}", style="bold red" if available == 0 else low)

    def _refusals(self, now: Snapshot) -> Table:
        table = Table("refused since the start", "", box=None, header_style="bold")
        table.columns[1].justify = "right"
        for code, count in now.refusals.items():
            table.add_row(_code(code), f"{count:,}")
        return table

    def _clock(self) -> str:
        seconds = self._shop.seconds
        day, hour, minute = self._demand.clock(seconds)
        text = f"day {day}, {hour:02}:{minute:02}"
        sale = self._demand.sale(seconds)
        return f"{text}, flash sale: {self._products[sale.sku].name}" if sale else text

    def _remarks(self) -> str:
        notes = self._services.notes[self._notes_told :]
        self._notes_told += len(notes)
        return "".join(f" | {note}" for note in notes)


def _shown(figure: float | None) -> str:
    return "–" if figure is None else f"{figure:.0f}"


def _code(code: str) -> str:
    return code.removeprefix("INVENTORY_")
