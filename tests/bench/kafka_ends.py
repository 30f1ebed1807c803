"""Both ends of the road: a producer of prepared commands and a reader of their answers."""

import time
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from confluent_kafka import Consumer, Producer, TopicPartition
from confluent_kafka import Message as Received

from stockledger.config import Settings
from tests.bench.traffic import Message
from tests.support.shop import headers_of

ClientSettings = Mapping[str, str | int | float | bool]

FLUSH_SECONDS: Final = 60
"""How long Kafka may take to acknowledge a backlog."""

STALLED_SECONDS: Final = 30
"""Without any answer for so long, a measurement has failed."""

READ_MESSAGES_MAX: Final = 10_000
POLL_SECONDS: Final = 0.02

IN_BULK: Final[ClientSettings] = {"fetch.min.bytes": 100_000, "fetch.wait.max.ms": 20}
AT_ONCE: Final[ClientSettings] = {"fetch.min.bytes": 1, "fetch.wait.max.ms": 500}

JAVA_PARTITIONER: Final = "murmur2_random"
"""The default partitioner of Kafka's own clients; librdkafka calls it so."""

LIBRDKAFKA_PARTITIONER: Final = "consistent_random"
"""The default partitioner of librdkafka: CRC32 of the key."""


class CommandSender:
    """Publishes commands through librdkafka."""

    def __init__(
        self,
        settings: Settings,
        topic: str,
        partitioner: str = JAVA_PARTITIONER,
        linger_ms: int = 5,
    ) -> None:
        self._topic = topic
        self._producer = Producer(
            {
                "bootstrap.servers": settings.kafka_bootstrap_servers,
                "log_level": 0,
                "partitioner": partitioner,
                "linger.ms": linger_ms,
                "queue.buffering.max.messages": 1_000_000,
                "enable.idempotence": True,
            }
        )

    def send(self, messages: Iterable[Message]) -> None:
        """Hand messages to the client, waiting for room in its queue."""
        for message in messages:
            while True:
                try:
                    self._producer.produce(
                        self._topic, message.value, message.key, headers=message.headers
                    )
                except BufferError:
                    self._producer.poll(0.1)
                else:
                    break

    def wait(self, seconds: float) -> None:
        """Serve the client for so long, or shorter when it has something to tell."""
        self._producer.poll(max(seconds, 0))

    def flush(self) -> None:
        """Wait until Kafka acknowledged everything."""
        left = self._producer.flush(FLUSH_SECONDS)
        assert left == 0, f"{left} commands were not acknowledged in {FLUSH_SECONDS} s"


@dataclass(frozen=True, slots=True)
class Arrival:
    """An answer, and when it was read (seconds, `time.time`)."""

    message: Received
    at: float


class AnswerReader:
    """Reads what comes into a topic after the reader was made, outside of any group.

    Every message at once, for its latency; or in bulk, to cost those who are measured little.
    With a source, only answers to commands of that one: others may be asking too.
    """

    def __init__(
        self,
        settings: Settings,
        topic: str,
        *,
        at_once: bool = False,
        source: str | None = None,
    ) -> None:
        self._at_once = at_once
        self._answers = None if source is None else f"{source}/".encode()
        self._consumer = Consumer(
            {
                "bootstrap.servers": settings.kafka_bootstrap_servers,
                "log_level": 0,
                "group.id": "bench-reader",
                "enable.auto.commit": False,
                **(AT_ONCE if at_once else IN_BULK),
                "isolation.level": "read_committed",
            }
        )
        self._consumer.assign(
            [
                TopicPartition(topic, partition, self._end(topic, partition))
                for partition in range(settings.partitions)
            ]
        )

    def read(self, wait_seconds: float = POLL_SECONDS) -> list[Arrival]:
        """Return what is there, waiting a little when there is nothing."""
        if self._at_once:
            message = self._consumer.poll(wait_seconds)
            found = [] if message is None else [message]
        else:
            found = self._consumer.consume(READ_MESSAGES_MAX, timeout=wait_seconds)
        at = time.time()
        for message in found:
            assert message.error() is None, message.error()
        return [Arrival(message, at) for message in found if self._is_for_us(message)]

    def read_count(self, count: int) -> list[Arrival]:
        """Return exactly so many messages; fails when they stop coming before."""
        arrivals: list[Arrival] = []
        last = time.monotonic()
        while len(arrivals) < count:
            found = self.read()
            now = time.monotonic()
            last = now if found else last
            assert now - last < STALLED_SECONDS, f"only {len(arrivals)} of {count} answers came"
            arrivals += found
        assert len(arrivals) == count, f"{len(arrivals)} answers to {count} commands"
        return arrivals

    def close(self) -> None:
        """Let go of the connection."""
        self._consumer.close()

    def _is_for_us(self, message: Received) -> bool:
        return self._answers is None or headers_of(message)["ce_id"].startswith(self._answers)

    def _end(self, topic: str, partition: int) -> int:
        _, end = self._consumer.get_watermark_offsets(TopicPartition(topic, partition), timeout=10)
        return end
