"""What became of attempts is written down, behind the commands that it brings about."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime

from stockledger.crash_points import CrashPoints
from stockledger.errors import LogUnavailable, PublishingFailed
from stockledger.messages.supplier_order import SubmitSupplierOrder
from stockledger.publisher import OutgoingMessage
from stockledger_notifier.channels.channel import Delivery, Route
from stockledger_notifier.outbox import Attempt, Claimed
from stockledger_notifier.recording import ATTEMPTS_AT_ONCE_MAX, Publishing, Recorder
from stockledger_notifier.statuses import DeliveryStatus

SUBMIT = SubmitSupplierOrder(supplier_order_id="P1")


class Outside:
    """PostgreSQL and Kafka in one, which are away for the next few calls."""

    def __init__(self, away: int = 0) -> None:
        self.away = away
        self.done: list[str] = []
        self.sizes: list[int] = []

    async def record(self, attempts: Sequence[Attempt]) -> None:
        """Write attempts down, if it is there."""
        self._come_and_go(LogUnavailable("restarting"))
        self.done.append("recorded")
        self.sizes.append(len(attempts))

    async def publish(self, topic: str, messages: Mapping[int, Sequence[OutgoingMessage]]) -> None:
        """Publish messages, if it is there."""
        self._come_and_go(PublishingFailed("restarting"))
        self.done += [f"published to {topic}" for some in messages.values() for _ in some]

    def _come_and_go(self, failure: Exception) -> None:
        if self.away:
            self.away -= 1
            raise failure


def an_attempt() -> Attempt:
    delivery = Delivery(
        "7b0c1f8e-6f0e-5b43-8f0a-0a4b5f6d7e8f",
        "acme",
        Route.SUPPLIER,
        "https://api.lumen.example/orders",
        datetime(2026, 11, 21, tzinfo=UTC),
        {},
    )
    return Attempt(
        Claimed(delivery, 2, "acme api.lumen.example:443", 0.0), DeliveryStatus.DELIVERED
    )


async def recorded(outside: Outside, *commands: SubmitSupplierOrder | None) -> None:
    """Record an attempt with each of these commands, or without, and end."""
    recorder = Recorder(outside, Publishing(outside, "commands"), CrashPoints({}))
    running = asyncio.create_task(recorder.run())
    for command in commands:
        recorder.add(an_attempt(), command)
    recorder.drain()
    await running
    assert recorder.waiting == 0


async def test_a_command_is_published_before_its_attempt_is_written_down() -> None:
    outside = Outside()
    await recorded(outside, SUBMIT)
    assert outside.done == ["published to commands", "recorded"]


async def test_what_cannot_be_written_down_now_is_written_down_later() -> None:
    outside = Outside(away=2)
    await recorded(outside, None)
    assert outside.done == ["recorded"]


async def test_what_cannot_be_published_now_is_published_later_and_then_written_down() -> None:
    outside = Outside(away=1)
    await recorded(outside, SUBMIT)
    assert outside.done == ["published to commands", "recorded"]


async def test_many_attempts_are_written_down_by_few_statements() -> None:
    outside = Outside()
    await recorded(outside, *[None] * (2 * ATTEMPTS_AT_ONCE_MAX + 1))
    assert outside.sizes == [ATTEMPTS_AT_ONCE_MAX, ATTEMPTS_AT_ONCE_MAX, 1]
