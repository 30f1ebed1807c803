"""Specification of changing a reservation: in one step, its own hold never in its own way."""

import pytest

from stockledger.messages.message import Command
from stockledger.messages.results import ErrorCode
from tests.support.builders import CHAIR, NORTH, deactivate_warehouse, with_particulars
from tests.support.item_builders import correct_stock
from tests.support.lamps_and_chairs import HALF_PAST, shop
from tests.support.reservation_builders import (
    R2,
    asked,
    changed,
    confirm_reservation,
    expire_reservation,
    extend_reservation,
    held,
    hold_extended,
    release_reservation,
    reservation_extended,
    reservation_released,
    reservation_updated,
    reserve_stock,
    stock_released,
    stock_reserved,
    update_reservation,
)


def test_more_is_held_by_the_difference() -> None:
    shop().after(reserve_stock(asked(8))).when(update_reservation(changed(10))).answered(
        reservation_id="R1",
        status="ACTIVE",
        expires_at=HALF_PAST,
        lines=[{"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 10}],
    ).then(
        reservation_updated(held(10)),
        stock_reserved(2, holds=10, available=2, reserved=8, value=40),
    )


def test_less_is_held_by_the_difference() -> None:
    shop().after(reserve_stock(asked(8))).when(update_reservation(changed(3))).then(
        reservation_updated(held(3)),
        stock_released(5, holds=3, available=2, reserved=8, value=40),
    )


def test_other_lines_take_the_place_of_those_left_out() -> None:
    shop().after(reserve_stock(asked(8))).when(update_reservation(changed(5, CHAIR))).then(
        reservation_updated(held(5, CHAIR)),
        stock_released(8, available=2, reserved=8, value=40),
        stock_reserved(5, sku=CHAIR, available=5, value=20),
    )


def test_more_than_there_is_besides_the_own_hold_is_refused_and_the_hold_stays() -> None:
    shop().after(
        reserve_stock(asked(8)), reserve_stock(asked(1), reservation_id=R2, seconds=60)
    ).when(update_reservation(changed(10))).then_refused(
        ErrorCode.INSUFFICIENT_STOCK,
        warehouse_id="NORTH",
        sku="LAMP",
        asked=10,
        available=9,
        next_lapse="2026-11-23T12:01:00.000000Z",
        lines=[
            {
                "warehouse_id": "NORTH",
                "sku": "LAMP",
                "asked": 10,
                "available": 9,
                "next_lapse": "2026-11-23T12:01:00.000000Z",
            }
        ],
    )


def test_others_are_kept_when_the_command_says_so() -> None:
    both = shop().after(reserve_stock(asked(8), asked(1, CHAIR)))
    both.when(update_reservation(changed(2, CHAIR), keep_others=True)).then(
        reservation_updated(held(8), held(2, CHAIR)),
        stock_reserved(1, sku=CHAIR, holds=2, available=4, reserved=1, value=20),
    )
    both.when(update_reservation(changed(0, CHAIR), keep_others=True)).then(
        reservation_updated(held(8)),
        stock_released(1, sku=CHAIR, available=4, reserved=1, value=20),
    )


@pytest.mark.parametrize("keep_others", [False, True])
def test_reservation_left_without_lines_is_released(*, keep_others: bool) -> None:
    command = update_reservation(changed(0), keep_others=keep_others)
    one = shop().after(reserve_stock(asked(8)))
    answer = one.when(command).answer()
    assert answer["status"] == "CANCELLED"
    one.when(command).then(
        reservation_released(), stock_released(8, available=2, reserved=8, value=40)
    )
    one.after(command).when(command).answered(**answer).then_nothing()


def test_deadline_stays_unless_the_command_gives_another() -> None:
    one = shop().after(reserve_stock(asked(8))).wait(60)
    one.when(update_reservation(changed(8), seconds=1_800)).then(
        reservation_updated(held(8), until=1_860), hold_extended(1_860)
    )
    one.when(update_reservation(changed(9), seconds=600)).then(
        reservation_updated(held(9), until=660),
        stock_reserved(1, holds=9, until=660, available=2, reserved=8, value=40),
    )
    one.when(update_reservation(changed(5), seconds=600)).then(
        reservation_updated(held(5), until=660),
        stock_released(3, holds=5, available=2, reserved=8, value=40),
        hold_extended(660),
    )


def test_update_to_what_is_held_is_accepted_without_an_event() -> None:
    shop().after(reserve_stock(asked(8))).when(update_reservation(changed(8))).answered(
        reservation_id="R1",
        status="ACTIVE",
        expires_at=HALF_PAST,
        lines=[{"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 8}],
    ).then_nothing()


def test_update_takes_a_part_when_that_will_do() -> None:
    shop().after(reserve_stock(asked(8))).when(
        update_reservation(changed(12), allow_partial=True)
    ).answered(
        reservation_id="R1",
        status="ACTIVE",
        expires_at=HALF_PAST,
        lines=[{"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 10}],
        missing=[{"sku": "LAMP", "asked": 12, "held": 10}],
    ).then(
        reservation_updated(held(10), asked=(asked(12),)),
        stock_reserved(2, holds=10, available=2, reserved=8, value=40),
    )


def test_what_is_held_can_stay_or_shrink_though_a_correction_cut_below_it() -> None:
    cut = shop().after(reserve_stock(asked(8)), correct_stock(5))
    cut.when(update_reservation(changed(8))).then_nothing()
    cut.when(update_reservation(changed(7))).then(
        reservation_updated(held(7)),
        stock_released(1, holds=7, available=-3, reserved=8, value=20),
    )


def test_hold_in_an_inactive_warehouse_can_shrink_but_not_grow() -> None:
    closed = shop().after(reserve_stock(asked(8)), deactivate_warehouse(NORTH))
    closed.when(update_reservation(changed(7))).then(
        reservation_updated(held(7)),
        stock_released(1, holds=7, available=2, reserved=8, value=40),
    )
    closed.when(update_reservation(changed(9))).then_refused(
        ErrorCode.WAREHOUSE_INACTIVE, warehouse_id="NORTH"
    )


def test_reservation_is_extended_from_now_with_its_holds() -> None:
    shop().after(reserve_stock(asked(8), asked(1, CHAIR))).wait(60).when(
        extend_reservation(1_800)
    ).answered(
        reservation_id="R1",
        status="ACTIVE",
        expires_at="2026-11-23T12:31:00.000000Z",
        lines=[
            {"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 8},
            {"warehouse_id": "NORTH", "sku": "CHAIR", "quantity": 1},
        ],
    ).then(reservation_extended(1_860), hold_extended(1_860), hold_extended(1_860, sku=CHAIR))


def test_deadline_that_is_later_already_stays() -> None:
    shop().after(reserve_stock(asked(8))).wait(60).when(extend_reservation(1_740)).answered(
        reservation_id="R1",
        status="ACTIVE",
        expires_at=HALF_PAST,
        lines=[{"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 8}],
    ).then_nothing()


def test_extended_hold_counts_until_its_new_deadline() -> None:
    one = shop().after(reserve_stock(asked(8), seconds=60), extend_reservation(120)).wait(119)
    assert one.when(reserve_stock(asked(3), reservation_id=R2)).refusal().details["available"] == 2
    one.wait(1).when(reserve_stock(asked(3), reservation_id=R2)).answer()


CHANGES: list[Command] = [
    update_reservation(changed(1)),
    extend_reservation(),
]


@pytest.mark.parametrize("change", CHANGES)
def test_unknown_reservation_cannot_be_changed(change: Command) -> None:
    shop().when(change).then_refused(ErrorCode.NOT_FOUND, reservation_id="R1")


@pytest.mark.parametrize("change", CHANGES)
@pytest.mark.parametrize(
    ("end", "status"), [(confirm_reservation(), "COMPLETED"), (release_reservation(), "CANCELLED")]
)
def test_reservation_that_ended_cannot_be_changed(
    change: Command, end: Command, status: str
) -> None:
    shop().after(reserve_stock(asked(1)), end).when(change).then_refused(
        ErrorCode.RESERVATION_NOT_ACTIVE, reservation_id="R1", status=status
    )


@pytest.mark.parametrize("change", CHANGES)
def test_reservation_can_be_changed_until_just_before_its_deadline(change: Command) -> None:
    one = shop().after(reserve_stock(asked(2), seconds=60))
    one.wait(59.999999).when(change).answer()
    refused = {
        "reservation_id": "R1",
        "expires_at": "2026-11-23T12:01:00.000000Z",
        "now": "2026-11-23T12:01:00.000000Z",
    }
    one.wait(0.000001).when(change).then_refused(ErrorCode.RESERVATION_EXPIRED, **refused)
    one.after(expire_reservation()).when(change).then_refused(
        ErrorCode.RESERVATION_EXPIRED, **refused
    )


def test_events_of_a_change_carry_what_every_command_may_say() -> None:
    shop().after(reserve_stock(asked(8))).when(
        with_particulars(update_reservation(changed(7), seconds=3_600))
    ).then(
        with_particulars(reservation_updated(held(7), until=3_600)),
        with_particulars(stock_released(1, holds=7, available=2, reserved=8, value=40)),
        with_particulars(hold_extended(3_600)),
    )
    shop().after(reserve_stock(asked(8))).when(with_particulars(extend_reservation(3_600))).then(
        with_particulars(reservation_extended(3_600)), with_particulars(hold_extended(3_600))
    )


def test_refusal_says_when_another_hold_lapses_though_the_own_one_does_before() -> None:
    held_twice = shop().after(
        reserve_stock(asked(8), seconds=30), reserve_stock(asked(1), reservation_id=R2, seconds=60)
    )
    refusal = held_twice.when(update_reservation(changed(10))).refusal()
    assert refusal.details["next_lapse"] == "2026-11-23T12:01:00.000000Z"
    refusal = held_twice.when(reserve_stock(asked(10), reservation_id="R3")).refusal()
    assert refusal.details["next_lapse"] == "2026-11-23T12:00:30.000000Z"
