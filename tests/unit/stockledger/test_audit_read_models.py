"""The auditor's idea of the read models, and what it tells when they say something else."""

import json
from datetime import UTC, datetime, timedelta

from stockledger.audit.capacities import CapacitySeen
from stockledger.audit.findings import Findings
from stockledger.audit.fold import PartitionFold
from stockledger.audit.item_seen import ItemSeen
from stockledger.audit.order_rows import order_line_row, order_row, reservation_row
from stockledger.audit.read_models import (
    differences,
    level_row,
    movement_row,
    warehouse_row,
)
from stockledger.audit.stock_rows import (
    adjustment_row,
    figures_row,
    goods_row,
    import_row,
    tenant_row,
    transfer_line_row,
    transfer_row,
)
from stockledger.audit.tenants import TenantSeen
from stockledger.audit.warehouses import WarehouseSeen
from tests.support.audited_adjustments import AdjustedLamps
from tests.support.audited_imports import ImportedLamps
from tests.support.audited_log import BEGIN, NORTH_LAMP, AuditedLog, lamps_came_and_went, levels
from tests.support.audited_reservations import (
    R1_CONFIRMED,
    R1_HELD,
    R1_ISSUED,
    R2_LAPSED,
    ReservedLamps,
)
from tests.support.audited_transfers import MovedLamps
from tests.support.item_book import find


def folded(log: AuditedLog) -> PartitionFold:
    fold = PartitionFold(0, 1, Findings())
    for event in log.events:
        fold.feed(event)
    return fold


def test_a_level_has_the_running_figures_the_settings_and_the_last_place() -> None:
    item = folded(lamps_came_and_went()).items.seen["acme", "NORTH", "LAMP"]
    level = level_row(0, item)
    assert (level["available"], level["on_hand"], level["value"]) == (7_000, 7_000, 233_331)
    assert (level["name"], level["unit"], level["bin"]) == ("Lamp", "piece", "A-12")
    assert (level["version"], level["position"]) == (6, 8)


def test_flags_follow_from_the_figures() -> None:
    log = lamps_came_and_went()
    settings = {"maximum": 20, "low_stock_percent": 35, "reorder_point": 7}
    log.tampered_data(2, **settings)
    level = level_row(0, folded(log).items.seen["acme", "NORTH", "LAMP"])
    assert [level[flag] for flag in ("is_out", "is_low", "needs_reorder", "is_overstocked")] == [
        False,
        True,
        True,
        False,
    ]
    log.tampered_data(2, maximum=6)
    assert level_row(0, folded(log).items.seen["acme", "NORTH", "LAMP"])["is_overstocked"]


def test_a_movement_says_both_sides_and_who_wanted_it() -> None:
    log = lamps_came_and_went()
    log.tampered(5, actor="ann")
    log.tampered_data(5, reference={"type": "order", "id": "O1"}, reason="sold")
    row = movement_row(log.events[4])
    assert (row["from_bucket"], row["from_before"], row["from_after"]) == (
        "available",
        10_500,
        6_500,
    )
    assert (row["to_bucket"], row["to_before"], row["to_after"]) == ("customer", 0, 4_000)
    assert (row["kind"], row["actor"], row["reference_id"]) == ("issued", "ann", "O1")
    assert row["command"] == "/shop/c4"


def test_a_warehouse_is_the_default_when_its_tenant_says_so() -> None:
    key = ("acme", "NORTH")
    warehouse = folded(lamps_came_and_went()).warehouses.seen[key]
    assert not warehouse_row(0, key, warehouse, None, None)["is_default"]
    row = warehouse_row(0, key, warehouse, TenantSeen(default_warehouse="NORTH"), None)
    assert (row["is_default"], row["name"], row["is_active"]) == (True, "North", True)


def test_every_column_that_differs_is_told() -> None:
    item = folded(lamps_came_and_went()).items.seen["acme", "NORTH", "LAMP"]
    expected = level_row(0, item)
    found = {**expected, "available": 8_000, "is_low": True}
    assert [name for name, _, _ in differences(expected, found)] == ["available", "is_low"]


