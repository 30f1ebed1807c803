"""Ticks as they are published: commands like any other, of the scheduler's own source."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from stockledger.messages.fields import time_to_wire
from stockledger.messages.registry import type_name
from stockledger.publisher import OutgoingMessage
from stockledger_scheduler.due import Tick

SOURCE: Final = "/stockledger/scheduler"
ACTOR: Final = "scheduler"

_HEAD: Final = [
    ("ce_specversion", b"1.0"),
    ("ce_source", SOURCE.encode()),
    ("ce_actor", ACTOR.encode()),
    ("content-type", b"application/json"),
]


def messages_of(ticks: Iterable[Tick], now: datetime) -> Mapping[int, Sequence[OutgoingMessage]]:
    """Return the messages of each partition, stamped with the ledger's time."""
    stamp = time_to_wire(now).encode()
    milliseconds = int(now.timestamp() * 1_000)
    messages: dict[int, list[OutgoingMessage]] = defaultdict(list)
    for tick in ticks:
        tenant = tick.tenant_id.encode()
        headers = [
            *_HEAD,
            ("ce_id", tick.id.encode()),
            ("ce_type", type_name(type(tick.command)).encode()),
            ("ce_time", stamp),
            ("ce_tenantid", tenant),
        ]
        message = OutgoingMessage(tenant, tick.body.encode(), headers, milliseconds)
        messages[tick.partition].append(message)
    return messages
