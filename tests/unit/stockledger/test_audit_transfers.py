"""The auditor convicts each unit of a transfer, and each part of its value, that goes astray."""

from datetime import timedelta

import pytest

from tests.support.audited_log import BEGIN, AuditedLog, Data, kinds
from tests.support.audited_reservations import at
from tests.support.audited_transfers import ENDS, MovedLamps, about, came, lamps
from tests.support.item_book import find

MOVED = "TransferStockMoved"


@pytest.fixture
def moved() -> MovedLamps:
    return MovedLamps()


@pytest.fixture
def log(moved: MovedLamps) -> AuditedLog:
    return moved.log


def step(log: AuditedLog, transfer: str, name: str, warehouse: str = "SOUTH") -> int:
    """Return the position of a transfer's step at a warehouse."""
    return find(log, MOVED, transfer_id=transfer, step=name, warehouse_id=warehouse)


def told(log: AuditedLog, transfer: str, kind: str) -> int:
    """Return the position of a transfer's event."""
    return find(log, kind, transfer_id=transfer)


def tampered_line(log: AuditedLog, position: int, **changes: object) -> None:
    """Change the first line of an event."""
    first, *more = log.data_of(position)["lines"]
    log.tampered_data(position, lines=[{**first, **changes}, *more])


def test_a_right_log_of_transfers_has_no_findings(log: AuditedLog) -> None:
    assert log.audit() == []


@pytest.mark.parametrize(
    ("transfer", "kind"),
    [
        ("T1", "TransferCreated"),
        ("T1", "TransferDispatched"),
        ("T1", "TransferCancelled"),
        ("T3", "TransferMade"),
    ],
)
def test_what_a_transfer_says_is_what_was_moved(log: AuditedLog, transfer: str, kind: str) -> None:
    tampered_line(log, told(log, transfer, kind), quantity=0.5)
    assert "transfer" in kinds(log.audit())


@pytest.mark.parametrize("field", ["received", "damaged", "short", "over"])
def test_what_a_receipt_says_is_what_was_moved(log: AuditedLog, field: str) -> None:
    tampered_line(log, told(log, "T1", "TransferReceived"), **{field: 0.5})
    assert "transfer" in kinds(log.audit())


@pytest.mark.parametrize("kind", ["TransferDispatched", "TransferReceived", "TransferCancelled"])
def test_a_transfer_says_what_its_units_are_worth(log: AuditedLog, kind: str) -> None:
    tampered_line(log, told(log, "T1", kind), value=1)
    assert "transfer" in kinds(log.audit())


def test_a_made_transfer_says_what_its_units_are_worth(log: AuditedLog) -> None:
    tampered_line(log, told(log, "T3", "TransferMade"), value=9)
    found = [line for line in log.audit() if line.startswith("transfer ")]
    assert len(found) == 2


def test_units_that_leave_one_warehouse_arrive_in_the_other(moved: MovedLamps) -> None:
    moved.log.decide(
        "c99",
        about("T9", "TransferMade", lamps(1, value=3.3333), **ENDS),
        moved.north.step("T9", "sent", ("available", "transfer"), 1, value=-3.3333),
    )
    found = moved.log.audit()
    assert {"transfer-bucket", "transfer"} <= kinds(found)
    assert any("expected 0 LAMP between two warehouses, found 1" in line for line in found)


def test_each_command_leaves_nothing_between_two_warehouses(moved: MovedLamps) -> None:
    moved.log.decide(
        "c98", moved.north.step("T9", "sent", ("available", "transfer"), 1, value=-3.3333)
    )
    moved.log.decide(
        "c99", moved.south.step("T9", "received", ("transfer", "available"), 1, value=3.3333)
    )
    found = [line for line in moved.log.audit() if line.startswith("transfer-bucket")]
    assert [line.rsplit(" ", 1)[1] for line in found] == ["1", "-1"]


@pytest.mark.parametrize(
    ("name", "warehouse", "bucket"),
    [
        ("held", "NORTH", "damaged"),
        ("sent", "NORTH", "quarantined"),
        ("expected", "SOUTH", "available"),
        ("received", "SOUTH", "quarantined"),
        ("damaged", "SOUTH", "available"),
        ("short", "SOUTH", "scrap"),
        ("over", "SOUTH", "damaged"),
        ("recalled", "SOUTH", "available"),
        ("returned", "NORTH", "reserved"),
    ],
)
def test_each_step_has_its_way(log: AuditedLog, name: str, warehouse: str, bucket: str) -> None:
    position = step(log, "T1", name, warehouse)
    first, second = log.data_of(position)["entries"]
    log.tampered_data(position, entries=[first, {**second, "bucket": bucket}])
    assert "movement-change" in kinds(log.audit())


