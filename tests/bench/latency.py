"""How long a command waits for its answer, under a load that does not wait for answers."""

import asyncio
import time
from collections import defaultdict, deque
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import closing
from typing import Final

import asyncpg

from tests.bench import throughput
from tests.bench.bench import Bench
from tests.bench.kafka_ends import AnswerReader, Arrival, CommandSender
from tests.bench.pace import send_paced
from tests.bench.site import Site, check_answers
from tests.bench.traffic import Message, Traffic
from tests.support.shop import headers_of

LOAD_SHARE: Final = 0.2
WARM_UP_SECONDS: Final = 2.0
MEDIAN: Final = "command to answer, p50"
P99: Final = "command to answer, p99"
BARE_P99: Final = "bare insert and commit, p99"
MILLISECONDS: Final = "ms"

BARE_TABLE: Final = "create table bare (number bigint, data text)"
BARE_INSERT: Final = "insert into bare (number, data) values ($1, $2)"
BARE_DATA: Final = "x" * 500


def measure_latency(bench: Bench) -> None:
    """Offer a fifth of what the handler can do, and then commit bare rows on the same server."""
    if bench.figures.latest(throughput.SHARED) is None:
        throughput.measure_handler(bench)
    top = bench.figures.latest(throughput.SHARED)
    assert top is not None
    with bench.site() as site:
        site.handler()
        items = bench.shared_items()
        site.stock(items)
        load = top * LOAD_SHARE
        traffic = site.maker.trade(items, commands_for(bench, load))
        latencies = ascending_latencies(site, traffic, load)
        commits = sorted(asyncio.run(_bare_commits(site, bench.sizes.bare_commits)))
    bench.record(MEDIAN, milliseconds(latencies, 50), MILLISECONDS)
    bench.record(P99, milliseconds(latencies, 99), MILLISECONDS)
    bench.record(BARE_P99, milliseconds(commits, 99), MILLISECONDS)


def milliseconds(ascending: Sequence[float], percent: int) -> float:
    """Return what `percent` of these times (s) do not exceed, in milliseconds."""
    return 1_000 * ascending[-(-len(ascending) * percent // 100) - 1]


def commands_for(bench: Bench, per_second: float) -> int:
    """Return how many commands a measured load takes."""
    return int(per_second * (WARM_UP_SECONDS + bench.sizes.paced_seconds))


def ascending_latencies(site: Site, traffic: Traffic, per_second: float) -> list[float]:
    """Return the seconds from each command's appointed time to when its answer was read, sorted.

    The first seconds of the load are not counted: sender and reader connect in them.
    """
    warming = int(per_second * WARM_UP_SECONDS)
    sender = CommandSender(site.settings, site.topics.commands, linger_ms=0)
    with closing(AnswerReader(site.settings, site.topics.results, at_once=True)) as reader:
        first, _ = _paced(sender, reader, traffic.messages[:warming], per_second)
        arrivals, began = _paced(sender, reader, traffic.messages[warming:], per_second)
    check_answers([*first, *arrivals], traffic)
    return sorted(_waits(traffic.messages[warming:], arrivals, began, per_second))


def _paced(
    sender: CommandSender, reader: AnswerReader, messages: Sequence[Message], per_second: float
) -> tuple[Sequence[Arrival], float]:
    """Return the answers, and the appointed time of the first message."""
    with ThreadPoolExecutor(max_workers=1) as threads:
        reading = threads.submit(reader.read_count, len(messages))
        began = send_paced(sender, messages, per_second)
        sender.flush()
        return reading.result(), began


def _waits(
    messages: Sequence[Message], arrivals: Sequence[Arrival], began: float, per_second: float
) -> list[float]:
    """Return the waits; the first answer to a repeated command counts for its first sending."""
    appointed: dict[bytes, deque[float]] = defaultdict(deque)
    for number, message in enumerate(messages):
        appointed[message.answer_id].append(began + number / per_second)
    return [
        arrival.at - appointed[headers_of(arrival.message)["ce_id"]].popleft()
        for arrival in arrivals
    ]


async def _bare_commits(site: Site, count: int) -> list[float]:
    connection = await asyncpg.connect(site.settings.postgres_dsn.get_secret_value())
    try:
        await connection.execute(BARE_TABLE)
        seconds: list[float] = []
        for number in range(count):
            began = time.perf_counter()
            await connection.execute(BARE_INSERT, number, BARE_DATA)
            seconds.append(time.perf_counter() - began)
        return seconds
    finally:
        await connection.close()
