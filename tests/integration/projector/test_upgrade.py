"""Views that were kept by an older release are completed by the migrations."""

import shutil
from collections.abc import AsyncGenerator
from datetime import timedelta
from pathlib import Path
from urllib.parse import urlsplit

import asyncpg
import pytest
from pydantic import SecretStr

from stockledger.migrate import MIGRATIONS, migrate
from stockledger_projector.settings import ProjectorSettings
from tests.support.databases import address_of, create_empty_database, drop_database
from tests.support.projecting import Projecting, rows_of
from tests.support.recorded_changes import RecordedChanges
from tests.support.recorded_ledger import RecordedLedger
from tests.support.recorded_transport import store

SHOP = "lamp-shop"
Session = asyncpg.Connection

NEW = ("0205_as_of.sql", "0206_transfers.sql", "0207_alerts.sql", "0208_single_filters.sql")
"""What the older release did not have."""

COMPLETED = ("movements", "warehouse_balances", "backdated_changes", "goods_sold", "tenants")

OLD_COLUMNS = """
tenant_id, recorded_at, position, partition, warehouse_id, sku, version, kind, quantity,
from_bucket, from_before, from_after, to_bucket, to_before, to_after, value_change, unit_cost,
reason, reference_type, reference_id, actor, effective_at, command
"""


@pytest.fixture
async def older(settings: ProjectorSettings, tmp_path: Path) -> AsyncGenerator[ProjectorSettings]:
    """A database beside, as the older release left it."""
    dsn = settings.postgres_dsn.get_secret_value()
    name = f"{urlsplit(dsn).path[1:]}_older"
    await create_empty_database(dsn, name)
    made = settings.model_copy(update={"postgres_dsn": SecretStr(address_of(dsn, name))})
    folder = Path(shutil.copytree(MIGRATIONS, tmp_path / "migrations"))
    for file in NEW:
        (folder / file).unlink()
    await migrate(made, folder)
    yield made
    await drop_database(dsn, name)


async def test_what_an_older_release_kept_is_completed_as_if_it_had_been_folded_now(
    ledger: RecordedLedger, projecting: Projecting, owner: Session, older: ProjectorSettings
) -> None:
    changes = RecordedChanges(ledger, SHOP)
    changes.configure()
    for number in range(1, 40):
        ledger.now += timedelta(hours=number)
        for warehouse in ("NORTH", "SOUTH"):
            ledger.receive(SHOP, warehouse, "LAMP", 10, unit_cost=12_345)
            ago = ledger.now - timedelta(hours=7 * number) if number % 3 == 0 else None
            ledger.issue(SHOP, warehouse, "LAMP", 3, effective_at=ago)
            changes.give_back(warehouse, "LAMP", 1, value=10_000 + number)
    await projecting.fold(ledger.events)
    await store(older, ledger.events)
    beside = await asyncpg.connect(older.postgres_dsn.get_secret_value())
    await _keep_as_before(owner, beside)

    await migrate(older)

    for table in COMPLETED:
        folded = await rows_of(owner, f"views.{table}")
        assert folded
        assert await rows_of(beside, f"views.{table}") == folded, table
    await beside.close()


async def _keep_as_before(owner: Session, beside: Session) -> None:
    """Put the movements where the older release would have."""
    rows = await owner.fetch(f"select {OLD_COLUMNS} from views.movements")  # noqa: S608 - our names
    months = sorted({row["recorded_at"].date().replace(day=1) for row in rows})
    for month in months:
        await beside.execute("select views.create_month('views', $1)", month)
    places = ", ".join(f"${number}" for number in range(1, len(rows[0]) + 1))
    insert = f"insert into views.movements ({OLD_COLUMNS}) values ({places})"  # noqa: S608 - our names
    await beside.executemany(insert, [tuple(row) for row in rows])
    for row in await owner.fetch("select view_group, partition, position from views.positions"):
        await beside.execute(
            "insert into views.positions (view_group, partition, position) values ($1, $2, $3)",
            *row,
        )


async def test_the_last_unit_cost_of_an_item_is_found_in_its_movements(
    ledger: RecordedLedger, projecting: Projecting, owner: Session, older: ProjectorSettings
) -> None:
    for number, warehouse in enumerate(("NORTH", "SOUTH", "NORTH")):
        ledger.receive(SHOP, warehouse, "LAMP", 10, unit_cost=20_000 + number)
        ledger.issue(SHOP, warehouse, "LAMP", 3)
    RecordedChanges(ledger, SHOP).correct_cost("NORTH", "LAMP", 99_000)
    await projecting.fold(ledger.events)
    await store(older, ledger.events)
    beside = await asyncpg.connect(older.postgres_dsn.get_secret_value())
    await _keep_as_before(owner, beside)
    for row in await owner.fetch("select * from views.stock_levels"):
        await beside.execute(
            "insert into views.stock_levels"
            " (tenant_id, warehouse_id, sku, partition, position, version, updated_at, available)"
            " values ($1, $2, $3, $4, $5, $6, $7, $8)",
            *row[:8],
        )

    await migrate(older)

    costs = "select warehouse_id, last_unit_cost from views.stock_levels order by 1"
    found = [tuple(row) for row in await beside.fetch(costs)]
    assert found == [("NORTH", 20_002), ("SOUTH", 20_001)]
    assert found == [tuple(row) for row in await owner.fetch(costs)]
    await beside.close()
