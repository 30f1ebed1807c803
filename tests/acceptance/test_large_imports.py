"""An import of 10,000 rows is one decision, and other tenants hardly notice."""

import itertools
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from threading import Event
from typing import Final

import psutil
import pytest

from stockledger.messages.stock_import import CHUNK_ROWS_MAX, ROWS_MAX
from stockledger.partitioning import partition_of
from tests.support.installation import PARTITIONS, Installation
from tests.support.shop import Shop
from tests.support.trial import verify

WAREHOUSES: Final = ("NORTH", "SOUTH")
ANSWERED_SECONDS_MAX: Final = 10.0
"""How long an import of 10,000 rows may take from the command to its answer (s), and how long
anybody else may wait meanwhile, be the machine ever so busy."""

BUSY_SECONDS_MAX: Final = 1.0
"""Processor time (s) that the import may cost the handler: so long others wait for it, at most,
on a machine that does nothing else."""

CHUNKS: Final = ROWS_MAX // CHUNK_ROWS_MAX
APPLY: Final = {"import_id": "I1", "chunks": CHUNKS, "rows": ROWS_MAX, "reason": "Counted"}
UNITS: Final = 10


@dataclass
class Neighbours:
    """Tenants who go on receiving lamps, one at a time, while others import."""

    installation: Installation
    tenants: tuple[str, ...]
    begun: Event = field(default_factory=Event)
    done: Event = field(default_factory=Event)

    def longest_wait(self) -> float:
        """Receive lamps until it is done; return the longest time to an answer (s)."""
        shop = Shop(self.installation.settings)
        for tenant in self.tenants:
            assert shop.ask("CreateWarehouse", warehouse("NORTH"), tenant).is_accepted
        self.begun.set()
        longest = 0.0
        while not self.done.is_set():
            for tenant in self.tenants:
                began = time.monotonic()
                assert shop.ask("ReceiveStock", receipt(0), tenant).is_accepted
                longest = max(longest, time.monotonic() - began)
        shop.close()
        return longest


def warehouse(warehouse_id: str) -> dict[str, object]:
    """Return what creates a warehouse."""
    return {"warehouse_id": warehouse_id, "name": warehouse_id}


def receipt(number: int) -> dict[str, object]:
    """Return what brings units of one of the SKUs."""
    return {**item(number), "quantity": UNITS, "unit_cost": 2.5}


def item(number: int) -> dict[str, object]:
    """Return one of 10,000 items, in two warehouses."""
    return {"warehouse_id": WAREHOUSES[number % 2], "sku": f"SKU-{number // 2:05}"}


def neighbours() -> Iterator[str]:
    """Return a tenant of each partition: one of them is in that of the importing tenant."""
    wanted = set(range(PARTITIONS))
    for number in itertools.count():
        name = f"shop-{number}"
        partition = partition_of(name, PARTITIONS)
        if partition in wanted:
            wanted.discard(partition)
            yield name
        if not wanted:
            return


def processor_seconds(process: psutil.Process) -> float:
    """Return the processor time that a process has used (s)."""
    times = process.cpu_times()
    return times.user + times.system


def stock_up(shop: Shop) -> None:
    """Have 10,000 items."""
    ids = [shop.publish("CreateWarehouse", warehouse(name)) for name in WAREHOUSES]
    ids += [shop.publish("ReceiveStock", receipt(number)) for number in range(ROWS_MAX)]
    assert all(answer.is_accepted for answer in shop.answers_to(ids, 120).values())


def batches(rows: Sequence[dict[str, object]]) -> Iterator[Sequence[dict[str, object]]]:
    """Return the rows in chunks."""
    for first in range(0, len(rows), CHUNK_ROWS_MAX):
        yield rows[first : first + CHUNK_ROWS_MAX]


def stage(shop: Shop, rows: list[dict[str, object]]) -> None:
    """Stage the rows, and wait until they are kept."""
    ids = [
        shop.publish(
            "StageQuantities",
            {"import_id": "I1", "chunk": chunk + 1, "rows": list(some)},
        )
        for chunk, some in enumerate(batches(rows))
    ]
    assert all(answer.is_accepted for answer in shop.answers_to(ids).values())


@pytest.mark.timeout(300)  # 10,000 items are made first, and audited in the end
def test_ten_thousand_rows_are_applied_in_one_go_while_others_are_served(
    installation: Installation, shop: Shop
) -> None:
    handler = psutil.Process(installation.handler().wait_ready().pid)
    stock_up(shop)
    others = Neighbours(installation, tuple(neighbours()))
    rows = [
        {"line": number + 2, **item(number), "change": -1 if number % 3 else 2}
        for number in range(ROWS_MAX)
    ]
    with ThreadPoolExecutor(1) as pool:
        waiting = pool.submit(others.longest_wait)
        others.begun.wait()
        stage(shop, rows)
        began, used = time.monotonic(), processor_seconds(handler)
        answer = shop.ask("ApplyImport", APPLY)
        applied, busy = time.monotonic() - began, processor_seconds(handler) - used
        others.done.set()
        waited = waiting.result()
    assert answer.data["outcome"] == {"import_id": "I1", "rows": ROWS_MAX, "changed": ROWS_MAX}
    assert answer.data["more_events"] == ROWS_MAX + 1 - len(answer.data["events"])
    assert max(applied, waited) <= ANSWERED_SECONDS_MAX
    assert busy <= BUSY_SECONDS_MAX
    again = shop.ask("ApplyImport", APPLY)
    assert (again.data["outcome"], again.data["events"]) == (answer.data["outcome"], [])
    verify(installation)
