"""Opaque cursors: where the last page ended, as URL-safe text that only we read."""

import base64
import binascii
from collections.abc import Sequence
from datetime import datetime
from typing import Final

import orjson

from stockledger.messages.fields import time_from_wire, time_to_wire
from stockledger_projector.api.problems import QueryRefused, unusable

CURSOR_LENGTH_MAX: Final = 400
"""Characters: two ids or a time and a number are far shorter."""


def key_cursor(*parts: str) -> str:
    """Return the cursor behind a row with this key."""
    return _encoded(parts)


def key_behind(cursor: str | None, parts: int) -> Sequence[str | None]:
    """Return the key of a cursor, as many Nones without one; refuses what is no cursor of ours."""
    if cursor is None:
        return [None] * parts
    key = _decoded(cursor)
    if len(key) != parts or not all(isinstance(part, str) for part in key):
        raise no_cursor()
    return [str(part) for part in key]


def time_cursor(time: datetime, position: int) -> str:
    """Return the cursor behind a row of this time and position."""
    return _encoded((time_to_wire(time), position))


def time_behind(cursor: str | None) -> tuple[datetime | None, int | None]:
    """Return time and position of a cursor, Nones without one; refuses what is none of ours."""
    if cursor is None:
        return None, None
    match _decoded(cursor):
        case [str(time), int(position)] if 0 < position < 2**63:
            try:
                return time_from_wire(time), position
            except ValueError:
                raise no_cursor() from None
        case _:
            raise no_cursor()


def timed_key_cursor(time: datetime, key: str) -> str:
    """Return the cursor behind a row of this time and key."""
    return key_cursor(time_to_wire(time), key)


def timed_key_behind(cursor: str | None) -> tuple[datetime | None, str | None]:
    """Return time and key of a cursor, Nones without one; refuses what is none of ours."""
    time, key = key_behind(cursor, 2)
    try:
        return None if time is None else time_from_wire(time), key
    except ValueError:
        raise no_cursor() from None


def graded_cursor(grade: str, time: datetime, position: int) -> str:
    """Return the cursor behind a row of this grade, time and position."""
    return _encoded((grade, time_to_wire(time), position))


def graded_behind(
    cursor: str | None, grades: Sequence[str]
) -> tuple[str | None, datetime | None, int | None]:
    """Return grade, time and position of a cursor, Nones without one; refuses what is not ours."""
    if cursor is None:
        return None, None, None
    match _decoded(cursor):
        case [str(grade), *timed] if grade in grades:
            return grade, *time_behind(_encoded(timed))
        case _:
            raise no_cursor()


def version_cursor(version: int) -> str:
    """Return the cursor behind an event of this version."""
    return _encoded((version,))


def version_behind(cursor: str | None) -> int:
    """Return the version of a cursor, 0 without one; refuses what is none of ours."""
    if cursor is None:
        return 0
    match _decoded(cursor):
        case [int(version)] if 0 < version < 2**63:
            return version
        case _:
            raise no_cursor()


def no_cursor() -> QueryRefused:
    """Return the refusal of what is no cursor of ours."""
    return unusable("query.cursor", "is not a cursor of an earlier page")


def _encoded(parts: Sequence[object]) -> str:
    return base64.urlsafe_b64encode(orjson.dumps(list(parts))).decode().rstrip("=")


def _decoded(cursor: str) -> list[object]:
    try:
        parts = orjson.loads(
            base64.b64decode(cursor + "=" * (-len(cursor) % 4), b"-_", validate=True)
        )
    except (binascii.Error, ValueError):
        raise no_cursor() from None
    match parts:
        case [*values] if "\0" not in str(values):
            return values
        case _:
            raise no_cursor()
