"""`verify` convicts each kind of tampering with real tables, and with what the topics say."""

import asyncio
from collections.abc import Generator, Mapping
from datetime import UTC, datetime, timedelta

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
DECIDED_MEANWHILE = """
    insert into ledger.events (
        position, stream_number, version, recorded_at, partition, tenant_id, stream, type, data,
        metadata, command_source, command_id
    )
    select
        position + 1000 + place, coalesce(number, stream_number), place, recorded_at, partition,
        tenant_id, coalesce(named, stream), type, data, metadata, command_source, command_id
    from ledger.events,
        (values (1, 999, 'order/LATER'), (200, null, null)) as added (place, number, named)
    where position = 1;
    insert into ledger.streams (stream_number, partition, tenant_id, stream)
    select 999, partition, tenant_id, 'order/LATER' from ledger.events where position = 1;
    update ledger.streams set version = 200
    where stream = (select stream from ledger.events where position = 1);
"""
"""An order that came, and a snapshot that was taken, since the partition's row was read."""

YESTERDAY = (datetime.now(UTC) - timedelta(days=1)).isoformat()
READ_AGAIN = "select position from views.positions where position > 0 and view_group = 'projector'"


@pytest.fixture(scope="module")
def ledger(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Generator[Installation]:
    """Lamps that were sold and held, for orders and for nobody, read into the views."""
    installation = Installation(stack.addresses, tmp_path_factory.mktemp("v"), PARTITIONS).create()
    installation.handler().wait_ready()
    installation.projector().wait_ready()
    shop = Shop(installation.settings)
    shop.ask("CreateWarehouse", {"warehouse_id": "NORTH", "name": "North"})
    shop.ask("ReceiveStock", {**LAMP, "quantity": 10, "unit_cost": 3.3333})
    shop.ask("IssueStock", {**LAMP, "quantity": 2.5, "reference": {"type": "order", "id": "0815"}})
    shop.ask("IssueStock", {**LAMP, "quantity": 100})
    shop.ask("ReserveStock", holding("R1", cart_id="C1", customer_id="ann"))
    shop.ask("ReserveStock", holding("R2", order_id="O2"))
    shop.ask("ConfirmReservation", {"reservation_id": "R2"})
    shop.ask("ReturnStock", {**LAMP, "quantity": 1, "order_id": "O2"})
    move_lamps(shop)
    last = run_short_of_lamps(shop)
    shop.close()
    wait_until(lambda: asyncio.run(fetch(installation, READ_AGAIN)) == [last], "the views")
    yield installation
    installation.close()


def move_lamps(shop: Shop) -> None:
    """Move lamps to a warehouse with a limit, ask for more, and count."""
    lamps = [{"sku": "LAMP", "quantity": 1}]
    ends = {"source_warehouse_id": "NORTH", "destination_warehouse_id": "SOUTH"}
    row = {"line": 2, **LAMP, "change": -0.5}
    ask_all(
        shop,
        ("ConfigureTenant", {"approval_quantity": 5}),
        ("CreateWarehouse", {"warehouse_id": "SOUTH", "name": "South", "capacity": 100}),
        ("TransferStock", {"transfer_id": "T1", **ends, "lines": lamps}),
        ("CreateTransfer", {"transfer_id": "T2", **ends, "lines": lamps}),
        ("DispatchTransfer", {"transfer_id": "T2", "carrier": "Swift"}),
        ("AdjustStock", {**LAMP, "change": 6, "adjustment_id": "A1", "reason": "Found"}),
        ("AdjustStock", {**LAMP, "change": 1, "reason": "Found", "effective_at": YESTERDAY}),
        ("StageQuantities", {"import_id": "I1", "chunk": 1, "rows": [row]}),
        ("ApplyImport", {"import_id": "I1", "chunks": 1, "rows": 1, "reason": "Counted"}),
        ("CorrectCost", {**LAMP, "unit_cost": 4, "reason": "Invoice"}),
    )


def run_short_of_lamps(shop: Shop) -> int:
    """Raise alerts, check the items, order lamps and take some in; return the last position."""
    lamps = [{**LAMP, "quantity": 9}]
    came = [{**LAMP, "received": 2, "rejected": 1, "unit_cost": 3}]
    return ask_all(
        shop,
        ("RegisterSupplier", {"supplier_id": "LUMEN", "name": "Lumen Works"}),
        ("ConfigureItem", {**LAMP, "reorder_point": 50, "reorder_quantity": 9}),
        ("AcknowledgeAlert", {**LAMP, "kind": "LOW_STOCK"}),
        ("StartDailyCheck", {"day": "2026-01-01"}),
        ("ContinueDailyCheck", {"day": "2026-01-01"}),
        (
            "CreateSupplierOrder",
            {"supplier_order_id": "P1", "supplier_id": "LUMEN", "lines": lamps},
        ),
        (
            "ReceiveSupplierOrder",
            {"supplier_order_id": "P1", "delivery_id": "D1", "lines": came},
        ),
    )


def ask_all(shop: Shop, *commands: tuple[str, Mapping[str, object]]) -> int:
    """Let commands be decided, all of which are accepted; return the last position."""
    position = 0
    for command_type, data in commands:
        answer = shop.ask(command_type, data, ce_actor="ann")
        assert answer.is_accepted, answer.data
        position = answer.data["position"]
    return position


def holding(reservation: str, **more: str) -> Mapping[str, object]:
    return {"reservation_id": reservation, "lines": [{**LAMP, "quantity": 2}], **more}


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


async def test_what_is_decided_while_it_reads_is_no_finding(ledger: Installation) -> None:
    assert await kinds_found(ledger, DECIDED_MEANWHILE, kafka=False) == set()


@pytest.mark.parametrize(
    ("statement", "kind"),
    [
        (HALF_A_LAMP_MORE, "entry-arithmetic"),
        ("delete from ledger.events where version = 3", "position-gap"),
        ("update ledger.log_partitions set next_position = 9", "position-gap"),
        ("update ledger.events set version = version + 70 where version = 3", "version-order"),
        ("update ledger.events set tenant_id = 'zeta'", "wrong-partition"),
        ("delete from ledger.results where type like '%Accepted%'", "event-without-answer"),
        ("update ledger.results set digest = gen_random_uuid()", "answer"),
        ("delete from ledger.streams", "stream-registry"),
        ("update ledger.streams set stream = stream || 'X'", "stream-registry"),
        ("update ledger.streams set version = version + 70", "stream-registry"),
        ("update views.stock_levels set available = available + 1", "read-model"),
        ("update views.stock_levels set name = 'Desk'", "read-model"),
        ("delete from views.stock_levels", "read-model"),
        ("delete from views.movements", "read-model"),
        ("update views.movements set reference_id = '0816'", "read-model"),
        ("update views.movements set position = position + 1000", "read-model"),
        (
            "update ledger.events set data = replace(data::text, '\"R1\"', '\"R9\"')::json",
            "unreadable-event",
        ),
        ("update views.holds set quantity = quantity + 1", "read-model"),
        ("update views.holds set expires_at = expires_at + interval '1 ms'", "read-model"),
        ("delete from views.holds", "read-model"),
        ("update views.reservations set status = 'EXPIRED' where status = 'ACTIVE'", "read-model"),
        ("update views.reservations set ended_at = now() where ended_at is not null", "read-model"),
        ("update views.reservations set lines = '[]'", "read-model"),
        ("delete from views.reservations where reservation_id = 'R2'", "read-model"),
        ("delete from views.fulfilment", "read-model"),
        ("update views.orders set reservation_ids = '{}'", "read-model"),
        ("update views.order_lines set returned_value = 0", "read-model"),
        ("delete from views.warehouses", "read-model"),
        ("update views.warehouses set is_active = false", "read-model"),
        ("update views.movements set transit_value = 1 where transit_value > 0", "read-model"),
        ("update views.movements set quantity = 1 where kind = 'cost_corrected'", "read-model"),
        ("update views.stock_levels set transit_value = 0", "read-model"),
        ("update views.warehouses set capacity_used = 0", "read-model"),
        ("update views.warehouses set deleted_at = now()", "read-model"),
        ("update views.tenants set approval_quantity = null", "read-model"),
        ("update views.transfers set status = 'COMPLETED'", "read-model"),
        ("delete from views.transfers", "read-model"),
        ("update views.transfer_lines set received = received + 1", "read-model"),
        ("update views.adjustments set status = 'APPROVED'", "read-model"),
        ("update views.imports set changed = 2", "read-model"),
        ("update views.warehouse_balances set value = value + 1", "read-model"),
        ("update views.backdated_changes set available = 0", "read-model"),
        ("delete from views.goods_sold", "read-model"),
        (
            "update ledger.events set data = replace(data::text, 'LOW_STOCK', 'OVERSTOCK')::json",
            "alert",
        ),
        (
            "update ledger.events set data = replace(data::text, 'd_by\":\"a', 'd_by\":\"b')::json",
            "alert",
        ),
        (
            "update ledger.events set data = replace(data::text, 'items\":2', 'items\":3')::json",
            "daily-check",
        ),
        (
            "update ledger.events set data = replace(data::text, 'order\":9', 'order\":8')::json",
            "on-order",
        ),
        (
            "update ledger.events set data = replace(data::text, 'over\":0', 'over\":1')::json",
            "supplier-order",
        ),
        ("update views.alerts set acknowledged_by = 'bob'", "read-model"),
        ("delete from views.alerts", "read-model"),
        ("update views.suppliers set name = 'Oak'", "read-model"),
        ("update views.supplier_orders set status = 'RECEIVED'", "read-model"),
        ("update views.supplier_order_lines set rejected = 0", "read-model"),
        ("update views.stock_levels set on_order = on_order + 1", "read-model"),
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


async def test_a_handler_that_promises_what_is_not_there_is_convicted(
    installation: Installation, shop: Shop
) -> None:
    installation.service("tests.support.careless_handler", {}).wait_ready()
    shop.ask("CreateWarehouse", {"warehouse_id": "NORTH", "name": "North"})
    shop.ask("ReceiveStock", {**LAMP, "quantity": 3, "unit_cost": 1})
    assert shop.ask("ReserveStock", holding("R1")).is_accepted
    assert await kinds_found(installation, kafka=True) == set()

    assert shop.ask("ReserveStock", holding("R2")).is_accepted

    assert await kinds_found(installation, kafka=True) == {"oversold"}


async def test_one_tenants_findings_are_told_alone(ledger: Installation) -> None:
    statement = "update views.stock_levels set available = available + 1"
    assert await kinds_found(ledger, statement, tenant="acme", kafka=True) == {"read-model"}
    assert await kinds_found(ledger, statement, tenant="zeta", kafka=True) == set()
