"""The auditor convicts each unit of an order to a supplier that is not accounted for."""

import json

import pytest

from tests.support.audited_alerts import raised
from tests.support.audited_log import AuditedLog, kinds
from tests.support.audited_reservations import at
from tests.support.audited_supplier_orders import OrderedLamps, about, line, on_order, taken
from tests.support.item_book import ItemBook, find


@pytest.fixture
def ordered() -> OrderedLamps:
    return OrderedLamps()


@pytest.fixture
def log(ordered: OrderedLamps) -> AuditedLog:
    return ordered.log


def test_a_right_log_of_orders_to_suppliers_has_no_findings(log: AuditedLog) -> None:
    assert log.audit() == []


@pytest.mark.parametrize(
    ("kind", "changes", "finding"),
    [
        ("OnOrderChanged", {"on_order": 19}, "expected 0 changed by 20, found 19"),
        ("OnOrderChanged", {"change": 19}, "expected 0 changed by 19, found 20"),
        ("OnOrderChanged", {"reorder": False}, "expected reorder True, found False"),
        ("OnOrderChanged", {"supplier_order_id": "P9"}, "on order of NORTH/LAMP: 20, found 0"),
        ("SupplierOrderCreated", {"supplier_name": "Oak"}, "expected a supplier known as"),
        ("SupplierOrderCreated", {"supplier_id": "OAK"}, "expected a supplier known as"),
        ("SupplierOrderCreated", {"api_url": "https://x"}, "expected a supplier known as"),
        ("SupplierOrderReceived", {"completed": True}, "expected completed False, found True"),
        ("SupplierUnavailable", {"code": "INVENTORY_NOT_FOUND"}, "found ('LUMEN', 'INVENTORY_NO"),
        ("SupplierUnavailable", {"supplier_id": "OAK"}, "found ('OAK'"),
        ("SupplierOrderOverdue", {"expected_delivery": at(8)}, "expected overdue after"),
        ("StockReceived", {"supplier_order_id": "P1"}, "received of NORTH/LAMP at 3: 0, found 2"),
    ],
)
def test_an_order_and_its_items_say_the_same(
    log: AuditedLog, kind: str, changes: dict[str, object], finding: str
) -> None:
    log.tampered_data(find(log, kind), **changes)
    assert finding in str(log.audit())


@pytest.mark.parametrize(
    ("figures", "finding"),
    [
        ({"received": 11}, "on order of NORTH/LAMP: -14, found -15"),
        ({"rejected": 4}, "on order of NORTH/LAMP: -16, found -15"),
        ({"over": 1}, "expected 0 of LAMP over, found 1"),
        ({"unit_cost": 4}, "received of NORTH/LAMP at 4: 12, found 0"),
        ({"received": 0, "rejected": 0}, "expected 0 of LAMP over"),
    ],
)
def test_what_came_is_taken_in_rejected_or_more_than_was_ordered(
    log: AuditedLog, figures: dict[str, object], finding: str
) -> None:
    position = find(log, "SupplierOrderReceived", delivery_id="D1")
    (came,) = log.data_of(position)["lines"]
    log.tampered_data(position, lines=[{**came, **figures}])
    assert finding in str(log.audit())


def test_what_is_more_than_was_on_order_is_over(log: AuditedLog, ordered: OrderedLamps) -> None:
    position = find(log, "SupplierOrderReceived", delivery_id="D2")
    log.tampered_data(position, lines=[taken(ordered.lamps, 6, 0, 0)])
    assert "expected 1 of LAMP over, found 0" in str(log.audit())


def test_units_that_came_under_an_order_are_its_own(log: AuditedLog) -> None:
    log.tampered_data(find(log, "StockReceived", supplier_order_id="P1"), supplier_order_id=None)
    assert "received of NORTH/LAMP at 3: 12, found 0" in str(log.audit())


def test_a_delivery_is_taken_in_once(log: AuditedLog) -> None:
    log.tampered_data(find(log, "SupplierOrderReceived", delivery_id="D2"), delivery_id="D1")
    assert "expected D1 once, found twice" in str(log.audit())


