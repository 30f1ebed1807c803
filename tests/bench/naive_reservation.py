"""The naive way to reserve: lock the stock rows, look, write.

Begin; lock the stock rows of all lines, in one order for everybody; decide; insert the answer (its
key finds a repeat); update the rows; insert the reservation, its lines and the events of both;
commit. The rows of one table are written by one statement, however many they are.
"""

import json
from collections.abc import Sequence
from typing import Any, Final, TypeAlias

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

LOCK_STOCK: Final = """
    select stock.warehouse_id, stock.sku, stock.version, stock.available, stock.reserved
    from naive.stock as stock
    join unnest($2::text[], $3::text[]) as line (warehouse_id, sku)
        on line.warehouse_id = stock.warehouse_id and line.sku = stock.sku
    where stock.tenant_id = $1
    order by stock.warehouse_id, stock.sku
    for update of stock
"""
UPDATE_STOCK: Final = """
    update naive.stock as stock
    set version = stock.version + 1,
        available = stock.available - line.quantity,
        reserved = stock.reserved + line.quantity
    from unnest($2::text[], $3::text[], $4::bigint[]) as line (warehouse_id, sku, quantity)
    where stock.tenant_id = $1
        and stock.warehouse_id = line.warehouse_id
        and stock.sku = line.sku
"""
INSERT_RESERVATION: Final = """
    insert into naive.reservations (tenant_id, reservation_id, status, expires_at)
    values ($1, $2, 'ACTIVE', now() + make_interval(secs => $3))
"""
INSERT_LINES: Final = """
    insert into naive.reservation_lines (tenant_id, reservation_id, warehouse_id, sku, quantity)
    select $1, $2, line.warehouse_id, line.sku, line.quantity
    from unnest($3::text[], $4::text[], $5::bigint[]) as line (warehouse_id, sku, quantity)
"""
INSERT_EVENTS: Final = """
    insert into naive.events (tenant_id, stream, version, type, data, command_id)
    select $1, event.stream, event.version, event.type, event.data, $2
    from unnest($3::text[], $4::bigint[], $5::text[], $6::json[])
        as event (stream, version, type, data)
"""

Lines: TypeAlias = tuple[list[str], list[str], list[int]]
"""Warehouses, SKUs and quantities, a line each."""


async def execute(connection: Connection, command: Command) -> Outcome:
    """Decide a reservation in a transaction of its own, or return its stored answer."""
    lines = _lines(command)
    warehouses, skus, _ = lines
    async with connection.transaction():
        rows = await connection.fetch(LOCK_STOCK, command.tenant_id, warehouses, skus)
        outcome = _decide(command, lines, rows)
        stored = await stored_before(connection, command, outcome)
        if stored is not None:
            return stored
        if outcome.events:
            await _write(connection, command, lines, outcome.events)
    return outcome


def _lines(command: Command) -> Lines:
    asked = command.data["lines"]
    return (
        [line["warehouse_id"] for line in asked],
        [line["sku"] for line in asked],
        [round(line["quantity"] * UNITS) for line in asked],
    )


def _decide(command: Command, lines: Lines, rows: Sequence[asyncpg.Record]) -> Outcome:
    found = {(row["warehouse_id"], row["sku"]): row for row in rows}
    events = [_created(command)]
    for warehouse_id, sku, quantity in zip(*lines, strict=True):
        row = found.get((warehouse_id, sku))
        if row is None:
            return refused(command, "INVENTORY_NOT_FOUND")
        if row["available"] < quantity:
            return refused(command, "INVENTORY_INSUFFICIENT_STOCK")
        events.append(_reserved(command, row, quantity))
    outcome: dict[str, Any] = {
        "reservation_id": command.data["reservation_id"],
        "status": "ACTIVE",
        "lines": command.data["lines"],
    }
    return accepted(command, outcome, tuple(events))


def _created(command: Command) -> Event:
    reservation_id = command.data["reservation_id"]
    data = {"reservation_id": reservation_id, "lines": command.data["lines"]}
    return Event(
        f"reservation/{reservation_id}",
        1,
        "stockledger.ReservationCreated.v1",
        json.dumps(data),
    )


def _reserved(command: Command, row: asyncpg.Record, quantity: int) -> Event:
    before = row["available"]
    data = {
        "warehouse_id": row["warehouse_id"],
        "sku": row["sku"],
        "quantity": quantity,
        "reservation_id": command.data["reservation_id"],
        "entries": movement(before, -quantity, "reserved"),
        "levels": {"available": before - quantity, "reserved": row["reserved"] + quantity},
        "value_change": 0,
    }
    return Event(
        f"item/{row['warehouse_id']}/{row['sku']}",
        row["version"] + 1,
        "stockledger.StockReserved.v1",
        json.dumps(data),
    )


async def _write(
    connection: Connection, command: Command, lines: Lines, events: Sequence[Event]
) -> None:
    tenant_id, reservation_id = command.tenant_id, command.data["reservation_id"]
    await connection.execute(UPDATE_STOCK, tenant_id, *lines)
    await connection.execute(
        INSERT_RESERVATION, tenant_id, reservation_id, command.data["expires_in_seconds"]
    )
    await connection.execute(INSERT_LINES, tenant_id, reservation_id, *lines)
    await connection.execute(
        INSERT_EVENTS,
        tenant_id,
        command.id,
        [event.stream for event in events],
        [event.version for event in events],
        [event.type for event in events],
        [event.data for event in events],
    )
