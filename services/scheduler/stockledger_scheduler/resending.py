"""When a timer is sent again whose event does not come."""

import math
from datetime import datetime
from typing import Final, NamedTuple

from stockledger_scheduler.timer import Timer

RESEND_SECONDS: Final = 5.0
"""After so long without its event a timer is sent again: far beyond what a healthy way takes."""

RESEND_SECONDS_MAX: Final = 900.0
"""The pause doubles up to here, so that a queue that nobody reads does not fill up with ticks.

What is put off is sent again after so long, each time.
"""

_DOUBLINGS_MAX: Final = math.ceil(math.log2(RESEND_SECONDS_MAX / RESEND_SECONDS))

SENT_TOGETHER_MAX: Final = 2
"""Sent so often in company without effect, a timer goes alone: one of them may be poison.

Sent more often, it is stuck. It leaves its share to others then, silent as its handler may be.
"""


class Sent(NamedTuple):
    """When a timer was sent last (monotonic seconds), and how many times in all."""

    at: float
    times: int

    @property
    def is_stuck(self) -> bool:
        """Say whether it was sent so often in vain that others no longer wait for it."""
        return self.times > SENT_TOGETHER_MAX


def pause_after(times: int) -> float:
    """Return how long (s) a timer rests that was sent so often."""
    return min(RESEND_SECONDS * 2.0 ** min(times - 1, _DOUBLINGS_MAX), RESEND_SECONDS_MAX)


def attempt_of(timer: Timer, now: datetime) -> int:
    """Return the attempt's number: it rises with time, and nobody has to write it down."""
    return int((now - timer.due).total_seconds() // RESEND_SECONDS)


def turns_stuck(sent: Sent) -> bool:
    """Say whether a timer is stuck, or would be if it were sent once more."""
    return sent.times >= SENT_TOGETHER_MAX
