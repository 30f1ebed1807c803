"""Customers who ask at a steady pace for as long as something lasts, and how long they wait."""

import time
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing
from dataclasses import dataclass

from tests.bench.kafka_ends import AnswerReader, Arrival, CommandSender
from tests.bench.pace import send_paced
from tests.bench.reservation_traffic import ReservationMaker
from tests.bench.site import Site, check_answers
from tests.bench.traffic import SOURCE, Traffic
from tests.support.shop import headers_of


@dataclass(frozen=True, slots=True)
class Wait:
    """One command: when it was due to be sent (seconds, `time.time`), and how long it took."""

    appointed: float
    seconds: float


class Customers:
    """Reserve one unit of popular items, so many of them a second."""

    def __init__(self, site: Site, maker: ReservationMaker, per_second: int) -> None:
        self._site = site
        self._maker = maker
        self._per_second = per_second
        self._sender = CommandSender(site.settings, site.topics.commands, linger_ms=0)

    def ask(self, is_over: Callable[[], bool], hold_seconds: int | None = None) -> Sequence[Wait]:
        """Ask second by second until it is over; return the waits of all, in no order."""
        asked = Traffic()
        appointed: dict[bytes, float] = {}
        reading: list[Future[list[Arrival]]] = []
        settings, topics = self._site.settings, self._site.topics
        with (
            closing(AnswerReader(settings, topics.results, at_once=True, source=SOURCE)) as reader,
            ThreadPoolExecutor(max_workers=1) as threads,
        ):
            while not is_over():
                second = self._maker.hold(self._per_second, hold_seconds).messages
                reading.append(threads.submit(reader.read_count, len(second)))
                began = send_paced(self._sender, second, self._per_second)
                for number, message in enumerate(second):
                    appointed[message.answer_id] = began + number / self._per_second
                asked.messages += second
            self._sender.flush()
            arrivals = [arrival for answers in reading for arrival in answers.result()]
        check_answers(arrivals, asked)
        return [_wait(arrival, appointed) for arrival in arrivals]


def for_seconds(seconds: float) -> Callable[[], bool]:
    """Return what says whether so many seconds are over, from the first question on."""
    end: list[float] = []

    def is_over() -> bool:
        now = time.monotonic()
        if not end:
            end.append(now + seconds)
        return now >= end[0]

    return is_over


def _wait(arrival: Arrival, appointed: Mapping[bytes, float]) -> Wait:
    due = appointed[headers_of(arrival.message)["ce_id"]]
    return Wait(due, arrival.at - due)
