"""Waiting for a position, and cursors: what queries do before they ask PostgreSQL."""

import asyncio
from collections.abc import Mapping
from datetime import UTC, datetime

import pytest

from stockledger.messages.level import LevelFlag
from stockledger.messages.registry import type_name
from stockledger.messages.transfer import TransferStep, TransferStockMoved
from stockledger_projector.api import cursors
from stockledger_projector.api.parameters import Kind
from stockledger_projector.api.position_watch import PositionWatch
from stockledger_projector.api.problems import QueryRefused
from stockledger_projector.level_snapshots import FLAGS
from stockledger_projector.views.view import MOVEMENT_KINDS


class MovingPositions:
    """Positions that move on by one with each look."""

    def __init__(self) -> None:
        self.looks = 0

    async def read(self) -> Mapping[int, int]:
        self.looks += 1
        return {3: self.looks}


async def test_all_who_wait_share_the_looks() -> None:
    positions = MovingPositions()
    watch = PositionWatch(positions.read)

    await asyncio.gather(*(watch.wait_for(3, 2) for _ in range(50)))

    assert positions.looks == 2


async def test_a_position_that_is_known_needs_no_look() -> None:
    positions = MovingPositions()
    watch = PositionWatch(positions.read)
    await watch.wait_for(3, 1)

    await watch.wait_for(3, 1)

    assert positions.looks == 1


def test_cursors_come_back_as_they_were() -> None:
    time = datetime(2026, 11, 21, 9, 0, 0, 123_456, tzinfo=UTC)

    assert cursors.key_behind(cursors.key_cursor("NORTH", "LAMP"), 2) == ["NORTH", "LAMP"]
    assert cursors.time_behind(cursors.time_cursor(time, 7)) == (time, 7)
    assert cursors.key_behind(None, 2) == [None, None]
    assert cursors.time_behind(None) == (None, None)


@pytest.mark.parametrize("cursor", ["", "x", "%%%", "W10", "eyJhIjoxfQ", "WyJhIl0", "A" * 399])
def test_what_is_no_cursor_is_refused(cursor: str) -> None:
    with pytest.raises(QueryRefused):
        cursors.key_behind(cursor, 2)
    with pytest.raises(QueryRefused):
        cursors.time_behind(cursor)


def test_the_api_names_every_flag_and_kind() -> None:
    assert list(LevelFlag) == list(FLAGS.values())
    of_transfers = MOVEMENT_KINDS[type_name(TransferStockMoved)]
    steps = {f"{of_transfers}_{step}" for step in TransferStep}
    kinds = set(MOVEMENT_KINDS.values()) - {of_transfers} | steps
    assert {kind.value for kind in Kind} == kinds
