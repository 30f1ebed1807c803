"""The demo shop's transfers: goods between its warehouses, most of them whole and in time."""

import asyncio
import uuid
from collections.abc import Callable, Sequence
from datetime import UTC, datetime, timedelta
from random import Random
from typing import Any, Final

from stockledger.dev.shop_commands import ShopCommands
from stockledger.dev.stock_room import WAREHOUSES
from stockledger.messages.fields import time_to_wire

BEGUN_EVERY_SECONDS: Final = 4.0
"""Mean time between two transfers."""

FIRST_LATE: Final = 2
"""Which of the transfers is late in any case, so that it is seen soon."""

LATE: Final = 0.15
"""Part of the others that are late."""

EXPECTED_SECONDS: Final = 10
"""How long a transfer is said to take."""

ON_TIME_SECONDS: Final = (2.0, 5.0)
LATE_SECONDS: Final = (12.0, 16.0)
"""How long it takes, at least and at most."""

UNLOADING_SECONDS: Final = (1.0, 3.0)
"""From one receipt of a transfer to the next, and from its making to its dispatch."""

IN_ONE_STEP: Final = 0.25
"""Part of the transfers that are done with at once."""

CANCELLED_BEFORE: Final = 0.08
"""Part of the transfers that are cancelled before they leave."""

TURNED_BACK: Final = 0.06
"""Part of those on their way that come back."""

UNITS_MIN: Final = 8
"""Units that must be available of what is sent; a quarter of them goes."""

UNITS_MAX: Final = 24
LINES: Final = (1, 1, 2, 3)

PARTLY_RECEIVED: Final = 0.5
"""Part of the lines that come in two receipts."""

BROKEN: Final = 0.25
LOST: Final = 0.15
FOUND_OVER: Final = 0.08
"""Parts of the lines of which a unit comes broken, does not come, or comes besides."""

Line = dict[str, Any]


class Transport:
    """Makes transfers between the warehouses and receives them; each is a task of its own."""

    def __init__(
        self,
        commands: ShopCommands,
        available: Callable[[], dict[tuple[str, str], float]],
        seed: int,
    ) -> None:
        self._commands = commands
        self._available = available
        self._random = Random(seed)
        self._begun = 0

    async def run(self) -> None:
        """Make transfers until cancelled."""
        async with asyncio.TaskGroup() as under_way:
            while True:
                await asyncio.sleep(self._random.expovariate(1 / BEGUN_EVERY_SECONDS))
                source, destination = self._random.sample(list(WAREHOUSES), 2)
                if lines := self._lines_of(source):
                    self._begun += 1
                    under_way.create_task(self._move(source, destination, lines))

    def _lines_of(self, source: str) -> list[Line]:
        enough = [
            (sku, int(available))
            for (warehouse_id, sku), available in self._available().items()
            if warehouse_id == source and available >= UNITS_MIN
        ]
        chosen = self._random.sample(enough, min(len(enough), self._random.choice(LINES)))
        return [{"sku": sku, "quantity": min(units // 4, UNITS_MAX)} for sku, units in chosen]

    async def _move(self, source: str, destination: str, lines: list[Line]) -> None:
        is_late = self._begun == FIRST_LATE or self._random.random() < LATE
        transfer = {"transfer_id": f"T-{uuid.uuid4().hex[:10]}"}
        asked = {
            **transfer,
            "source_warehouse_id": source,
            "destination_warehouse_id": destination,
            "lines": lines,
        }
        if not is_late and self._random.random() < IN_ONE_STEP:
            await self._commands.accepted("TransferStock", asked)
            return
        if not await self._commands.accepted("CreateTransfer", asked):
            return
        await self._pause(UNLOADING_SECONDS)
        if not is_late and self._random.random() < CANCELLED_BEFORE:
            await self._cancel(transfer, "not needed any more")
        elif await self._commands.accepted("DispatchTransfer", {**transfer, **self._journey()}):
            await self._pause(LATE_SECONDS if is_late else ON_TIME_SECONDS)
            await self._arrive(transfer, lines)

    async def _arrive(self, transfer: Line, lines: list[Line]) -> None:
        if self._random.random() < TURNED_BACK:
            await self._cancel(transfer, "refused at the dock")
            return
        first, second = receipts_of(lines, self._random)
        await self._receive(transfer, first)
        if second:
            await self._pause(UNLOADING_SECONDS)
            await self._receive(transfer, second)

    async def _receive(self, transfer: Line, lines: list[Line]) -> None:
        receipt = {**transfer, "receipt_id": f"GR-{uuid.uuid4().hex[:10]}", "lines": lines}
        await self._commands.accepted("ReceiveTransfer", receipt)

    async def _cancel(self, transfer: Line, reason: str) -> None:
        await self._commands.accepted("CancelTransfer", {**transfer, "reason": reason})

    def _journey(self) -> Line:
        expected = datetime.now(UTC) + timedelta(seconds=EXPECTED_SECONDS)
        return {
            "carrier": "Hansa Freight",
            "tracking_number": f"HF {self._random.randrange(10**6):06}",
            "expected_delivery": time_to_wire(expected),
        }

    async def _pause(self, seconds: tuple[float, float]) -> None:
        await asyncio.sleep(self._random.uniform(*seconds))


def receipts_of(lines: Sequence[Line], random: Random) -> tuple[list[Line], list[Line]]:
    """Return what becomes of each line: in the first receipt, and in the second if any."""
    first: list[Line] = []
    second: list[Line] = []
    for line in lines:
        units, sku = line["quantity"], line["sku"]
        at_once = units // 2 if random.random() < PARTLY_RECEIVED else 0
        if at_once:
            first.append({"sku": sku, "received": at_once})
        (second if at_once else first).append(_unloaded(sku, units - at_once, random))
    return first, second


def _unloaded(sku: str, units: int, random: Random) -> Line:
    damaged = int(random.random() < BROKEN)
    short = int(units > damaged and random.random() < LOST)
    over = int(random.random() < FOUND_OVER)
    received = units - damaged - short
    return {"sku": sku, "received": received, "damaged": damaged, "short": short, "over": over}
