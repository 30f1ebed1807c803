"""An owner of one partition: numbers events and answers as a command handler does."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import blake2b
from typing import Final

from stockledger.event_log.interface import (
    EventLog,
    NewEvent,
    NewResult,
    PartitionAppend,
    PartitionHead,
    StreamKey,
)
from stockledger.messages.fields import StreamName, TenantId
from stockledger.partitioning import partition_of

PARTITIONS: Final = 4
NORTHWIND: Final = TenantId("northwind")
LAMP: Final = StreamName("item/NORTH/LAMP")
CHAIR: Final = StreamName("item/NORTH/CHAIR")
MONDAY: Final = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
RECEIVED: Final = "stockledger.StockReceived.v1"
LAMP_KEY: Final = StreamKey(NORTHWIND, LAMP)
CHAIR_KEY: Final = StreamKey(NORTHWIND, CHAIR)


def new_event(stream: StreamName, tenant_id: TenantId = NORTHWIND) -> NewEvent:
    """Return an event that is not numbered yet."""
    return NewEvent(
        position=0,
        tenant_id=tenant_id,
        stream=stream,
        stream_number=0,
        version=0,
        type=RECEIVED,
        data='{"sku": "LAMP",  "quantity": 10.50}',
        metadata='{"correlationid":"delivery-7"}',
        command_source="/dock",
        command_id="receive-1",
    )


def digest_of(command_id: str) -> str:
    """Return a digest as a command's is: 16 bytes, in hex, that no other id has."""
    return blake2b(command_id.encode(), digest_size=16).hexdigest()


def new_result(command_offset: int, tenant_id: TenantId = NORTHWIND) -> NewResult:
    """Return the answer to the command at an offset."""
    return NewResult(
        command_offset=command_offset,
        digest=digest_of(f"{tenant_id}-{command_offset}"),
        body_hash=bytes(range(16)),
        tenant_id=tenant_id,
        type="stockledger.CommandAccepted.v1",
        data=json.dumps({"command_id": f"receive-{command_offset}"}),
        metadata="{}",
        reply=None,
    )


class LogOwner:
    """Owns a tenant's partition and appends one event and one answer for each stream named."""

    def __init__(self, log: EventLog, tenant_id: TenantId, head: PartitionHead) -> None:
        self.log = log
        self.tenant_id = tenant_id
        self.head = head
        self._versions: dict[StreamName, int] = {}
        self._numbers: dict[StreamName, int] = {}

    @classmethod
    async def take(cls, log: EventLog, tenant_id: TenantId = NORTHWIND) -> "LogOwner":
        """Own the tenant's partition of an empty log."""
        partition = partition_of(tenant_id, PARTITIONS)
        return cls(log, tenant_id, (await log.own([partition]))[partition])

    def batch(self, *streams: StreamName) -> PartitionAppend:
        """Return what `append` would write now; the owner stays as it is."""
        versions, numbers = dict(self._versions), dict(self._numbers)
        events = [new_event(stream, self.tenant_id) for stream in streams]
        for position, event in enumerate(events, start=self.head.next_position):
            event.position = position
            event.version = versions[event.stream] = versions.get(event.stream, 0) + 1
            event.stream_number = numbers.setdefault(event.stream, position)
        first = self.head.next_offset
        return PartitionAppend(
            partition=self.head.partition,
            epoch=self.head.epoch,
            expected_offset=first,
            next_offset=first + len(events),
            next_position=self.head.next_position + len(events),
            answered_offset=first,
            published_position=self.head.next_position - 1,
            events=events,
            results=[new_result(first + index, self.tenant_id) for index in range(len(events))],
        )

    async def append(self, *streams: StreamName, time: datetime = MONDAY) -> PartitionAppend:
        """Append an event and an answer for each stream; return what was written."""
        part = self.batch(*streams)
        await self.log.append([part], time)
        self.follow([part])
        return part

    def follow(self, parts: Sequence[PartitionAppend]) -> None:
        """Go on behind what was appended."""
        for part in parts:
            if part.partition == self.head.partition:
                self.head = replace(
                    self.head, next_offset=part.next_offset, next_position=part.next_position
                )
                for event in part.events:
                    self._versions[event.stream] = event.version
                    self._numbers[event.stream] = event.stream_number
