"""The compacted levels topic: snapshots that no replaced process can overwrite."""

import asyncio

import asyncpg
import orjson
import pytest
from aiokafka import AIOKafkaConsumer, TopicPartition
from pydantic import TypeAdapter

from stockledger.errors import OwnershipLost
from stockledger.fenced_producer import FencedProducer
from stockledger.messages.level import Level
from stockledger.publisher import OutgoingMessage
from stockledger.topics import Topics
from stockledger_projector.settings import ProjectorSettings
from tests.support.following import following_projector
from tests.support.projecting import rows_of
from tests.support.recorded_ledger import RecordedLedger
from tests.support.recorded_transport import publish

SHOP = "lamp-shop"


async def levels_in_topic(settings: ProjectorSettings) -> list[tuple[str, int, bytes]]:
    """Return key, partition and value of every committed message, in order."""
    topic = Topics.of(settings).levels
    consumer = AIOKafkaConsumer(
        bootstrap_servers=settings.kafka_bootstrap_servers, isolation_level="read_committed"
    )
    await consumer.start()
    try:
        partitions = [TopicPartition(topic, number) for number in range(settings.partitions)]
        consumer.assign(partitions)
        await consumer.seek_to_beginning(*partitions)
        ends = await consumer.end_offsets(partitions)
        found: list[tuple[str, int, bytes]] = []
        async with asyncio.timeout(20):
            while any([await consumer.position(each) < ends[each] for each in partitions]):
                for records in (await consumer.getmany(timeout_ms=200)).values():
                    found += [
                        ((each.key or b"").decode(), each.partition, each.value or b"")
                        for each in records
                    ]
        return found
    finally:
        await consumer.stop()


async def test_the_last_snapshot_of_an_item_is_its_level(
    following: ProjectorSettings, ledger: RecordedLedger
) -> None:
    for sku in ("LAMP", "TENT"):
        ledger.configure(SHOP, "NORTH", sku, maximum=100)
    for _ in range(10):
        ledger.receive(SHOP, "NORTH", "LAMP", 3, unit_cost=15_000)
        await publish(following, ledger.events[-1:] if len(ledger.events) > 3 else ledger.events)

    async with following_projector(following) as projector:
        await projector.reached(12)
        published = await levels_in_topic(following)

    partition = ledger.events[0].partition
    assert {(key, number) for key, number, _ in published} == {
        (f"{SHOP}/NORTH/LAMP", partition),
        (f"{SHOP}/NORTH/TENT", partition),
    }
    latest = {key: value for key, _, value in published}
    lamp = TypeAdapter(Level).validate_json(latest[f"{SHOP}/NORTH/LAMP"])
    assert (lamp.version, lamp.position, lamp.available) == (11, 12, 30_000)
    assert (lamp.value, lamp.unit_cost) == (30 * 15_000, 15_000)
    assert orjson.loads(latest[f"{SHOP}/NORTH/TENT"])["flags"] == ["OUT_OF_STOCK"]


async def test_a_replaced_producer_publishes_nothing_any_more(
    following: ProjectorSettings,
) -> None:
    topic = Topics.of(following).levels
    message = OutgoingMessage(b"shop/NORTH/LAMP", b"{}", [], None)
    frozen = FencedProducer(following, topic, 1)
    await frozen.start()
    await frozen.publish([message])
    taking_over = FencedProducer(following, topic, 1)
    await taking_over.start()

    with pytest.raises(OwnershipLost):
        await frozen.publish([OutgoingMessage(b"shop/NORTH/LAMP", b"stale", [], None)])

    await taking_over.publish([message])
    await frozen.stop()
    await taking_over.stop()
    assert [value for _, _, value in await levels_in_topic(following)] == [b"{}", b"{}"]


async def test_no_position_moves_past_a_level_that_was_not_published(
    following: ProjectorSettings, ledger: RecordedLedger
) -> None:
    ledger.receive(SHOP, "NORTH", "LAMP", 3)
    await publish(following, ledger.events)
    async with following_projector(following) as projector:
        await projector.reached(1)
        partition = ledger.events[0].partition
        taking_over = FencedProducer(following, Topics.of(following).levels, partition)
        await taking_over.start()
        ledger.receive(SHOP, "NORTH", "LAMP", 4)
        await publish(following, ledger.events[1:])

        await asyncio.wait({projector.running}, timeout=20)

        assert isinstance(projector.running.exception(), OwnershipLost)
        (lamp,) = await rows_of(projector.session, "views.stock_levels")
        assert (lamp["available"], lamp["position"]) == (3_000, 1)
        await taking_over.stop()

    async with following_projector(following) as projector:
        await projector.reached(2)


async def test_a_frozen_process_wakes_up_to_a_lost_position(
    following: ProjectorSettings, ledger: RecordedLedger
) -> None:
    ledger.receive(SHOP, "NORTH", "LAMP", 3)
    await publish(following, ledger.events)
    async with following_projector(following) as projector:
        await projector.reached(1)
        zombie = await asyncpg.connect(following.postgres_dsn.get_secret_value())
        transaction = zombie.transaction()
        await transaction.start()
        await zombie.execute("update views.positions set position = position")
        ledger.receive(SHOP, "NORTH", "LAMP", 4)
        await publish(following, ledger.events[1:])
        await zombie.execute("set idle_in_transaction_session_timeout = '500ms'")

        await projector.reached(2)

        with pytest.raises((asyncpg.InterfaceError, asyncpg.PostgresError)):
            await transaction.commit()
        await zombie.close()
