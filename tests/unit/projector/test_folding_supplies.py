"""What a batch changes of alerts, suppliers and orders to them, computed from its events alone."""

from datetime import timedelta

from stockledger.crash_points import CrashPoints
from stockledger.delivered_events import DeliveredEvent, event_of_log
from stockledger.messages.alert import AlertKind, AlertResolution
from stockledger_projector.projection import BESIDE_LEVELS, Projection
from stockledger_projector.views.alerts import Alerts
from stockledger_projector.views.stock_levels import StockLevels
from stockledger_projector.views.supplier_order_lines import SupplierOrderLines
from stockledger_projector.views.supplier_orders import SupplierOrders
from stockledger_projector.views.suppliers import Suppliers
from tests.support.projecting import KeptLevels
from tests.support.recorded_alerts import RecordedAlerts
from tests.support.recorded_changes import RecordedChanges, record_changes
from tests.support.recorded_ledger import BEGIN, RecordedLedger
from tests.support.recorded_supplies import RecordedSupplies

SHOP = "lamp-shop"


def delivered(ledger: RecordedLedger) -> list[DeliveredEvent]:
    """Return what was recorded as a subscriber gets it."""
    return [event_of_log(event) for event in ledger.events]


def test_an_alert_and_an_order_move_the_version_of_the_item_and_change_no_figure() -> None:
    ledger = RecordedLedger(4)
    ledger.receive(SHOP, "NORTH", "LAMP", 10)
    RecordedAlerts(ledger, SHOP).raise_(AlertKind.LOW_STOCK, "NORTH", "LAMP", figure=10)
    RecordedSupplies(ledger, SHOP).create("P1", 7, "LAMP")

    changes = StockLevels().fold(delivered(ledger))

    ((*identity, available, _, _, _, _, _, _, _, last_unit_cost),) = changes.moved
    assert (identity[5], available, last_unit_cost) == (1, 10_000, 25_000)
    assert [row[5] for row in changes.passed] == [2]
    assert [(row[5], row[7]) for row in changes.ordered] == [(3, 7_000)]
    assert list(changes.statements()) == ["figures", "order", "version"]


def test_the_last_unit_cost_is_that_of_the_last_receipt_whatever_moved_since() -> None:
    ledger = RecordedLedger(4)
    ledger.receive(SHOP, "NORTH", "LAMP", 10, unit_cost=31_000)
    ledger.receive(SHOP, "NORTH", "LAMP", 10, unit_cost=29_000)
    ledger.issue(SHOP, "NORTH", "LAMP", 1)
    RecordedChanges(ledger, SHOP).give_back("NORTH", "TENT", 1, value=9)

    lamp, tent = StockLevels().fold(delivered(ledger)).moved

    assert (lamp[-1], tent[-1]) == (29_000, None)


def test_an_alert_about_a_warehouse_is_no_items() -> None:
    ledger = RecordedLedger(4)
    RecordedAlerts(ledger, SHOP).raise_(AlertKind.CAPACITY, "NORTH", figure=80)

    levels, alerts = StockLevels().fold(delivered(ledger)), Alerts().fold(delivered(ledger))

    assert not levels.statements()
    assert [row[:5] for row in alerts.raised] == [(SHOP, "NORTH", "", "CAPACITY", 1)]


def test_every_alert_of_a_flapping_item_is_kept() -> None:
    ledger = RecordedLedger(4)
    alerts = RecordedAlerts(ledger, SHOP)
    for _ in range(3):
        alerts.raise_(AlertKind.LOW_STOCK, "NORTH", "LAMP", figure=19)
        alerts.resolve(
            AlertKind.LOW_STOCK, "NORTH", "LAMP", resolution=AlertResolution.BY_HAND, figure=22
        )

    changes = Alerts().fold(delivered(ledger))

    assert [row[4] for row in changes.raised] == [1, 2, 3]
    assert [row[4] for row in changes.resolved] == [1, 2, 3]
    assert changes.resolved[0][9:] == ("bert", "by_hand", 22_000)


def test_a_supplier_keeps_the_time_of_its_first_registration() -> None:
    ledger = RecordedLedger(4)
    supplies = RecordedSupplies(ledger, SHOP)
    first = supplies.register("LUMEN")
    last = supplies.register("LUMEN", "Lumen and Sons")

    (row,) = Suppliers().fold(delivered(ledger))

    assert row[4:8] == (2, last.recorded_at, first.recorded_at, "Lumen and Sons")


def test_an_order_of_a_batch_is_as_its_last_event_left_it() -> None:
    ledger = RecordedLedger(4)
    supplies = RecordedSupplies(ledger, SHOP)
    supplies.create("P1", 10, "LAMP", expected=BEGIN + timedelta(days=3))
    supplies.submit("P1")
    supplies.confirm("P1")
    first = supplies.receive("P1", "first", "LAMP", received=4)
    last = supplies.receive("P1", "last", "LAMP", received=6, completed=True)

    changes = SupplierOrders().fold(delivered(ledger))

    (row,) = changes.created
    assert row[6:9] == ("RECEIVED", "LW-88", BEGIN + timedelta(days=3))
    assert row[15:18] == (first.recorded_at, last.recorded_at, 2)
    assert changes.changed == []


def test_ordered_and_over_are_received_rejected_cancelled_and_on_order() -> None:
    ledger = RecordedLedger(4)
    supplies = RecordedSupplies(ledger, SHOP)
    supplies.create("P1", 10, "LAMP")
    supplies.receive("P1", "first", "LAMP", received=9, rejected=3, over=2)
    supplies.create("P2", 10, "LAMP")
    supplies.receive("P2", "first", "LAMP", received=1, cancelled=9, completed=True)

    first, second = SupplierOrderLines().fold(delivered(ledger))

    assert first[5:] == (31_000, 10_000, 9_000, 3_000, 2_000, 0, 9 * 31_000)
    assert second[5:] == (31_000, 10_000, 1_000, 0, 0, 9_000, 31_000)


def test_a_view_that_movements_do_not_change_folds_the_same_without_them() -> None:
    ledger = RecordedLedger(4)
    record_changes(ledger, SHOP, "1")
    ledger.issue(SHOP, "NORTH", "BOX", 1)
    events = delivered(ledger)
    projection = Projection(KeptLevels(), CrashPoints({}))

    folded = projection.fold(events)

    for view, changes in zip(BESIDE_LEVELS, folded.beside, strict=True):
        assert changes == view.fold(events), view.table
