"""Writing down what became of attempts: many at once, and what they bring about before."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple, Protocol

import structlog

from stockledger.crash_points import CrashPoints
from stockledger.errors import LogError, PublishingFailed
from stockledger.messages.message import Command
from stockledger.publisher import OutgoingMessage
from stockledger_notifier.outbox import Attempt
from stockledger_notifier.publishing import Issued, messages_of

ATTEMPTS_AT_ONCE_MAX: Final = 500
"""Attempts written down by one statement: some milliseconds."""

TRIES_SECONDS: Final = 40.0
"""How long PostgreSQL or Kafka may be away before what was sent counts as not known to be sent."""

PAUSE_SECONDS: Final = 0.5
"""Between two tries."""

_log = structlog.get_logger(__name__)


class CommandsPublisher(Protocol):
    """Where the commands go."""

    async def publish(self, topic: str, messages: Mapping[int, Sequence[OutgoingMessage]]) -> None:
        """Publish messages, by partition, and return when all are acknowledged."""
        ...


class AttemptTable(Protocol):
    """Where attempts are written down."""

    async def record(self, attempts: Sequence[Attempt]) -> None:
        """Write down what became of attempts; there is at least one."""
        ...


class Publishing(NamedTuple):
    """Who publishes commands, and the topic that they go to."""

    publisher: CommandsPublisher
    topic: str


class Recorder:
    """Writes down the attempts of one route, in the order in which they ended.

    A command is in its topic before the attempt that brought it about is written down: a crash
    in between repeats it. What cannot be written down for long is let go, to be sent once more.
    """

    def __init__(
        self, table: AttemptTable, publishing: Publishing, crash_points: CrashPoints
    ) -> None:
        self._table = table
        self._publishing = publishing
        self._crash_points = crash_points
        self._ended: list[tuple[Attempt, Command | None]] = []
        self._woken = asyncio.Event()
        self._draining = False

    @property
    def waiting(self) -> int:
        """How many attempts are not written down yet."""
        return len(self._ended)

    def add(self, attempt: Attempt, command: Command | None = None) -> None:
        """Write this down soon."""
        self._ended.append((attempt, command))
        self._woken.set()

    def drain(self) -> None:
        """Write down what there is, and let `run` return."""
        self._draining = True
        self._woken.set()

    async def run(self) -> None:
        """Write down what ends, until drained."""
        while self._ended or not self._draining:
            await self._woken.wait()
            if not self._draining:
                self._woken.clear()
            while self._ended:
                batch = self._ended[:ATTEMPTS_AT_ONCE_MAX]
                del self._ended[:ATTEMPTS_AT_ONCE_MAX]
                await self._write(batch)

    async def _write(self, batch: Sequence[tuple[Attempt, Command | None]]) -> None:
        plain = [attempt for attempt, command in batch if command is None]
        telling = [(attempt, command) for attempt, command in batch if command is not None]
        if plain:
            await self._until_done(lambda: self._table.record(plain))
        if telling:
            await self._until_done(lambda: self._publish_and_record(telling))
        self._crash_points.passed("notifier-after-record")

    async def _publish_and_record(self, telling: Sequence[tuple[Attempt, Command]]) -> None:
        publisher, topic = self._publishing
        issued = [Issued(attempt.claimed, command) for attempt, command in telling]
        await publisher.publish(topic, messages_of(issued, datetime.now(UTC)))
        self._crash_points.passed("notifier-after-publish")
        await self._table.record([attempt for attempt, _ in telling])

    async def _until_done(self, work: Callable[[], Awaitable[None]]) -> None:
        clock = asyncio.get_running_loop().time
        deadline = clock() + TRIES_SECONDS
        while True:
            try:
                await work()
            except (LogError, PublishingFailed, TimeoutError) as error:
                _log.warning("attempts are not written down yet", error=repr(error))
                if clock() > deadline:
                    return
            else:
                return
            await asyncio.sleep(PAUSE_SECONDS)
