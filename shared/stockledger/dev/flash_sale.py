"""Flash sales: far more buyers than units, all at once."""

import asyncio
import time
import uuid
from collections.abc import Callable
from dataclasses import dataclass
from random import Random
from typing import Final

from stockledger.dev.demand import Demand
from stockledger.dev.shop_commands import ShopCommands

BUYERS_PER_UNIT: Final = 10
BUYERS_MAX: Final = 2_000
"""Buyers of one rush: as many commands as the sender has under way at once."""

RUSH_SECONDS: Final = 2.0
"""How long it takes until all of them have clicked."""

HOLD_SECONDS: Final = 8
"""How long a buyer may take to pay; what he does not pay for is offered again in the same sale."""

PAYING_SECONDS: Final = (0.5, 6.0)
"""How long those take who pay."""

PAYING: Final = 0.75
"""Part of the buyers who pay for what they got."""

LOOK_SECONDS: Final = 0.2
"""How soon it is seen that a sale begins."""


@dataclass(slots=True)
class Rush:
    """How one flash sale went. `seconds`: from the first click to the last answer."""

    sku: str
    units: float
    buyers: int
    answered: int = 0
    served: int = 0
    seconds: float = 0.0


class FlashSale:
    """Sends the buyers of each sale; they reserve by commands, so that each is told at once."""

    def __init__(
        self,
        commands: ShopCommands,
        demand: Demand,
        offered: Callable[[str], float],
        clock: Callable[[], float],
        seed: int,
    ) -> None:
        self.last: Rush | None = None
        self._commands = commands
        self._demand = demand
        self._offered = offered
        self._clock = clock
        self._random = Random(seed)

    async def run(self) -> None:
        """Hold the sales that the demand plans, until cancelled."""
        begun = None
        async with asyncio.TaskGroup() as buyers:
            while True:
                sale = self._demand.sale(self._clock())
                if sale is not None and sale != begun:
                    begun = sale
                    self._begin(sale.sku, buyers)
                await asyncio.sleep(LOOK_SECONDS)

    def _begin(self, sku: str, buyers: asyncio.TaskGroup) -> None:
        units = self._offered(sku)
        rush = Rush(sku, units, min(BUYERS_MAX, BUYERS_PER_UNIT * max(int(units), 1)))
        self.last = rush
        begun = time.monotonic()
        for _ in range(rush.buyers):
            buyers.create_task(self._buy(rush, begun))

    async def _buy(self, rush: Rush, begun: float) -> None:
        await asyncio.sleep(self._random.uniform(0.0, RUSH_SECONDS))
        reservation_id = f"R-{uuid.uuid4().hex[:10]}"
        asked = {
            "reservation_id": reservation_id,
            "lines": [{"sku": rush.sku, "quantity": 1}],
            "expires_in_seconds": HOLD_SECONDS,
        }
        is_served = await self._commands.accepted("ReserveStock", asked)
        rush.answered += 1
        rush.served += is_served
        rush.seconds = time.monotonic() - begun
        if not is_served or self._random.random() > PAYING:
            return
        await asyncio.sleep(self._random.uniform(*PAYING_SECONDS))
        paid = {"reservation_id": reservation_id, "order_id": f"O-{uuid.uuid4().hex[:10]}"}
        await self._commands.accepted("ConfirmReservation", paid)
