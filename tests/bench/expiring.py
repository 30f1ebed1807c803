"""The scheduler: a hundred thousand deadlines missed while it was down, and a steady stream."""

from collections.abc import Sequence
from typing import Final

from tests.bench import reservations
from tests.bench.bench import Bench
from tests.bench.customers import Customers, Wait, for_seconds
from tests.bench.expiries import Expired, Expiries
from tests.bench.latency import MILLISECONDS, WARM_UP_SECONDS, milliseconds
from tests.bench.reservation_traffic import ReservationMaker
from tests.bench.site import Site
from tests.support.waiting import wait_until

EXPIRED: Final = "scheduler after downtime, reservations expired"
FIRST_EXPIRED: Final = "scheduler after downtime, start to first expiry"
QUIET_P99: Final = "customers before it starts, p99"
STORM_P99: Final = "customers meanwhile, p99"
LATENESS_P50: Final = "500 deadlines a second, lateness, p50"
LATENESS_P99: Final = "500 deadlines a second, lateness, p99"
LATENESS_MAX: Final = "500 deadlines a second, lateness, largest"

CUSTOMERS_PER_SECOND: Final = 200
DEADLINES_PER_SECOND: Final = 500
SHORT_SECONDS: Final = 5
"""Hold of those that shall expire: longer than the way from a command to its timer."""

STORM_SECONDS_MAX: Final = 300


def measure_downtime(bench: Bench) -> None:
    """Let many reservations lapse without a scheduler, then start it, customers asking on."""
    if bench.figures.latest(reservations.ONE_LINE) is None:
        reservations.measure_reservations(bench)
    items = bench.shared_popular_items()
    with bench.site() as site:
        site.handler()
        site.stock(items)
        maker = ReservationMaker(site.maker, items)
        site.take_many(lambda count: maker.hold(count, SHORT_SECONDS), bench.sizes.due_at_once)
        customers = Customers(site, maker, CUSTOMERS_PER_SECOND)
        customers.ask(for_seconds(WARM_UP_SECONDS + SHORT_SECONDS))
        quiet = customers.ask(for_seconds(bench.sizes.paced_seconds))
        expired, storm = _storm(bench, site, customers)
    bench.record(EXPIRED, expired.reservations / expired.seconds, "reservations/s")
    bench.record(FIRST_EXPIRED, expired.first_at - storm[0].appointed, "s")
    bench.record(QUIET_P99, _p99_milliseconds(quiet), MILLISECONDS)
    bench.record(STORM_P99, _p99_milliseconds(storm), MILLISECONDS)


def _storm(bench: Bench, site: Site, customers: Customers) -> tuple[Expired, list[Wait]]:
    """Return what expired, and the waits between the scheduler's start and the last expiry."""
    expiries = Expiries(site.ledger)
    site.scheduler_process()
    over_by = for_seconds(STORM_SECONDS_MAX)
    waits = customers.ask(lambda: expiries.count() >= bench.sizes.due_at_once or over_by())
    expired = expiries.all()
    assert expired.reservations == bench.sizes.due_at_once, f"{expired.reservations} expired"
    storm = sorted((wait for wait in waits if wait.appointed <= expired.last_at), key=_appointed)
    return expired, storm


def _appointed(wait: Wait) -> float:
    return wait.appointed


def _p99_milliseconds(waits: Sequence[Wait]) -> float:
    return milliseconds(sorted(wait.seconds for wait in waits), 99)


def measure_deadlines(bench: Bench) -> None:
    """Reserve for a few seconds, at a steady pace, and see how late the reservations expire."""
    items = bench.shared_popular_items()
    with bench.site() as site:
        site.handler()
        site.stock(items)
        site.scheduler_process().wait_ready()
        customers = Customers(site, ReservationMaker(site.maker, items), DEADLINES_PER_SECOND)
        customers.ask(for_seconds(WARM_UP_SECONDS))
        expiries = Expiries(site.ledger)
        waits = customers.ask(for_seconds(bench.sizes.paced_seconds), SHORT_SECONDS)
        wait_until(lambda: expiries.count() >= len(waits), "all expired", STORM_SECONDS_MAX)
        expired = expiries.all()
    assert expired.reservations == len(waits), f"{expired.reservations} of {len(waits)} expired"
    bench.record(LATENESS_P50, expired.late_p50, "s")
    bench.record(LATENESS_P99, expired.late_p99, "s")
    bench.record(LATENESS_MAX, expired.late_max, "s")
