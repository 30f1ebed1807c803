"""What Stockledger promises of its speed and memory."""

from typing import Final

from tests.bench import (
    alerts,
    as_of,
    deliveries,
    expiring,
    filled_log,
    imports,
    latency,
    many_holds,
    memory,
    naive,
    projection,
    reservations,
    throughput,
    transfers,
)
from tests.bench.figures import Target

FLAT: Final = 1.05
"""Memory that grows by no more than this is flat: the allocator's own noise."""

TARGETS: Final = (
    Target("handler to naive way, 1 connection", throughput.SOLO, 12, divided_by=naive.ONE),
    Target("handler to naive way, 8 connections", throughput.SOLO, 4, divided_by=naive.EIGHT),
    Target("handler to naive way, hot item", throughput.HOT, 20, divided_by=naive.HOT),
    Target(
        "two handlers to one, 24 tenants",
        throughput.TWO_HANDLERS,
        0.9,
        divided_by=throughput.SHARED,
    ),
    Target(
        "with the projector beside to alone, 24 tenants",
        projection.BESIDE,
        0.5,
        divided_by=throughput.SHARED,
    ),
    Target("projector's lag at half of that load, s", projection.LAG, 2, at_least=False),
    Target(
        "rebuild of the levels view to the live projector",
        projection.REBUILD,
        3,
        divided_by=projection.CATCH_UP,
    ),
    Target(
        "a million events in the log to an empty one",
        filled_log.FILLED,
        0.9,
        divided_by=throughput.SHARED,
    ),
    Target("command to answer at a fifth of the load, p99, ms", latency.P99, 100, at_least=False),
    Target(
        "reservations of one line to naive way",
        reservations.ONE_LINE,
        4,
        divided_by=naive.RESERVATIONS,
    ),
    Target(
        "reservations of five lines to naive way",
        reservations.FIVE_LINES,
        3,
        divided_by=naive.RESERVATIONS_OF_FIVE,
    ),
    Target(
        "reservations of a hot item to naive way",
        reservations.HOT,
        10,
        divided_by=naive.HOT_RESERVATIONS,
    ),
    Target("100,000 holds on an item to ten", many_holds.MANY, 0.8, divided_by=many_holds.TEN),
    Target(
        "expired after downtime to reservations of one line",
        expiring.EXPIRED,
        0.5,
        divided_by=reservations.ONE_LINE,
    ),
    Target(
        "customers' p99 meanwhile to before",
        expiring.STORM_P99,
        3,
        at_least=False,
        divided_by=expiring.QUIET_P99,
    ),
    Target("500 deadlines a second, lateness, p99, s", expiring.LATENESS_P99, 1, at_least=False),
    Target(
        "transfers in one step to movements (two each make a half)",
        transfers.TRANSFERS,
        0.25,
        divided_by=transfers.MOVEMENTS,
    ),
    Target(
        "look for a movement's alerts to all that the handler does",
        alerts.LOOK,
        0.1,
        at_least=False,
        divided_by=alerts.PLAIN,
    ),
    Target(
        "movements of watched items to those of others, handler's time",
        alerts.WATCHED,
        1.1,
        at_least=False,
        divided_by=alerts.PLAIN,
    ),
    Target(
        "movements of items with open alerts to others, handler's time",
        alerts.LOW,
        1.1,
        at_least=False,
        divided_by=alerts.PLAIN,
    ),
    Target("as of among a million movements, p99, ms", as_of.P99, 50, at_least=False),
    Target(
        "as of among ten million movements to one million, p99",
        as_of.P99_OF_MORE,
        2,
        at_least=False,
        divided_by=as_of.P99,
    ),
    Target("import of 10,000 rows, s", imports.IMPORT, 10, at_least=False),
    Target("other tenants' longest wait meanwhile, s", imports.WAIT, 1, at_least=False),
    Target(
        "webhooks delivered to a bare client loop",
        deliveries.DELIVERED,
        0.3,
        divided_by=deliveries.BARE,
    ),
    Target("handler's memory, MB", memory.HANDLER, 400, at_least=False),
    Target("projector's memory, MB", memory.PROJECTOR, 250, at_least=False),
    Target("handler's memory, second million", memory.HANDLER_GROWTH, FLAT, at_least=False),
    Target("projector's memory, second million", memory.PROJECTOR_GROWTH, FLAT, at_least=False),
)
