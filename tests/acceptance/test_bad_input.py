"""Bad input, each kind with its outcome, and the commands around it as if nothing had been."""

import struct
from collections.abc import Generator
from typing import Final

import pytest
from confluent_kafka import KafkaError, Message, Producer

from stockledger.dev.stack import Stack
from stockledger.partitioning import partition_of
from tests.support.bad_commands import (
    GOOD,
    LAMPS,
    REFUSED,
    VALIDATION,
    Headers,
    Refused,
    headers_with,
)
from tests.support.installation import PARTITIONS, Installation
from tests.support.shop import ACME, Answer, Shop, Tail, headers_of
from tests.support.waiting import wait_until
from tests.support.wire import produce_with_header_name

ACME_PARTITION: Final = partition_of(ACME, PARTITIONS)


class Site:
    """One handler, a shop, and what the dead-letter topic has got."""

    def __init__(self, installation: Installation) -> None:
        self.installation = installation
        self.shop = Shop(installation.settings)
        self.handler = installation.handler().wait_ready()
        self.shop.ask("CreateWarehouse", {"warehouse_id": "NORTH", "name": "North"})
        self._tail = Tail(installation.settings, self.shop.topics.commands_dead_letters)
        self.dead_letters: list[Message] = []

    def send_between_good_ones(self, value: bytes | None, headers: Headers) -> None:
        """Publish a good command, this, and a good one; both good ones take effect."""
        before = self.shop.publish("ReceiveStock", LAMPS)
        self.shop.publish_raw(value, headers, ACME.encode())
        after = self.shop.publish("ReceiveStock", LAMPS)
        answers = self.shop.answers_to([before, after], seconds=20)
        assert on_hand(answers[after]) == on_hand(answers[before]) + 1

    def dead_letter_of(self, case: str) -> Message:
        """Wait for the dead letter of the record with this header `x-case`."""

        def found() -> Message | None:
            self.dead_letters += self._tail.read()
            cases = [m for m in self.dead_letters if headers_of(m).get("x-case") == case.encode()]
            return cases[0] if cases else None

        return wait_until(found, f"the dead letter of {case}", 20)

    def close(self) -> None:
        """Let go of everything."""
        self._tail.close()
        self.shop.close()
        self.installation.close()


