"""What a service asks for by itself: commands like any other, from a source of its own."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import NamedTuple

from stockledger.messages.fields import time_to_wire
from stockledger.publisher import OutgoingMessage


class Sender(NamedTuple):
    """Who asks: `ce_source` and `ce_actor` of its commands."""

    source: str
    actor: str


class OwnCommand(NamedTuple):
    """A command, its type and JSON as on the wire, on its way to its tenant's partition."""

    partition: int
    tenant_id: str
    id: str
    type: str
    body: str


def messages_of(
    sender: Sender, commands: Iterable[OwnCommand], now: datetime
) -> Mapping[int, Sequence[OutgoingMessage]]:
    """Return the messages of each partition, stamped with this time."""
    stamp = time_to_wire(now).encode()
    milliseconds = int(now.timestamp() * 1_000)
    head = [
        ("ce_specversion", b"1.0"),
        ("ce_source", sender.source.encode()),
        ("ce_actor", sender.actor.encode()),
        ("content-type", b"application/json"),
    ]
    messages: dict[int, list[OutgoingMessage]] = defaultdict(list)
    for command in commands:
        tenant = command.tenant_id.encode()
        headers = [
            *head,
            ("ce_id", command.id.encode()),
            ("ce_type", command.type.encode()),
            ("ce_time", stamp),
            ("ce_tenantid", tenant),
        ]
        message = OutgoingMessage(tenant, command.body.encode(), headers, milliseconds)
        messages[command.partition].append(message)
    return messages
