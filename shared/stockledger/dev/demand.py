"""How customers order: two humps a day, a few favourites, and now and then a flash sale."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import accumulate
from random import Random
from typing import Final

HUMPS: Final = ((0.52, 0.07, 1.0), (0.83, 0.06, 1.6))
"""Middle and width, as parts of a day, and height: at lunch, and higher in the evening."""

NIGHT: Final = 0.08
"""What is left of the demand at night, beside the height of the humps."""

OPENS_AT: Final = 8 / 24
"""The part of its first day at which the shop opens: nobody wants to watch a night first."""

FIRST_SALE: Final = 0.08
"""When the first flash sale begins, as part of a day since the shop opened."""

POPULARITY_SLOPE: Final = 1.05
"""Zipf's exponent: the second favourite sells about half as often as the first."""

SALES_A_DAY: Final = 3
"""Flash sales a day, at random times."""

SALE_PART_OF_DAY: Final = 0.07
"""How long a flash sale lasts, as part of a day."""

SALE_RATE: Final = 4.0
"""How many times as many orders come in during a flash sale."""

SALE_SHARE: Final = 0.8
"""Share of a flash sale's orders that want the product on sale."""

UNITS: Final = (1, 1, 1, 1, 2, 2, 3)
"""How many units an order takes."""

_SAMPLES: Final = 1_000


@dataclass(frozen=True, slots=True)
class Sale:
    """A flash sale of one product, in seconds since the shop opened."""

    sku: str
    begin: float
    end: float


class Demand:
    """Orders as a random process that depends on the time of the (compressed) day.

    `scarce`: the SKUs that flash sales are of.
    """

    def __init__(
        self,
        skus: Sequence[str],
        scarce: Sequence[str],
        *,
        orders_per_second: float,
        day_seconds: float,
        seed: int,
    ) -> None:
        self._random = Random(seed)
        self._scarce = list(scarce)
        self._by_popularity = self._random.sample(list(skus), len(skus))
        ranks = range(1, len(skus) + 1)
        self._weights = list(accumulate(rank**-POPULARITY_SLOPE for rank in ranks))
        self._day_seconds = day_seconds
        mean = sum(_height(sample / _SAMPLES) for sample in range(_SAMPLES)) / _SAMPLES
        self._scale = orders_per_second / mean
        self._sales: list[Sale] = []
        self._planned_until = 0.0

    @property
    def favourites(self) -> Sequence[str]:
        """All SKUs, the most popular first."""
        return self._by_popularity

    def clock(self, seconds: float) -> tuple[int, int, int]:
        """Return day (from 1), hour and minute in the shop, so long after it opened."""
        days, part = divmod(seconds / self._day_seconds + OPENS_AT, 1)
        minutes = int(part * 24 * 60)
        return int(days) + 1, minutes // 60, minutes % 60

    def rate(self, seconds: float) -> float:
        """Return the orders per second so long after the shop opened."""
        usual = self._scale * _height((seconds / self._day_seconds + OPENS_AT) % 1)
        return usual * SALE_RATE if self.sale(seconds) else usual

    def next_order_after(self, seconds: float) -> float:
        """Return when the next order comes in."""
        return seconds + self._random.expovariate(self.rate(seconds))

    def order(self, seconds: float) -> tuple[str, int]:
        """Return the SKU and the units of an order that comes in now."""
        sale = self.sale(seconds)
        if sale and self._random.random() < SALE_SHARE:
            return sale.sku, self._random.choice(UNITS)
        (sku,) = self._random.choices(self._by_popularity, cum_weights=self._weights)
        return sku, self._random.choice(UNITS)

    def sale(self, seconds: float) -> Sale | None:
        """Return the flash sale that runs now, if any."""
        while self._planned_until <= seconds:
            self._plan_day()
        return next((sale for sale in self._sales if sale.begin <= seconds < sale.end), None)

    def _plan_day(self) -> None:
        length = SALE_PART_OF_DAY * self._day_seconds
        part = self._day_seconds / SALES_A_DAY
        self._sales = self._sales[-SALES_A_DAY:]
        for number in range(SALES_A_DAY):
            begin = self._planned_until + number * part + self._random.random() * (part - length)
            if not self._sales:
                begin = FIRST_SALE * self._day_seconds
            sku = self._random.choice(self._scarce)
            self._sales.append(Sale(sku, begin, begin + length))
        self._planned_until += self._day_seconds


def _height(part_of_day: float) -> float:
    humps = sum(
        height * math.exp(-(((part_of_day - middle) / width) ** 2) / 2)
        for middle, width, height in HUMPS
    )
    return NIGHT + humps