@pytest.mark.parametrize(
    ("name", "warehouse"),
    [
        ("held", "NORTH"),
        ("sent", "NORTH"),
        ("expected", "SOUTH"),
        ("received", "SOUTH"),
        ("damaged", "SOUTH"),
        ("short", "SOUTH"),
        ("over", "SOUTH"),
        ("recalled", "SOUTH"),
    ],
)
def test_each_step_changes_the_value_on_hand_as_it_must(
    log: AuditedLog, name: str, warehouse: str
) -> None:
    log.tampered_data(step(log, "T1", name, warehouse), value_change=1)
    assert "value" in kinds(log.audit())


def test_what_comes_back_is_worth_what_was_on_its_way(log: AuditedLog) -> None:
    log.tampered_data(step(log, "T1", "returned", "NORTH"), value_change=1)
    assert {"transfer", "levels"} <= kinds(log.audit())


@pytest.mark.parametrize("name", ["received", "damaged", "short"])
def test_what_arrives_takes_its_share_of_the_value_in_transit(log: AuditedLog, name: str) -> None:
    position = step(log, "T1", name)
    changes = {} if name == "short" else {"value_change": 3}
    log.tampered_data(position, transit_value_change=-3, **changes)
    assert "their share of what is in transit" in str(log.audit())


def test_only_what_is_on_its_way_has_a_value_in_transit(log: AuditedLog) -> None:
    log.tampered_data(step(log, "T1", "over"), transit_value_change=1)
    assert "expected transit_value_change 0, found 1" in str(log.audit())


def test_levels_say_the_value_in_transit(log: AuditedLog) -> None:
    position = step(log, "T1", "expected")
    data = log.data_of(position)
    log.tampered_data(position, levels={**data["levels"], "transit_value": 13})
    assert kinds(log.audit()) == {"levels"}


def test_nothing_in_transit_is_worth_nothing(moved: MovedLamps) -> None:
    moved.log.decide("c98", *moved.hold("T9", 1))
    moved.log.decide("c99", *moved.send("T9", 1, 3.3333))
    moved.log.decide(
        "c100",
        about("T9", "TransferReceived", came(1, 0, 0, 0, 3), receipt_id="D9", completed=True),
        moved.arrive("T9", 1, 3),
    )
    found = str(moved.log.audit())
    assert "expected transit_value 0 with nothing in transit, found 0.3333" in found
    assert "expected the value of LAMP in transit accounted for with its units" in found


def test_no_more_value_leaves_the_transit_than_was_there(moved: MovedLamps) -> None:
    moved.log.decide("c98", *moved.hold("T9", 2))
    moved.log.decide("c99", *moved.send("T9", 2, 6.6666))
    moved.log.decide("c100", moved.arrive("T9", 1, 7))
    assert "expected transit_value at least 0, found -0.3334" in str(moved.log.audit())


def test_what_is_reserved_is_held_by_reservations_or_transfers(moved: MovedLamps) -> None:
    held = moved.north.step("T9", "held", ("available", "reserved"), 1)
    moved.log.decide("c99", held)
    found = moved.log.audit()
    assert "expected 0 held for transfers at NORTH/LAMP, found 1" in str(found)
    assert kinds(found) == {"transfer", "transfer-stock"}


def test_a_one_step_transfer_takes_nothing_of_what_is_held(moved: MovedLamps) -> None:
    moved.log.decide("c98", *moved.hold("T8", 1))
    moved.log.decide(
        "c99",
        about("T9", "TransferMade", lamps(1, value=3.3333), **ENDS),
        moved.north.step("T9", "sent", ("reserved", "transfer"), 1, value=-3.3333),
        moved.south.step("T9", "received", ("transfer", "available"), 1, value=3.3333),
    )
    assert "expected 1 held for transfers at NORTH/LAMP, found 0" in str(moved.log.audit())


def test_what_is_in_transit_to_an_item_belongs_to_its_transfers(moved: MovedLamps) -> None:
    moved.log.decide("c99", *moved.hold("T9", 2))
    told_of, *moves = moved.send("T9", 2, 6.6666)
    moved.log.decide("c100", *moves)
    found = str(moved.log.audit())
    assert "expected 0 in transit at SOUTH/LAMP, found 2" in found
    assert "expected 0 worth in transit at SOUTH/LAMP, found 6.6666" in found
    assert told_of[1] == "TransferDispatched"


