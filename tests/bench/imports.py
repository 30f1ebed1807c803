"""An import of 10,000 rows: how long it takes, and how long other tenants wait meanwhile."""

import csv
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from stockledger.messages.stock_import import ROWS_MAX
from tests.bench.bench import Bench
from tests.bench.customers import Customers, for_seconds
from tests.bench.latency import WARM_UP_SECONDS
from tests.bench.reservation_traffic import ReservationMaker
from tests.bench.site import Site
from tests.bench.traffic import WAREHOUSE, Item, catalogue

IMPORT: Final = "import of 10,000 rows, from the command line"
QUIET_WAIT: Final = "other tenants before an import, longest wait"
WAIT: Final = "other tenants during an import, longest wait"

CUSTOMERS_PER_SECOND: Final = 100
COUNTED: Final = 999_000
"""Units of each row: fewer than there are, so that each of them changes something."""


def measure_imports(bench: Bench) -> None:
    """Import a stock-take of one tenant's items while the customers of 24 others reserve."""
    counted, popular = catalogue("counting", 1, ROWS_MAX), bench.shared_popular_items()
    with bench.site() as site, ThreadPoolExecutor(max_workers=1) as threads:
        site.handler()
        site.stock([*counted, *popular])
        maker = ReservationMaker(site.maker, popular)
        customers = Customers(site, maker, CUSTOMERS_PER_SECOND)
        customers.ask(for_seconds(WARM_UP_SECONDS))
        before = customers.ask(for_seconds(bench.sizes.paced_seconds))
        importing = threads.submit(_import, site, counted, bench.folder / "count.csv")
        meanwhile = customers.ask(importing.done)
        bench.record(IMPORT, importing.result(), "s")
    bench.record(QUIET_WAIT, max(wait.seconds for wait in before), "s")
    bench.record(WAIT, max(wait.seconds for wait in meanwhile), "s")


def _import(site: Site, items: list[Item], file: Path) -> float:
    """Import a file, and return the seconds that it took; fails when it was not applied."""
    with file.open("w", newline="") as sheet:
        writer = csv.writer(sheet)
        writer.writerow(["warehouse_id", "sku", "actual"])
        writer.writerows([WAREHOUSE, item.sku, COUNTED] for item in items)
    began = time.monotonic()
    subprocess.run(
        [
            *(sys.executable, "-m", "stockledger", "import", str(file)),
            *("--tenant", items[0].tenant, "--apply", "--reason", "counted"),
        ],
        env=site.installation.environment,
        check=True,
        capture_output=True,
    )
    return time.monotonic() - began
