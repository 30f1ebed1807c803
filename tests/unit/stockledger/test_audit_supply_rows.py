"""The auditor's idea of the read models of alerts, suppliers and orders to them."""

from datetime import timedelta

from stockledger.audit.alert_seen import AlertKey, Subject
from stockledger.audit.findings import Findings
from stockledger.audit.fold import PartitionFold
from stockledger.audit.read_models import level_row
from stockledger.audit.supply_rows import (
    alert_place,
    alert_row,
    supplier_order_line_row,
    supplier_order_row,
    supplier_row,
)
from tests.support.audited_alerts import WatchedLamps
from tests.support.audited_log import BEGIN, AuditedLog
from tests.support.audited_supplier_orders import LATE_AT, OrderedLamps

LAMP = Subject("acme", "NORTH", "LAMP")


def folded(log: AuditedLog) -> PartitionFold:
    fold = PartitionFold(0, 1, Findings())
    for event in log.events:
        fold.feed(event)
    return fold


def test_an_alert_says_who_saw_to_it_and_how_it_ended() -> None:
    alerts = folded(WatchedLamps().log).alerts.seen
    replaced = alert_row(0, alerts[AlertKey(LAMP, "LOW_STOCK", 1)])
    assert (replaced["status"], replaced["severity"]) == ("RESOLVED", "WARNING")
    assert (replaced["figure"], replaced["trigger"]) == (4_000, 4_000)
    assert (replaced["acknowledged_by"], replaced["resolution"]) == ("ann", "replaced")
    assert (replaced["resolved_by"], replaced["resolved_figure"]) == (None, 0)
    assert replaced["raised_at"] < replaced["acknowledged_at"] < replaced["resolved_at"]
    by_hand = alert_row(0, alerts[AlertKey(LAMP, "OUT_OF_STOCK", 1)])
    assert (by_hand["resolved_by"], by_hand["acknowledged_at"]) == ("bob", None)
    still = alert_row(0, alerts[AlertKey(LAMP, "LOW_STOCK", 2)])
    assert (still["status"], still["resolved_at"], still["resolution"]) == ("OPEN", None, None)
    reorder = alert_row(0, alerts[AlertKey(LAMP, "REORDER_NEEDED", 2)])
    assert (reorder["recommended"], reorder["supplier_id"]) == (20_000, "LUMEN")


def test_an_alert_about_a_warehouse_has_no_sku() -> None:
    assert alert_place(AlertKey(LAMP, "LOW_STOCK", 1)) == (*LAMP, "LOW_STOCK", 1)
    of_warehouse = AlertKey(Subject("acme", "NORTH"), "CAPACITY", 3)
    assert alert_place(of_warehouse) == ("acme", "NORTH", "", "CAPACITY", 3)


def test_an_order_says_how_it_went_and_what_became_of_each_line() -> None:
    orders = folded(OrderedLamps().log).supplier_orders.seen
    first, late, cancelled = (
        supplier_order_row(0, orders["acme", name]) for name in ("P1", "P2", "P3")
    )
    assert (first["status"], first["deliveries"], first["reorder_number"]) == ("RECEIVED", 2, 1)
    assert first["first_received_at"] < first["ended_at"] == first["updated_at"]
    assert (first["supplier_name"], first["supplier_reference"]) == ("Lumen Works", "S-1")
    assert (late["attempts"], late["cause"]) == (3, "No answer")
    assert late["unavailable_at"] < late["submitted_at"] < late["confirmed_at"]
    assert late["overdue_at"] >= BEGIN + timedelta(seconds=LATE_AT)
    assert late["expected_delivery"] == BEGIN + timedelta(seconds=60)
    assert (cancelled["status"], cancelled["reorder_sku"]) == ("CANCELLED", None)
    assert supplier_order_line_row(orders["acme", "P1"].lines["NORTH", "LAMP"]) == {
        "unit_cost": None,
        "ordered": 20_000,
        "received": 18_000,
        "rejected": 3_000,
        "over": 1_000,
        "cancelled": 0,
        "on_order": 0,
        "received_value": 540_000,
    }


def test_a_supplier_was_registered_first_when_it_was_new() -> None:
    log = OrderedLamps().log
    renamed = {"supplier_id": "LUMEN", "name": "Lumen and Sons", "lead_time_days": 4}
    log.decide("again", ("supplier/LUMEN", "SupplierRegistered", renamed))
    row = supplier_row(0, folded(log).supplier_orders.suppliers["acme", "LUMEN"])
    assert (row["name"], row["lead_time_days"], row["version"]) == ("Lumen and Sons", 4, 2)
    assert row["registered_at"] < row["updated_at"]


def test_a_level_counts_what_is_on_order_and_knows_what_a_unit_cost_last() -> None:
    item = folded(OrderedLamps().log).items.seen["acme", "NORTH", "LAMP"]
    level = level_row(0, item)
    assert (level["on_order"], level["last_unit_cost"], level["supplier_id"]) == (
        0,
        30_000,
        "LUMEN",
    )
    item.settings["reorder_point"] = item.balances.buckets["available"] // 1_000
    assert level_row(0, item)["needs_reorder"]
    item.on_order = 1
    assert not level_row(0, item)["needs_reorder"]


def test_what_was_never_received_has_no_cost() -> None:
    item = folded(OrderedLamps().log).items.seen["acme", "NORTH", "LAMP"]
    item.balances.buckets["supplier"] = 0
    assert level_row(0, item)["last_unit_cost"] is None
