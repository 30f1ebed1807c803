"""`stockledger up`: everything on this machine, with a shop that lives, until Ctrl-C."""

import asyncio
import contextlib
import os
import signal
from collections.abc import Callable, Coroutine
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from pydantic import SecretStr
from rich.console import Console
from rich.text import Text

from stockledger.commands.sending import CommandSender, command_sender
from stockledger.config import Settings, load_settings
from stockledger.dev.alert_figures import AlertFigures
from stockledger.dev.catalogue import read_catalogue
from stockledger.dev.control_room import ControlRoom
from stockledger.dev.demand import Demand
from stockledger.dev.demo_shop import DemoShop
from stockledger.dev.live_view import LiveView
from stockledger.dev.neighbours import Neighbours
from stockledger.dev.one_liners import environment_file_of, one_liners
from stockledger.dev.outside_view import OutsideView
from stockledger.dev.purchasing import Purchasing
from stockledger.dev.reservation_figures import ReservationFigures
from stockledger.dev.services import Services
from stockledger.dev.shop_commands import ShopCommands
from stockledger.dev.shop_events import ShopEvents, shop_events
from stockledger.dev.shop_figures import ShopFigures
from stockledger.dev.stack import KAFKA_VARIABLE, POSTGRES_VARIABLE, Stack, running_stack
from stockledger.dev.warehouse_figures import WarehouseFigures
from stockledger.migrate import migrate
from stockledger.topic_tail import TopicRecord, TopicTail
from stockledger.topics import Topics, ensure_topics

SIGNALS: Final = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
"""Ctrl-C, a supervisor, and a terminal that is closed."""


@dataclass(frozen=True, slots=True)
class DemoOptions:
    """How big the shop is and how fast its days go by."""

    data_dir: Path
    orders_per_second: float
    day_minutes: float
    seed: int


def run_demo(options: DemoOptions) -> None:
    """Start the servers and services, run the shop, and end all of it after a signal."""
    console = Console(highlight=False)

    def report(what: str) -> None:
        console.print(f"  {what}", soft_wrap=True)

    console.print("[bold]Stockledger[/bold] starts; its data stays in", str(options.data_dir))
    with contextlib.ExitStack() as in_the_end:
        with console.status("starting Kafka and PostgreSQL"):
            stack = in_the_end.enter_context(
                running_stack(options.data_dir, environment=os.environ, report=report)
            )
        try:
            asyncio.run(_Demo(options, stack, console).run())
        finally:
            # From here on nothing interrupts: the servers are ended in their own order.
            for number in SIGNALS:
                signal.signal(number, signal.SIG_IGN)
            _say(console, "stopping Kafka and PostgreSQL")
    _say(console, "stopped; nothing runs any more")


def _say(console: Console, what: str) -> None:
    """Print it, unless the terminal is closed by now."""
    with contextlib.suppress(OSError):
        console.print(what)


