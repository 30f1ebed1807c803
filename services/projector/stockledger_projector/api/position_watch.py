"""Waiting until the views have reached the position that a result gave."""

import asyncio
from collections.abc import Awaitable, Callable, Mapping
from http import HTTPStatus
from typing import Final

from stockledger_projector.api.problems import QueryRefused

WAIT_SECONDS_MAX: Final = 5.0
"""How long a query waits; a view that is further behind is not worth waiting for."""

LOOK_EVERY_SECONDS: Final = 0.02
"""Between two looks at the positions: one look for all who wait."""

WAITING_MAX: Final = 1_000
"""Queries that may wait at the same time: each holds a connection of its client."""

PositionsRead = Callable[[], Awaitable[Mapping[int, int]]]


class PositionWatch:
    """Knows how far the views are; asks only while somebody waits."""

    def __init__(self, read: PositionsRead) -> None:
        self._read = read
        self._positions: Mapping[int, int] = {}
        self._waiting = 0
        self._looking = asyncio.Lock()

    async def wait_for(self, partition: int, position: int) -> None:
        """Return when the views have the position; refuse when they do not get there in time."""
        if self._positions.get(partition, 0) >= position:
            return
        if self._waiting >= WAITING_MAX:
            raise QueryRefused(HTTPStatus.SERVICE_UNAVAILABLE, "Too many queries are waiting.")
        self._waiting += 1
        try:
            async with asyncio.timeout(WAIT_SECONDS_MAX):
                await self._reached(partition, position)
        except TimeoutError:
            known = self._positions.get(partition, 0)
            detail = f"The views are at position {known}, not at {position} yet."
            code = "INVENTORY_DATABASE_ERROR"
            raise QueryRefused(HTTPStatus.GATEWAY_TIMEOUT, detail, code) from None
        finally:
            self._waiting -= 1

    async def _reached(self, partition: int, position: int) -> None:
        while self._positions.get(partition, 0) < position:
            before = self._positions
            async with self._looking:
                if self._positions is not before:
                    continue
                self._positions = await self._read()
                if self._positions.get(partition, 0) < position:
                    await asyncio.sleep(LOOK_EVERY_SECONDS)
