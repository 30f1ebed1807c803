"""Looking for what is due begins where something may be left, and misses nothing."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from stockledger.messages.fields import TenantId
from stockledger_scheduler.folding import (
    CalendarChange,
    Deadline,
    Tenant,
    Timed,
    TimerChanges,
)
from stockledger_scheduler.fronts import (
    EMPTY_SECONDS,
    FIRST,
    WHOLE_LOOK_SECONDS,
    Fronts,
    earliest_begun,
)
from stockledger_scheduler.rooms import Place, Room
from stockledger_scheduler.timer import Timer, TimerKind

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
RESERVATIONS, OTHERS = Place(0, Room.RESERVATIONS), Place(0, Room.OTHERS)
LAMPS, TENTS = Tenant(0, "lamp-shop"), Tenant(1, "tent-shop")


def after(seconds: float) -> datetime:
    return NOON + timedelta(seconds=seconds)


def due(seconds: float, kind: TimerKind = TimerKind.RESERVATION) -> Timer:
    return Timer(0, TenantId("lamp-shop"), kind, "R1", after(seconds))


class Looks:
    """Looks at one partition, again and again."""

    def __init__(self) -> None:
        self.fronts = Fronts()

    def since(self, seconds: float, *found: Timer) -> Mapping[Place, datetime]:
        """Look, find these, and return from what time on each place was looked at."""
        asked = self.fronts.asked({RESERVATIONS: 9, OTHERS: 9}, seconds)
        self.fronts.looked(asked, after(seconds), found)
        return {Place(each.partition, each.room): each.since for each in asked}


def test_what_has_ended_is_not_walked_through_again() -> None:
    looks = Looks()
    assert looks.since(1, due(-50), due(-40)) == {RESERVATIONS: FIRST, OTHERS: FIRST}
    assert looks.since(1.2, due(-40)) == {RESERVATIONS: after(-50), OTHERS: after(1)}
    assert looks.since(1.4) == {RESERVATIONS: after(-40), OTHERS: after(1.2)}
    assert looks.since(1.6) == {RESERVATIONS: after(1.4), OTHERS: after(1.4)}


def test_what_is_put_off_counts_by_when_it_is_sent_again() -> None:
    looks, place = Looks(), Place(0, Room.PUT_OFF)
    asked = looks.fronts.asked({place: 9}, 0)
    looks.fronts.looked(asked, after(0), [due(-50)._replace(retry_at=after(-1))])
    assert looks.fronts.asked({place: 9}, 1)[0].since == after(-1)


def test_what_begins_with_an_earlier_time_is_seen_at_once() -> None:
    looks = Looks()
    looks.since(1)
    asked = looks.fronts.asked({RESERVATIONS: 9}, 1.2)
    looks.fronts.begun({RESERVATIONS: after(-30)})
    looks.fronts.begun({RESERVATIONS: after(-20)})
    looks.fronts.looked(asked, after(1.2), [])
    assert looks.since(1.4, due(-30))[RESERVATIONS] == after(-30)
    assert looks.since(1.6)[RESERVATIONS] == after(-30)


def test_now_and_then_and_when_the_clock_went_back_everything_is_looked_at() -> None:
    looks = Looks()
    looks.since(0)
    assert looks.since(WHOLE_LOOK_SECONDS - 1)[RESERVATIONS] == after(0)
    assert looks.since(WHOLE_LOOK_SECONDS)[RESERVATIONS] == FIRST
    looks.fronts.looked([], after(-3_600), [])
    assert looks.since(WHOLE_LOOK_SECONDS + 1)[RESERVATIONS] == FIRST


def test_rooms_that_are_empty_are_left_alone_for_a_moment() -> None:
    looks = Looks()
    assert looks.since(0, due(-1, TimerKind.TRANSFER)).keys() == {RESERVATIONS, OTHERS}
    assert looks.since(0.01).keys() == {RESERVATIONS, OTHERS}, "something was left"
    assert looks.since(0.02).keys() == {RESERVATIONS}
    looks.fronts.begun({OTHERS: after(0)})
    assert looks.since(0.03).keys() == {RESERVATIONS, OTHERS}
    assert looks.since(EMPTY_SECONDS).keys() == {RESERVATIONS, OTHERS}


def test_a_batch_tells_the_earliest_time_of_each_place() -> None:
    def timed(kind: TimerKind, name: str) -> Timed:
        return Timed(*LAMPS, kind, name)

    changes = TimerChanges(
        deadlines={
            timed(TimerKind.RESERVATION, "R1"): Deadline(after(2), 1),
            timed(TimerKind.RESERVATION, "R2"): Deadline(after(1), 1),
            timed(TimerKind.RESERVATION, "R3"): None,
            timed(TimerKind.REORDER, "NORTH/LAMP/1"): Deadline(after(3), 1),
        },
        tenants={LAMPS: NOON, TENTS: NOON},
    )
    reservations = {RESERVATIONS: after(1), Place(0, Room.REORDERS): after(3)}
    assert earliest_begun(changes, {LAMPS, TENTS}) == reservations
    assert earliest_begun(changes, {LAMPS}) == reservations | {Place(1, Room.OTHERS): FIRST}
    changes.calendars.append(CalendarChange(LAMPS, NOON, time_zone="UTC"))
    assert earliest_begun(changes, {LAMPS, TENTS}) == reservations | {OTHERS: FIRST}