@pytest.fixture(scope="module")
def site(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Generator[Site]:
    """One installation with one handler for all kinds of bad input."""
    folder = tmp_path_factory.mktemp("bad-input")
    opened = Site(Installation(stack.addresses, folder, PARTITIONS).create())
    yield opened
    opened.close()


def on_hand(answer: Answer) -> int:
    """Return what an accepted receipt left on hand."""
    assert answer.is_accepted, answer.data
    left: int = answer.data["outcome"]["on_hand"]
    return left


@pytest.mark.parametrize("bad", REFUSED, ids=lambda bad: bad.case)
def test_a_command_that_names_itself_is_refused_by_name(site: Site, bad: Refused) -> None:
    site.send_between_good_ones(bad.value, headers_with(bad.case, **bad.headers))

    answer = site.shop.answers_to([bad.case])[bad.case]

    assert answer.code == bad.code
    assert bad.says in answer.data["message"], answer.data["message"]


DEAD: Final[tuple[tuple[str, str, dict[str, bytes | None]], ...]] = (
    ("no-tenant", "missing_tenant", {"ce_tenantid": None}),
    ("empty-tenant", "invalid_tenant", {"ce_tenantid": b""}),
    ("over-long-tenant", "invalid_tenant", {"ce_tenantid": b"t" * 65}),
    ("tenant-not-utf-8", "invalid_tenant", {"ce_tenantid": b"acme\xff"}),
    ("no-id", "missing_id", {"ce_id": None}),
    ("over-long-id", "invalid_id", {"ce_id": b"i" * 129}),
    ("id-with-zero", "invalid_id", {"ce_id": b"i\0"}),
    ("id-not-utf-8", "invalid_id", {"ce_id": b"\xc3\x28"}),
    ("no-source", "missing_source", {"ce_source": None}),
    ("over-long-source", "invalid_source", {"ce_source": b"s" * 257}),
    ("structured-nonsense", "malformed_envelope", {"content-type": b"application/cloudevents"}),
)


@pytest.mark.parametrize(("case", "reason", "changed"), DEAD, ids=[case for case, _, _ in DEAD])
def test_a_record_that_nobody_could_be_answered_for_becomes_a_dead_letter(
    site: Site, case: str, reason: str, changed: dict[str, bytes | None]
) -> None:
    value = b"\x00 not a command \xff" if "structured" in case else GOOD
    headers = [*headers_with(case, **changed), ("x-case", case.encode()), ("x-raw", b"\xff\x00")]

    site.send_between_good_ones(value, headers)

    letter = site.dead_letter_of(case)
    assert (letter.key(), letter.value()) == (ACME.encode(), value)
    kept = letter.headers()
    assert isinstance(kept, list)
    assert kept[: len(headers)] == headers
    assert headers_of(letter)["inventory_dlt-reason"] == reason.encode()
    check_origin(site, letter)


def check_origin(site: Site, letter: Message) -> None:
    """Fail unless Spring's headers say where the record was, and why it is here."""
    said = headers_of(letter)
    assert letter.partition() == ACME_PARTITION
    assert said["kafka_dlt-original-topic"] == site.shop.topics.commands.encode()
    assert struct.unpack(">i", said["kafka_dlt-original-partition"]) == (ACME_PARTITION,)
    (offset,) = struct.unpack(">q", said["kafka_dlt-original-offset"])
    assert offset > 0
    assert len(said["kafka_dlt-original-timestamp"]) == 8
    assert said["kafka_dlt-original-timestamp-type"] == b"CreateTime"
    assert said["kafka_dlt-original-consumer-group"].endswith(b"stockledger.command-handler")
    assert said["kafka_dlt-exception-fqcn"] == b"stockledger.envelope.Unreadable"
    assert said["kafka_dlt-exception-message"]


def test_no_headers_at_all_are_a_dead_letter(site: Site) -> None:
    site.send_between_good_ones(GOOD, [("x-case", b"bare")])

    assert headers_of(site.dead_letter_of("bare"))["inventory_dlt-reason"] == b"missing_tenant"


def test_a_header_that_is_not_ours_may_hold_any_bytes(site: Site) -> None:
    headers = [*headers_with("odd-neighbour"), ("x-trace", b"\xff\xfe"), ("x-empty", None)]

    site.shop.publish_raw(GOOD, headers, ACME.encode())

    assert site.shop.answers_to(["odd-neighbour"])["odd-neighbour"].is_accepted


def test_a_broken_trace_is_ignored(site: Site) -> None:
    headers = headers_with("broken-trace", traceparent=b"00-zz-\xff", tracestate=b"\x00")

    site.shop.publish_raw(GOOD, headers, ACME.encode())

    assert site.shop.answers_to(["broken-trace"])["broken-trace"].is_accepted


def test_a_header_whose_name_is_not_utf_8_does_not_hold_up_its_partition(site: Site) -> None:
    address = site.installation.settings.kafka_bootstrap_servers
    names = (b"x-\xff\xfe", b"\xc3\x28")
    good = [site.shop.publish("ReceiveStock", LAMPS) for _ in range(3)]
    site.shop.flush()
    for name in names:
        topic = site.shop.topics.commands
        produce_with_header_name(address, topic, ACME_PARTITION, name, GOOD, ACME.encode())
        good.append(site.shop.publish("ReceiveStock", LAMPS))
        good.append(
            site.shop.publish("CreateWarehouse", {"warehouse_id": "W", "name": "W"}, "other")
        )
        site.shop.flush()

    answers = site.shop.answers_to(good, seconds=30)

    assert all(answer.is_accepted for answer in answers.values())
    letters = [
        letter
        for letter in site.shop.dead_letters()
        if headers_of(letter)["inventory_dlt-reason"] == b"unreadable_record"
    ]
    offsets = {headers_of(letter)["kafka_dlt-original-offset"] for letter in letters}
    assert len(letters) == len(offsets) == len(names)
    assert {letter.partition() for letter in letters} == {ACME_PARTITION}


@pytest.mark.parametrize("codec", ["gzip", "snappy", "lz4", "zstd"])
def test_a_producer_may_compress_as_it_likes(site: Site, codec: str) -> None:
    compressing = Shop(site.installation.settings, **{"compression.type": codec})
    ids = [compressing.publish("ReceiveStock", LAMPS) for _ in range(20)]

    answers = compressing.answers_to(ids, seconds=20)

    compressing.close()
    assert all(answer.is_accepted for answer in answers.values())


def test_a_message_above_the_limit_is_the_producers_error(site: Site) -> None:
    address = site.installation.settings.kafka_bootstrap_servers
    large = Producer({"bootstrap.servers": address, "message.max.bytes": 4_000_000})
    errors: list[KafkaError | None] = []
    before = site.shop.publish("ReceiveStock", LAMPS)
    site.shop.flush()

    large.produce(
        site.shop.topics.commands,
        b"x" * 1_100_000,
        ACME.encode(),
        headers=[*headers_with("too-large")],
        on_delivery=lambda error, _message: errors.append(error),
    )
    large.flush(20)

    after = site.shop.publish("ReceiveStock", LAMPS)
    answers = site.shop.answers_to([before, after])
    assert [error.code() for error in errors if error] == [KafkaError.MSG_SIZE_TOO_LARGE]
    assert on_hand(answers[after]) == on_hand(answers[before]) + 1


def test_a_message_just_below_the_limit_is_answered_or_set_aside_whole(site: Site) -> None:
    value = b"\xff" * 1_030_000
    shop = Shop(site.installation.settings, **{"message.max.bytes": 1_048_588})

    shop.publish_raw(value, headers_with("very-large"), ACME.encode())
    shop.publish_raw(value, [("x-case", b"large-letter")], ACME.encode())

    assert shop.answers_to(["very-large"])["very-large"].code == VALIDATION
    shop.close()
    assert site.dead_letter_of("large-letter").value() == value


def test_the_handler_is_well_after_all_this(site: Site) -> None:
    assert site.handler.get("/readyz")[0] == 200
    assert "the loop begins again" not in site.handler.log_file.read_text()