def test_the_data_of_the_test_is_what_the_events_say() -> None:
    last = json.loads(lamps_came_and_went().events[6].data)
    assert last["levels"] == levels(7, 23.3331)
    assert lamps_came_and_went().events[6].stream == NORTH_LAMP


def test_what_the_tenant_says_is_read_from_its_own_stream() -> None:
    log = lamps_came_and_went()
    log.decide("c8", ("tenant", "TenantConfigured", {"time_zone": "UTC"}))
    log.decide("c9", ("tenant", "DefaultWarehouseSet", {"warehouse_id": "NORTH"}))
    assert log.audit() == []
    tenant = folded(log).tenants["acme"]
    assert (tenant.settings, tenant.default_warehouse) == ({"time_zone": "UTC"}, "NORTH")


def test_on_hand_is_what_is_in_the_warehouse_and_transit_counts_for_reordering() -> None:
    item = ItemSeen(settings={"reorder_point": 12})
    item.balances.buckets |= {"available": 1_000, "reserved": 2_000, "damaged": 3_000}
    item.balances.buckets |= {"quarantined": 4_000, "in_transit": 12_000}
    level = level_row(0, item)
    assert (level["on_hand"], level["needs_reorder"]) == (10_000, False)


def test_a_reservation_says_what_it_holds_for_whom_and_how_it_ended() -> None:
    fold = folded(ReservedLamps().log)
    ended = dict(fold.reservations.take_settled())
    row = reservation_row(0, ended["acme", "R1"])
    assert (row["status"], row["version"], row["position"]) == ("COMPLETED", 4, R1_CONFIRMED)
    assert (row["customer_id"], row["cart_id"], row["order_id"]) == ("ann", "C1", "O1")
    assert row["lines"] == '[{"sku": "LAMP", "quantity": 3.0, "warehouse_id": "NORTH"}]'
    assert row["lines"] != '[{"sku": "LAMP", "quantity": 4, "warehouse_id": "NORTH"}]'
    assert row["asked"] is None
    assert row["ended_at"] == row["updated_at"] > row["created_at"]
    assert not fold.reservations.take_settled()


def test_reservations_are_counted_by_the_hour() -> None:
    fold = folded(ReservedLamps().log)
    counts = {"created": 5, "confirmed": 2, "released": 2, "expired": 1}
    assert fold.reservations.fulfilment == {("acme", BEGIN): counts}


def test_an_order_says_what_was_sold_and_came_back() -> None:
    orders = folded(ReservedLamps().log).orders.seen
    cancelled, waiting = order_row(0, orders["acme", "O1"]), order_row(0, orders["acme", "O2"])
    assert (cancelled["status"], waiting["status"]) == ("CANCELLED", "OPEN")
    assert (cancelled["reservation_ids"], waiting["reservation_ids"]) == (["R1"], ["R2"])
    assert cancelled["asked"] == '[{"quantity":3,"sku":"LAMP"}]'
    assert order_line_row(orders["acme", "O1"].sold["NORTH", "LAMP"]) == {
        "sold": 3_000,
        "sold_value": 60_000,
        "returned": 3_000,
        "returned_value": 60_000,
    }


def test_a_movement_belongs_to_its_order_or_else_to_its_reservation() -> None:
    events = ReservedLamps().log.events
    told = [movement_row(events[position - 1]) for position in (R1_HELD, R1_ISSUED, R2_LAPSED)]
    assert [row["reference_id"] for row in told] == ["R1", "O1", None]
    assert [row["kind"] for row in told] == ["reserved", "issued", "holds_expired"]


def test_a_warehouse_says_how_full_it_is() -> None:
    warehouse = WarehouseSeen(description={"name": "North"})
    capacity = CapacitySeen(capacity=9_000, unit="volume", used=8_000, warned={80})
    row = warehouse_row(0, ("acme", "NORTH"), warehouse, None, capacity)
    assert (row["capacity"], row["capacity_unit"], row["capacity_used"]) == (9_000, "volume", 8_000)
    assert row["warned_percent"] == 80
    never = warehouse_row(0, ("acme", "NORTH"), warehouse, None, None)
    assert [never[name] for name in ("capacity", "capacity_used", "warned_percent")] == [None] * 3


