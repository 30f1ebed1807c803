"""What every command is checked for, whichever it is, before its decider is asked."""

from datetime import datetime, timedelta
from typing import Final

from stockledger.envelope import CommandEnvelope
from stockledger.messages.fields import time_to_wire
from stockledger.messages.message import Command, StreamCommand
from stockledger.messages.results import ErrorCode, Rejection
from stockledger_command_handler.stream_view import StreamView

AGE_MAX: Final = timedelta(days=7)
"""How long answers are kept: an older command could not be recognised as a repeat."""

AHEAD_MAX: Final = timedelta(minutes=5)
"""How far a producer's clock may be ahead."""


def refused_unseen(envelope: CommandEnvelope, now: datetime) -> Rejection | None:
    """Return why a command is refused whatever it says: its time."""
    if now - envelope.time > AGE_MAX:
        return Rejection(
            ErrorCode.COMMAND_TOO_OLD,
            f"The command is more than {AGE_MAX.days} days old: a repeat would not be known.",
            {"time": time_to_wire(envelope.time), "age_days_max": AGE_MAX.days},
        )
    if envelope.time - now > AHEAD_MAX:
        return _ahead("time", envelope.time, now)
    return None


def refused_by_its_fields(command: Command, view: StreamView) -> Rejection | None:
    """Return why a command is refused by what any command may carry."""
    if command.effective_at is not None and command.effective_at > view.now:
        return _ahead("effective_at", command.effective_at, view.now)
    if not isinstance(command, StreamCommand) or command.expected_version is None:
        return None
    version = view.version(command.stream)
    if version == command.expected_version:
        return None
    return Rejection(
        ErrorCode.VERSION_CONFLICT,
        f"{command.stream} is at version {version}, not {command.expected_version}.",
        {
            "stream": command.stream,
            "expected_version": command.expected_version,
            "actual_version": version,
        },
    )


def _ahead(field: str, time: datetime, now: datetime) -> Rejection:
    return Rejection(
        ErrorCode.VALIDATION_ERROR,
        f"The {field} lies in the future.",
        {"field": field, "given": time_to_wire(time), "now": time_to_wire(now)},
    )
