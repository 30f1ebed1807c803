"""Commands a second from a backlog: the handler alone, two of them, and with forwarding."""

import os
import signal
import sys
from typing import Final

from tests.bench.bench import Bench
from tests.bench.kafka_ends import LIBRDKAFKA_PARTITIONER
from tests.bench.traffic import catalogue
from tests.support.installation import ServiceProcess

SOLO: Final = "handler, 1 tenant"
HOT: Final = "handler, 1 tenant, 1 hot item"
SHARED: Final = "handler, 24 tenants"
TWO_HANDLERS: Final = "two handlers, 24 tenants"
WARM_UP_BACKLOGS: Final = 2
FORWARDED: Final = "handler, 24 tenants, librdkafka's partitioner"


def warm_up(bench: Bench) -> None:
    """Let Kafka's virtual machine compile what it runs: its first minute costs twice as much."""
    items = bench.shared_items()
    with bench.site() as site:
        handler = site.handler()
        site.stock(items)
        for _ in range(WARM_UP_BACKLOGS):
            site.commands_per_second([handler], site.maker.trade(items, bench.sizes.backlog))


def measure_handler(bench: Bench) -> None:
    """One handler: one tenant, one hot item, many tenants."""
    hot = catalogue("hot", 1, 1)
    with bench.site() as site:
        handler = site.handler(profile=bench.profile)
        for name, items in (
            (SOLO, bench.solo_items()),
            (HOT, hot),
            (SHARED, bench.shared_items()),
        ):
            site.stock(items)
            traffic = site.maker.trade(items, bench.sizes.backlog)
            start_profile(bench, handler)
            bench.record_rate(name, site.commands_per_second([handler], traffic), site)
        show_profile(bench, handler)


def start_profile(bench: Bench, handler: ServiceProcess) -> None:
    """Let the profiler look from now on, if there is one."""
    if bench.profile:
        os.kill(handler.pid, signal.SIGUSR1)


def show_profile(bench: Bench, handler: ServiceProcess) -> None:
    """End a handler under a profiler, and print what it found."""
    if bench.profile:
        handler.terminate()
        sys.stdout.write(handler.log_file.read_text())


def measure_two_handlers(bench: Bench) -> None:
    """Two handlers share the partitions of many tenants."""
    items = bench.shared_items()
    with bench.site() as site:
        handlers = [site.handler(), site.handler()]
        handlers[0].wait_ready()  # it gave everything up when the other one joined
        site.stock(items)
        traffic = site.maker.trade(items, bench.sizes.backlog)
        bench.record_rate(TWO_HANDLERS, site.commands_per_second(handlers, traffic), site)


def measure_forwarding(bench: Bench) -> None:
    """Commands of a client whose partitioner is not Kafka's: most lie in a wrong partition."""
    items = bench.shared_items()
    with bench.site() as site:
        handler = site.handler()
        site.stock(items)
        traffic = site.maker.trade(items, bench.sizes.backlog)
        rate = site.commands_per_second([handler], traffic, LIBRDKAFKA_PARTITIONER)
        bench.record_rate(FORWARDED, rate, site)
