"""Ticks as they are published: commands like any other, of the scheduler's own source."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Final

from stockledger import own_commands
from stockledger.messages.registry import type_name
from stockledger.own_commands import OwnCommand, Sender
from stockledger.publisher import OutgoingMessage
from stockledger_scheduler.due import Tick

SENDER: Final = Sender(source="/stockledger/scheduler", actor="scheduler")


def messages_of(ticks: Iterable[Tick], now: datetime) -> Mapping[int, Sequence[OutgoingMessage]]:
    """Return the messages of each partition, stamped with the ledger's time."""
    commands = (
        OwnCommand(
            tick.partition, tick.tenant_id, tick.id, type_name(type(tick.command)), tick.body
        )
        for tick in ticks
    )
    return own_commands.messages_of(SENDER, commands, now)
