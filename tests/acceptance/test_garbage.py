"""Random records among good commands, end to end: nothing ends the handler, nothing is lost."""

import json
import random
from collections.abc import Generator
from dataclasses import dataclass
from typing import Final

import pytest

from stockledger.dev.stack import Stack
from tests.support.installation import PARTITIONS, Installation, ServiceProcess
from tests.support.shop import Shop, Tail, command_headers, headers_of
from tests.support.waiting import wait_until

RECORDS: Final = 300
TENANTS: Final = ("acme", "globex", "initech", "hooli")
LAMPS: Final = {"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 1, "unit_cost": 2.5}
GOOD: Final = json.dumps(LAMPS).encode()
NAMES: Final = (
    "ce_id",
    "ce_source",
    "ce_type",
    "ce_tenantid",
    "ce_time",
    "ce_specversion",
    "ce_actor",
    "ce_correlationid",
    "content-type",
    "kafka_replyTopic",
    "kafka_replyPartition",
    "kafka_correlationId",
    "traceparent",
    "CE_ID",
    "ce_",
    "",
    "größe",
    "\N{LARGE RED CIRCLE}",
    "kafka_dlt-original-offset",
)
TEXTS: Final = (
    b"",
    b"acme",
    b"globex",
    b"application/cloudevents+json; charset=utf-8",
    b"stockledger.ReceiveStock.v1",
    b"2026-02-30T00:00:00Z",
    b"9999-12-31T23:59:59.999999+14:00",
    b"\xff\xfe\x00",
    b"\x00\x00\x00\x01",
    b"../../etc/passwd",
    b"a" * 2_000,
)
FRAGMENTS: Final = (b"null", b"-0", b"1e999", b'"\\ud83d"', b"\x00", b"[[", b"}", b'"', b"\xc0\x80")

DATA: Final[tuple[object, ...]] = (LAMPS, [LAMPS], "LAMP", None, {"lines": [[1]]})

Record = tuple[bytes | None, list[tuple[str, bytes | None]], bytes | None, int]


class Garbage:
    """Makes records: each begins as a good command and then suffers."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def records(self, count: int) -> Generator[Record]:
        """Return values, headers, keys and partitions (-1: by key)."""
        for number in range(count):
            tenant = self._random.choice(TENANTS)
            headers = self._headers(command_headers("ReceiveStock", f"odd-{number % 200}", tenant))
            value, headers = self._structured() if self._is(0.2) else (self._value(), headers)
            key = self._random.choice((None, b"", tenant.encode(), self._bytes(20)))
            yield value, headers, key, self._random.choice((-1, *range(PARTITIONS)))

    def _is(self, chance: float) -> bool:
        return self._random.random() < chance

    def _bytes(self, length_max: int) -> bytes:
        return self._random.randbytes(self._random.randint(0, length_max))

    def _value(self) -> bytes | None:
        kind = self._random.randrange(6)
        if kind == 0:
            return self._random.choice((None, b"", self._bytes(3_000)))
        if kind == 1:
            return GOOD
        cut = self._random.randrange(len(GOOD))
        return GOOD[:cut] + self._random.choice(FRAGMENTS) + GOOD[cut + kind :]

    def _headers(self, good: list[tuple[str, bytes]]) -> list[tuple[str, bytes | None]]:
        headers: list[tuple[str, bytes | None]] = [pair for pair in good if not self._is(0.05)]
        for _ in range(self._random.randrange(4)):
            text = self._random.choice((None, self._bytes(40), self._random.choice(TEXTS)))
            headers.insert(
                self._random.randint(0, len(headers)), (self._random.choice(NAMES), text)
            )
        return headers

    def _structured(self) -> tuple[bytes, list[tuple[str, bytes | None]]]:
        event: dict[str, object] = {
            "specversion": "1.0",
            "id": self._random.choice(("odd-1", 7, None, "\0", "x" * 500)),
            "source": self._random.choice(("/shops/acme", "", [], {"a": 1})),
            "type": self._random.choice(("stockledger.ReceiveStock.v1", 1.5, None)),
            "tenantid": self._random.choice((*TENANTS, "no such tenant", True)),
            "data": self._random.choice(DATA),
        }
        for name in self._random.sample(sorted(event), self._random.randrange(3)):
            del event[name]
        value = json.dumps(event).encode()
        is_whole = self._is(0.8)
        return value if is_whole else value[:-3], [("content-type", TEXTS[3])]


@dataclass
class Site:
    """One handler and the whole of its topics."""

    installation: Installation
    shop: Shop
    handler: ServiceProcess

    def forwarded(self) -> int:
        """Return how many commands were sent on."""
        lines = self.handler.get("/metrics")[1].splitlines()
        (value,) = (line for line in lines if line.startswith("inventory_forwarded_total"))
        return int(float(value.split()[1]))

    def count(self, topic: str) -> int:
        """Return how many records a topic has."""
        with Tail(self.installation.settings, topic) as tail:
            return len(tail.read_all())


@pytest.fixture
def site(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    """An installation with one handler and a warehouse for each tenant."""
    folder = tmp_path_factory.mktemp("garbage")
    installation = Installation(stack.addresses, folder, PARTITIONS).create()
    shop = Shop(installation.settings)
    opened = Site(installation, shop, installation.handler().wait_ready())
    for tenant in TENANTS:
        shop.publish("CreateWarehouse", {"warehouse_id": "NORTH", "name": "North"}, tenant)
    yield opened
    shop.close()
    installation.close()


@pytest.mark.parametrize("seed", [20_261_121, 7])
def test_among_random_records_every_good_command_is_answered_and_none_is_lost(
    site: Site, seed: int
) -> None:
    good = [publish_good(site, record) for record in Garbage(seed).records(RECORDS)]

    answers = site.shop.answers_to(good)

    assert {answer.code for answer in answers.values()} == {None}
    wait_until(lambda: is_accounted_for(site), "each record answered or set aside", 20)
    check_dead_letters(site)
    assert site.handler.get("/readyz")[0] == 200
    assert "the loop begins again" not in site.handler.log_file.read_text()
    assert "failed" not in site.handler.log_file.read_text()


def publish_good(site: Site, record: Record) -> str:
    """Publish garbage, then a good command; return the good one's id."""
    value, headers, key, partition = record
    site.shop.publish_raw(value, headers, key, partition)
    return site.shop.publish("ReceiveStock", LAMPS, TENANTS[len(headers) % len(TENANTS)])


def is_accounted_for(site: Site) -> bool:
    """Tell whether each record had one outcome: an answer, a dead letter, or a way onwards."""
    topics = site.shop.topics
    outcomes = site.count(topics.results) + site.count(topics.commands_dead_letters)
    return site.count(topics.commands) == outcomes + site.forwarded()


def check_dead_letters(site: Site) -> None:
    """Fail unless each dead letter is another record, and none of them could be answered."""
    letters = site.shop.dead_letters()
    places = {
        (letter.partition(), headers_of(letter)["kafka_dlt-original-offset"]) for letter in letters
    }
    assert len(places) == len(letters) > RECORDS // 20
    assert any(name.startswith("odd-") for name in site.shop.read_answers())
