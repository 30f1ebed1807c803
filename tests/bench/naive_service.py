"""The naive way: one transaction a command, on as many connections as NAIVE_CONNECTIONS says.

It reads commands from Kafka in batches and hands them to as many workers as it has connections.
A worker takes one command and executes it in a transaction of its own (`naive_stock`,
`naive_reservation`). Then its answer and its events go to Kafka. Offsets are committed once a batch
is through.

It is no straw man: prepared statements, uvloop, librdkafka on both sides, prefetching. It does less
than the handler: no schema validation, no snapshots, no fencing, no order between its workers.
"""

import asyncio
import os
import sys
from collections.abc import Awaitable, Callable, Iterator, Mapping
from typing import Final

import asyncpg
import uvloop
from confluent_kafka import Consumer, Message, Producer, TopicPartition

from stockledger.config import Settings
from stockledger.topics import Topics
from tests.bench import naive_reservation, naive_stock
from tests.bench.naive_command import Command, Connection, Outcome, command_of

CONNECTIONS_VARIABLE: Final = "NAIVE_CONNECTIONS"
READY: Final = "ready"
BATCH_MESSAGES_MAX: Final = 1_000
POLL_SECONDS: Final = 0.1
FLUSH_SECONDS: Final = 60
LINGER_MS: Final = 20
"""Long enough to send answers in bundles: latency is not what the naive way is measured for."""

Execute = Callable[[Connection, Command], Awaitable[Outcome]]

EXECUTED_BY: Final[Mapping[str, Execute]] = {
    "stockledger.ReceiveStock.v1": naive_stock.execute,
    "stockledger.IssueStock.v1": naive_stock.execute,
    "stockledger.ReserveStock.v1": naive_reservation.execute,
}


class NaiveService:
    """The loop, its workers and its clients."""

    def __init__(self, settings: Settings) -> None:
        self._topics = Topics.of(settings)
        servers = {"bootstrap.servers": settings.kafka_bootstrap_servers, "log_level": 0}
        self._producer = Producer({**servers, "enable.idempotence": True, "linger.ms": LINGER_MS})
        self._consumer = Consumer(
            {**servers, "group.id": f"{settings.topic_prefix}naive", "enable.auto.commit": False}
        )
        self._consumer.assign(
            [TopicPartition(self._topics.commands, p, 0) for p in range(settings.partitions)]
        )

    async def run(self, connections: list[Connection]) -> None:
        """Work until ended."""
        while True:
            messages = await asyncio.to_thread(
                self._consumer.consume, BATCH_MESSAGES_MAX, POLL_SECONDS
            )
            if not messages:
                continue
            waiting = iter(messages)
            async with asyncio.TaskGroup() as workers:
                for connection in connections:
                    workers.create_task(self._work(connection, waiting))
            self._producer.flush(FLUSH_SECONDS)
            self._consumer.commit(asynchronous=True)

    async def _work(self, connection: Connection, waiting: Iterator[Message]) -> None:
        for message in waiting:
            command = command_of(message)
            self._publish(command, await EXECUTED_BY[command.type](connection, command))

    def _publish(self, command: Command, outcome: Outcome) -> None:
        for event in outcome.events:
            self._send(self._topics.events, command, event.type, event.data)
        self._send(self._topics.results, command, outcome.result_type, outcome.result)

    def _send(self, topic: str, command: Command, message_type: str, data: str) -> None:
        self._producer.produce(
            topic,
            data.encode(),
            command.tenant_id.encode(),
            partition=command.partition,
            headers=[
                ("ce_specversion", b"1.0"),
                ("ce_type", message_type.encode()),
                ("ce_id", f"{command.source}/{command.id}".encode()),
                ("ce_source", b"/naive"),
                ("ce_tenantid", command.tenant_id.encode()),
                ("content-type", b"application/json"),
            ],
        )
        self._producer.poll(0)


async def main(count: int) -> None:
    dsn = os.environ["INVENTORY_POSTGRES_DSN"]
    connections = [await asyncpg.connect(dsn) for _ in range(count)]
    service = NaiveService(Settings())
    sys.stdout.write(f"{READY}\n")
    sys.stdout.flush()
    await service.run(connections)


if __name__ == "__main__":
    uvloop.run(main(int(os.environ[CONNECTIONS_VARIABLE])))
