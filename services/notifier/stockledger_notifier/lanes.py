"""The deliveries that a process has taken up, each in the lane of its destination.

All lanes of a route share a number of places, and none may have many of them: a slow destination
keeps its own deliveries waiting, and no others. The more lanes, the fewer places each may have.
"""

from collections import deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from stockledger_notifier.outbox import Claimed

LANE_PLACES: Final = 16
"""Deliveries under way to one destination at once."""

LANE_FULL: Final = 50
"""With so many waiting for one destination, no more are taken up for it."""

LANE_TAKEN_MAX: Final = 150
"""Deliveries taken up for one destination at once: beyond LANE_FULL, a good round trip's work."""

SHARE_MIN: Final = 1
"""What a lane may have of anything, however many lanes there are."""


@dataclass(slots=True)
class Lane:
    """What waits for one destination, and how many are being sent there."""

    destination: str
    waiting: deque[Claimed] = field(default_factory=deque[Claimed])
    workers: int = 0


class Lanes:
    """All lanes of one route that have something in them."""

    def __init__(self) -> None:
        self._lanes: dict[str, Lane] = {}
        self.count = 0

    def add(self, claimed: Claimed) -> Lane:
        """Put a delivery into its lane; return the lane."""
        lane = self._lanes.setdefault(claimed.destination, Lane(claimed.destination))
        lane.waiting.append(claimed)
        self.count += 1
        return lane

    def finished(self) -> None:
        """Know that one of the deliveries is done with."""
        self.count -= 1

    def left(self, lane: Lane) -> None:
        """Know that a lane has one worker less; an empty one is forgotten."""
        lane.workers -= 1
        if not lane.workers and not lane.waiting:
            self._lanes.pop(lane.destination, None)

    def share(self, whole: int, most: int) -> int:
        """Return how much of a whole each lane may have now."""
        return max(min(whole // max(len(self._lanes), 1), most), SHARE_MIN)

    def full_ones(self, full: int) -> Iterator[str]:
        """Yield the destinations that so many or more wait for."""
        for lane in self._lanes.values():
            if len(lane.waiting) >= full:
                yield lane.destination

    def give_back(self) -> Iterator[Claimed]:
        """Yield what has not been begun, and forget it."""
        for lane in list(self._lanes.values()):
            while lane.waiting:
                self.count -= 1
                yield lane.waiting.popleft()
