"""A shop's side of Kafka, with a client that is not ours (librdkafka)."""

import itertools
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final, Self

from confluent_kafka import Consumer, Message, Producer, TopicPartition

from stockledger.config import Settings
from stockledger.topics import Topics
from tests.support.waiting import wait_until

ACME: Final = "acme"
SOURCE: Final = "/shops/acme"


@dataclass(frozen=True, slots=True)
class Answer:
    """A result as it came: where, with which headers, and what it says."""

    partition: int
    offset: int
    headers: Mapping[str, bytes]
    data: Mapping[str, Any]

    @property
    def is_accepted(self) -> bool:
        """Whether the command took effect."""
        return self.headers["ce_type"] == b"stockledger.CommandAccepted.v1"

    @property
    def code(self) -> str | None:
        """The error code of a refusal."""
        return self.data.get("code")


def command_headers(
    command_type: str, command_id: str, tenant: str, source: str = SOURCE, **more: str
) -> list[tuple[str, bytes]]:
    """Return the headers of a command in binary mode."""
    attributes = {
        "ce_specversion": "1.0",
        "ce_type": f"stockledger.{command_type}.v1",
        "ce_id": command_id,
        "ce_source": source,
        "ce_tenantid": tenant,
        "ce_time": datetime.now(UTC).isoformat(),
        "content-type": "application/json",
        **more,
    }
    return [(name, value.encode()) for name, value in attributes.items()]


class Shop:
    """Publishes commands and reads answers and events."""

    def __init__(self, settings: Settings, **producer_settings: str | float) -> None:
        self.topics = Topics.of(settings)
        self._settings = settings
        self._ids = itertools.count(1)
        self._run = uuid.uuid4().hex[:8]
        self._answers = Tail(settings, self.topics.results)
        self._by_command: dict[str, list[Answer]] = {}
        self._is_transactional = False
        self._producer = Producer(
            {
                "bootstrap.servers": settings.kafka_bootstrap_servers,
                "partitioner": "murmur2_random",
                "linger.ms": 5,
                "log_level": 0,
                **producer_settings,
            }
        )

    def publish(
        self, command_type: str, data: Mapping[str, Any], tenant: str = ACME, **headers: str
    ) -> str:
        """Publish one command and return its id; acknowledged at the next `flush`."""
        command_id = headers.pop("ce_id", f"{self._run}-{next(self._ids)}")
        self.publish_raw(
            json.dumps(data).encode(),
            command_headers(command_type, command_id, tenant, **headers),
            tenant.encode(),
        )
        return command_id

    def publish_raw(
        self,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes | None]],
        key: bytes | None,
        partition: int = -1,
    ) -> None:
        """Publish whatever this is."""
        while True:
            try:
                self._producer.produce(
                    self.topics.commands,
                    value=value,
                    headers=list(headers),
                    key=key,
                    partition=partition,
                )
            except BufferError:
                self._producer.poll(0.1)
            else:
                return

    def begin(self) -> None:
        """Begin a transaction; the producer needs a `transactional.id`."""
        if not self._is_transactional:
            self._producer.init_transactions(30)
            self._is_transactional = True
        self._producer.begin_transaction()

    def commit(self) -> None:
        """Commit the transaction."""
        self._producer.commit_transaction(30)

    def abort(self) -> None:
        """Send what the transaction has, and abort it."""
        self._producer.flush(30)
        self._producer.abort_transaction(30)

    def flush(self) -> None:
        """Wait until Kafka acknowledged everything that was published."""
        left = self._producer.flush(60)
        assert left == 0, f"{left} commands not acknowledged"

    def answers_to(self, ids: Iterable[str], seconds: float = 60) -> dict[str, Answer]:
        """Return the first answer to each of these commands."""
        self.flush()
        wanted = list(ids)

        def complete() -> bool:
            self.read_answers()
            return all(command_id in self._by_command for command_id in wanted)

        wait_until(complete, "every command answered", seconds)
        return {command_id: self._by_command[command_id][0] for command_id in wanted}

    def read_answers(self, seconds: float = 0.1) -> Mapping[str, Sequence[Answer]]:
        """Read what answers come within the time; return all so far, by command."""
        for message in self._answers.read(seconds):
            answer = answer_of(message)
            self._by_command.setdefault(answer.data["command_id"], []).append(answer)
        return self._by_command

    def ask(
        self, command_type: str, data: Mapping[str, Any], tenant: str = ACME, **headers: str
    ) -> Answer:
        """Publish one command and return its answer."""
        command_id = self.publish(command_type, data, tenant, **headers)
        return self.answers_to([command_id])[command_id]

    def events(self) -> list[Message]:
        """Return every event in the topic, partition by partition, repeats included."""
        with Tail(self._settings, self.topics.events) as tail:
            return tail.read_all()

    def dead_letters(self) -> list[Message]:
        """Return every dead letter."""
        with Tail(self._settings, self.topics.commands_dead_letters) as tail:
            return tail.read_all()

    def close(self) -> None:
        """Let go of the connections."""
        self._answers.close()
        self._producer.flush(1)


class Tail:
    """Reads a topic from its beginning, outside of any group."""

    def __init__(self, settings: Settings, topic: str) -> None:
        self._consumer = Consumer(
            {
                "bootstrap.servers": settings.kafka_bootstrap_servers,
                "group.id": f"tail-{uuid.uuid4().hex}",
                "enable.auto.commit": False,
                "log_level": 0,
                "auto.offset.reset": "earliest",
                "fetch.wait.max.ms": 50,
                "isolation.level": "read_committed",
            }
        )
        self._topic = topic
        self._partitions = range(settings.partitions)
        self._consumer.assign([TopicPartition(topic, p, 0) for p in self._partitions])

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def read(self, seconds: float = 0.1) -> list[Message]:
        """Return what arrived since."""
        messages = self._consumer.consume(10_000, timeout=seconds)
        for message in messages:
            assert message.error() is None, message.error()
        return messages

    def read_all(self) -> list[Message]:
        """Return all messages up to the end of the topic as of now."""
        ends = {
            partition: self._consumer.get_watermark_offsets(
                TopicPartition(self._topic, partition), timeout=10
            )[1]
            for partition in self._partitions
        }
        found: list[Message] = []

        def complete() -> bool:
            found.extend(self.read())
            places = self._consumer.position(
                [TopicPartition(self._topic, p) for p in self._partitions]
            )
            return all(
                place.offset >= ends[place.partition] or not ends[place.partition]
                for place in places
            )

        wait_until(complete, f"all of {self._topic} read")
        return found

    def close(self) -> None:
        """Let go of the connection."""
        self._consumer.close()


def answer_of(message: Message) -> Answer:
    """Return the answer that a message of the results topic is."""
    value, partition, offset = message.value(), message.partition(), message.offset()
    assert value is not None
    assert partition is not None
    assert offset is not None
    return Answer(partition, offset, headers_of(message), json.loads(value))


def headers_of(message: Message) -> dict[str, bytes]:
    """Return a message's headers by name."""
    headers = message.headers()
    assert not isinstance(headers, dict)
    return {
        name: value.encode() if isinstance(value, str) else value or b""
        for name, value in headers or []
    }