def test_never_more_arrives_than_was_sent(moved: MovedLamps) -> None:
    moved.log.decide("c98", *moved.hold("T9", 1))
    moved.log.decide("c99", *moved.send("T9", 1, 3.3333))
    moved.log.decide(
        "c100",
        about("T9", "TransferReceived", came(2, 0, 0, 0, 3.3333), receipt_id="D9", completed=True),
        moved.arrive("T9", 2, 3.3333),
    )
    found = moved.log.audit()
    assert "expected at most what was in transit of LAMP, found 1 more" in str(found)
    assert {"oversold", "transfer", "transfer-stock"} <= kinds(found)


def test_all_that_is_held_is_sent_and_all_that_is_in_transit_comes_back(log: AuditedLog) -> None:
    tampered_line(log, told(log, "T4", "TransferDispatched"), quantity=0.5)
    tampered_line(log, told(log, "T1", "TransferCancelled"), quantity=0.5)
    found = str(log.audit())
    assert "expected all that is held sent: LAMP 1, found LAMP 0.5" in found
    assert "expected all that was in transit back: LAMP 1, found LAMP 0.5" in found


@pytest.mark.parametrize(("transfer", "completed"), [("T1", True), ("T4", False)])
def test_a_transfer_is_completed_when_every_unit_is_accounted_for(
    log: AuditedLog, transfer: str, *, completed: bool
) -> None:
    log.tampered_data(told(log, transfer, "TransferReceived"), completed=completed)
    assert f"expected completed {not completed}, found {completed}" in str(log.audit())


@pytest.mark.parametrize(
    ("kind", "more"),
    [
        ("TransferDispatched", {"lines": []}),
        ("TransferReceived", {"lines": [], "receipt_id": "D9", "completed": True}),
        ("TransferCancelled", {"lines": []}),
        ("TransferOverdue", {"expected_delivery": at(0)}),
    ],
)
def test_a_transfer_that_ended_or_never_was_has_no_more_events(
    log: AuditedLog, kind: str, more: Data
) -> None:
    for transfer in ("T4", "T9"):
        log.decide(
            f"c-{transfer}", (f"transfer/{transfer}", kind, {"transfer_id": transfer, **more})
        )
    found = [line for line in log.audit() if "expected a transfer that is" in line]
    assert [line.rsplit(" ", 1)[1] for line in found] == ["COMPLETED", "none"]


def test_a_transfer_begins_once_and_between_two_warehouses(log: AuditedLog) -> None:
    log.decide("c98", about("T4", "TransferCreated", [], **ENDS))
    nowhere = {**ENDS, "destination_warehouse_id": "NORTH"}
    log.decide("c99", about("T9", "TransferMade", [], **nowhere))
    found = str(log.audit())
    assert "found COMPLETED" in found
    assert "expected two different warehouses, found NORTH" in found


def test_a_receipt_counts_once(log: AuditedLog) -> None:
    log.tampered_data(find(log, "TransferReceived", receipt_id="D2"), receipt_id="D1")
    assert "expected receipt D1 once, found twice" in str(log.audit())


def test_a_transfer_is_overdue_once_and_not_before_its_time(log: AuditedLog) -> None:
    position = told(log, "T1", "TransferOverdue")
    log.tampered_data(position, expected_delivery=at(5))
    log.tampered_data(told(log, "T1", "TransferDispatched"), expected_delivery=at(8))
    assert "expected overdue after" in str(log.audit())
    assert (BEGIN + timedelta(seconds=8)).isoformat(sep=" ") in str(log.audit())


def test_a_transfer_is_overdue_only_once(moved: MovedLamps) -> None:
    log = moved.log
    moved.log.decide("c97", *moved.hold("T9", 1))
    moved.log.decide("c98", *moved.send("T9", 1, 3.3333, expected_delivery=at(0)))
    late = ("transfer/T9", "TransferOverdue", {"transfer_id": "T9", "expected_delivery": at(0)})
    log.decide("c99", late)
    assert log.audit() == []
    log.decide("c100", late)
    assert "expected overdue said once, found twice" in str(log.audit())


def test_a_warehouse_that_takes_no_stock_gets_none(moved: MovedLamps) -> None:
    moved.log.decide("c98", ("warehouse/SOUTH", "WarehouseDeactivated", {"warehouse_id": "SOUTH"}))
    moved.log.decide("c99", *moved.hold("T9", 1))
    assert "expected SOUTH active to take stock, found inactive" in str(moved.log.audit())
