"""Producers that compress beyond the limit, end transactions, or ask twice at once."""

import json
import re
import time
from collections.abc import Generator

import pytest

from stockledger.partitioning import partition_of
from stockledger.telemetry import STALLED_AFTER_SECONDS
from tests.support.installation import PARTITIONS, Installation, ServiceProcess
from tests.support.other_topics import make_topics, remove_topic
from tests.support.shop import ACME, Shop, Tail, command_headers, headers_of
from tests.support.waiting import wait_until

LAMPS = {"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 1, "unit_cost": 1}
HOME = partition_of(ACME, PARTITIONS)
LARGE = 1_500_000
OK = 200


class Site:
    """A warehouse, a handler that may answer to one more topic, and a shop."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.replies = f"{installation.settings.topic_prefix}shop.replies"
        make_topics(installation.settings, [self.replies])
        self.handler: ServiceProcess = installation.handler(
            INVENTORY_REPLY_TOPICS=json.dumps([self.replies])
        ).wait_ready()
        self.shop = Shop(installation.settings)
        self.shop.ask("CreateWarehouse", {"warehouse_id": "NORTH", "name": "North"})

    def lag(self) -> float:
        """Return how many records the handler says are waiting."""
        _, page = self.handler.get("/metrics")
        found = re.findall(r"^inventory_consumer_lag_records\{.*\} (\S+)$", page, re.MULTILINE)
        return sum(float(lag) for lag in found) if found else -1


@pytest.fixture
def site(installation: Installation) -> Generator[Site]:
    """One installation with one handler."""
    running = Site(installation)
    yield running
    running.shop.close()


def test_a_large_message_that_was_compressed_does_not_hold_up_its_partition(site: Site) -> None:
    compressing = Shop(
        site.installation.settings,
        **{"compression.type": "zstd", "message.max.bytes": "4000000"},
    )
    misrouted = (HOME + 1) % PARTITIONS
    large = json.dumps({**LAMPS, "reason": "x" * LARGE}).encode()
    compressing.publish_raw(large, command_headers("ReceiveStock", "l-1", ACME), None, misrouted)
    compressing.publish_raw(b"x" * LARGE, [], None, misrouted)
    compressing.publish_raw(large, command_headers("ReceiveStock", "l-2", ACME), None, HOME)
    compressing.flush()

    assert site.shop.ask("ReceiveStock", LAMPS).is_accepted

    assert site.shop.answers_to(["l-2"])["l-2"].code == "INVENTORY_VALIDATION_ERROR"
    letters = site.shop.dead_letters()
    assert [letter.value() for letter in letters] == [None, None]
    assert {headers_of(letter)["kafka_dlt-original-partition"] for letter in letters} == {
        misrouted.to_bytes(4, "big")
    }
    compressing.close()


def test_the_end_of_a_transaction_is_no_backlog(site: Site) -> None:
    till = Shop(site.installation.settings, **{"transactional.id": "till-7"})
    till.begin()
    sold = till.publish("ReceiveStock", LAMPS)
    till.commit()
    till.begin()
    till.publish("ReceiveStock", LAMPS)
    till.abort()
    assert site.shop.answers_to([sold])[sold].is_accepted

    wait_until(lambda: site.lag() == 0, "nothing waits")

    began = time.monotonic()

    def stays_alive() -> bool:
        assert site.handler.get("/livez")[0] == OK
        return time.monotonic() - began > STALLED_AFTER_SECONDS + 3

    wait_until(stays_alive, "alive for longer than a stall would take", 40)
    till.close()


def test_whoever_asks_twice_at_once_gets_two_replies(site: Site) -> None:
    for correlation in ("first", "second"):
        headers = command_headers("ReceiveStock", "twice", ACME)
        reply = [
            ("kafka_replyTopic", site.replies.encode()),
            ("kafka_correlationId", correlation.encode()),
        ]
        value = json.dumps(LAMPS).encode()
        site.shop.publish_raw(value, [*headers, *reply], ACME.encode())
    site.shop.flush()

    def replies() -> set[bytes]:
        with Tail(site.installation.settings, site.replies) as tail:
            return {headers_of(m)["kafka_correlationId"] for m in tail.read_all()}

    wait_until(lambda: replies() == {b"first", b"second"}, "both replies")
    after = site.shop.ask("ReceiveStock", LAMPS)
    assert after.data["outcome"]["on_hand"] == 2


def test_a_reply_topic_that_vanishes_stops_nobody(site: Site) -> None:
    remove_topic(site.installation.settings, site.replies)
    headers = command_headers("ReceiveStock", "orphan", ACME)
    reply = [("kafka_replyTopic", site.replies.encode()), ("kafka_correlationId", b"1")]

    value = json.dumps(LAMPS).encode()
    site.shop.publish_raw(value, [*headers, *reply], ACME.encode())

    assert site.shop.answers_to(["orphan"], 90)["orphan"].is_accepted
