"""Foreign clients for a stack of one's own: confluent-kafka, and asyncpg by hand."""

import time
from concurrent.futures import Future
from typing import cast

import asyncpg
from confluent_kafka import Consumer, KafkaError, KafkaException, Producer
from confluent_kafka.admin import AdminClient
from confluent_kafka.cimpl import NewTopic

from stockledger.dev.stack import EmbeddedStack

SECONDS_MAX = 30.0


def create_topic(stack: EmbeddedStack, topic: str) -> None:
    client = AdminClient({"bootstrap.servers": stack.addresses.kafka})
    created = cast(
        "dict[str, Future[None]]",
        client.create_topics([NewTopic(topic, num_partitions=1)]),  # pyright: ignore[reportUnknownMemberType] # no type
    )
    created[topic].result(SECONDS_MAX)


def produce(stack: EmbeddedStack, topic: str, value: bytes) -> None:
    failures: list[KafkaError] = []
    producer = Producer(
        {
            "bootstrap.servers": stack.addresses.kafka,
            "message.timeout.ms": SECONDS_MAX * 1000,
            "topic.metadata.propagation.max.ms": 0,
        }
    )
    producer.produce(
        topic,
        value,
        on_delivery=lambda error, _: failures.append(error) if error is not None else None,
    )
    assert producer.flush(SECONDS_MAX) == 0
    if failures:
        raise KafkaException(failures[0])


def consume(stack: EmbeddedStack, topic: str) -> bytes | None:
    consumer = Consumer(
        {
            "bootstrap.servers": stack.addresses.kafka,
            "group.id": f"readers-of-{topic}",
            "auto.offset.reset": "earliest",
        }
    )
    consumer.subscribe([topic])
    deadline = time.monotonic() + SECONDS_MAX
    message = None
    while message is None and time.monotonic() < deadline:
        message = consumer.poll(1.0)
    consumer.close()
    assert message is not None
    assert message.error() is None
    return message.value()


async def execute(stack: EmbeddedStack, statement: str) -> object:
    """Run one statement; the first value of its first row."""
    connection = await asyncpg.connect(stack.addresses.postgres)
    try:
        return await connection.fetchval(statement)
    finally:
        await connection.close()
