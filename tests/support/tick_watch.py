"""The ticks that a scheduler has published, read by a client that is not ours."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Self

from stockledger.config import Settings
from stockledger.topics import Topics
from stockledger_scheduler.ticks import SENDER
from tests.support.shop import Tail, headers_of
from tests.support.waiting import wait_until


@dataclass(frozen=True, slots=True)
class SeenTick:
    """A tick as it came."""

    partition: int
    timestamp: int
    headers: Mapping[str, bytes]
    data: Mapping[str, Any]

    @property
    def tenant(self) -> str:
        """The tenant that it is for."""
        return self.headers["ce_tenantid"].decode()

    @property
    def id(self) -> str:
        """The command's id."""
        return self.headers["ce_id"].decode()


class TickWatch:
    """Reads on in the commands topic, and keeps the scheduler's."""

    def __init__(self, settings: Settings) -> None:
        self.ticks: list[SeenTick] = []
        self._tail = Tail(settings, Topics.of(settings).commands)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self._tail.close()

    def read(self) -> list[SeenTick]:
        """Return all ticks so far."""
        for message in self._tail.read():
            headers = headers_of(message)
            value, partition = message.value(), message.partition()
            if headers.get("ce_source") == SENDER.source.encode():
                assert value is not None
                assert partition is not None
                timestamp = message.timestamp()[1]
                self.ticks.append(SeenTick(partition, timestamp, headers, json.loads(value)))
        return self.ticks

    def sendings(self, tenant: str, reservation: str) -> list[SeenTick]:
        """Return the ticks so far that name a reservation."""
        return [
            tick
            for tick in self.read()
            if tick.tenant == tenant and reservation in tick.data.get("reservation_ids", ())
        ]

    def wait_for(self, tenant: str, reservation: str, times: int = 1, seconds: float = 30) -> None:
        """Wait until a reservation was named in so many ticks."""
        wait_until(
            lambda: len(self.sendings(tenant, reservation)) >= times,
            f"{reservation} of {tenant} sent {times} times",
            seconds,
        )
