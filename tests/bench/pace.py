"""Offered load: commands leave at their appointed time, however slow the answers are."""

import time
from collections.abc import Sequence
from typing import Final

from tests.bench.kafka_ends import CommandSender
from tests.bench.traffic import Message

TICK_SECONDS: Final = 0.001
"""The schedule's grain: commands due within one tick leave together."""


def send_paced(sender: CommandSender, messages: Sequence[Message], per_second: float) -> float:
    """Send message number n at n / `per_second` seconds; return when that was (`time.time`).

    The schedule does not wait for anything (open loop), so a stall of the system shows as latency
    of every command that was due meanwhile. Returns the appointed time of the first message.
    """
    begin = time.time() + TICK_SECONDS
    sent = 0
    while sent < len(messages):
        due = min(int((time.time() - begin) * per_second) + 1, len(messages))
        if due > sent:
            sender.send(messages[sent:due])
            sent = due
        sender.wait(TICK_SECONDS)
    return begin
