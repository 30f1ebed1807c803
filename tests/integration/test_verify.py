"""`verify` convicts each kind of tampering with real tables, and with what the topics say."""

import asyncio
from collections.abc import Generator

import asyncpg
import pytest

from stockledger.audit.auditor import audit_log
from stockledger.audit.findings import Findings
from stockledger.audit.topics_check import audit_topics
from stockledger.dev.stack import Stack
from tests.support.installation import PARTITIONS, Installation
from tests.support.shop import Shop
from tests.support.waiting import wait_until

LAMP = {"warehouse_id": "NORTH", "sku": "LAMP"}
HALF_A_LAMP_MORE = """
    update ledger.events set data = replace(data::text, '"after":7.5', '"after":8')::json
"""
READ_AGAIN = "select position from views.positions where position > 0"


@pytest.fixture(scope="module")
def ledger(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Generator[Installation]:
    """A warehouse, ten lamps, of which 2.5 were sold, and a refusal; read into the views."""
    installation = Installation(stack.addresses, tmp_path_factory.mktemp("v"), PARTITIONS).create()
    installation.handler().wait_ready()
    installation.projector().wait_ready()
    shop = Shop(installation.settings)
    shop.ask("CreateWarehouse", {"warehouse_id": "NORTH", "name": "North"})
    shop.ask("ReceiveStock", {**LAMP, "quantity": 10, "unit_cost": 3.3333})
    shop.ask("IssueStock", {**LAMP, "quantity": 2.5, "reference": {"type": "order", "id": "0815"}})
    shop.ask("IssueStock", {**LAMP, "quantity": 100})
    shop.close()
    wait_until(lambda: asyncio.run(fetch(installation, READ_AGAIN)) == [4], "the views")
    yield installation
    installation.close()


async def fetch(installation: Installation, query: str) -> list[object]:
    connection = await asyncpg.connect(installation.dsn)
    try:
        return [row[0] for row in await connection.fetch(query)]
    finally:
        await connection.close()


async def kinds_found(
    installation: Installation,
    statement: str = "select 1",
    *,
    tenant: str | None = None,
    kafka: bool,
) -> set[str]:
    """Return what is found after a statement, which is undone afterwards."""
    connection = await asyncpg.connect(installation.dsn)
    findings = Findings(only_tenant=tenant)
    undone = connection.transaction(isolation="repeatable_read")
    try:
        await undone.start()
        await connection.execute(statement)
        report = await audit_log(connection, tenant, findings, lambda _done, _total: None)
        if kafka:
            await audit_topics(installation.settings, connection, report, 0)
        await undone.rollback()
    finally:
        await connection.close()
    return set(findings.counts)


async def test_a_right_ledger_has_no_findings(ledger: Installation) -> None:
    assert await kinds_found(ledger, kafka=True) == set()


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        (HALF_A_LAMP_MORE, "entry-arithmetic"),
        ("delete from ledger.events where version = 3", "position-gap"),
        ("update ledger.log_partitions set next_position = 9", "position-gap"),
        ("update ledger.events set version = 7 where version = 3", "version-order"),
        ("update ledger.events set tenant_id = 'zeta'", "wrong-partition"),
        ("delete from ledger.results where type like '%Accepted%'", "event-without-answer"),
        ("update ledger.results set digest = gen_random_uuid()", "answer"),
        ("delete from ledger.streams", "stream-registry"),
        ("update views.stock_levels set available = available + 1", "read-model"),
        ("update views.stock_levels set name = 'Desk'", "read-model"),
        ("delete from views.stock_levels", "read-model"),
        ("delete from views.movements", "read-model"),
        ("update views.movements set reference_id = '0816'", "read-model"),
        ("update views.movements set position = position + 1000", "read-model"),
        ("delete from views.warehouses", "read-model"),
        ("update views.warehouses set is_active = false", "read-model"),
        ("update views.positions set position = position + 100", "read-model-position"),
    ],
)
async def test_tampering_with_a_table_is_found(
    ledger: Installation, statement: str, kind: str
) -> None:
    assert kind in await kinds_found(ledger, statement, kafka=False)


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        ("delete from ledger.results where type like '%Rejected%'", "unanswered-command"),
        ("update ledger.results set command_offset = command_offset + 100", "unanswered-command"),
        ("update ledger.results set data = '{}'", "topic-answer"),
        ("update ledger.events set command_id = 'other'", "topic-event"),
        ("update ledger.log_partitions set next_position = 9", "topic-event"),
    ],
)
async def test_a_table_that_the_topics_contradict_is_found(
    ledger: Installation, statement: str, kind: str
) -> None:
    assert kind in await kinds_found(ledger, statement, kafka=True)


async def test_one_tenants_findings_are_told_alone(ledger: Installation) -> None:
    statement = "update views.stock_levels set available = available + 1"
    assert await kinds_found(ledger, statement, tenant="acme", kafka=True) == {"read-model"}
    assert await kinds_found(ledger, statement, tenant="zeta", kafka=True) == set()
