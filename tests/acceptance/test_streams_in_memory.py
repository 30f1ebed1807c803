"""What a handler keeps in memory comes back from the log: snapshots, and events it cannot read."""

import asyncio

import asyncpg

from stockledger.config import Settings
from stockledger.database import LEDGER_ROLE, open_pool
from stockledger.event_log.interface import NewEvent, StreamKey
from stockledger.event_log.postgres import PostgresEventLog
from stockledger.messages.fields import StreamName, TenantId
from stockledger_command_handler.stream_cache import SNAPSHOT_EVERY
from tests.support.installation import Installation
from tests.support.shop import ACME, Shop
from tests.support.waiting import wait_until

NORTH = {"warehouse_id": "NORTH", "name": "North"}
LAMPS = {"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 1, "unit_cost": 1}
LAMP_STREAM = StreamKey(TenantId(ACME), StreamName("item/NORTH/LAMP"))
BACKLOG = 5 * SNAPSHOT_EVERY
OK, UNAVAILABLE = 200, 503


async def snapshot_version(settings: Settings) -> int:
    """Return up to which version the lamp's stream is in a snapshot."""
    connection = await asyncpg.connect(settings.postgres_dsn.get_secret_value())
    try:
        version: int = await connection.fetchval(
            "select version from ledger.streams where stream = $1", LAMP_STREAM.name
        )
        return version
    finally:
        await connection.close()


async def append_of_a_newer_release(settings: Settings) -> None:
    """Append an event of a type that this release does not know."""
    async with await open_pool(settings, role=LEDGER_ROLE, size=1) as pool:
        log = PostgresEventLog(pool, settings.partitions)
        event = NewEvent(
            position=0,
            tenant_id=LAMP_STREAM.tenant_id,
            stream=LAMP_STREAM.name,
            stream_number=0,
            version=0,
            type="stockledger.StockTeleported.v9",
            data="{}",
            metadata="{}",
            command_source="/future",
            command_id="1",
        )
        await log.append_to_stream(LAMP_STREAM, await log.stream_version(LAMP_STREAM), [event])


def test_a_stream_that_every_batch_changes_is_snapshotted_and_comes_back(
    installation: Installation, shop: Shop
) -> None:
    shop.publish("CreateWarehouse", NORTH)
    ids = [shop.publish("ReceiveStock", LAMPS) for _ in range(BACKLOG)]
    shop.flush()
    doomed = installation.handler(INVENTORY_BATCH_RECORDS_MAX="100")
    shop.answers_to(ids)

    behind = BACKLOG - SNAPSHOT_EVERY - 100
    wait_until(lambda: asyncio.run(snapshot_version(installation.settings)) > behind, "snapshot")
    doomed.kill()
    installation.handler().wait_ready()

    answer = shop.ask("ReceiveStock", LAMPS)
    assert answer.data["outcome"]["on_hand"] == BACKLOG + 1
    assert answer.data["streams"] == [{"stream": LAMP_STREAM.name, "version": BACKLOG + 2}]


def test_an_event_of_a_newer_release_makes_a_handler_stand_by_and_parks_nothing(
    installation: Installation, shop: Shop
) -> None:
    first = installation.handler().wait_ready()
    shop.ask("CreateWarehouse", NORTH)
    shop.ask("ReceiveStock", LAMPS)
    first.terminate()
    asyncio.run(append_of_a_newer_release(installation.settings))
    handler = installation.handler()

    waiting = shop.publish("ReceiveStock", LAMPS)
    shop.flush()

    def stands_by() -> bool:
        status, body = handler.get("/readyz")
        return status == UNAVAILABLE and "StockTeleported" in body

    wait_until(stands_by, "the handler stands by")
    assert handler.get("/livez")[0] == OK
    assert waiting not in shop.read_answers()
    assert shop.dead_letters() == []
    assert handler.terminate() in {0, -15}
