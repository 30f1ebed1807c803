"""What the demo shop says on the orders topic, and how long it takes until that is answered."""

import asyncio
import time
import uuid
from collections.abc import AsyncGenerator, Mapping
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from typing import Any, Final

import orjson
from aiokafka import AIOKafkaProducer
from aiokafka.errors import KafkaError

from stockledger.broker import connection_arguments
from stockledger.commands.lines import data_of
from stockledger.config import Settings
from stockledger.dev.shop_commands import ANSWER_SECONDS_MAX, SOURCE, TENANT
from stockledger.dev.shop_figures import ShopFigures
from stockledger.messages.fields import time_to_wire
from stockledger.topic_tail import TopicTail, header
from stockledger.topics import Topics

COMMAND_ID_PREFIX: Final = "orders.events:"
"""Before an event's id in the id of the command that it becomes."""

FORGET_EVERY_SECONDS: Final = 1.0
"""How often answers that stay out are given up."""


class ShopEvents:
    """Publishes events of tenant `demo`, and finds the results of the commands they become."""

    def __init__(self, producer: Any, topic: str, figures: ShopFigures) -> None:  # noqa: ANN401 - untyped client
        self._producer = producer
        self._topic = topic
        self._figures = figures
        self._unanswered: dict[str, float] = {}

    async def send(self, name: str, key: str, data: Mapping[str, Any]) -> None:
        """Publish an event; those with one key stay in order."""
        event_id = str(uuid.uuid4())
        attributes = {
            "ce_specversion": "1.0",
            "ce_id": event_id,
            "ce_source": SOURCE,
            "ce_type": name,
            "ce_time": time_to_wire(datetime.now(UTC)),
            "ce_tenantid": TENANT,
            "content-type": "application/json",
        }
        answer_id = f"{SOURCE}/{COMMAND_ID_PREFIX}{event_id}"
        self._unanswered[answer_id] = self._figures.sent()
        try:
            await self._producer.send(
                self._topic,
                value=orjson.dumps(data),
                key=key.encode(),
                headers=[(header_name, text.encode()) for header_name, text in attributes.items()],
            )
        except KafkaError:
            self._forget(answer_id)

    async def listen(self, tail: TopicTail) -> None:
        """Measure the answers that come, until cancelled."""
        async for record in tail.records():
            sent_at = self._unanswered.pop(header(record, "ce_id") or "", None)
            if sent_at is not None:
                self._figures.answered(sent_at, data_of(record).get("code"))

    async def forget_unanswered(self) -> None:
        """Give up what stays unanswered, until cancelled."""
        while True:
            await asyncio.sleep(FORGET_EVERY_SECONDS)
            too_old = time.monotonic() - ANSWER_SECONDS_MAX
            for answer_id, sent_at in list(self._unanswered.items()):
                if sent_at > too_old:
                    break
                self._forget(answer_id)

    def _forget(self, answer_id: str) -> None:
        if self._unanswered.pop(answer_id, None) is not None:
            self._figures.given_up()


@asynccontextmanager
async def shop_events(settings: Settings, figures: ShopFigures) -> AsyncGenerator[ShopEvents]:
    """Give a connected publisher that already listens for answers."""
    make_producer: Any = AIOKafkaProducer
    producer = make_producer(
        **connection_arguments(settings), acks="all", enable_idempotence=True, linger_ms=0
    )
    topics = Topics.of(settings)
    try:
        await producer.start()
        async with TopicTail(settings, topics.results, from_beginning=False) as tail:
            events = ShopEvents(producer, topics.orders, figures)
            working = [
                asyncio.create_task(events.listen(tail), name="answers to events"),
                asyncio.create_task(events.forget_unanswered(), name="unanswered events"),
            ]
            try:
                yield events
            finally:
                for work in working:
                    work.cancel()
                await asyncio.gather(*working, return_exceptions=True)
    finally:
        await producer.stop()
