"""The handler on a log that holds a million events already."""

from pathlib import Path
from typing import Final

from stockledger.partitioning import partition_of
from tests.bench.bench import Bench
from tests.bench.site import Site

FILLED: Final = "handler, 24 tenants, a million events in the log"

FILLING: Final = Path(__file__).with_name("filled_log.sql")
EVENTS_AN_ITEM: Final = 10


def measure_filled_log(bench: Bench) -> None:
    """The same backlog as on an empty log; the rows are made once and serve all runs."""
    items = bench.shared_items()
    site = bench.kept_site("filled log", lambda site: _fill(bench, site))
    handler = site.handler()
    site.stock(items)
    traffic = site.maker.trade(items, bench.sizes.backlog)
    bench.record_rate(FILLED, site.commands_per_second([handler], traffic), site)
    handler.terminate()


def _fill(bench: Bench, site: Site) -> None:
    """Open the warehouses as always, then write the rows of many items that nobody touches."""
    handler = site.handler()
    site.stock(bench.shared_items())
    handler.terminate()
    tenants = sorted({item.tenant for item in bench.shared_items()})
    partitions = [partition_of(tenant, site.settings.partitions) for tenant in tenants]
    items_a_tenant = bench.sizes.logged_events // EVENTS_AN_ITEM // len(tenants)
    site.ledger.fetch(FILLING.read_text(), partitions, tenants, items_a_tenant, EVENTS_AN_ITEM)
    site.ledger.execute("vacuum analyze")
