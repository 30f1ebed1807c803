"""When a delivery that failed is tried again, and when it is given up."""

from collections.abc import Callable
from typing import Final

from stockledger_notifier.channels.channel import Route

ATTEMPTS_MAX: Final = 12
"""Attempts until a delivery is dead: with the pauses between them, some four hours."""

DOUBLE_COUNTS_MORE: Final = 3
"""Attempts that one counts for beside itself when a repeat may be a second mail or text message.

So there are three of them at most.
"""

DOUBLE_SECONDS: Final = 600.0
"""Shortest pause behind such a one: as long as RFC 5321 lets a mail server think about a mail."""

FIRST_SECONDS: Final = 1.0
"""Longest pause after the first attempt."""

FACTOR: Final = 4.0
"""So much longer is every pause than the one before it."""

SECONDS_MAX: Final = 3_600.0
"""Longest pause."""

SUPPLIER_FIRST_SECONDS: Final = 300.0
"""Longest pause behind the first attempts at a supplier: people know by then."""

SUPPLIER_FACTOR: Final = 2.0
"""And so much longer is every further one."""


def pause_after(
    route: Route, attempts: int, quick_attempts: int, chance: Callable[[], float]
) -> float | None:
    """Return the seconds until the next attempt; None: there is none. `chance` is in [0, 1).

    An order is not given up: unless the supplier refuses it, it is tried on until it is no longer
    wanted.
    """
    if route is not Route.SUPPLIER and attempts >= ATTEMPTS_MAX:
        return None
    # Half of the pause by chance: those that failed together do not come back together.
    return _longest(route, attempts, quick_attempts) * (0.5 + 0.5 * chance())


def at_least(pause: float, retry_after: float | None) -> float:
    """Return the pause, longer where the other side asked for it."""
    return max(pause, retry_after or 0.0)


def _longest(route: Route, attempts: int, quick_attempts: int) -> float:
    """Return the longest pause behind so many attempts."""
    slow_attempts = attempts - quick_attempts
    if route is Route.SUPPLIER and slow_attempts >= 0:
        rises = min(slow_attempts, ATTEMPTS_MAX)
        return min(SUPPLIER_FIRST_SECONDS * SUPPLIER_FACTOR**rises, SECONDS_MAX)
    return min(FIRST_SECONDS * FACTOR ** min(attempts - 1, ATTEMPTS_MAX), SECONDS_MAX)
