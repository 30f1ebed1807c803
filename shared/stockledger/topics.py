"""The topics: their names, how they are made, and the check that their shape is right."""

from dataclasses import dataclass
from typing import Final

from aiokafka.admin import AIOKafkaAdminClient, NewTopic
from aiokafka.errors import KafkaError, TopicAlreadyExistsError, for_code

from stockledger.broker import connection_arguments
from stockledger.config import Settings
from stockledger.errors import ConfigurationError, PublishingFailed

RETENTION_MS: Final = 14 * 24 * 3_600_000
"""Twice the dedupe window (ms): what can be replayed is always recognised or refused by name."""

DEAD_LETTER_BYTES_MAX: Final = 2 * 1024 * 1024
"""Above the commands' own limit (bytes), so that a dead letter's headers still fit."""

MILLISECONDS_MAX: Final = 2**63 - 1
"""Kafka's largest number, for a limit that does not limit."""

LEVELS_OUTAGE_MS: Final = 7 * 24 * 3_600_000
"""Longest outage of a reader of levels (ms) that still sees every deletion."""


@dataclass(frozen=True, slots=True)
class Topics:
    """Names of the topics under a prefix.

    `orders` is the shop systems': it has whatever number of partitions they gave it.
    """

    commands: str
    results: str
    events: str
    levels: str
    orders: str
    commands_dead_letters: str
    orders_dead_letters: str

    @classmethod
    def of(cls, settings: Settings) -> "Topics":
        """Return the names that these settings give."""
        prefix = settings.topic_prefix
        commands, orders = f"{prefix}inventory.commands.v1", f"{prefix}orders.events.v1"
        return cls(
            commands=commands,
            results=f"{prefix}inventory.results.v1",
            events=f"{prefix}inventory.events.v1",
            levels=f"{prefix}inventory.levels.v1",
            orders=orders,
            commands_dead_letters=commands + settings.dead_letter_suffix,
            orders_dead_letters=orders + settings.dead_letter_suffix,
        )

    @property
    def of_any_shape(self) -> frozenset[str]:
        """The topics whose partitions are not those of the log."""
        return frozenset({self.orders, self.orders_dead_letters})

    def configurations(self) -> dict[str, dict[str, str]]:
        """Return the broker's configuration of each topic."""
        # The ledger's clock decides; a broker that is behind it must not refuse what it stamped.
        any_time = {"message.timestamp.after.max.ms": str(MILLISECONDS_MAX)}
        kept = {"retention.ms": str(RETENTION_MS), **any_time}
        compacted = {
            "cleanup.policy": "compact",
            "min.cleanable.dirty.ratio": "0.1",
            "delete.retention.ms": str(LEVELS_OUTAGE_MS),
            "max.compaction.lag.ms": str(LEVELS_OUTAGE_MS),
        }
        for_ever = {"retention.ms": "-1", **any_time}
        dead_letters = {**for_ever, "max.message.bytes": str(DEAD_LETTER_BYTES_MAX)}
        return {
            self.commands: kept,
            self.results: kept,
            self.events: for_ever,
            self.levels: compacted,
            self.orders: kept,
            self.commands_dead_letters: dead_letters,
            self.orders_dead_letters: dead_letters,
        }


async def ensure_topics(settings: Settings) -> list[str]:
    """Create the topics that are missing, check the partitions of all, return the created.

    Raises:
        ConfigurationError: a topic has another number of partitions than the settings say.
        PublishingFailed: Kafka did not answer.
    """
    client = AIOKafkaAdminClient(**connection_arguments(settings))
    try:
        await client.start()
        try:
            created = await _create_missing(client, settings)
            await _check_partitions(client, settings)
        finally:
            await client.close()
    except KafkaError as error:
        message = f"Kafka at {settings.kafka_bootstrap_servers} did not answer: {error!r}"
        raise PublishingFailed(message) from error
    return created


async def _create_missing(client: AIOKafkaAdminClient, settings: Settings) -> list[str]:
    configurations = Topics.of(settings).configurations()
    present = set(await client.list_topics())
    missing = [name for name in configurations if name not in present]
    if not missing:
        return []
    response = await client.create_topics(
        [
            NewTopic(
                name=name,
                num_partitions=settings.partitions,
                replication_factor=settings.replication_factor,
                topic_configs=configurations[name],
            )
            for name in missing
        ]
    )
    for name, code, *explanation in response.topic_errors:
        if code not in {0, TopicAlreadyExistsError.errno}:
            message = f"topic {name} cannot be created: {for_code(code).__name__} {explanation}"
            raise ConfigurationError(message)
    return missing


async def _check_partitions(client: AIOKafkaAdminClient, settings: Settings) -> None:
    topics = Topics.of(settings)
    names = [name for name in topics.configurations() if name not in topics.of_any_shape]
    for topic in await client.describe_topics(names):
        found = len(topic["partitions"])
        if found not in {0, settings.partitions}:
            message = (
                f"topic {topic['topic']} has {found} partitions, INVENTORY_PARTITIONS says "
                f"{settings.partitions}: a tenant would move to another partition"
            )
            raise ConfigurationError(message)
