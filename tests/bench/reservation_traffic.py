"""Reservations as they are measured: of popular items, some refused, some sent twice."""

import itertools
import random
import uuid
from collections import deque
from collections.abc import Mapping, Sequence
from typing import Final

from tests.bench.traffic import (
    REFUSED_SHARE,
    REPEATED_SHARE,
    TOO_MANY,
    WAREHOUSE,
    Item,
    Traffic,
    TrafficMaker,
)

HOLD_SECONDS: Final = 24 * 3_600
"""Long enough that no hold lapses while it is measured."""

SPREAD_SECONDS: Final = 3_600
"""Deadlines of many holds lie this far apart, in no order."""

RELEASED_BEHIND: Final = 10
"""A reservation is released when so many more were made."""


class Demand:
    """Draws items as customers ask for them: a tenant's n-th item an n-th as often as its first."""

    def __init__(self, items: Sequence[Item], drawing: random.Random) -> None:
        self._random = drawing
        self._of_tenant: dict[str, list[Item]] = {}
        for item in items:
            self._of_tenant.setdefault(item.tenant, []).append(item)
        self._tenants = list(self._of_tenant)
        longest = max(map(len, self._of_tenant.values()))
        self._weights = list(itertools.accumulate(1 / rank for rank in range(1, longest + 1)))

    def draw(self, count: int) -> list[Item]:
        """Return so many different items of one tenant."""
        items = self._of_tenant[self._random.choice(self._tenants)]
        weights = self._weights[: len(items)]
        drawn = dict.fromkeys(self._random.choices(items, cum_weights=weights, k=count))
        while len(drawn) < count:
            drawn |= dict.fromkeys(self._random.choices(items, cum_weights=weights))
        return list(drawn)


class ReservationMaker:
    """Makes reservations with ids that no others have."""

    def __init__(self, maker: TrafficMaker, items: Sequence[Item]) -> None:
        self._maker = maker
        self._name = f"R{uuid.uuid4().hex[:8]}"
        self._made = 0
        self._random = random.Random(len(items))
        self._demand = Demand(items, self._random)
        self._newest = deque[tuple[str, str]](maxlen=RELEASED_BEHIND)

    def reserve(self, count: int, lines: int) -> Traffic:
        """Return `count` reservations of so many lines, with refusals and repeats."""
        traffic = Traffic()
        refused, repeated = REFUSED_SHARE, REFUSED_SHARE + REPEATED_SHARE
        for _ in range(count):
            drawn = self._random.random()
            if refused <= drawn < repeated and traffic.messages:
                traffic.messages.append(self._random.choice(traffic.messages))
            else:
                accepted = drawn >= refused
                asked = 1 if accepted else TOO_MANY
                self._reserve(traffic, lines, accepted=accepted, last_quantity=asked)
        return traffic

    def hold(self, count: int, seconds: int | None = None) -> Traffic:
        """Return `count` reservations of one line, all granted; deadlines far ahead by default."""
        traffic = Traffic()
        for _ in range(count):
            self._reserve(traffic, seconds=seconds)
        return traffic

    def rush(self, buyers: int, units: int) -> Traffic:
        """Return one reservation of one unit a buyer, of which the first so many are granted.

        With the last of them the item is out of stock, which raises an alert.
        """
        traffic = Traffic(events=1)
        for number in range(buyers):
            self._reserve(traffic, accepted=number < units)
        return traffic

    def turn_over(self, count: int) -> Traffic:
        """Return `count` commands: a reservation, then the release of one made shortly before.

        There must have been some before; the number of holds stays as it is.
        """
        traffic = Traffic()
        for _ in range(count // 2):
            tenant, reservation_id = self._newest[0]
            self._reserve(traffic)
            traffic.messages.append(
                self._maker.command(
                    tenant, "ReleaseReservation", {"reservation_id": reservation_id}
                )
            )
            traffic.events += 2
            traffic.change += 1
        return traffic

    def _reserve(
        self,
        traffic: Traffic,
        lines: int = 1,
        seconds: int | None = None,
        *,
        accepted: bool = True,
        last_quantity: int = 1,
    ) -> None:
        items = self._demand.draw(lines)
        self._made += 1
        reservation_id = f"{self._name}-{self._made}"
        data = {
            "reservation_id": reservation_id,
            "lines": [_line(item, 1) for item in items[:-1]] + [_line(items[-1], last_quantity)],
            "expires_in_seconds": seconds or HOLD_SECONDS + self._random.randrange(SPREAD_SECONDS),
        }
        tenant = items[0].tenant
        traffic.messages.append(
            self._maker.command(tenant, "ReserveStock", data, accepted=accepted)
        )
        if accepted:
            traffic.events += 1 + lines
            traffic.change -= lines
            self._newest.append((tenant, reservation_id))


def _line(item: Item, quantity: int) -> Mapping[str, object]:
    return {"warehouse_id": WAREHOUSE, "sku": item.sku, "quantity": quantity}
