"""Specification of cancelled transfers: every unit that did not arrive is back, and counted."""

from stockledger.amounts import quantity_to_wire
from stockledger.messages.fields import Bucket
from stockledger.messages.item import IssuePurpose
from stockledger.messages.results import ErrorCode
from stockledger.messages.transfer import (
    TransferStep,
)
from stockledger.messages.warehouse import WarehouseDeleted
from tests.support.builders import (
    CHAIR,
    LAMP,
    NORTH,
    SOUTH,
    deactivate_warehouse,
)
from tests.support.item_builders import issue_stock
from tests.support.specification import Given
from tests.support.transfer_builders import (
    T1,
    came,
    cancel_transfer,
    receive_transfer,
    sent,
    stock_moved,
    transfer_cancelled,
)
from tests.support.transfer_histories import on_its_way, pending

AVAILABLE, RESERVED, DAMAGED = Bucket.AVAILABLE, Bucket.RESERVED, Bucket.DAMAGED
IN_TRANSIT, PASSING, ADJUSTMENT = Bucket.IN_TRANSIT, Bucket.TRANSFER, Bucket.ADJUSTMENT
FATES = ("sent", "received", "in_transit", "short", "damaged", "returned", "over")


def lamps(history: Given) -> dict[str, float]:
    """Return what became of the lamps, as far as anything did."""
    fates = history.tenant.transfer(T1).skus[LAMP]
    figures = {fate: quantity_to_wire(getattr(fates, fate)) for fate in FATES}
    return {fate: figure for fate, figure in figures.items() if figure}


def test_cancelled_before_it_left_gives_back_what_it_holds() -> None:
    outcome = pending().after(deactivate_warehouse(NORTH)).when(cancel_transfer())
    assert outcome.answer()["status"] == "CANCELLED"
    outcome.then(
        transfer_cancelled(),
        stock_moved(TransferStep.RELEASED, 8, before={AVAILABLE: 2, RESERVED: 8}, value=40),
        stock_moved(
            TransferStep.RELEASED, 1, sku=CHAIR, before={AVAILABLE: 4, RESERVED: 1}, value=20
        ),
    )


def test_cancelled_on_its_way_brings_back_what_did_not_arrive() -> None:
    partly = on_its_way().after(receive_transfer(came(4, damaged=1, short=1), came(1, CHAIR)))
    partly.after(deactivate_warehouse(NORTH), deactivate_warehouse(SOUTH))
    outcome = partly.when(cancel_transfer())
    outcome.then(
        transfer_cancelled(sent(2, 8)),
        stock_moved(
            TransferStep.RECALLED,
            2,
            SOUTH,
            before={AVAILABLE: 4, DAMAGED: 1, IN_TRANSIT: 2, PASSING: -8},
            value=20,
            transit_value=8,
            transit_change=-8,
        ),
        stock_moved(
            TransferStep.RETURNED, 2, before={AVAILABLE: 2, PASSING: 8}, value=8, value_change=8
        ),
    )
    partly.after(cancel_transfer())
    assert lamps(partly) == {"sent": 8, "received": 4, "damaged": 1, "short": 1, "returned": 2}


def test_repeated_cancel_changes_nothing() -> None:
    for history in (pending(), on_its_way()):
        history.after(cancel_transfer()).when(cancel_transfer()).then_nothing()


def test_completed_transfer_is_not_cancelled() -> None:
    done = on_its_way().after(receive_transfer(came(8), came(1, CHAIR)))
    done.when(cancel_transfer()).then_refused(
        ErrorCode.INVALID_MOVEMENT, transfer_id="T1", status="COMPLETED"
    )


def test_cancelling_frees_no_more_than_is_left_after_a_write_off() -> None:
    cut = pending().after(issue_stock(5, purpose=IssuePurpose.WRITE_OFF), cancel_transfer())
    stock = cut.tenant.item(NORTH, LAMP).stock
    assert (stock.available, stock.on_hand) == (5_000, 5_000)


def test_nothing_comes_back_to_a_warehouse_that_was_given_up() -> None:
    nowhere_to_return = on_its_way()
    nowhere_to_return.tenant.record(WarehouseDeleted(warehouse_id=NORTH))
    nowhere_to_return.when(cancel_transfer()).then_refused(
        ErrorCode.NOT_FOUND, warehouse_id="NORTH"
    )