@pytest.mark.parametrize("kind", ["SupplierOrderCancelled", "SupplierOrderReceived"])
def test_what_will_not_come_is_all_that_is_left(log: AuditedLog, kind: str) -> None:
    named = "lines" if kind == "SupplierOrderCancelled" else "cancelled"
    (position,) = [
        event.position
        for event in log.events
        if event.type == f"stockledger.{kind}.v1"
        and (named == "lines" or log.data_of(event.position).get(named))
    ]
    (left,) = log.data_of(position)[named]
    log.tampered_data(position, **{named: [{**left, "quantity": left["quantity"] - 0.5}]})
    assert f"expected the {left['quantity']} of LAMP cancelled" in str(log.audit())


def test_an_order_that_is_cancelled_expects_nothing_more(log: AuditedLog) -> None:
    log.tampered_data(find(log, "SupplierOrderCancelled"), lines=[])
    assert "expected all that is on order cancelled" in str(log.audit())


def test_each_item_has_on_order_what_its_orders_expect(ordered: OrderedLamps) -> None:
    ordered.log.decide("c20", ordered.ordered("P4", 2))
    audit = str(ordered.log.audit())
    assert "expected 2 on order of NORTH/LAMP, found 0" in audit
    assert "on order of NORTH/LAMP: 2, found 0" in audit


@pytest.mark.parametrize(
    ("event", "statuses"),
    [
        (about("P1", "SupplierOrderSubmitted"), "QUEUED or UNAVAILABLE, found RECEIVED"),
        (about("P3", "SupplierOrderConfirmed"), "CONFIRMED, found CANCELLED"),
        (about("P9", "SupplierOrderSubmitted"), "QUEUED or UNAVAILABLE, found none"),
        (about("P3", "SupplierOrderCancelled", lines=[]), "CONFIRMED, found CANCELLED"),
        (
            about("P1", "SupplierOrderOverdue", expected_delivery=at(1)),
            "CONFIRMED, found RECEIVED",
        ),
    ],
)
def test_each_step_of_an_order_has_its_turn(
    ordered: OrderedLamps, event: tuple[str, str, dict[str, object]], statuses: str
) -> None:
    ordered.log.decide("c20", event)
    assert statuses in str(ordered.log.audit())


def test_an_order_is_created_once(ordered: OrderedLamps) -> None:
    lamps = ordered.lamps
    ordered.log.decide("c20", ordered.ordered("P3", 1), on_order(lamps, "P3", 1, 1))
    assert "an order that is no or order, found CANCELLED" in str(ordered.log.audit())


def test_a_supplier_that_is_not_there_is_told_once(ordered: OrderedLamps) -> None:
    code = "INVENTORY_SUPPLIER_UNAVAILABLE"
    told = about(
        "P4", "SupplierUnavailable", supplier_id="LUMEN", code=code, attempts=3, cause="Busy"
    )
    log = ordered.log
    log.decide("c20", ordered.ordered("P4", 1), on_order(ordered.lamps, "P4", 1, 1))
    log.decide("c21", told)
    assert log.audit() == []
    log.decide("c22", told)
    assert "expected an order that is QUEUED, found UNAVAILABLE" in str(log.audit())


def test_an_order_is_overdue_once_for_each_time_that_was_promised(ordered: OrderedLamps) -> None:
    log, lamps = ordered.log, ordered.lamps
    late = about("P4", "SupplierOrderOverdue", expected_delivery=at(9))
    log.decide(
        "c20", ordered.ordered("P4", 1, expected_delivery=at(9)), on_order(lamps, "P4", 1, 1)
    )
    log.decide("c21", late)
    log.decide("c22", about("P4", "SupplierOrderConfirmed", expected_delivery=at(10)))
    log.decide("c23", about("P4", "SupplierOrderOverdue", expected_delivery=at(10)))
    assert log.audit() == []
    log.decide("c24", about("P4", "SupplierOrderOverdue", expected_delivery=at(10)))
    assert "expected overdue said once, found twice" in str(log.audit())


