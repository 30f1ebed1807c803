"""Specification of what becomes of units on their way: each is accounted for."""

from stockledger.amounts import quantity_to_wire
from stockledger.messages.fields import Bucket
from stockledger.messages.transfer import (
    TransferStatus,
    TransferStep,
)
from tests.support.builders import (
    CHAIR,
    LAMP,
    NORTH,
    SOUTH,
    money,
    warehouse_created,
    with_particulars,
)
from tests.support.item_builders import item_configured, stock_received
from tests.support.specification import Given, given
from tests.support.transfer_builders import (
    T1,
    accounted,
    came,
    create_transfer,
    dispatch_transfer,
    line,
    receive_transfer,
    stock_moved,
    transfer_received,
)
from tests.support.transfer_histories import odd_lamps, on_its_way

AVAILABLE, RESERVED, DAMAGED = Bucket.AVAILABLE, Bucket.RESERVED, Bucket.DAMAGED
IN_TRANSIT, PASSING, ADJUSTMENT = Bucket.IN_TRANSIT, Bucket.TRANSFER, Bucket.ADJUSTMENT
FATES = ("sent", "received", "in_transit", "short", "damaged", "returned", "over")


def status(history: Given) -> TransferStatus | None:
    return history.tenant.transfer(T1).status


def lamps(history: Given) -> dict[str, float]:
    """Return what became of the lamps, as far as anything did."""
    fates = history.tenant.transfer(T1).skus[LAMP]
    figures = {fate: quantity_to_wire(getattr(fates, fate)) for fate in FATES}
    return {fate: figure for fate, figure in figures.items() if figure}


def test_received_units_are_available_with_their_part_of_the_value() -> None:
    on_its_way().when(receive_transfer(came(3))).then(
        transfer_received(accounted(3, value=12)),
        stock_moved(
            TransferStep.RECEIVED,
            3,
            SOUTH,
            before={IN_TRANSIT: 8},
            value_change=12,
            transit_value=32,
            transit_change=-12,
        ),
    )


def test_broken_units_are_damaged_and_keep_their_value() -> None:
    on_its_way().when(receive_transfer(came(damaged=2))).then(
        transfer_received(accounted(damaged=2, value=8)),
        stock_moved(
            TransferStep.DAMAGED,
            2,
            SOUTH,
            before={IN_TRANSIT: 8},
            value_change=8,
            transit_value=32,
            transit_change=-8,
        ),
    )


def test_units_that_never_come_are_a_loss() -> None:
    on_its_way().when(receive_transfer(came(short=2))).then(
        transfer_received(accounted(short=2, value=8)),
        stock_moved(
            TransferStep.SHORT,
            2,
            SOUTH,
            before={IN_TRANSIT: 8},
            transit_value=32,
            transit_change=-8,
        ),
    )


def test_units_that_came_besides_are_worth_what_the_others_are() -> None:
    on_its_way().when(receive_transfer(came(5, over=2))).then(
        transfer_received(accounted(5, over=2, value=20)),
        stock_moved(
            TransferStep.RECEIVED,
            5,
            SOUTH,
            before={IN_TRANSIT: 8},
            value_change=20,
            transit_value=32,
            transit_change=-20,
        ),
        stock_moved(
            TransferStep.OVER,
            2,
            SOUTH,
            before={AVAILABLE: 5, IN_TRANSIT: 3},
            value=20,
            value_change=8,
            transit_value=12,
        ),
    )


def test_transfer_is_complete_when_every_unit_is_accounted_for() -> None:
    delivery = on_its_way().after(receive_transfer(came(5, damaged=1), came(1, CHAIR)))
    assert (status(delivery), lamps(delivery)) == (
        TransferStatus.IN_TRANSIT,
        {"sent": 8, "received": 5, "damaged": 1, "in_transit": 2},
    )
    outcome = delivery.when(receive_transfer(came(short=2), receipt_id="second-van"))
    assert outcome.answer()["status"] == "COMPLETED"
    first, _ = outcome.events()
    assert first == transfer_received(
        accounted(short=2, value=8), receipt_id="second-van", completed=True
    )


