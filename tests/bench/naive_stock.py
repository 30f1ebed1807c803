"""The naive way to sell and to take in: read the stream, decide, write where nobody else did.

Begin; read the stream's row (version, figures); decide; insert the answer (its key finds a repeat);
update the row where its version is still the one read, else roll back and begin again; insert the
event under the next version; commit.
"""

import contextlib
import json
from dataclasses import dataclass
from typing import Final

import asyncpg

from tests.bench.naive_command import (
    UNITS,
    Command,
    Connection,
    Event,
    Outcome,
    accepted,
    movement,
    refused,
    stored_before,
)

MONEY_SCALE: Final = 10_000

READ_STREAM: Final = """
    select version, available, value from naive.streams
    where tenant_id = $1 and stream = $2
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


class VersionConflict(Exception):
    """Somebody else changed the stream since it was read."""


async def execute(connection: Connection, command: Command) -> Outcome:
    """Decide a command, again and again until nobody changed its stream meanwhile."""
    while True:
        with contextlib.suppress(VersionConflict):
            return await _attempt(connection, command)


async def _attempt(connection: Connection, command: Command) -> Outcome:
    """Decide a command in a transaction of its own, or return its stored answer."""
    stream = f"item/{command.data['warehouse_id']}/{command.data['sku']}"
    async with connection.transaction():
        row = await connection.fetchrow(READ_STREAM, command.tenant_id, stream)
        decision = _decide(command, stream, row)
        stored = await stored_before(connection, command, decision.outcome)
        if stored is not None:
            return stored
        for event in decision.outcome.events:
            await _write(connection, command, event, decision)
    return decision.outcome


@dataclass(frozen=True, slots=True)
class Decision:
    """What comes of a command, and the stream's figures afterwards."""

    outcome: Outcome
    available: int = 0
    value: int = 0


def _decide(command: Command, stream: str, row: asyncpg.Record | None) -> Decision:
    if row is None:
        return Decision(refused(command, "INVENTORY_NOT_FOUND"))
    quantity = round(command.data["quantity"] * UNITS)
    before, value = row["available"], row["value"]
    if command.type == "stockledger.IssueStock.v1":
        if quantity > before:
            return Decision(refused(command, "INVENTORY_INSUFFICIENT_STOCK"))
        name, change, cost = "StockIssued", -quantity, -(value * quantity // before)
    else:
        name, change = "StockReceived", quantity
        cost = round(command.data["unit_cost"] * MONEY_SCALE) * quantity // UNITS
    data = {
        **command.data,
        "entries": movement(before, change, "outside"),
        "levels": {"available": before + change, "value": value + cost},
        "value_change": cost,
    }
    event = Event(stream, row["version"] + 1, f"stockledger.{name}.v1", json.dumps(data))
    outcome = accepted(command, {"available": before + change}, (event,))
    return Decision(outcome, before + change, value + cost)


async def _write(
    connection: Connection, command: Command, event: Event, decision: Decision
) -> None:
    stream = command.tenant_id, event.stream, event.version
    figures = decision.available, decision.value
    if not await connection.fetchval(UPDATE_STREAM, *stream, *figures):
        raise VersionConflict
    await connection.execute(INSERT_EVENT, *stream, event.type, event.data, command.id)
