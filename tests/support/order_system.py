"""A shop's order and cart system, which speaks on the orders topic with a client that is not ours.

Its results are found on the results topic, by the ids of the commands that its events became.
"""

import itertools
import json
import uuid
from collections.abc import Iterable, Mapping, Sequence
from concurrent.futures import Future
from datetime import UTC, datetime
from typing import Any, Final, NamedTuple, cast

from confluent_kafka import Consumer, KafkaException, Message, Producer, TopicPartition
from confluent_kafka.admin import AdminClient

from stockledger.config import Settings
from stockledger.topics import Topics
from stockledger_command_handler.order_translation import command_id_of
from stockledger_command_handler.settings import ORDER_INTAKE_GROUP
from tests.support.shop import ACME, Tail
from tests.support.waiting import wait_until

SOURCE: Final = "/shops/acme/orders"
ADMIN_SECONDS: Final = 20


class Told(NamedTuple):
    """A record as it was published."""

    value: bytes | None
    headers: Sequence[tuple[str, bytes | None]]
    key: bytes | None
    partition: int


class OrderSystem:
    """Tells of orders and carts, and remembers what it told."""

    def __init__(self, settings: Settings) -> None:
        self.topics = Topics.of(settings)
        self.told: list[Told] = []
        self._settings = settings
        self._group = settings.topic_prefix + ORDER_INTAKE_GROUP
        self._ids = itertools.count(1)
        self._run = uuid.uuid4().hex[:8]
        self._producer = Producer(
            {
                "bootstrap.servers": settings.kafka_bootstrap_servers,
                "partitioner": "murmur2_random",
                "linger.ms": 5,
                "log_level": 0,
                "message.max.bytes": 1_500_000,
                "compression.type": "zstd",
            }
        )

    def tell(
        self,
        event_type: str,
        data: Mapping[str, Any],
        tenant: str = ACME,
        *,
        partition: int = -1,
        **headers: str,
    ) -> str:
        """Publish an event keyed by its tenant, and return the id of the command it becomes."""
        event_id = headers.pop("ce_id", f"{self._run}-{next(self._ids)}")
        stated = {
            "ce_specversion": "1.0",
            "ce_type": event_type,
            "ce_id": event_id,
            "ce_source": SOURCE,
            "ce_tenantid": tenant,
            "ce_time": datetime.now(UTC).isoformat(),
            "content-type": "application/json",
            **headers,
        }
        encoded = [(name, value.encode()) for name, value in stated.items()]
        self.tell_raw(json.dumps(data).encode(), encoded, tenant.encode(), partition)
        return command_id_of(event_id)

    def tell_raw(
        self,
        value: bytes | None,
        headers: Sequence[tuple[str, bytes | None]],
        key: bytes | None,
        partition: int = -1,
    ) -> None:
        """Publish whatever this is; acknowledged at the next `flush`."""
        self.told.append(Told(value, headers, key, partition))
        self._publish(self.told[-1])

    def tell_all_again(self) -> None:
        """Publish everything once more: new records of the same events, in the same order."""
        for told in self.told:
            self._publish(told)
        self.flush()

    def flush(self) -> None:
        """Wait until Kafka acknowledged everything."""
        assert self._producer.flush(60) == 0

    def commands(self) -> list[Message]:
        """Return every record of the commands topic that an event became, repeats included."""
        with Tail(self._settings, self.topics.commands) as tail:
            return [message for message in tail.read_all() if _is_of_event(message)]

    def dead_letters(self) -> list[Message]:
        """Return every record of the orders topic that was set aside."""
        with Tail(self._settings, self.topics.orders_dead_letters) as tail:
            return tail.read_all()

    def committed(self, partitions: Iterable[int]) -> dict[int, int]:
        """Return the offsets that the intake committed."""
        named = [TopicPartition(self.topics.orders, partition) for partition in partitions]
        consumer = self._in_the_group()
        found = {one.partition: one.offset for one in consumer.committed(named, ADMIN_SECONDS)}
        consumer.close()
        return found

    def set_intake_back(self, offset: int = 0) -> None:
        """Commit an offset, the topic's beginning by default; no intake may be running."""
        places = [
            TopicPartition(self.topics.orders, partition, offset)
            for partition in range(self._settings.partitions)
        ]
        consumer = self._in_the_group()

        def is_set() -> bool:
            try:
                consumer.commit(offsets=places, asynchronous=False)
            except KafkaException:
                return False  # the group still knows a member that was killed
            return True

        wait_until(is_set, "the intake's offsets set back", 60)
        consumer.close()

    def delete_before(self, offset: int, partition: int) -> None:
        """Delete a partition's records before an offset, as retention does."""
        client = AdminClient({"bootstrap.servers": self._settings.kafka_bootstrap_servers})
        place = TopicPartition(self.topics.orders, partition, offset)
        deleted = cast(
            "dict[TopicPartition, Future[object]]",
            client.delete_records([place]),  # pyright: ignore[reportUnknownMemberType] # no type
        )
        deleted[place].result(ADMIN_SECONDS)

    def close(self) -> None:
        """Let go of the connection."""
        self._producer.flush(1)

    def _in_the_group(self) -> Consumer:
        return Consumer(
            {
                "bootstrap.servers": self._settings.kafka_bootstrap_servers,
                "group.id": self._group,
                "enable.auto.commit": False,
                "log_level": 0,
            }
        )

    def _publish(self, told: Told) -> None:
        while True:
            try:
                self._producer.produce(
                    self.topics.orders,
                    value=told.value,
                    headers=list(told.headers),
                    key=told.key,
                    partition=told.partition,
                )
            except BufferError:
                self._producer.poll(0.1)
            else:
                return


def _is_of_event(message: Message) -> bool:
    headers = message.headers()
    assert not isinstance(headers, dict)
    return any(
        name == "ce_id" and str(value, "utf-8").startswith(command_id_of(""))
        for name, value in headers or []
        if isinstance(value, bytes)
    )
