"""What a batch changes, computed from its events alone."""

from datetime import UTC, datetime

import orjson

from stockledger.amounts import Quantity
from stockledger.delivered_events import (
    DeliveredEvent,
    event_of_log,
    event_of_record,
    position_of,
)
from stockledger.event_log.interface import StoredEvent
from stockledger.messages.capacity import CapacitySet, CapacityUnit
from stockledger.messages.fields import WarehouseId
from stockledger.messages.item import IssuePurpose
from stockledger.messages.registry import EVENT_TYPES
from stockledger_command_handler.outgoing import Stamp, event_message
from stockledger_projector.projection import BESIDE_LEVELS
from stockledger_projector.rebuild import VIEWS, ViewName
from stockledger_projector.views.backdated_changes import BackdatedChanges
from stockledger_projector.views.goods_sold import GoodsSold
from stockledger_projector.views.holds import Holds
from stockledger_projector.views.movements import Movements
from stockledger_projector.views.stock_levels import StockLevels
from stockledger_projector.views.view import MOVEMENT_KINDS
from stockledger_projector.views.warehouse_balances import (
    BLOCK_POSITIONS,
    WarehouseBalances,
    block_of,
)
from stockledger_projector.views.warehouses import Warehouses
from tests.support.recorded_changes import RecordedChanges
from tests.support.recorded_ledger import RecordedLedger
from tests.support.recorded_transfers import RecordedTransfers

SHOP = "lamp-shop"


def delivered(ledger: RecordedLedger) -> list[DeliveredEvent]:
    """Return what was recorded as a subscriber gets it."""
    return [event_of_log(event) for event in ledger.events]


class Record:
    """A record of the events topic."""

    offset = 7

    def __init__(self, stored: StoredEvent) -> None:
        stamp = Stamp.of(stored.recorded_at)
        message = event_message(stored, stored.partition, stamp)
        self.partition = stored.partition
        self.timestamp = message.timestamp_ms or 0
        self.value = message.value
        self.headers = message.headers


def test_an_event_is_the_same_from_the_topic_and_from_the_log() -> None:
    ledger = RecordedLedger(4)
    ledger.actor = "anna"
    stored = ledger.receive(SHOP, "NORTH", "LAMP", 10)
    record = Record(stored)
    headers = dict(record.headers)

    of_record = event_of_record(record, headers, position_of(record, headers))

    of_log = event_of_log(stored)
    assert of_record.offset == 7
    assert of_record.body() == of_log.body() == orjson.loads(stored.data)
    of_record.offset = None
    of_record.data = of_log.data
    assert of_record == of_log
    assert of_log.actor == "anna"


def test_only_the_last_movement_of_an_item_changes_its_figures() -> None:
    ledger = RecordedLedger(4)
    for _ in range(5):
        ledger.receive(SHOP, "NORTH", "LAMP", 10)
    events = delivered(ledger)

    changes = StockLevels().fold(events)

    (row,) = changes.moved
    assert row[:3] == (SHOP, "NORTH", "LAMP")
    assert row[5:7] == (5, ledger.now)
    assert row[7] == 50_000


def test_a_place_set_after_the_settings_counts_and_one_before_does_not() -> None:
    before, after = RecordedLedger(4), RecordedLedger(4)
    before.move_bin(SHOP, "NORTH", "LAMP", "A-1")
    before.configure(SHOP, "NORTH", "LAMP")
    after.configure(SHOP, "NORTH", "LAMP")
    after.move_bin(SHOP, "NORTH", "LAMP", "A-1")

    overtaken, counting = (StockLevels().fold(delivered(each)) for each in (before, after))

    assert (len(overtaken.configured), len(overtaken.placed)) == (1, 0)
    assert (len(counting.configured), len(counting.placed)) == (1, 1)


def test_items_of_the_same_name_in_two_tenants_are_two_items() -> None:
    ledger = RecordedLedger(4)
    ledger.receive(SHOP, "NORTH", "LAMP", 10)
    ledger.receive("tent-shop", "NORTH", "LAMP", 20)

    changes = StockLevels().fold(delivered(ledger))

    assert [(row[0], row[7]) for row in changes.moved] == [(SHOP, 10_000), ("tent-shop", 20_000)]


def test_every_movement_becomes_a_row_and_nothing_else_does() -> None:
    ledger = RecordedLedger(4)
    ledger.warehouse(SHOP, "NORTH")
    ledger.configure(SHOP, "NORTH", "LAMP")
    ledger.receive(SHOP, "NORTH", "LAMP", 10)
    ledger.issue(SHOP, "NORTH", "LAMP", 1)

    rows = Movements().fold(delivered(ledger))

    assert [row[7] for row in rows] == ["received", "issued"]


def test_a_warehouse_keeps_the_time_of_its_first_creation() -> None:
    ledger = RecordedLedger(4)
    first = ledger.warehouse(SHOP, "NORTH")
    ledger.warehouse(SHOP, "NORTH")

    changes = Warehouses().fold(delivered(ledger))

    assert [row[6] for row in changes.described] == [first.recorded_at]


