"""The auditor's idea of the read models, and what it tells when they say something else."""

import json

from stockledger.audit.findings import Findings
from stockledger.audit.fold import ItemSeen, PartitionFold, TenantSeen
from stockledger.audit.read_models import (
    differences,
    level_row,
    movement_row,
    warehouse_row,
)
from tests.support.audited_log import NORTH_LAMP, AuditedLog, lamps_came_and_went, levels


def folded(log: AuditedLog) -> PartitionFold:
    fold = PartitionFold(0, 1, Findings())
    for event in log.events:
        fold.feed(event)
    return fold


def test_a_level_has_the_running_figures_the_settings_and_the_last_place() -> None:
    item = folded(lamps_came_and_went()).items["acme", "NORTH", "LAMP"]
    level = level_row(0, item)
    assert (level["available"], level["on_hand"], level["value"]) == (7_000, 7_000, 233_331)
    assert (level["name"], level["unit"], level["bin"]) == ("Lamp", "piece", "A-12")
    assert (level["version"], level["position"]) == (6, 7)


def test_flags_follow_from_the_figures() -> None:
    log = lamps_came_and_went()
    settings = {"maximum": 20, "low_stock_percent": 35, "reorder_point": 7}
    log.tampered_data(2, **settings)
    level = level_row(0, folded(log).items["acme", "NORTH", "LAMP"])
    assert [level[flag] for flag in ("is_out", "is_low", "needs_reorder", "is_overstocked")] == [
        False,
        True,
        True,
        False,
    ]
    log.tampered_data(2, maximum=6)
    assert level_row(0, folded(log).items["acme", "NORTH", "LAMP"])["is_overstocked"]


def test_a_movement_says_both_sides_and_who_wanted_it() -> None:
    log = lamps_came_and_went()
    log.tampered(4, actor="ann")
    log.tampered_data(4, reference={"type": "order", "id": "O1"}, reason="sold")
    row = movement_row(log.events[3])
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
    warehouse = folded(lamps_came_and_went()).warehouses[key]
    assert not warehouse_row(0, key, warehouse, None)["is_default"]
    row = warehouse_row(0, key, warehouse, TenantSeen(default_warehouse="NORTH"))
    assert (row["is_default"], row["name"], row["is_active"]) == (True, "North", True)


def test_every_column_that_differs_is_told() -> None:
    item = folded(lamps_came_and_went()).items["acme", "NORTH", "LAMP"]
    expected = level_row(0, item)
    found = {**expected, "available": 8_000, "is_low": True}
    assert [name for name, _, _ in differences(expected, found)] == ["available", "is_low"]


def test_the_data_of_the_test_is_what_the_events_say() -> None:
    last = json.loads(lamps_came_and_went().events[5].data)
    assert last["levels"] == levels(7, 23.3331)
    assert lamps_came_and_went().events[5].stream == NORTH_LAMP


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
