"""The naive way: a command as it is read, and what comes of it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, TypeAlias

import asyncpg
import orjson
from confluent_kafka import Message

from tests.support.shop import headers_of

UNITS: Final = 1_000
"""Quantities are whole thousandths, here as in the ledger."""

INSERT_RESULT: Final = """
    insert into naive.results (tenant_id, source, command_id, type, data)
    values ($1, $2, $3, $4, $5) on conflict do nothing returning true
"""
STORED_RESULT: Final = """
    select type, data from naive.results
    where tenant_id = $1 and source = $2 and command_id = $3
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


@dataclass(frozen=True, slots=True)
class Event:
    """An event: its stream and version there, its type, and its data as JSON."""

    stream: str
    version: int
    type: str
    data: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """An answer, its data as JSON, and the events that take effect with it."""

    result_type: str
    result: str
    events: tuple[Event, ...] = ()


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


def accepted(command: Command, outcome: Mapping[str, Any], events: tuple[Event, ...]) -> Outcome:
    result = {
        "command_id": command.id,
        "command_source": command.source,
        "command_type": command.type,
        "streams": [{"stream": event.stream, "version": event.version} for event in events],
        "outcome": outcome,
    }
    return Outcome("stockledger.CommandAccepted.v1", json.dumps(result), events)


def refused(command: Command, code: str) -> Outcome:
    result = {"command_id": command.id, "command_source": command.source, "code": code}
    return Outcome("stockledger.CommandRejected.v1", json.dumps(result))


async def stored_before(
    connection: Connection, command: Command, outcome: Outcome
) -> Outcome | None:
    """Store the answer, or return the one that the command got before."""
    key = command.tenant_id, command.source, command.id
    if await connection.fetchval(INSERT_RESULT, *key, outcome.result_type, outcome.result):
        return None
    stored = await connection.fetchrow(STORED_RESULT, *key)
    assert stored is not None
    return Outcome(stored["type"], stored["data"])


def movement(before: int, change: int, elsewhere: str) -> list[Mapping[str, Any]]:
    """Return the two entries of a movement between available and somewhere else."""
    return [
        {"bucket": "available", "before": before, "change": change, "after": before + change},
        {"bucket": elsewhere, "change": -change},
    ]
