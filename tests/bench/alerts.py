"""What alerts cost a plain movement: of items without thresholds, watched ones, and low ones."""

import math
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from timeit import repeat
from typing import Final

from stockledger.event_log.interface import StreamKey
from stockledger.messages.fields import TenantId
from stockledger_command_handler.domain.alerting import alerted
from stockledger_command_handler.settings import CommandHandlerSettings
from stockledger_command_handler.stream_cache import StreamCache
from stockledger_command_handler.stream_view import StreamView
from tests.bench.bench import Bench
from tests.bench.site import Site
from tests.bench.throughput import show_profile, start_profile
from tests.bench.traffic import STOCK, WAREHOUSE, Item, Traffic, catalogue
from tests.support.builders import create_warehouse
from tests.support.item_builders import issue_stock, receive_stock
from tests.support.specification import TenantInMemory, events_of

PLAIN: Final = "handler's time for a movement, no thresholds"
WATCHED: Final = "handler's time for a movement, all thresholds"
LOW: Final = "handler's time for a movement, alerts open"
LOOK: Final = "look for the alerts of a movement"

TURNS: Final = 5
"""How often each kind is measured; the least time counts, as others disturb the rest."""

LOOKS: Final = 20_000
"""Looks that are timed together, some 20 ms; the fastest of a few such groups counts."""

GROUPS: Final = 7
"""Groups of looks: others on the machine disturb some of them."""

ABOVE: Final = 100 * STOCK
"""Units that no item comes near to."""

THRESHOLDS: Final[Mapping[str, Mapping[str, int]]] = {
    PLAIN: {"lead_time_days": 3},
    WATCHED: {"maximum": ABOVE, "low_stock_percent": 0, "reorder_point": STOCK // 100},
    LOW: {"maximum": ABOVE, "low_stock_percent": 50, "reorder_point": ABOVE // 2},
}
"""Of watched items no alert begins; of low ones LOW_STOCK and REORDER_NEEDED stay open."""


def measure_alerts(bench: Bench) -> None:
    """One handler: plain movements of as many items, three kinds by turns; and the look itself."""
    bench.record(LOOK, _look_microseconds(), "µs")
    kinds = {
        name: catalogue(tenant, 1, bench.sizes.items)
        for name, tenant in ((PLAIN, "plain"), (WATCHED, "watched"), (LOW, "low"))
    }
    least = dict.fromkeys(kinds, math.inf)
    with bench.site() as site:
        handler = site.handler(profile=bench.profile)
        for name, items in kinds.items():
            site.stock(items)
            site.take(_configured(site, items, THRESHOLDS[name]))
        start_profile(bench, handler)
        for turn in range(TURNS):
            for name in _turned(list(kinds), turn):
                traffic = site.maker.trade(kinds[name], bench.sizes.backlog // 2)
                site.commands_per_second([handler], traffic)
                assert site.spent is not None
                least[name] = min(least[name], site.spent.microseconds["services"])
        show_profile(bench, handler)
    for name, microseconds in least.items():
        bench.record(name, microseconds, "µs")


def _configured(site: Site, items: Sequence[Item], settings: Mapping[str, int]) -> Traffic:
    """Return what sets the thresholds of all items, or none of them."""
    return Traffic(
        [
            site.maker.command(
                item.tenant,
                "ConfigureItem",
                {"warehouse_id": WAREHOUSE, "sku": item.sku, **settings},
            )
            for item in items
        ]
    )


def _turned(names: Sequence[str], turn: int) -> Sequence[str]:
    """Begin each turn with another kind: none always follows the same one."""
    begin = turn % len(names)
    return [*names[begin:], *names[:begin]]


def _look_microseconds() -> float:
    """Return the processor time of the look for alerts, of the sale of a unit that raises none."""
    tenant = TenantInMemory()
    for command in (create_warehouse(), receive_stock(STOCK)):
        decision = tenant.decide(command)
        assert isinstance(decision, list)
        tenant.record(*events_of(decision))
    sale = tenant.decide(issue_stock(1))
    view = _view_of(tenant)
    assert alerted(sale, view) is sale
    return min(repeat(lambda: alerted(sale, view), number=LOOKS, repeat=GROUPS)) / LOOKS * 1e6


def _view_of(tenant: TenantInMemory) -> StreamView:
    """Return a tenant's states as the handler holds them."""
    name = TenantId("plain-00")
    cache = StreamCache(len(tenant.states))
    cache.put([StreamKey(name, stream) for stream in tenant.states], {}, 0)
    for stream, state in tenant.states.items():
        cache.of(name)[stream].state = state
    view = StreamView(cache, CommandHandlerSettings(), datetime.now(UTC), 1)
    return view.of(name, None)
