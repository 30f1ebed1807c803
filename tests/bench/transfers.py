"""Transfers in one step beside plain movements, and movements in a warehouse with a limit."""

import random
from collections.abc import Sequence
from typing import Final

from tests.bench.bench import Bench
from tests.bench.throughput import show_profile, start_profile
from tests.bench.traffic import STOCK, WAREHOUSE, Item, Traffic, TrafficMaker, catalogue

MOVEMENTS: Final = "movements beside transfers, 1 tenant"
TRANSFERS: Final = "transfers in one step, 1 tenant, one SKU"
LIMITED: Final = "movements in a warehouse with a capacity, 1 tenant"

ELSEWHERE: Final = "SOUTH"
"""Where all transfers go."""

EVENTS_EACH: Final = 3
"""Of a transfer: its own, and one of each of the two items."""

ROOMY: Final = 99_000_000_000
"""A capacity that is never reached."""


def measure_transfers(bench: Bench) -> None:
    """One handler and one tenant: plain movements, then transfers of the same items."""
    items, limited = bench.solo_items(), catalogue("narrow", 1, bench.sizes.items)
    with bench.site() as site:
        handler = site.handler(profile=bench.profile)
        site.stock([*items, *limited])
        site.take(_prepared(site.maker, items, limited))
        count = bench.sizes.backlog
        for name, traffic in (
            (MOVEMENTS, site.maker.trade(items, count)),
            (TRANSFERS, _transfers(site.maker, items, count)),
        ):
            start_profile(bench, handler)
            bench.record_rate(name, site.commands_per_second([handler], traffic), site)
        traffic = site.maker.trade(limited, count)
        traffic.events *= 2  # each movement is followed by what the warehouse has used
        bench.record_rate(LIMITED, site.commands_per_second([handler], traffic), site)
        show_profile(bench, handler)


def _prepared(maker: TrafficMaker, items: Sequence[Item], limited: Sequence[Item]) -> Traffic:
    """Return what opens the other warehouse, stocks it, and limits the narrow one."""
    tenant, narrow = items[0].tenant, limited[0].tenant
    opening = {"warehouse_id": ELSEWHERE, "name": "South"}
    limiting = {"warehouse_id": WAREHOUSE, "capacity": ROOMY}
    traffic = Traffic(
        [
            maker.command(tenant, "CreateWarehouse", opening),
            maker.command(narrow, "UpdateWarehouse", limiting),
        ]
    )
    for item in items:
        delivery = {
            "warehouse_id": ELSEWHERE,
            "sku": item.sku,
            "quantity": STOCK,
            "unit_cost": 2.5,
        }
        traffic.messages.append(maker.command(tenant, "ReceiveStock", delivery))
    return traffic


def _transfers(maker: TrafficMaker, items: Sequence[Item], count: int) -> Traffic:
    drawing = random.Random(count)
    traffic = Traffic()
    for number in range(count):
        item = drawing.choice(items)
        data = {
            "transfer_id": f"T{number}",
            "source_warehouse_id": WAREHOUSE,
            "destination_warehouse_id": ELSEWHERE,
            "lines": [{"sku": item.sku, "quantity": 1}],
        }
        traffic.messages.append(maker.command(item.tenant, "TransferStock", data))
        traffic.events += EVENTS_EACH
    return traffic
