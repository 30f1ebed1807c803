"""Rooms: timers that wait for each other, and for no others."""

from enum import StrEnum
from typing import NamedTuple

from stockledger_scheduler.timer import Timer, TimerKind


class Room(StrEnum):
    """Which timers share what may be outstanding, and are looked for together.

    Reservations shall expire within a second. Reorders may be many, and in vain. What was put off
    has been sent in vain before: most of it will be again.
    """

    RESERVATIONS = "reservations"
    OTHERS = "others"
    REORDERS = "reorders"
    PUT_OFF = "put_off"


class Place(NamedTuple):
    """A room of a partition."""

    partition: int
    room: Room


def room_of(timer: Timer) -> Room:
    """Return the room that a timer is in."""
    return room_of_kind(timer.kind) if timer.retry_at is None else Room.PUT_OFF


def room_of_kind(kind: TimerKind) -> Room:
    """Return the room of a kind's timers, as long as they are not put off."""
    if kind is TimerKind.RESERVATION:
        return Room.RESERVATIONS
    return Room.REORDERS if kind is TimerKind.REORDER else Room.OTHERS