class TestReorders:
    """An order may answer an alert: one that is open, with as much as is recommended, alone."""

    @pytest.fixture
    def low(self, ordered: OrderedLamps) -> OrderedLamps:
        """Lamps are few again."""
        way = ("available", "customer")
        sold = ordered.lamps.moved("StockIssued", way, 18, -54, purpose="sale")
        lamps = ordered.lamps
        alerts = [
            raised(lamps, "LOW_STOCK", 2, 4, trigger=5),
            raised(lamps, "REORDER_NEEDED", 2, 4),
        ]
        ordered.log.decide("c20", sold, *alerts)
        assert ordered.log.audit() == []
        return ordered

    def test_the_alert_is_the_open_one(self, low: OrderedLamps) -> None:
        reorder = low.ordered("P4", 20, reorder=low.reorder(1))
        low.log.decide("c21", reorder, on_order(low.lamps, "P4", 20, 20, reorder=True))
        assert "expected REORDER_NEEDED 2 of NORTH/LAMP answered, found 1" in str(low.log.audit())

    def test_the_quantity_is_the_recommended_one(self, low: OrderedLamps) -> None:
        reorder = low.ordered("P4", 0.5, reorder=low.reorder(2))
        low.log.decide("c21", reorder, on_order(low.lamps, "P4", 0.5, 0.5, reorder=True))
        (finding,) = low.log.audit()
        assert finding.endswith("expected 20 recommended now, found 0.5")

    def test_one_at_a_time_is_open_for_an_item(self, low: OrderedLamps) -> None:
        lamps, log = low.lamps, low.log
        log.tampered_data(find(log, "ItemConfigured"), reorder_quantity=0.5)
        for order, left in (("P4", 0.5), ("P5", 1)):
            reorder = low.ordered(order, 0.5, reorder=low.reorder(2))
            log.decide(f"r{order}", reorder, on_order(lamps, order, 0.5, left, reorder=True))
        assert "expected one reorder of NORTH/LAMP open, P4, found another" in str(log.audit())

    def test_it_orders_the_item_and_nothing_else(self, low: OrderedLamps) -> None:
        desk = ItemBook("NORTH", "DESK")
        low.log.decide("c21", desk.configured(reorder_automatically=False), desk.stocked())
        lines = [line(low.lamps, quantity=20), line(desk, quantity=1)]
        kind, created, data = low.ordered("P4", 20, reorder=low.reorder(2))
        changes = [
            on_order(low.lamps, "P4", 20, 20, reorder=True),
            on_order(desk, "P4", 1, 1, reorder=True),
        ]
        low.log.decide("c22", (kind, created, {**data, "lines": lines}), *changes)
        assert "expected NORTH/LAMP alone" in str(low.log.audit())


def test_an_item_has_a_line_of_an_order(ordered: OrderedLamps) -> None:
    lines = [line(ordered.lamps, quantity=1), line(ordered.lamps, quantity=2)]
    kind, created, data = ordered.ordered("P4", 3)
    order = (kind, created, {**data, "lines": lines})
    ordered.log.decide("c20", order, on_order(ordered.lamps, "P4", 3, 3))
    assert "expected a line an item, of something" in str(ordered.log.audit())


def test_nothing_is_ordered_for_a_warehouse_that_takes_nothing(ordered: OrderedLamps) -> None:
    closed = ("warehouse/NORTH", "WarehouseDeactivated", {"warehouse_id": "NORTH"})
    ordered.log.decide("c20", closed)
    ordered.log.decide("c21", ordered.ordered("P4", 1), on_order(ordered.lamps, "P4", 1, 1))
    assert kinds(ordered.log.audit()) == {"warehouse"}


def test_nothing_is_taken_into_a_warehouse_that_takes_nothing(log: AuditedLog) -> None:
    closed = {"warehouse_id": "NORTH"}
    position = find(log, "SupplierOrderSubmitted")
    log.tampered(position, stream="warehouse/NORTH", version=2, stream_number=1)
    log.tampered(position, type="stockledger.WarehouseDeactivated.v1", data=json.dumps(closed))
    assert "expected NORTH active to take stock, found inactive" in str(log.audit())


def test_a_warehouse_that_something_is_on_order_for_is_not_given_up() -> None:
    ordered = OrderedLamps()
    ordered.log.decide("c20", ordered.ordered("P4", 1), on_order(ordered.lamps, "P4", 1, 1))
    deleted = ("warehouse/NORTH", "WarehouseDeleted", {"warehouse_id": "NORTH"})
    ordered.log.decide("c21", deleted)
    assert "on order 1" in str(ordered.log.audit())
