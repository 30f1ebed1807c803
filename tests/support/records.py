"""Kafka records as a consumer gets them."""

from collections.abc import Mapping, Sequence
from typing import Any

import orjson
from aiokafka import ConsumerRecord

STAMPED_MS = 1_795_251_600_000
"""2026-11-21T09:00:00Z, the timestamp of every record that names none."""

BINARY: Mapping[str, bytes] = {
    "ce_specversion": b"1.0",
    "ce_id": b"receive-1001",
    "ce_source": b"/shop/berlin",
    "ce_type": b"stockledger.ReceiveStock.v1",
    "ce_time": b"2026-11-21T09:00:00.125Z",
    "ce_tenantid": b"acme",
    "content-type": b"application/json",
}
STRUCTURED: Mapping[str, object] = {
    "specversion": "1.0",
    "id": "receive-1001",
    "source": "/shop/berlin",
    "type": "stockledger.ReceiveStock.v1",
    "time": "2026-11-21T09:00:00.125Z",
    "tenantid": "acme",
}
RECEIVE_LAMPS: Mapping[str, object] = {
    "warehouse_id": "NORTH",
    "sku": "LAMP",
    "quantity": 10.5,
    "unit_cost": 3.25,
}

Headers = Sequence[tuple[str, bytes | None]]


def record(
    value: bytes | None, headers: Headers = (), timestamp_ms: int = STAMPED_MS
) -> ConsumerRecord[Any, Any]:
    """Return a record of the commands topic."""
    return ConsumerRecord(
        topic="inventory.commands.v1",
        partition=3,
        offset=1_042,
        timestamp=timestamp_ms,
        timestamp_type=0,
        key=b"acme",
        value=value,
        checksum=None,
        serialized_key_size=4,
        serialized_value_size=-1 if value is None else len(value),
        headers=headers,  # type: ignore[arg-type] # pyright: ignore[reportArgumentType] - None is real
    )


def binary(
    data: object = RECEIVE_LAMPS, *, raw: bytes | None = None, **changed: bytes | None
) -> ConsumerRecord[Any, Any]:
    """Return a command in binary mode; `changed` headers by name without `ce_`; None: left out.

    `raw` replaces the data's JSON.
    """
    headers: dict[str, bytes | None] = {
        **BINARY,
        **{f"ce_{name}": value for name, value in changed.items()},
    }
    kept = [(name, value) for name, value in headers.items() if value is not None]
    return record(orjson.dumps(data) if raw is None else raw, kept)


def structured(
    headers: Headers = (("content-type", b"application/cloudevents+json"),), **changed: object
) -> ConsumerRecord[Any, Any]:
    """Return a command in structured mode; attributes that are None are left out."""
    event = {**STRUCTURED, "data": RECEIVE_LAMPS, **changed}
    kept = {name: value for name, value in event.items() if value is not None}
    return record(orjson.dumps(kept), headers)


def record_at(partition: int, offset: int) -> ConsumerRecord[bytes, bytes]:
    """Return a record of which only its place matters."""
    made = record(b"{}")
    made.partition, made.offset = partition, offset
    return made
