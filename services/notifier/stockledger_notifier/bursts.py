"""How much a person is told at once: a few messages a minute, then one for all the rest."""

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Final, NamedTuple

BURST_MAX: Final = 20
"""Messages to one recipient within BURST_SECONDS: more of them nobody reads one by one."""

BURST_SECONDS: Final = 60
"""How long messages are counted; so often (s) goes a digest of those beyond."""

BURST_TIME: Final = timedelta(seconds=BURST_SECONDS)


class Burst(NamedTuple):
    """What a recipient was told lately: since when, how much, and whether it goes on and on.

    `is_flooded`: the time before was already too much, and everything is collected.
    """

    begun_at: datetime | None = None
    told: int = 0
    is_flooded: bool = False

    @property
    def is_too_much(self) -> bool:
        """Say whether the latest message is one too many to be told at once."""
        return self.is_flooded or self.told > BURST_MAX

    def with_another(self, now: datetime) -> "Burst":
        """Return the burst with one more message."""
        begun_at = self.begun_at
        if begun_at is not None and now < begun_at + BURST_TIME:
            return Burst(begun_at, self.told + 1, self.is_flooded)
        follows = begun_at is not None and now < begun_at + 2 * BURST_TIME
        return Burst(now, 1, follows and self.told > BURST_MAX)


@dataclass(slots=True)
class Bursts:
    """What a recipient is told these minutes, and what waits for the end of the quiet hours.

    They are counted apart: what passes the quiet hours is not too much because others wait.
    """

    lately: Burst = field(default_factory=Burst)
    held: Burst = field(default_factory=Burst)

    def add(self, at: datetime, now: datetime) -> bool:
        """Count one more message that may be told from `at` on; say whether it is one too many."""
        if self.held.begun_at is not None and self.held.begun_at <= now:
            self.lately, self.held = self.held, Burst()
        if at > now:
            self.held = self.held.with_another(at)
            return self.held.is_too_much
        self.lately = self.lately.with_another(now)
        return self.lately.is_too_much
