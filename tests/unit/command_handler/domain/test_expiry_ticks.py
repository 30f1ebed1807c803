"""Specification of the scheduler's tick: it ends what is due, and nothing else, however often."""

from stockledger.messages.streams import reservation_stream
from stockledger_command_handler.domain.reservation import EXPIRED_LINES_MAX
from stockledger_command_handler.streams_named import streams_named
from tests.support.builders import CHAIR
from tests.support.lamps_and_chairs import shop
from tests.support.order_builders import holding_lines
from tests.support.order_builders import shop as shop_of_orders
from tests.support.reservation_builders import (
    R1,
    R2,
    asked,
    confirm_reservation,
    expire_reservation,
    extend_reservation,
    holds_expired,
    release_reservation,
    reservation_expired,
    reserve_stock,
)
from tests.support.specification import Given


def held_lamps() -> Given:
    """Return a history in which R1 holds eight of the ten lamps for half an hour."""
    return shop().after(reserve_stock(asked(8)))


def test_the_reservations_of_many_ticks_are_loaded_together() -> None:
    assert streams_named(expire_reservation(R1, R2)) == [
        reservation_stream(R1),
        reservation_stream(R2),
    ]


def test_tick_expires_every_reservation_that_is_due_with_one_event_an_item() -> None:
    shop().after(
        reserve_stock(asked(1), asked(2, CHAIR), seconds=60),
        reserve_stock(asked(3), reservation_id=R2, seconds=30),
    ).wait(60).when(expire_reservation(R1, R2, R1)).answered(expired=2).then(
        reservation_expired(R1, until=60),
        reservation_expired(R2, until=30),
        holds_expired((R1, 1), (R2, 3), available=6, reserved=4, value=40),
        holds_expired((R1, 2), sku=CHAIR, available=3, reserved=2, value=20),
    )


def test_tick_passes_over_what_is_not_due_ended_or_unknown() -> None:
    shop().after(
        reserve_stock(asked(1), seconds=61),
        reserve_stock(asked(1), reservation_id="SOLD", seconds=60),
        confirm_reservation("SOLD"),
        reserve_stock(asked(1), reservation_id="GIVEN-BACK", seconds=60),
        release_reservation("GIVEN-BACK"),
    ).wait(60).when(expire_reservation(R1, "SOLD", "GIVEN-BACK", "UNKNOWN")).answered(
        expired=0
    ).then_nothing()


def test_tick_twice_does_nothing_twice() -> None:
    held_lamps().wait(1_800).after(expire_reservation()).when(expire_reservation()).answered(
        expired=0
    ).then_nothing()


def test_tick_that_comes_too_early_or_after_an_extension_is_passed_over() -> None:
    early = shop().after(reserve_stock(asked(1), seconds=60)).wait(59.999999)
    early.when(expire_reservation()).then_nothing()
    early.after(extend_reservation(60)).wait(0.000001).when(expire_reservation()).then_nothing()


def test_tick_ends_no_more_lines_than_customers_can_wait_for_and_the_rest_next_time() -> None:
    selling = shop_of_orders(*holding_lines(EXPIRED_LINES_MAX + 1, seconds=60))
    selling.wait(60)
    tick = expire_reservation("B0", f"B{EXPIRED_LINES_MAX}")
    assert selling.answer(tick) == {"expired": 1}
    assert selling.answer(tick) == {"expired": 1}
    assert selling.answer(tick) == {"expired": 0}


def test_tick_ends_several_reservations_as_long_as_their_lines_are_few() -> None:
    selling = shop_of_orders(*holding_lines(EXPIRED_LINES_MAX - 1, seconds=60))
    selling.did(reserve_stock(asked(1), seconds=60))
    selling.wait(60)
    assert selling.answer(expire_reservation("B0", R1)) == {"expired": 2}
