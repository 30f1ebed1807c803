"""Topics that Stockledger does not make: somebody's for replies, or ours taken away."""

import asyncio
from collections.abc import Sequence

from aiokafka.admin import AIOKafkaAdminClient, NewTopic

from stockledger.broker import connection_arguments
from stockledger.config import Settings
from tests.support.waiting import wait_until_async


def make_topics(settings: Settings, names: Sequence[str], *, partitions: int | None = None) -> None:
    """Make topics, with as many partitions as ours unless it is said."""
    count = partitions or settings.partitions

    async def make() -> None:
        client = AIOKafkaAdminClient(**connection_arguments(settings))
        await client.start()
        await client.create_topics([NewTopic(name, count, 1) for name in names])
        await client.close()

    asyncio.run(make())


def remove_topic(settings: Settings, name: str) -> None:
    """Remove a topic, and wait until it is gone."""

    async def remove() -> None:
        client = AIOKafkaAdminClient(**connection_arguments(settings))
        await client.start()
        await client.delete_topics([name])

        async def is_gone() -> bool:
            return name not in await client.list_topics()

        await wait_until_async(is_gone, f"{name} is gone")
        await client.close()

    asyncio.run(remove())
