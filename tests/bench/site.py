"""One installation under measurement: its processes, a backlog for them, and whether all is right.

The clock of a backlog: the processes are ready and warm, then stopped where they are (SIGSTOP);
the whole backlog is published and acknowledged; they go on, and the clock runs until the last
answer was read. So neither process start, group join nor publishing is counted, and no part of
the work is left out.
"""

import asyncio
import time
from collections.abc import Callable, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Final, Self

from aiokafka.admin import AIOKafkaAdminClient

from stockledger.broker import connection_arguments
from stockledger.config import PARTITIONS_DEFAULT, Settings
from stockledger.dev.stack import Stack
from stockledger.topics import Topics
from tests.bench.kafka_ends import (
    JAVA_PARTITIONER,
    AnswerReader,
    Arrival,
    CommandSender,
)
from tests.bench.ledger_figures import LedgerFigures
from tests.bench.processor_time import ProcessorTime, Spent
from tests.bench.traffic import STOCK, Item, Traffic, TrafficMaker
from tests.support.installation import Installation, ServiceProcess
from tests.support.shop import headers_of

FROZEN_SECONDS_MAX: Final = 5
"""Below the group's session timeout (6 s): a process that is stopped longer loses its place."""

TAKEN_AT_ONCE: Final = 20_000
"""Commands that are made and published at once where none of them is measured."""

HANDLER: Final = "stockledger_command_handler"
PROFILED_HANDLER: Final = "tests.bench.profiled_handler"
PROJECTOR: Final = "stockledger_projector"
SCHEDULER: Final = "stockledger_scheduler"
QUIET: Final = {"INVENTORY_LOG_LEVEL": "warning"}
ACCEPTED: Final = b"stockledger.CommandAccepted.v1"


class Site:
    """Topics and a database of their own on the stack, removed in the end."""

    def __init__(self, stack: Stack, folder: Path, seed: int) -> None:
        folder.mkdir(parents=True, exist_ok=True)
        self._stack = stack
        self.installation = Installation(stack.addresses, folder, PARTITIONS_DEFAULT).create()
        self.settings = self.installation.settings
        self.topics = Topics.of(self.settings)
        self.maker = TrafficMaker(seed)
        self.ledger = LedgerFigures(self.installation.dsn)
        self.spent: Spent | None = None
        """Processor time of the last measured backlog."""
        self.beside: list[ServiceProcess] = []
        """Services whose processor time counts too, but that are not stopped for a backlog."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.installation.close()
        asyncio.run(_delete_topics(self.settings))

    def handler(self, *, profile: bool = False) -> ServiceProcess:
        """Start a command handler, under a profiler if wished, and wait until it decides."""
        module = PROFILED_HANDLER if profile else HANDLER
        return self.installation.service(module, QUIET).wait_ready()

    def projector(self) -> ServiceProcess:
        """Start a projector and wait until it follows."""
        return self.projector_process().wait_ready()

    def projector_process(self) -> ServiceProcess:
        """Start a projector without waiting."""
        return self.installation.service(PROJECTOR, QUIET)

    def scheduler_process(self) -> ServiceProcess:
        """Start a scheduler without waiting."""
        return self.installation.service(SCHEDULER, QUIET)

    def stock(self, items: Sequence[Item], units: int = STOCK) -> None:
        """Deliver to every item, opening warehouses as needed; a handler must be running."""
        self.take(self.maker.stocking(items, units))

    def take(self, traffic: Traffic) -> None:
        """Have commands decided that are not measured."""
        with closing(AnswerReader(self.settings, self.topics.results)) as reader:
            sender = CommandSender(self.settings, self.topics.commands)
            sender.send(traffic.messages)
            sender.flush()
            check_answers(reader.read_count(len(traffic.messages)), traffic)

    def take_many(self, make: Callable[[int], Traffic], count: int) -> None:
        """Have so many commands decided that are not measured, some at a time."""
        for begin in range(0, count, TAKEN_AT_ONCE):
            self.take(make(min(TAKEN_AT_ONCE, count - begin)))

    def commands_per_second(
        self,
        services: Sequence[ServiceProcess],
        traffic: Traffic,
        partitioner: str = JAVA_PARTITIONER,
    ) -> float:
        """Return how fast the services answer a backlog; fails when an answer is not right."""
        before = self.ledger.heads()
        rate = self.answered_per_second(services, traffic, partitioner)
        self.ledger.check_since(before, traffic)
        return rate

    def answered_per_second(
        self,
        services: Sequence[ServiceProcess],
        traffic: Traffic,
        partitioner: str = JAVA_PARTITIONER,
    ) -> float:
        """Return the answers a second to a backlog, without a look at the ledger's tables."""
        began, arrivals = self.answered(services, traffic, partitioner)
        return len(arrivals) / (arrivals[-1].at - began)

    def answered(
        self,
        services: Sequence[ServiceProcess],
        traffic: Traffic,
        partitioner: str = JAVA_PARTITIONER,
    ) -> tuple[float, Sequence[Arrival]]:
        """Return when the services were let at a backlog (`time.time`), and all answers."""
        sender = CommandSender(self.settings, self.topics.commands, partitioner)
        with closing(AnswerReader(self.settings, self.topics.results)) as reader:
            publish_before(services, sender, traffic)
            used = ProcessorTime(self._stack, [*services, *self.beside])
            began = time.time()
            arrivals = reader.read_count(len(traffic.messages))
            self.spent = used.spent(len(arrivals))
        check_answers(arrivals, traffic)
        return began, arrivals


async def _delete_topics(settings: Settings) -> None:
    """Spare Kafka the partitions of measurements that are over."""
    client = AIOKafkaAdminClient(**connection_arguments(settings))
    await client.start()
    try:
        await client.delete_topics(list(Topics.of(settings).configurations()))
    finally:
        await client.close()


def publish_before(
    services: Sequence[ServiceProcess], sender: CommandSender, traffic: Traffic
) -> None:
    """Publish a backlog while the services stand still, then let them go on."""
    stopped = time.monotonic()
    with ExitStack() as thawing:
        for service in services:
            service.freeze()
            thawing.callback(service.thaw)
        sender.send(traffic.messages)
        sender.flush()
    stood = time.monotonic() - stopped
    assert stood < FROZEN_SECONDS_MAX, f"stopped for {stood:.1f} s: a smaller backlog is needed"


def check_answers(arrivals: Sequence[Arrival], traffic: Traffic) -> None:
    """Fail unless as many commands were accepted, and refused, as had to be."""
    accepted = sum(headers_of(arrival.message)["ce_type"] == ACCEPTED for arrival in arrivals)
    assert accepted == traffic.accepted, f"{accepted} accepted instead of {traffic.accepted}"
