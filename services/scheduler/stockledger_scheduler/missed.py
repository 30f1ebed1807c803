"""What happened while nobody followed: until it is folded, no tick is sent.

Some of the timers have ended by then, or come due later, by events that are not read yet. And the
end of what is sent would be heard behind all of them.
"""

from collections.abc import Sequence
from typing import Final

import asyncpg

from stockledger.errors import OwnershipLost
from stockledger.event_log.driver_errors import log_errors
from stockledger_scheduler.timers import SQL

LOOK_AGAIN_SECONDS: Final = 5.0
"""So soon it is noticed that the timers were thrown away, to be made anew from the events."""


class MissedEvents:
    """The events that were in Kafka before this process took the partitions over."""

    def __init__(self, pool: "asyncpg.Pool[asyncpg.Record]", partitions: Sequence[int]) -> None:
        self._pool = pool
        self._partitions = partitions
        self._last: dict[int, int] | None = None
        self._folded_once: set[int] = set()
        self._looked_at = 0.0

    async def are_folded(self, clock: float) -> bool:
        """Return whether all of them are folded: once they are, that is remembered.

        `clock` (s) never jumps.

        Raises:
            OwnershipLost: nobody knows any more how far they are folded.
        """
        if self._last is None or self._last or clock - self._looked_at >= LOOK_AGAIN_SECONDS:
            self._looked_at = clock
            await self._look()
        return not self._last

    async def _look(self) -> None:
        """Learn at first where they end, and then whether that is reached."""
        with log_errors():
            rows = await self._pool.fetch(SQL["standing"], self._partitions)
        last = {row["partition"]: row["published"] for row in rows}
        if self._last is not None:
            last = self._last
        folded = {row["partition"]: row["folded"] for row in rows if row["folded"] is not None}
        if lost := self._folded_once - folded.keys():
            raise OwnershipLost(f"the timers of partitions {sorted(lost)} were thrown away")
        self._folded_once.update(folded)
        self._last = {one: end for one, end in last.items() if folded.get(one, 0) < end}
