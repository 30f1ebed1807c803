"""The ways in and out that the contract promises, walked by clients that are not ours."""

import asyncio
import json
import struct
from collections.abc import Generator
from datetime import UTC, datetime, timedelta
from typing import Any, Final

import pytest
from confluent_kafka import Message
from confluent_kafka.admin import AdminClient
from faststream.kafka import KafkaBroker

from stockledger.dev.stack import Stack
from stockledger.partitioning import partition_of
from tests.support.installation import PARTITIONS, Installation, ServiceProcess
from tests.support.other_topics import make_topics
from tests.support.shop import ACME, SOURCE, Answer, Shop, Tail, command_headers, headers_of
from tests.support.waiting import wait_until

LAMPS: Final[dict[str, Any]] = {"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 1}
PRICED: Final = {**LAMPS, "unit_cost": 2.5}
RAW_CORRELATION: Final = bytes(range(240, 256))


class Site:
    """One handler, a shop, and a reply topic that is allowed, a forbidden and an absent one."""

    def __init__(self, installation: Installation) -> None:
        prefix = installation.settings.topic_prefix
        self.installation = installation
        self.allowed = f"{prefix}shop.replies"
        self.forbidden = f"{prefix}shop.secrets"
        self.absent = f"{prefix}shop.never-made"
        make_topics(installation.settings, [self.allowed, self.forbidden])
        self.shop = Shop(installation.settings)
        self.handler = self.start_handler()
        self.shop.ask("CreateWarehouse", {"warehouse_id": "NORTH", "name": "North"})

    def start_handler(self) -> ServiceProcess:
        """Start a handler that may answer to two topics."""
        topics = json.dumps([self.allowed, self.absent])
        return self.installation.handler(INVENTORY_REPLY_TOPICS=topics).wait_ready()

    def replies(self, topic: str, command_id: str) -> list[Message]:
        """Return the answers to a command in a topic."""
        with Tail(self.installation.settings, topic) as tail:
            return [m for m in tail.read_all() if command_id.encode() in (m.value() or b"")]

    def reply(self, topic: str, command_id: str) -> Message:
        """Wait for the answer to a command in a topic."""
        return wait_until(lambda: self.replies(topic, command_id), f"answered to {topic}", 20)[0]

    def answers(self, command_id: str, count: int) -> list[Answer]:
        """Wait until a command was answered so often."""

        def enough() -> list[Answer] | None:
            found = list(self.shop.read_answers().get(command_id, ()))
            return found if len(found) >= count else None

        self.shop.flush()
        return wait_until(enough, f"{command_id} answered {count} times", 20)

    def close(self) -> None:
        """Let go of everything."""
        self.shop.close()
        self.installation.close()


@pytest.fixture(scope="module")
def site(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    """One installation with one handler for all paths."""
    folder = tmp_path_factory.mktemp("paths")
    opened = Site(Installation(stack.addresses, folder, PARTITIONS).create())
    yield opened
    opened.close()


def structured(command_id: str, data: dict[str, Any]) -> bytes:
    """Return a receipt as one line of JSON."""
    event = {
        "specversion": "1.0",
        "type": "stockledger.ReceiveStock.v1",
        "source": SOURCE,
        "id": command_id,
        "tenantid": ACME,
        "data": data,
    }
    return json.dumps(event).encode()


def test_one_line_of_json_is_a_command(site: Site) -> None:
    site.shop.publish_raw(structured("line-1", PRICED), [], None)

    answer = site.shop.answers_to(["line-1"])["line-1"]

    assert answer.is_accepted
    assert answer.partition == partition_of(ACME, PARTITIONS)


def test_structured_mode_is_known_by_its_content_type(site: Site) -> None:
    content_type = ("Content-Type", b"Application/CloudEvents+JSON; charset=UTF-8")

    site.shop.publish_raw(structured("line-2", PRICED), [content_type], ACME.encode())

    assert site.shop.answers_to(["line-2"])["line-2"].is_accepted


def test_a_faststream_shop_asks_and_gets_its_reply(site: Site) -> None:
    headers = {
        name: value.decode() for name, value in command_headers("ReceiveStock", "fs-1", ACME)
    }

    async def publish() -> None:
        async with KafkaBroker(site.installation.settings.kafka_bootstrap_servers) as broker:
            await broker.publish(
                PRICED,
                topic=site.shop.topics.commands,
                key=ACME.encode(),
                headers=headers,
                correlation_id="cart-9",
                reply_to=site.allowed,
            )

    asyncio.run(publish())

    reply = site.reply(site.allowed, "fs-1")
    assert headers_of(reply)["correlation_id"] == b"cart-9"
    assert headers_of(reply)["ce_type"] == b"stockledger.CommandAccepted.v1"


def ask_for_reply(site: Site, command_id: str, topic: str, *, partition: int | None = None) -> None:
    """Publish a receipt with Spring's reply headers."""
    headers = [
        *command_headers("ReceiveStock", command_id, ACME),
        ("kafka_replyTopic", topic.encode()),
        ("kafka_correlationId", RAW_CORRELATION),
    ]
    if partition is not None:
        headers.append(("kafka_replyPartition", struct.pack(">i", partition)))
    site.shop.publish_raw(json.dumps(PRICED).encode(), headers, ACME.encode())
    site.shop.flush()


@pytest.mark.parametrize("partition", range(PARTITIONS))
def test_a_reply_comes_to_the_named_topic_and_partition_with_its_correlation(
    site: Site, partition: int
) -> None:
    ask_for_reply(site, f"spring-{partition}", site.allowed, partition=partition)

    reply = site.reply(site.allowed, f"spring-{partition}")

    assert reply.partition() == partition
    assert headers_of(reply)["kafka_correlationId"] == RAW_CORRELATION
    assert site.replies(site.shop.topics.results, f"spring-{partition}") == []


def test_a_reply_partition_that_there_is_not_is_chosen_by_the_tenant(site: Site) -> None:
    ask_for_reply(site, "spring-far", site.allowed, partition=99)

    assert site.reply(site.allowed, "spring-far").partition() == partition_of(ACME, PARTITIONS)


def test_a_topic_that_is_not_allowed_gets_nothing(site: Site) -> None:
    ask_for_reply(site, "spy-1", site.forbidden)

    answer = site.shop.answers_to(["spy-1"])["spy-1"]

    assert answer.is_accepted
    assert answer.headers["kafka_correlationId"] == RAW_CORRELATION
    assert site.replies(site.forbidden, "spy-1") == []


def test_a_topic_that_there_is_not_is_not_made(site: Site) -> None:
    ask_for_reply(site, "lost-1", site.absent)

    assert site.shop.answers_to(["lost-1"])["lost-1"].is_accepted
    admin = AdminClient({"bootstrap.servers": site.installation.settings.kafka_bootstrap_servers})
    assert site.absent not in admin.list_topics(timeout=10).topics


def test_a_repeat_is_replied_to_where_it_asks(site: Site) -> None:
    first = site.shop.ask("ReceiveStock", PRICED, ce_id="moved-1")

    ask_for_reply(site, "moved-1", site.allowed)

    reply = site.reply(site.allowed, "moved-1")
    value = reply.value()
    assert value is not None
    assert json.loads(value) == first.data
    assert headers_of(reply)["kafka_correlationId"] == RAW_CORRELATION


def test_an_expected_version_must_be_the_items(site: Site) -> None:
    (stream,) = site.shop.ask("ReceiveStock", PRICED).data["streams"]

    stale = site.shop.ask("IssueStock", {**LAMPS, "expected_version": stream["version"] - 1})
    right = site.shop.ask("IssueStock", {**LAMPS, "expected_version": stream["version"]})

    assert stale.code == "INVENTORY_VERSION_CONFLICT"
    assert stale.data["details"] == {
        "stream": "item/NORTH/LAMP",
        "expected_version": stream["version"] - 1,
        "actual_version": stream["version"],
    }
    assert right.data["streams"] == [{**stream, "version": stream["version"] + 1}]


def test_what_is_effective_tomorrow_is_refused_and_yesterday_is_recorded(site: Site) -> None:
    day = timedelta(days=1)
    tomorrow, yesterday = datetime.now(UTC) + day, datetime.now(UTC) - day

    refused = site.shop.ask("ReceiveStock", {**PRICED, "effective_at": tomorrow.isoformat()})
    accepted = site.shop.ask("ReceiveStock", {**PRICED, "effective_at": yesterday.isoformat()})

    assert refused.code == "INVENTORY_VALIDATION_ERROR"
    assert refused.data["details"]["field"] == "effective_at"
    event = json.loads(site.shop.events()[-1].value() or b"")
    assert accepted.is_accepted
    assert datetime.fromisoformat(event["effective_at"]) == yesterday


def test_a_misrouted_command_is_sent_on_as_it_is_and_decided_once(site: Site) -> None:
    elsewhere = (partition_of(ACME, PARTITIONS) + 1) % PARTITIONS
    value = b" " + json.dumps(PRICED, indent=3).encode()
    headers = [*command_headers("ReceiveStock", "stray-1", ACME), ("x-raw", b"\xff\x00")]
    site.shop.publish_raw(value, headers, b"\x01key", elsewhere)

    answer = site.shop.answers_to(["stray-1"])["stray-1"]

    with Tail(site.installation.settings, site.shop.topics.commands) as tail:
        copies = [m for m in tail.read_all() if headers_of(m).get("ce_id") == b"stray-1"]
    assert {copy.partition() for copy in copies} == {elsewhere, partition_of(ACME, PARTITIONS)}
    for copy in copies:
        assert (copy.key(), copy.value(), copy.headers()) == (b"\x01key", value, headers)
        assert copy.timestamp() == copies[0].timestamp()
    assert answer.is_accepted
    assert len(site.shop.read_answers()["stray-1"]) == 1


def test_binary_and_structured_are_the_same_command(site: Site) -> None:
    first = site.shop.ask("ReceiveStock", PRICED, ce_id="twice-1")
    turned = dict(reversed(PRICED.items()))

    site.shop.publish_raw(structured("twice-1", turned), [], ACME.encode())

    assert site.answers("twice-1", 2)[1].data == first.data


def test_an_answer_is_the_same_after_a_restart(site: Site) -> None:
    first = site.shop.ask("ReceiveStock", PRICED, ce_id="before-1")
    refused = site.shop.ask("IssueStock", {**LAMPS, "quantity": 10_000}, ce_id="before-2")
    assert site.handler.terminate() in {0, -15, 143}
    site.handler = site.start_handler()

    site.shop.publish("ReceiveStock", PRICED, ce_id="before-1")
    site.shop.publish("IssueStock", {**LAMPS, "quantity": 10_000}, ce_id="before-2")

    again = site.answers("before-1", 2)[1]
    assert (again.data, again.partition) == (first.data, first.partition)
    assert again.headers["ce_type"] == first.headers["ce_type"]
    assert site.answers("before-2", 2)[1].data == refused.data
