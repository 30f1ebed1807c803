"""The auditor finds the views as its own fold has them, and every column that is otherwise."""

import asyncpg
import orjson
import pytest

from stockledger.audit.findings import Findings, Kind
from stockledger.audit.fold import PartitionFold
from stockledger.audit.read_models import level_row
from stockledger.audit.rows import EventRow
from stockledger.audit.supply_views import check_supply_views
from stockledger.audit.table_check import TableCheck
from stockledger.audit.view_reader import SQL
from stockledger.event_log.interface import StoredEvent
from stockledger.partitioning import partition_of
from tests.support.projecting import PARTITIONS, Projecting
from tests.support.recorded_changes import record_changes
from tests.support.recorded_ledger import BEGIN, RecordedLedger
from tests.support.recorded_supplies import RecordedSupplies

Session = asyncpg.Connection
SHOP = "lamp-shop"


@pytest.fixture
async def traded(ledger: RecordedLedger, projecting: Projecting) -> RecordedLedger:
    """Everything that the shop can do with alerts and suppliers, in the views."""
    ledger.configure(SHOP, "NORTH", "BOX", reorder_point=20, maximum=90, supplier="LUMEN")
    ledger.configure(SHOP, "SOUTH", "BOX")
    ledger.actor = "anna"
    for name in ("first", "second"):
        record_changes(ledger, SHOP, name)
    supplies = RecordedSupplies(ledger, SHOP)
    supplies.create("LATE", 5, "BOX", expected=BEGIN)
    supplies.overdue("LATE", BEGIN)
    supplies.confirm("LATE", ledger.now)
    supplies.receive("LATE", "D1", "BOX", received=6, over=2, cancelled=1, completed=True)
    await projecting.fold(ledger.events)
    return ledger


async def found(session: Session, ledger: RecordedLedger) -> list[str]:
    """Return where the views are not as the auditor has them.

    What the events themselves break does not count here: nobody decided them.
    """
    findings = Findings()
    fold = PartitionFold(partition_of(SHOP, PARTITIONS), PARTITIONS, findings)
    for event in ledger.events:
        fold.feed(_row(event))
    table = TableCheck(session, fold.partition, findings)
    async with session.transaction():
        await table.whole(
            "stock_levels",
            SQL["levels"],
            ("tenant_id", "warehouse_id", "sku"),
            fold.items.seen,
            lambda _, item: level_row(fold.partition, item),
        )
        await check_supply_views(fold, table)
    return [each.place for each in findings.listed if each.kind is Kind.READ_MODEL]


async def test_views_that_were_folded_rightly_are_found_right(
    owner: Session, traded: RecordedLedger
) -> None:
    assert await found(owner, traded) == []


async def test_every_view_that_was_tampered_with_is_found(
    owner: Session, traded: RecordedLedger
) -> None:
    for change, place in (
        ("stock_levels set on_order = 1", "stock_levels NORTH/BOX on_order"),
        ("stock_levels set last_unit_cost = 1", "stock_levels NORTH/BOX last_unit_cost"),
        ("stock_levels set supplier_id = null", "stock_levels NORTH/BOX supplier_id"),
        ("alerts set acknowledged_at = null", "alerts NORTH/BOX/REORDER_NEEDED/1 acknowledged_at"),
        ("alerts set figure = 9", "alerts SOUTH//CAPACITY/2 figure"),
        ("suppliers set name = 'Other'", "suppliers LUMEN name"),
        ("supplier_orders set deliveries = 0", "supplier_orders P-first deliveries"),
        ("supplier_orders set created_by = 'eve'", "supplier_orders LATE created_by"),
        (
            "supplier_order_lines set received_value = 0",
            "supplier_order_lines P-first/NORTH/BOX received_value",
        ),
        ("supplier_order_lines set over = 0", "supplier_order_lines LATE/NORTH/BOX on_order"),
    ):
        undone = owner.transaction()
        await undone.start()
        await owner.execute(f"update views.{change}")
        assert place in await found(owner, traded), change
        await undone.rollback()
    for table in ("alerts", "suppliers", "supplier_orders", "supplier_order_lines"):
        undone = owner.transaction()
        await undone.start()
        await owner.execute(f"delete from views.{table}")  # noqa: S608 - our own words
        assert {place.split()[0] for place in await found(owner, traded)} == {table}
        await undone.rollback()


def _row(event: StoredEvent) -> EventRow:
    metadata: dict[str, str] = orjson.loads(event.metadata)
    return EventRow(
        event.partition,
        event.position,
        event.tenant_id,
        event.stream,
        event.stream_number,
        event.version,
        event.type,
        event.recorded_at,
        event.data,
        event.command_source,
        event.command_id,
        metadata.get("actor"),
    )
