"""Named places between two durable steps, where a test can end or freeze the process.

`INVENTORY_CRASH_POINT=<name>[:<nth time>[:<signal>]]` sends the signal (KILL, or STOP) to the own
process when the place is passed for the nth time. Without it, a place costs one comparison.
"""

import os
import signal
from collections.abc import Mapping
from typing import Final

VARIABLE: Final = "INVENTORY_CRASH_POINT"


class CrashPoints:
    """The places of one process; at most one of them is armed."""

    __slots__ = ("_armed", "_passes_left", "_signal")

    def __init__(self, environment: Mapping[str, str]) -> None:
        name, _, rest = environment.get(VARIABLE, "").partition(":")
        nth, _, signal_name = rest.partition(":")
        self._armed = name
        self._passes_left = int(nth or 1)
        self._signal = signal.Signals[f"SIG{signal_name or 'KILL'}"]

    def passed(self, name: str) -> None:
        """Say that the process is at this place now."""
        if name == self._armed:
            self._passes_left -= 1
            if self._passes_left == 0:
                os.kill(os.getpid(), self._signal)
