"""The naive way: one transaction a command, on as many connections as NAIVE_CONNECTIONS says.

It reads commands from Kafka in batches and hands them to as many workers as it has connections.
A worker takes one command: begin; read and lock the stream's row (version, figures); decide; insert
the answer (its key finds a repeat); insert the event under the next version; update the stream's
row; commit. Then event and answer go to Kafka. Offsets are committed once a batch is through.

It is no straw man: prepared statements, uvloop, librdkafka on both sides, prefetching. It does less
than the handler: no schema validation, no snapshots, no fencing, no order between its workers.
"""

import asyncio
import contextlib
import json
import os
import sys
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import asyncpg
import orjson
import uvloop
from confluent_kafka import Consumer, Message, Producer, TopicPartition

from stockledger.config import Settings
from stockledger.topics import Topics
from tests.support.shop import headers_of

CONNECTIONS_VARIABLE: Final = "NAIVE_CONNECTIONS"
READY: Final = "ready"
BATCH_MESSAGES_MAX: Final = 1_000
POLL_SECONDS: Final = 0.1
FLUSH_SECONDS: Final = 60
LINGER_MS: Final = 20
"""Long enough to send answers in bundles: latency is not what the naive way is measured for."""

MONEY_SCALE: Final = 10_000
UNITS: Final = 1_000

READ_STREAM: Final = """
    select version, available, value from naive.streams
    where tenant_id = $1 and stream = $2
"""
INSERT_RESULT: Final = """
    insert into naive.results (tenant_id, source, command_id, type, data)
    values ($1, $2, $3, $4, $5) on conflict do nothing returning true
"""
STORED_RESULT: Final = """
    select type, data from naive.results
    where tenant_id = $1 and source = $2 and command_id = $3
"""
INSERT_EVENT: Final = """
    insert into naive.events (tenant_id, stream, version, type, data, command_id)
    values ($1, $2, $3, $4, $5, $6)
"""
UPDATE_STREAM: Final = """
    update naive.streams set version = $3, available = $4, value = $5
    where tenant_id = $1 and stream = $2 and version = $3 - 1
    returning true
"""

Connection: TypeAlias = "asyncpg.Connection[asyncpg.Record]"


@dataclass(frozen=True, slots=True)
class Command:
    """What is read of a message."""

    partition: int
    tenant_id: str
    source: str
    id: str
    type: str
    data: Mapping[str, Any]

    @property
    def stream(self) -> str:
        """The stream that the command is for."""
        return f"item/{self.data['warehouse_id']}/{self.data['sku']}"


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer, and the event if there is one; types by their short names, data as JSON."""

    result_type: str
    result: str
    event_type: str = ""
    event: str = ""
    available: int = 0
    value: int = 0


def command_of(message: Message) -> Command:
    headers = {name: value.decode() for name, value in headers_of(message).items()}
    return Command(
        message.partition() or 0,
        headers["ce_tenantid"],
        headers["ce_source"],
        headers["ce_id"],
        headers["ce_type"],
        orjson.loads(message.value() or b""),
    )


def decide(command: Command, row: asyncpg.Record | None) -> Outcome:
    if row is None:
        return _refused(command, "INVENTORY_NOT_FOUND")
    quantity = round(command.data["quantity"] * UNITS)
    before, value = row["available"], row["value"]
    if command.type == "stockledger.IssueStock.v1":
        if quantity > before:
            return _refused(command, "INVENTORY_INSUFFICIENT_STOCK")
        change, cost = -quantity, -(value * quantity // before)
        event_type = "stockledger.StockIssued.v1"
    else:
        change, cost = quantity, round(command.data["unit_cost"] * MONEY_SCALE) * quantity // UNITS
        event_type = "stockledger.StockReceived.v1"
    return _moved(command, row, event_type, change, cost)


def _moved(
    command: Command, row: asyncpg.Record, event_type: str, change: int, cost: int
) -> Outcome:
    before = row["available"]
    event = {
        **command.data,
        "entries": [
            {"bucket": "available", "before": before, "change": change, "after": before + change},
            {"bucket": "outside", "change": -change},
        ],
        "levels": {"available": before + change, "value": row["value"] + cost},
        "value_change": cost,
    }
    result = {
        "command_id": command.id,
        "command_source": command.source,
        "command_type": command.type,
        "streams": [{"stream": command.stream, "version": row["version"] + 1}],
        "outcome": {"available": before + change},
    }
    return Outcome(
        "stockledger.CommandAccepted.v1",
        json.dumps(result),
        event_type,
        json.dumps(event),
        before + change,
        row["value"] + cost,
    )


def _refused(command: Command, code: str) -> Outcome:
    result = {"command_id": command.id, "command_source": command.source, "code": code}
    return Outcome("stockledger.CommandRejected.v1", json.dumps(result))


class VersionConflict(Exception):
    """Somebody else changed the stream since it was read."""


async def execute(connection: Connection, command: Command) -> Outcome:
    """Decide a command, again and again until nobody changed its stream meanwhile."""
    while True:
        with contextlib.suppress(VersionConflict):
            return await _attempt(connection, command)


async def _attempt(connection: Connection, command: Command) -> Outcome:
    """Decide a command in a transaction of its own, or return its stored answer."""
    async with connection.transaction():
        row = await connection.fetchrow(READ_STREAM, command.tenant_id, command.stream)
        outcome = decide(command, row)
        key = command.tenant_id, command.source, command.id
        if not await connection.fetchval(INSERT_RESULT, *key, outcome.result_type, outcome.result):
            stored = await connection.fetchrow(STORED_RESULT, *key)
            assert stored is not None
            return Outcome(stored["type"], stored["data"])
        if row is not None and outcome.event:
            await _write(connection, command, row["version"] + 1, outcome)
    return outcome


async def _write(connection: Connection, command: Command, version: int, outcome: Outcome) -> None:
    stream = command.tenant_id, command.stream, version
    if not await connection.fetchval(UPDATE_STREAM, *stream, outcome.available, outcome.value):
        raise VersionConflict
    await connection.execute(INSERT_EVENT, *stream, outcome.event_type, outcome.event, command.id)


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
            self._publish(command, await execute(connection, command))

    def _publish(self, command: Command, outcome: Outcome) -> None:
        if outcome.event:
            self._send(self._topics.events, command, outcome.event_type, outcome.event)
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