def test_a_transfers_movement_names_its_step_and_the_value_in_transit() -> None:
    log = MovedLamps().log
    position = find(log, "TransferStockMoved", transfer_id="T1", step="expected")
    row = movement_row(log.events[position - 1])
    assert (row["kind"], row["reference_type"], row["reference_id"]) == (
        "transfer_expected",
        "transfer",
        "T1",
    )
    assert (row["in_transit"], row["transit_value"], row["transit_value_change"]) == (
        4_000,
        133_332,
        133_332,
    )


def test_a_corrected_cost_is_a_movement_of_nothing() -> None:
    log = AdjustedLamps()
    log.log.decide("c99", log.lamps.costs(2, 1))
    row = movement_row(log.log.events[-1])
    assert (row["kind"], row["quantity"], row["value_change"]) == ("cost_corrected", 0, 10_000)
    assert (row["from_bucket"], row["from_before"]) == (row["to_bucket"], row["to_after"])


def test_a_transfer_says_what_became_of_it_and_of_each_sku() -> None:
    transfers = folded(MovedLamps().log).transfers.seen
    row = transfer_row(0, transfers["acme", "T1"])
    assert (row["status"], row["receipts"], row["version"]) == ("CANCELLED", 2, 6)
    assert row["overdue_at"] == BEGIN + timedelta(seconds=7)
    line = transfer_line_row(transfers["acme", "T1"].lines["LAMP"])
    assert line == {
        "quantity": 4_000,
        "sent": 4_000,
        "received": 1_000,
        "damaged": 1_000,
        "short": 1_000,
        "over": 1_000,
        "returned": 1_000,
        "in_transit": 0,
        "sent_value": 133_332,
        "transit_value": 0,
    }


def test_an_adjustment_says_who_wanted_it_and_who_decided() -> None:
    adjustments = folded(AdjustedLamps().log).adjustments.seen
    approved, applied = (adjustment_row(0, adjustments["acme", name]) for name in ("A1", "A0"))
    assert (approved["status"], approved["requested_by"], approved["decided_by"]) == (
        "APPROVED",
        "ann",
        "bob",
    )
    assert (approved["change"], approved["changed_meanwhile"]) == (-6_000, -1_000)
    assert (applied["status"], applied["decided_at"], applied["expires_at"]) == (
        "APPLIED",
        None,
        None,
    )


def test_past_figures_add_up_by_block_and_count_backdated_changes_twice() -> None:
    log = AdjustedLamps()
    effective_at = BEGIN - timedelta(days=40)
    more = {"effective_at": effective_at.isoformat()}
    log.log.decide("c99", log.lamps.adjusted(-2, -2, **more))
    past = folded(log.log).past
    (figures,) = past.balances.values()
    assert figures_row(figures) == {
        "available": 95_000,
        "reserved": 0,
        "damaged": 0,
        "quarantined": 0,
        "in_transit": 0,
        "value": 950_000,
        "transit_value": 0,
    }
    assert len(past.backdated) == 6
    month = datetime(2026, 10, 1, tzinfo=UTC)
    assert past.backdated["acme", "NORTH", "month", month][0] == -2_000
    assert sum(each[0] for each in past.backdated.values()) == 0


def test_goods_are_sold_and_come_back_by_the_hour() -> None:
    amounts = folded(ReservedLamps().log).past.goods_sold["acme", BEGIN, "NORTH"]
    assert goods_row(amounts) == {
        "sold": 4_000,
        "sold_value": 80_000,
        "returned": 3_000,
        "returned_value": 60_000,
    }


def test_an_import_says_what_was_staged_and_came_of_it() -> None:
    row = import_row(0, folded(ImportedLamps().log).imports.seen["acme", "I1"])
    assert (row["kind"], row["chunks"], row["rows"], row["changed"]) == ("quantities", 2, 4, 3)
    assert row["applied_at"] == row["updated_at"] > row["created_at"]


def test_a_tenant_says_from_where_on_an_approval_is_needed() -> None:
    row = tenant_row(0, folded(AdjustedLamps().log).tenants["acme"])
    names = ("approval_quantity", "approval_value", "approval_days", "position")
    assert [row[name] for name in names] == [5_000, 85_000, 2, 1]
