"""Publishes commands to their tenants' partitions and waits for the answers."""

import asyncio
from collections import deque
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
from typing import Any, Final

from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaConnectionError, KafkaError

from stockledger.broker import connection_arguments
from stockledger.commands.lines import data_of
from stockledger.commands.outgoing import OutgoingCommand
from stockledger.config import Settings
from stockledger.errors import ConfigurationError, PublishingFailed
from stockledger.partitioning import partition_of
from stockledger.topic_tail import TopicTail, header
from stockledger.topics import Topics

UNANSWERED_MAX: Final = 2_000
"""Commands under way at once: enough to keep the handler busy, small enough to hold here."""

Answer = dict[str, Any]


class CommandSender:
    """Sends commands in order, and gives each one's answer when it comes."""

    def __init__(self, settings: Settings, producer: Any, reply_topic: str | None) -> None:  # noqa: ANN401 - untyped client
        self._settings = settings
        self._producer = producer
        self._reply_topic = reply_topic
        self._waiting: dict[tuple[str, str], deque[asyncio.Future[Answer]]] = {}
        self._room = asyncio.Semaphore(UNANSWERED_MAX)

    async def send(self, command: OutgoingCommand) -> asyncio.Future[Answer]:
        """Publish a command; waits while too many are unanswered.

        The future has its answer, or PublishingFailed: Kafka did not take it.
        """
        await self._room.acquire()
        answer: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        answer.add_done_callback(lambda _: self._room.release())
        self._waiting.setdefault((command.tenant, command.answer_id), deque()).append(answer)
        try:
            delivery: asyncio.Future[object] = await self._producer.send(
                Topics.of(self._settings).commands,
                value=command.value,
                key=command.tenant.encode(),
                partition=partition_of(command.tenant, self._settings.partitions),
                headers=[*command.headers, *self._reply_headers(command)],
            )
        except KafkaError as error:
            _fail(answer, command, error)
        else:
            delivery.add_done_callback(lambda done: _fail(answer, command, done.exception()))
        return answer

    async def listen(self, tail: TopicTail) -> None:
        """Settle the answers that come, until cancelled; of repeats the first sent comes first."""
        async for record in tail.records():
            name = (header(record, "ce_tenantid") or "", header(record, "ce_id") or "")
            waiting = self._waiting.get(name)
            if waiting is None:
                continue
            answer = waiting.popleft()
            if not waiting:
                del self._waiting[name]
            if not answer.done():
                answer.set_result(data_of(record))

    def _reply_headers(self, command: OutgoingCommand) -> list[tuple[str, bytes]]:
        if self._reply_topic is None:
            return []
        return [
            ("kafka_replyTopic", self._reply_topic.encode()),
            ("kafka_correlationId", command.answer_id.encode()),
        ]


def _fail(
    answer: asyncio.Future[Answer], command: OutgoingCommand, error: BaseException | None
) -> None:
    if error is not None and not answer.done():
        answer.set_exception(PublishingFailed(f"{command.type} was not sent: {error!r}"))


@asynccontextmanager
async def command_sender(
    settings: Settings, reply_topic: str | None
) -> AsyncGenerator[CommandSender]:
    """Give a connected sender that already listens for answers."""
    make_producer: Any = AIOKafkaProducer
    producer = make_producer(
        **connection_arguments(settings), acks="all", enable_idempotence=True, linger_ms=0
    )
    try:
        await producer.start()
    except KafkaConnectionError as error:
        await producer.stop()
        raise ConfigurationError(
            f"no Kafka answers at {settings.kafka_bootstrap_servers}"
            " (INVENTORY_KAFKA_BOOTSTRAP_SERVERS)"
        ) from error
    topic = reply_topic or Topics.of(settings).results
    try:
        async with TopicTail(settings, topic, from_beginning=False) as tail:
            sender = CommandSender(settings, producer, reply_topic)
            listening = asyncio.create_task(sender.listen(tail), name="answers")
            try:
                yield sender
            finally:
                listening.cancel()
                await asyncio.gather(listening, return_exceptions=True)
    finally:
        await producer.stop()
