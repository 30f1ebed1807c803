"""Sessions that die, hang or hold what others need: what the log says, and what it does."""

import asyncio
from collections.abc import AsyncGenerator
from urllib.parse import urlsplit, urlunsplit

import asyncpg
import pytest
from pydantic import SecretStr

from stockledger.config import Settings
from stockledger.database import LEDGER_ROLE, open_pool
from stockledger.dev.ports import LOOPBACK, free_ports
from stockledger.errors import ConfigurationError, LogUnavailable, OwnershipLost
from stockledger.event_log.postgres import PostgresEventLog
from stockledger.statements import Connection
from tests.support.log_owner import CHAIR, LAMP, LAMP_KEY, PARTITIONS, LogOwner
from tests.support.swallowing_proxy import SwallowingProxy
from tests.support.waiting import wait_until_async

HOLD = "select from ledger.log_partitions where partition = $1 for update"


@pytest.fixture
async def impatient_log(ledger_settings: Settings) -> AsyncGenerator[PostgresEventLog]:
    """A log that waits 0.2 s for a lock, so that the test does not wait 5 s."""
    pool = asyncpg.create_pool(
        ledger_settings.postgres_dsn.get_secret_value(),
        min_size=1,
        max_size=3,
        server_settings={"role": LEDGER_ROLE, "lock_timeout": "200ms"},
    )
    async with pool as opened:
        yield PostgresEventLog(opened, PARTITIONS)


def _at(settings: Settings, port: int) -> Settings:
    address = urlsplit(settings.postgres_dsn.get_secret_value())
    account = address.netloc.rpartition("@")[0]
    moved = address._replace(netloc=f"{account}@{LOOPBACK}:{port}")
    return Settings.model_validate({"postgres_dsn": urlunsplit(moved), "partitions": PARTITIONS})


async def test_without_a_server_no_pool_is_opened(ledger_settings: Settings) -> None:
    (unused_port,) = free_ports(1)

    with pytest.raises(LogUnavailable):
        async with await open_pool(_at(ledger_settings, unused_port), role=LEDGER_ROLE, size=1):
            pass


async def test_without_the_database_no_pool_is_opened(empty_database: Settings) -> None:
    settings = empty_database.model_copy(
        update={"postgres_dsn": SecretStr(f"{empty_database.postgres_dsn.get_secret_value()}_gone")}
    )

    with pytest.raises(LogUnavailable, match="does not exist"):
        async with await open_pool(settings, role=LEDGER_ROLE, size=1):
            pass


async def test_an_address_of_nothing_is_a_mistake_in_the_settings() -> None:
    settings = Settings.model_validate({"postgres_dsn": "http://127.0.0.1/stock"})

    with pytest.raises(ConfigurationError, match="INVENTORY_POSTGRES_DSN"):
        async with await open_pool(settings, role=None, size=1):
            pass


async def test_a_session_killed_inside_its_append_wrote_nothing(
    postgres_log: PostgresEventLog, owner_session: Connection
) -> None:
    owner = await LogOwner.take(postgres_log)
    held = owner_session.transaction()
    await held.start()
    await owner_session.execute(HOLD, owner.head.partition)
    appending = asyncio.create_task(owner.append(LAMP))
    await wait_until_async(
        lambda: owner_session.fetchval(
            "select pg_terminate_backend(pid) from pg_stat_activity "
            "where wait_event_type = 'Lock' and datname = current_database()"
        ),
        "the append waits for the row and is killed",
    )

    with pytest.raises(LogUnavailable):
        await appending

    await held.rollback()
    head = (await postgres_log.own([owner.head.partition]))[owner.head.partition]
    assert (head.epoch, head.next_position, head.next_offset) == (2, 1, 0)


async def test_of_an_append_whose_answer_is_lost_owning_tells_the_truth(
    ledger_settings: Settings, postgres_log: PostgresEventLog
) -> None:
    server = urlsplit(ledger_settings.postgres_dsn.get_secret_value())
    assert server.hostname is not None
    assert server.port is not None
    proxy = SwallowingProxy(server.hostname, server.port)
    async with (
        proxy.listening() as port,
        await open_pool(_at(ledger_settings, port), role=LEDGER_ROLE, size=1) as pool,
    ):
        owner = await LogOwner.take(PostgresEventLog(pool, PARTITIONS))
        await owner.append(LAMP)
        proxy.swallow()
        appending = asyncio.create_task(owner.append(CHAIR))
        await proxy.swallowed.wait()
        proxy.cut()
        with pytest.raises(LogUnavailable):
            await appending

    head = (await postgres_log.own([owner.head.partition]))[owner.head.partition]
    assert (head.epoch, head.next_position, head.next_offset) == (2, 3, 2)


@pytest.mark.parametrize("action", ["append", "own", "count_attempts"])
async def test_who_holds_a_partitions_row_too_long_is_ended(
    impatient_log: PostgresEventLog, owner_session: Connection, action: str
) -> None:
    owner = await LogOwner.take(impatient_log)
    await owner_session.execute("begin")
    await owner_session.execute(HOLD, owner.head.partition)

    if action == "append":
        await owner.append(LAMP)
    elif action == "own":
        await impatient_log.own([owner.head.partition])
    else:
        await impatient_log.count_attempts({owner.head.partition: owner.head.epoch})

    async def is_ended() -> bool:
        return owner_session.is_closed()

    assert await wait_until_async(is_ended, "the holder's session is ended")


async def test_a_holder_that_changed_the_row_already_is_ended_with_its_change(
    impatient_log: PostgresEventLog, owner_session: Connection
) -> None:
    owner = await LogOwner.take(impatient_log)
    await owner_session.execute("begin")
    await owner_session.fetch("select * from ledger.own_partitions($1)", [owner.head.partition])

    await owner.append(LAMP)

    assert (await impatient_log.heads())[owner.head.partition].epoch == 1


async def test_a_holder_of_another_account_is_left_alone(
    impatient_log: PostgresEventLog, ledger_settings: Settings, owner_session: Connection
) -> None:
    owner = await LogOwner.take(impatient_log)
    await owner_session.execute("create role night_shift login superuser password 'lamp'")
    try:
        stranger = await asyncpg.connect(
            ledger_settings.postgres_dsn.get_secret_value(), user="night_shift", password="lamp"
        )
        await stranger.execute("begin")
        await stranger.execute(HOLD, owner.head.partition)

        with pytest.raises(LogUnavailable):
            await owner.append(LAMP)

        await stranger.execute("commit")
        await stranger.close()
    finally:
        await owner_session.execute("drop role night_shift")


async def test_a_zombie_that_was_ended_changes_nothing_when_it_wakes_up(
    impatient_log: PostgresEventLog, owner_session: Connection
) -> None:
    zombie = await LogOwner.take(impatient_log)
    await owner_session.execute("begin")
    await owner_session.execute(HOLD, zombie.head.partition)

    await impatient_log.own([zombie.head.partition])

    with pytest.raises(OwnershipLost):
        await zombie.append(LAMP)
    assert await impatient_log.stream_version(LAMP_KEY) == 0


async def test_after_an_outage_the_pool_works_again(
    postgres_log: PostgresEventLog, owner_session: Connection
) -> None:
    await postgres_log.heads()
    await owner_session.execute(
        "select pg_terminate_backend(pid, 5000) from pg_stat_activity "
        "where datname = current_database() and pid <> pg_backend_pid()"
    )

    async def answers() -> bool:
        try:
            return bool(await postgres_log.heads())
        except LogUnavailable:
            return False

    assert await wait_until_async(answers, "the log answers again")