def test_every_known_event_is_folded_by_a_view_or_known_to_concern_none() -> None:
    folded = {name for view in VIEWS.values() for name in view.types}

    assert EVENT_TYPES.keys() - folded == {
        "stockledger.DailyCheckStarted.v1",
        "stockledger.ItemsChecked.v1",
        "stockledger.DailyCheckCompleted.v1",
        "stockledger.RecipientsSet.v1",
        "stockledger.VerificationRequested.v1",
        "stockledger.RecipientVerified.v1",
        "stockledger.TemplateSet.v1",
        "stockledger.SkuStocked.v1",
        "stockledger.CartReserved.v1",
    }
    assert set(MOVEMENT_KINDS.values()) == {
        "received",
        "issued",
        "adjusted",
        "corrected",
        "returned",
        "reserved",
        "released",
        "holds_expired",
        "damaged",
        "repaired",
        "scrapped",
        "cost_corrected",
        "transfer",
    }


def test_every_view_can_be_rebuilt() -> None:
    assert list(VIEWS) == [view.table for view in (StockLevels(), *BESIDE_LEVELS, Holds())]
    assert set(VIEWS) == set(ViewName)


def test_a_corrected_cost_is_a_movement_of_nothing() -> None:
    ledger = RecordedLedger(4)
    ledger.receive(SHOP, "NORTH", "LAMP", 10)
    RecordedChanges(ledger, SHOP).correct_cost("NORTH", "LAMP", 30_000)

    _, row = Movements().fold(delivered(ledger))

    assert row[7:15] == ("cost_corrected", 0, *("available", 10_000, 10_000) * 2)
    assert row[15] == 50_000
    assert row[23:] == (10_000, 0, 0, 0, 0, 300_000, 0, 0)


def test_a_step_of_a_transfer_is_a_kind_of_movement_with_both_values() -> None:
    ledger = RecordedLedger(4)
    ledger.receive(SHOP, "NORTH", "LAMP", 10)
    transfers = RecordedTransfers(ledger, SHOP)
    transfers.create("T1", LAMP=4)
    transfers.dispatch("T1", LAMP=4)

    rows = {row[7]: row for row in Movements().fold(delivered(ledger))}

    assert list(rows) == ["received", "transfer_held", "transfer_sent", "transfer_expected"]
    assert rows["transfer_sent"][15] == -100_000
    assert rows["transfer_expected"][4] == "SOUTH"
    assert rows["transfer_expected"][27:] == (4_000, 0, 100_000, 100_000)


def test_a_block_of_positions_ends_with_the_sum_of_all_before() -> None:
    ledger = RecordedLedger(4)
    for _ in range(BLOCK_POSITIONS + 1):
        ledger.receive(SHOP, "NORTH", "LAMP", 2, unit_cost=10_000)

    first, second = WarehouseBalances().fold(delivered(ledger))

    assert (first[2], first[4]) == (0, 2_000 * BLOCK_POSITIONS)
    assert (second[2], second[4]) == (1, 2_000 * (BLOCK_POSITIONS + 1))
    assert block_of(BLOCK_POSITIONS) == 0


def test_a_backdated_movement_counts_when_it_took_effect_until_it_was_recorded() -> None:
    ledger = RecordedLedger(4)
    ledger.receive(SHOP, "NORTH", "LAMP", 9)
    ledger.issue(SHOP, "NORTH", "LAMP", 2, effective_at=datetime(2026, 9, 8, 7, 6, tzinfo=UTC))

    rows = BackdatedChanges().fold(delivered(ledger))

    assert {(row[2], row[3]): row[5] for row in rows} == {
        ("month", datetime(2026, 9, 1, tzinfo=UTC)): -2_000,
        ("day", datetime(2026, 9, 8, tzinfo=UTC)): -2_000,
        ("hour", datetime(2026, 9, 8, 7, tzinfo=UTC)): -2_000,
        ("month", datetime(2026, 10, 1, tzinfo=UTC)): 2_000,
        ("day", datetime(2026, 10, 31, tzinfo=UTC)): 2_000,
        ("hour", datetime(2026, 10, 31, 9, tzinfo=UTC)): 2_000,
    }


def test_what_was_written_off_was_not_sold() -> None:
    ledger = RecordedLedger(4)
    ledger.receive(SHOP, "NORTH", "LAMP", 9)
    ledger.issue(SHOP, "NORTH", "LAMP", 2, purpose=IssuePurpose.WRITE_OFF)
    ledger.issue(SHOP, "NORTH", "LAMP", 3)

    (row,) = GoodsSold().fold(delivered(ledger))

    assert row[4:] == (3_000, 75_000, 0, 0)


def test_a_limit_that_was_taken_away_leaves_no_warning() -> None:
    ledger = RecordedLedger(4)
    changes = RecordedChanges(ledger, SHOP)
    changes.fill("NORTH", 90)
    warehouse = WarehouseId("NORTH")
    unlimited = CapacitySet(warehouse_id=warehouse, unit=CapacityUnit.UNITS, used=Quantity(90_000))
    ledger.record(SHOP, unlimited)

    (row,) = Warehouses().fold(delivered(ledger)).filled

    assert row == (SHOP, "NORTH", 90_000, True, None, "units", True, None)
