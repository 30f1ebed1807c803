"""Memory after a million commands over a hundred thousand items, and after the second million."""

import sys
from collections.abc import Mapping
from contextlib import closing
from typing import Final

import psutil

from tests.bench.bench import Bench
from tests.bench.kafka_ends import AnswerReader, CommandSender
from tests.bench.projection import wait_caught_up
from tests.bench.site import Site, check_answers
from tests.bench.traffic import Item, catalogue
from tests.support.installation import ServiceProcess

HANDLER: Final = "handler's memory after the first million"
PROJECTOR: Final = "projector's memory after the first million"
HANDLER_GROWTH: Final = "handler's memory, second million to first"
PROJECTOR_GROWTH: Final = "projector's memory, second million to first"

CHUNK: Final = 20_000
"""Commands published at once; the next ones follow when these are answered."""

MEGABYTE: Final = 1_000_000


def measure_memory(bench: Bench) -> None:
    """Both services together, twice the same number of commands."""
    sizes = bench.sizes
    items = catalogue("shop", sizes.tenants, sizes.remembered_items)
    with bench.site() as site:
        services = {"handler": site.handler(), "projector": site.projector()}
        for begin in range(0, len(items), CHUNK):
            site.stock(items[begin : begin + CHUNK])
        first = _after_commands(site, services, items, sizes.remembered_commands)
        second = _after_commands(site, services, items, sizes.remembered_commands)
    bench.record(HANDLER, first["handler"], "MB")
    bench.record(PROJECTOR, first["projector"], "MB")
    bench.record(HANDLER_GROWTH, second["handler"] / first["handler"], "times")
    bench.record(PROJECTOR_GROWTH, second["projector"] / first["projector"], "times")


def _after_commands(
    site: Site, services: Mapping[str, ServiceProcess], items: list[Item], count: int
) -> Mapping[str, float]:
    """Return each service's resident memory (MB) once it is through."""
    sender = CommandSender(site.settings, site.topics.commands)
    with closing(AnswerReader(site.settings, site.topics.results)) as reader:
        for number in range(count // CHUNK):
            traffic = site.maker.trade(items, CHUNK)
            sender.send(traffic.messages)
            sender.flush()
            check_answers(reader.read_count(CHUNK), traffic)
            if number % 10 == 0:
                sys.stdout.write(f"  {number * CHUNK:,} of {count:,}: {_resident(services)}\n")
                sys.stdout.flush()
    wait_caught_up(site)
    return _resident(services)


def _resident(services: Mapping[str, ServiceProcess]) -> Mapping[str, float]:
    return {
        name: psutil.Process(service.pid).memory_info().rss / MEGABYTE
        for name, service in services.items()
    }