class _Demo:
    def __init__(self, options: DemoOptions, stack: Stack, console: Console) -> None:
        self._options = options
        self._console = console
        self._neighbours = Neighbours(options.data_dir)
        self._environment = {
            **os.environ,
            **self._neighbours.environment,
            KAFKA_VARIABLE: stack.addresses.kafka,
            POSTGRES_VARIABLE: stack.addresses.postgres,
        }
        self._settings = load_settings(
            Settings,
            kafka_bootstrap_servers=stack.addresses.kafka,
            postgres_dsn=SecretStr(stack.addresses.postgres),
        )
        self._services = Services.of(options.data_dir, self._environment)

    async def run(self) -> None:
        """Run until a signal comes or something fails for good."""
        stopped = asyncio.Event()
        loop = asyncio.get_running_loop()
        for number in SIGNALS:
            loop.add_signal_handler(number, stopped.set)
        try:
            await _until(stopped, self._live())
        finally:
            _say(self._console, "stopping the services")
            await self._services.stop()

    async def _live(self) -> None:
        async with self._neighbours.open():
            await self._prepare()
            async with command_sender(self._settings, None) as sender:
                await self._trade(sender)

    async def _prepare(self) -> None:
        with self._console.status("creating tables and topics"):
            applied = await migrate(self._settings)
            created = await ensure_topics(self._settings)
        self._report(f"{len(applied)} migrations applied, {len(created)} topics created")
        with self._console.status("starting the services"):
            self._services.start()
            await self._services.ready()
        for service in self._services.every:
            self._report(f"{service.name} ready at {service.address}, log {service.log_file}")
        neighbours = self._neighbours
        self._report(f"mails are written into {neighbours.mails}")
        self._report(f"webhooks are shown at {neighbours.hook_url}")
        self._report(f"the supplier's orders are shown at {neighbours.supplier_url}")

    async def _trade(self, sender: CommandSender) -> None:
        figures = ShopFigures()
        commands = ShopCommands(sender, figures)
        async with shop_events(self._settings, figures) as events:
            await self._live_shop(commands, events, figures)

    async def _live_shop(
        self, commands: ShopCommands, events: ShopEvents, figures: ShopFigures
    ) -> None:
        options, products = self._options, read_catalogue()
        counted, moved, alerts = ReservationFigures(), WarehouseFigures(), AlertFigures()
        demand = Demand(
            [product.sku for product in products],
            [product.sku for product in products if product.is_scarce],
            orders_per_second=options.orders_per_second,
            day_seconds=options.day_minutes * 60,
            seed=options.seed,
        )
        people = (
            ControlRoom(commands, self._neighbours, alerts, options.seed),
            Purchasing(commands, self._neighbours.supplier_url, options.seed),
        )
        shop = DemoShop(commands, events, products, demand, people, options.seed)
        with self._console.status("opening the demo shop"):
            await shop.open()
        self._report(f"the demo shop is open: {len(products)} products")
        self._console.print(self._one_liners(), soft_wrap=True)
        outside = OutsideView(alerts, self._neighbours)
        view = LiveView(shop, demand, (figures, counted, moved), outside, self._services, products)
        topics = Topics.of(self._settings)
        async with (
            TopicTail(self._settings, topics.levels, from_beginning=True) as levels,
            TopicTail(self._settings, topics.events, from_beginning=False) as recorded,
        ):
            await _all_at_once(
                shop.stock.watch(levels),
                _each(recorded, counted.take, moved.take, alerts.take, shop.purchasing.take),
                shop.trade(),
                self._services.keep_running(),
                self._services.watch_lag(),
                view.run(self._console),
            )

    def _one_liners(self) -> Text:
        # Addresses that came from the environment are the user's, secrets and all: not copied.
        own = KAFKA_VARIABLE not in os.environ
        place = (self._options.data_dir, self._settings, self._services, self._neighbours.key)
        file = environment_file_of(*place) if own else None
        return one_liners(self._settings, self._services, file)

    def _report(self, what: str) -> None:
        self._console.print(f"  {what}", soft_wrap=True)


async def _each(tail: TopicTail, *takes: Callable[[TopicRecord], None]) -> None:
    """Give each record of a topic to all who take it, until cancelled."""
    async for record in tail.records():
        for take in takes:
            take(record)


async def _all_at_once(*works: Coroutine[Any, Any, None]) -> None:
    """Do all of it until one fails; what it raises is raised here, as it is."""
    try:
        async with asyncio.TaskGroup() as tasks:
            for work in works:
                tasks.create_task(work)
    except ExceptionGroup as failed:
        raise failed.exceptions[0] from failed


async def _until(stopped: asyncio.Event, work: Coroutine[Any, Any, None]) -> None:
    """Work until the event; what the work raises is raised here."""
    working = asyncio.create_task(work)
    stopping = asyncio.create_task(stopped.wait())
    await asyncio.wait([working, stopping], return_when=asyncio.FIRST_COMPLETED)
    stopping.cancel()
    if not working.done():
        working.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        await working
