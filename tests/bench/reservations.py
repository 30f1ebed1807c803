"""Reservations of one line and of five: how many a second, and how long their answers take."""

from typing import Final

from tests.bench.bench import Bench
from tests.bench.latency import (
    LOAD_SHARE,
    MILLISECONDS,
    ascending_latencies,
    commands_for,
    milliseconds,
)
from tests.bench.reservation_traffic import ReservationMaker
from tests.bench.site import Site
from tests.bench.throughput import show_profile, start_profile
from tests.bench.traffic import catalogue

ONE_LINE: Final = "reservations, 1 tenant, one line"
FIVE_LINES: Final = "reservations, 1 tenant, five lines"
HOT: Final = "reservations, 1 tenant, 1 hot item"
SHARED_ONE_LINE: Final = "reservations, two handlers, 24 tenants, one line"
SHARED_FIVE_LINES: Final = "reservations, two handlers, 24 tenants, five lines"
LINES: Final = 5


def measure_reservations(bench: Bench) -> None:
    """One handler and one tenant: a backlog of each kind, and then its latency."""
    sizes, popular, hot = bench.sizes, bench.popular_items(), catalogue("hot", 1, 1)
    with bench.site() as site:
        handler = site.handler(profile=bench.profile)
        site.stock([*popular, *hot])
        for name, items, lines, count in (
            (ONE_LINE, popular, 1, sizes.reservations),
            (FIVE_LINES, popular, LINES, sizes.reservations_of_five),
            (HOT, hot, 1, sizes.reservations),
        ):
            traffic = ReservationMaker(site.maker, items).reserve(count, lines)
            start_profile(bench, handler)
            bench.record_rate(name, site.commands_per_second([handler], traffic), site)
        show_profile(bench, handler)


def measure_reservation_latency(bench: Bench) -> None:
    """Offer a fifth of what one handler can do for one tenant."""
    if bench.figures.latest(ONE_LINE) is None:
        measure_reservations(bench)
    items = bench.popular_items()
    with bench.site() as site:
        site.handler()
        site.stock(items)
        for name, lines in ((ONE_LINE, 1), (FIVE_LINES, LINES)):
            _record_latency(bench, site, ReservationMaker(site.maker, items), name, lines)


def _record_latency(
    bench: Bench, site: Site, maker: ReservationMaker, name: str, lines: int
) -> None:
    top = bench.figures.latest(name)
    assert top is not None
    load = top * LOAD_SHARE
    latencies = ascending_latencies(site, maker.reserve(commands_for(bench, load), lines), load)
    for percent in (50, 99):
        bench.record(f"{name}, p{percent}", milliseconds(latencies, percent), MILLISECONDS)


def measure_shared_reservations(bench: Bench) -> None:
    """Two handlers share the partitions of many tenants."""
    sizes, items = bench.sizes, bench.shared_popular_items()
    with bench.site() as site:
        handlers = [site.handler(), site.handler()]
        handlers[0].wait_ready()  # it gave everything up when the other one joined
        site.stock(items)
        maker = ReservationMaker(site.maker, items)
        for name, lines, count in (
            (SHARED_ONE_LINE, 1, sizes.reservations),
            (SHARED_FIVE_LINES, LINES, sizes.reservations_of_five),
        ):
            traffic = maker.reserve(count, lines)
            bench.record_rate(name, site.commands_per_second(handlers, traffic), site)
