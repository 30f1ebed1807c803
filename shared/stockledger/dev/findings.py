"""What people find in the demo shop's warehouses: broken things, miscounts small and large."""

import asyncio
import uuid
from collections.abc import Callable, Mapping
from random import Random
from typing import Final

from stockledger.dev.shop_commands import ShopCommands
from stockledger.dev.stock_room import Figures, ItemKey, item_of

EVERY_SECONDS: Final = 3.0
"""Mean time between two findings."""

LARGE_EVERY: Final = 5
"""Each so many findings one is large, and needs a second person."""

APPROVAL_QUANTITY: Final = 20
"""Units above which an adjustment needs one."""

APPROVAL_VALUE: Final = 500
"""Value above which it needs one, in the shop's currency."""

BROKEN: Final = 0.6
"""Part of the other findings that are broken things."""

REPAIRED: Final = 0.5
"""Part of the broken things that can be mended; the others are thrown away."""

LOOKED_AT: Final = 0.9
"""Part of the large findings that somebody decides on; the others wait for days."""

APPROVED: Final = 0.8
"""Part of these that are approved."""

THINKING_SECONDS: Final = (3.0, 9.0)
"""How long it takes until a second person, or the workshop, has looked at it."""

CLERK, MANAGER = "ada", "grace"


class Findings:
    """Looks at the items now and then, and tells Stockledger what is found."""

    def __init__(
        self, commands: ShopCommands, levels: Mapping[ItemKey, Figures], seed: int
    ) -> None:
        self._commands = commands
        self._levels = levels
        self._random = Random(seed)

    async def run(self) -> None:
        """Find things until cancelled."""
        found = 0
        async with asyncio.TaskGroup() as tasks:
            while True:
                await asyncio.sleep(self._random.expovariate(1 / EVERY_SECONDS))
                found += 1
                if found % LARGE_EVERY == 1:
                    tasks.create_task(self._miss_many())
                elif self._random.random() < BROKEN:
                    tasks.create_task(self._break())
                else:
                    tasks.create_task(self._miscount())

    def _any_item(self, enough: Callable[[Figures], bool]) -> ItemKey | None:
        known = [key for key, figures in self._levels.items() if enough(figures)]
        return self._random.choice(known) if known else None

    async def _break(self) -> None:
        key = self._any_item(lambda figures: figures.available > 0)
        if key is None:
            return
        units = self._random.randint(1, 3)
        broken = {**item_of(key), "quantity": units, "reason": "dropped while packing"}
        if not await self._commands.accepted("RecordDamage", broken):
            return
        await self._think()
        can_be_mended = self._random.random() < REPAIRED
        command = "RepairDamage" if can_be_mended else "ScrapDamage"
        seen = {**item_of(key), "quantity": units, "reason": "seen by the workshop"}
        await self._commands.accepted(command, seen)

    async def _miscount(self) -> None:
        key = self._any_item(lambda figures: figures.available > 0)
        if key is None:
            return
        counted = max(0, self._levels[key].on_hand + self._random.randint(-2, 2))
        corrected = {**item_of(key), "actual_quantity": counted, "reason": "counted again"}
        await self._commands.accepted("CorrectStock", corrected)

    async def _miss_many(self) -> None:
        key = self._any_item(lambda figures: figures.available > APPROVAL_QUANTITY)
        if key is None:
            return
        adjustment = {"adjustment_id": f"A-{uuid.uuid4().hex[:10]}"}
        missing = {**item_of(key), "change": -APPROVAL_QUANTITY - 1, "reason": "a carton is gone"}
        if not await self._commands.accepted("AdjustStock", {**missing, **adjustment}, CLERK):
            return
        await self._think()
        if self._random.random() > LOOKED_AT:
            return
        if self._random.random() < APPROVED:
            await self._commands.accepted("ApproveAdjustment", adjustment, MANAGER)
        else:
            rejected = {**adjustment, "reason": "it is in the other aisle"}
            await self._commands.accepted("RejectAdjustment", rejected, MANAGER)

    async def _think(self) -> None:
        await asyncio.sleep(self._random.uniform(*THINKING_SECONDS))