def test_transfer_is_not_complete_while_one_sku_is_on_its_way() -> None:
    first, *_ = on_its_way().when(receive_transfer(came(8))).events()
    assert first == transfer_received(accounted(8, value=32), completed=False)


def test_answer_says_what_became_of_each_sku() -> None:
    answer = on_its_way().when(receive_transfer(came(4, damaged=1, short=1, over=3))).answer()
    nothing_more = {"damaged": 0, "short": 0, "returned": 0, "over": 0}
    lamp = {"sent": 8, "received": 4, "in_transit": 2, "returned": 0}
    assert answer == {
        "transfer_id": "T1",
        "status": "IN_TRANSIT",
        "lines": [
            {"sku": "LAMP", **lamp, "damaged": 1, "short": 1, "over": 3},
            {"sku": "CHAIR", "sent": 1, "received": 0, "in_transit": 1, **nothing_more},
        ],
    }


def test_last_units_take_all_the_value_that_is_left() -> None:
    history = odd_lamps().after(create_transfer(line(3)), dispatch_transfer())
    values = [
        history.when(receive_transfer(came(1))).events()[0],
        history.after(receive_transfer(came(1)))
        .when(receive_transfer(came(damaged=1, short=1), receipt_id="2"))
        .events()[0],
    ]
    assert values == [
        transfer_received(accounted(1, value=0.3333)),
        transfer_received(
            accounted(damaged=1, short=1, value=0.6666), receipt_id="2", completed=True
        ),
    ]
    history.after(receive_transfer(came(damaged=1, short=1), receipt_id="2"))
    stock = history.tenant.item(SOUTH, LAMP).stock
    assert (stock.value, stock.transit_value) == (money(0.6666), 0)


def test_value_that_cannot_be_divided_goes_with_the_last_unit() -> None:
    history = given(
        warehouse_created(NORTH),
        warehouse_created(SOUTH),
        item_configured(),
        stock_received(1, unit_cost=0.0001),
        stock_received(2, unit_cost=0, supplier=-1, available=1, value=0.0001),
    ).after(create_transfer(line(3)), dispatch_transfer())
    first, *_, last = history.when(receive_transfer(came(1, damaged=1, short=1))).events()
    assert first == transfer_received(
        accounted(1, damaged=1, short=1, value=0.0001), completed=True
    )
    assert last == stock_moved(
        TransferStep.SHORT,
        1,
        SOUTH,
        before={AVAILABLE: 1, DAMAGED: 1, IN_TRANSIT: 1},
        transit_value=0.0001,
        transit_change=-0.0001,
    )


def test_two_transfers_of_a_sku_keep_their_values_apart() -> None:
    history = given(
        warehouse_created(NORTH),
        warehouse_created(SOUTH),
        item_configured(),
        stock_received(2, unit_cost=5),
    ).after(create_transfer(line(2)), dispatch_transfer())
    history.tenant.record(stock_received(1, unit_cost=100, supplier=-2))
    history.after(create_transfer(line(1), transfer_id="T2"), dispatch_transfer("T2"))
    first = history.when(receive_transfer(came(1))).events()[0]
    second = history.when(receive_transfer(came(1), transfer_id="T2")).events()[0]
    assert first == transfer_received(accounted(1, value=5))
    assert second == transfer_received(accounted(1, value=100), transfer_id="T2", completed=True)


def test_lines_of_the_same_sku_add_up() -> None:
    first = on_its_way().when(receive_transfer(came(3), came(1, over=1), came(damaged=1)))
    assert first.events()[0] == transfer_received(accounted(4, damaged=1, over=1, value=20))


def test_every_event_says_what_the_command_did() -> None:
    receipt = with_particulars(receive_transfer(came(3, damaged=1, short=1, over=1)))
    events = on_its_way().when(receipt).events()
    assert len(events) == 5
    assert all(event == with_particulars(event) for event in events)
