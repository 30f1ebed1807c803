"""Where to begin looking for what is due: not where everything has ended long ago.

Of timers that ended, the index keeps entries for as long as any transaction may still see them: a
dump of an hour leaves two million of them at its front, and each look would pass by all of them.
"""

from collections.abc import Container, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final, NamedTuple

from stockledger_scheduler.folding import Tenant, TimerChanges
from stockledger_scheduler.rooms import Place, Room, room_of, room_of_kind
from stockledger_scheduler.timer import Timer

WHOLE_LOOK_SECONDS: Final = 10.0
"""So often everything is looked at: what another process wrote is found by then."""

EMPTY_SECONDS: Final = 0.1
"""For so long an empty room beside that of the reservations is not looked at, but left alone.

When many reservations end, their room is looked at as often as there is something to send.
"""

FIRST: Final = datetime.min.replace(tzinfo=UTC)
"""Before everything that may come due."""


class Asked(NamedTuple):
    """How many timers of a room of a partition to look at, and from what time on."""

    partition: int
    room: Room
    since: datetime
    timers_max: int


class Fronts:
    """The earliest time, in each place, at which a timer may be due that has not ended."""

    def __init__(self) -> None:
        self._since: dict[Place, datetime] = {}
        self._begun: dict[Place, datetime] = {}
        self._now = FIRST
        self._busy: set[Place] = set()
        self._whole_at = self._beside_at = float("-inf")

    def asked(self, timers_max: Mapping[Place, int], clock: float) -> Sequence[Asked]:
        """Return what to look for; `clock` (s) never jumps."""
        if clock - self._whole_at >= WHOLE_LOOK_SECONDS:
            self._since.clear()
            self._whole_at = clock
        begun, self._begun = self._begun, {}
        for place, due in begun.items():
            self._since[place] = min(self._since.get(place, FIRST), due)
        places: Iterable[Place] = timers_max
        if clock - self._beside_at >= EMPTY_SECONDS:
            self._beside_at = clock
        else:
            busy = self._busy | begun.keys()
            places = [p for p in timers_max if p.room is Room.RESERVATIONS or p in busy]
        return [Asked(*each, self._since.get(each, FIRST), timers_max[each]) for each in places]

    def looked(self, asked: Iterable[Asked], now: datetime, due: Iterable[Timer]) -> None:
        """Know what was found at a time; when the ledger's clock went back, that is worth nothing.

        What began meanwhile is told by `begun`.
        """
        first: dict[Place, datetime] = {}
        for timer in due:
            place = Place(timer.partition, room_of(timer))
            at = timer.retry_at or timer.due
            first[place] = min(first.get(place, at), at)
        for partition, room, _, _ in asked:
            place = Place(partition, room)
            self._since[place] = first.get(place, now)
            self._busy.discard(place)
        self._busy.update(first)
        if now < self._now:
            self._since.clear()
        self._now = now

    def begun(self, earliest: Mapping[Place, datetime]) -> None:
        """Know the earliest time of the timers that events began or moved in each place."""
        for place, due in earliest.items():
            self._begun[place] = min(self._begun.get(place, due), due)


def earliest_begun(changes: TimerChanges, seen: Container[Tenant]) -> Mapping[Place, datetime]:
    """Return the earliest time, in each place, of the timers that a batch of events began or moved.

    Daily checks begin with tenants that were not `seen`, and move with calendars.
    """
    earliest: dict[Place, datetime] = {}
    for timed, deadline in changes.deadlines.items():
        if deadline is not None:
            place = Place(timed.partition, room_of_kind(timed.kind))
            earliest[place] = min(earliest.get(place, deadline.due), deadline.due)
    checked = {change.tenant for change in changes.calendars}
    checked |= {tenant for tenant in changes.tenants if tenant not in seen}
    return earliest | {Place(tenant.partition, Room.OTHERS): FIRST for tenant in checked}
