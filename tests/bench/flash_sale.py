"""A flash sale: far more buyers than units, all at once; everybody is answered."""

from typing import Final

from tests.bench.bench import Bench
from tests.bench.reservation_traffic import ReservationMaker
from tests.bench.traffic import catalogue

UNITS: Final = 500
FIRST: Final = "flash sale, first answer"
LAST: Final = "flash sale, last answer"


def measure_flash_sale(bench: Bench) -> None:
    """Let the handler at all buyers at once; fails unless exactly the units are promised."""
    items = catalogue("sale", 1, 1)
    with bench.site() as site:
        handler = site.handler()
        site.stock(items, UNITS)
        traffic = ReservationMaker(site.maker, items).rush(bench.sizes.buyers, UNITS)
        before = site.ledger.heads()
        began, arrivals = site.answered([handler], traffic)
        site.ledger.check_since(before, traffic)
    bench.record(FIRST, arrivals[0].at - began, "s")
    bench.record(LAST, arrivals[-1].at - began, "s")
