"""One item: what ten holds on it cost a decision, and what a hundred thousand do."""

from typing import Final

from tests.bench.bench import Bench
from tests.bench.reservation_traffic import ReservationMaker
from tests.bench.site import Site
from tests.bench.traffic import catalogue

TEN: Final = "reserve and release, ten holds on the item"
MANY: Final = "reserve and release, 100,000 holds on the item"

FEW_HOLDS: Final = 10


def measure_many_holds(bench: Bench) -> None:
    """Reserve one unit and release another, so that there are always as many holds.

    Both items are filled before either is measured: log and tables are the same.
    """
    with bench.site() as site:
        handler = site.handler()
        held = [
            (name, _held(site, tenant, holds))
            for name, tenant, holds in (
                (MANY, "many", bench.sizes.many_holds),
                (TEN, "ten", FEW_HOLDS),
            )
        ]
        for name, maker in held:
            traffic = maker.turn_over(bench.sizes.reservations)
            bench.record_rate(name, site.commands_per_second([handler], traffic), site)


def _held(site: Site, tenant: str, holds: int) -> ReservationMaker:
    items = catalogue(tenant, 1, 1)
    site.stock(items)
    maker = ReservationMaker(site.maker, items)
    site.take_many(maker.hold, holds)
    return maker
