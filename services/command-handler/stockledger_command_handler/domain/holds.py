"""The holds on an item: what each reservation holds, until when, and which have lapsed by now."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import lru_cache
from heapq import heapify, heappop, heappush
from typing import Final, NamedTuple

from stockledger.amounts import ZERO, Quantity
from stockledger.messages.generated import maker_of

STALE_MAX: Final = 64
"""Entries of holds that are gone which the queue may keep besides as many as there are holds."""

NOWS_REMEMBERED: Final = 16
"""Times of decisions kept in microseconds: all those of a batch have the same one."""

_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_NEVER: Final = -(2**63)


class Hold(NamedTuple):
    """What one reservation holds, until an instant in microseconds since 1970."""

    quantity: Quantity
    deadline: int


_hold: Final = maker_of(Hold)


class _Deadlines:
    """What is derived from the holds: a heap by deadline, and those that lapsed by an instant.

    The heap may name holds that are gone or have another deadline by now.
    """

    __slots__ = ("_ahead", "_lapsed", "_lapsed_sum", "_now")

    _ahead: list[tuple[int, str]]
    _lapsed: dict[str, Quantity]
    _lapsed_sum: int
    _now: int

    def _restart(self, held: Mapping[str, Hold]) -> None:
        self._ahead = [(hold.deadline, name) for name, hold in held.items()]
        heapify(self._ahead)
        self._lapsed = {}
        self._lapsed_sum = 0
        self._now = _NEVER

    def _push(self, reservation_id: str, hold: Hold) -> None:
        heappush(self._ahead, (hold.deadline, reservation_id))

    def _forget(self, reservation_id: str) -> None:
        self._lapsed_sum -= self._lapsed.pop(reservation_id, ZERO)

    def _advance(self, held: Mapping[str, Hold], now: int) -> None:
        if now < self._now:
            self._restart(held)
        self._now = now
        ahead, lapsed = self._ahead, self._lapsed
        while ahead and ahead[0][0] <= now:
            deadline, reservation_id = heappop(ahead)
            hold = held.get(reservation_id)
            if hold is None or hold.deadline != deadline or reservation_id in lapsed:
                continue  # an entry left over
            lapsed[reservation_id] = hold.quantity
            self._lapsed_sum += hold.quantity

    def _next(self, held: Mapping[str, Hold], leave_out: str | None) -> int | None:
        ahead, set_aside = self._ahead, None
        while ahead:
            deadline, reservation_id = ahead[0]
            hold = held.get(reservation_id)
            counts = hold is not None and hold.deadline == deadline
            if counts and reservation_id != leave_out:
                break
            left = heappop(ahead)
            if counts:
                set_aside = left
        due = ahead[0][0] if ahead else None
        if set_aside is not None:
            heappush(ahead, set_aside)
        return due


@dataclass(slots=True)
class Holds(_Deadlines):
    """Holds by reservation. 100,000 of them cost a decision as much as ten.

    What is asked with a time depends on the holds and that time only, though those that lapsed
    are taken off the heap as time goes on.
    """

    held: dict[str, Hold] = field(default_factory=dict[str, Hold])

    def __post_init__(self) -> None:
        self._restart(self.held)

    def __len__(self) -> int:
        return len(self.held)

    def quantity(self, reservation_id: str) -> Quantity:
        """Return what a reservation holds, lapsed or not; 0 when it holds nothing."""
        hold = self.held.get(reservation_id)
        return ZERO if hold is None else hold.quantity

    def put(self, reservation_id: str, quantity: Quantity, expires_at: datetime) -> None:
        """Hold so much until then, instead of what the reservation held before."""
        self._put(reservation_id, _hold(quantity, microseconds_of(expires_at)))

    def resize(self, reservation_id: str, quantity: Quantity) -> None:
        """Hold another quantity until the same time; 0: the hold is gone."""
        hold = self.held.get(reservation_id)
        if quantity == 0:
            self.remove(reservation_id)
        elif hold is not None:
            self._put(reservation_id, Hold(quantity, hold.deadline))

    def extend(self, reservation_id: str, expires_at: datetime) -> None:
        """Hold the same until another time."""
        hold = self.held.get(reservation_id)
        if hold is not None:
            self._put(reservation_id, Hold(hold.quantity, microseconds_of(expires_at)))

    def remove(self, reservation_id: str) -> None:
        """Hold nothing any more."""
        if self.held.pop(reservation_id, None) is None:
            return
        self._forget(reservation_id)
        self._bound_queue()

    def lapsed(self, now: datetime) -> Quantity:
        """Return the sum of the holds whose deadline has come."""
        self._advance(self.held, _microseconds_of_now(now))
        return Quantity(self._lapsed_sum)

    def lapsed_in_order(self, now: datetime) -> Iterator[tuple[str, Quantity]]:
        """Return the holds whose deadline has come, the oldest deadline first."""
        self._advance(self.held, _microseconds_of_now(now))
        return iter(self._lapsed.items())

    def has_lapsed(self, reservation_id: str, now: datetime) -> bool:
        """Return whether a reservation's hold is one of those."""
        hold = self.held.get(reservation_id)
        return hold is not None and hold.deadline <= _microseconds_of_now(now)

    def next_deadline(self, now: datetime, leave_out: str | None = None) -> datetime | None:
        """Return when the next hold lapses, but for one to leave out; None when none is left."""
        self._advance(self.held, _microseconds_of_now(now))
        due = self._next(self.held, leave_out)
        return None if due is None else _EPOCH + timedelta(microseconds=due)

    def _put(self, reservation_id: str, hold: Hold) -> None:
        known = self.held.get(reservation_id)
        self.held[reservation_id] = hold
        if hold.deadline <= self._now or reservation_id in self._lapsed:
            self._restart(self.held)
        elif known is None or known.deadline != hold.deadline:
            self._push(reservation_id, hold)
            self._bound_queue()

    def _bound_queue(self) -> None:
        if len(self._ahead) > 2 * len(self.held) + STALE_MAX:
            self._restart(self.held)


def microseconds_of(time: datetime) -> int:
    """Return the microseconds from 1970 to a time, exactly."""
    since = time - _EPOCH
    return (since.days * 86_400 + since.seconds) * 1_000_000 + since.microseconds


_microseconds_of_now: Final = lru_cache(NOWS_REMEMBERED)(microseconds_of)
