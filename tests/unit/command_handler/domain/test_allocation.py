"""Specification of where units of any warehouse are taken: priority, most available, id."""

import pytest

from stockledger.messages.fields import WarehouseId
from stockledger.messages.lines import AskedLine
from stockledger.messages.message import Event
from stockledger.messages.results import ErrorCode, Figure
from tests.support.builders import (
    LAMP,
    NORTH,
    SOUTH,
    create_warehouse,
    deactivate_warehouse,
    warehouse_created,
)
from tests.support.item_builders import receive_stock
from tests.support.reservation_builders import R2, asked, changed, reserve_stock, update_reservation
from tests.support.specification import Given, Outcome, given

EAST = WarehouseId("EAST")
ANY_LAMPS = None


def lamps_at(*stock: tuple[WarehouseId, int, float]) -> Given:
    """Return warehouses of these priorities, with so many lamps in each."""
    shop = given()
    for warehouse_id, priority, quantity in stock:
        shop.after(
            create_warehouse(warehouse_id, priority=priority), receive_stock(quantity, warehouse_id)
        )
    return shop


def taken(outcome: Outcome) -> dict[str, float]:
    """Return what was taken from which warehouse."""
    lines = outcome.answer()["lines"]
    assert isinstance(lines, list)
    return {str(line["warehouse_id"]): float(line["quantity"] or 0) for line in lines}


def of_any(quantity: float) -> AskedLine:
    return asked(quantity, LAMP, ANY_LAMPS)


def test_lowest_priority_number_comes_first() -> None:
    shop = lamps_at((NORTH, 20, 10), (SOUTH, 10, 5))
    assert taken(shop.when(reserve_stock(of_any(5)))) == {"SOUTH": 5}


def test_of_equal_priority_the_one_with_most_available_comes_first() -> None:
    shop = lamps_at((NORTH, 10, 5), (SOUTH, 10, 6))
    assert taken(shop.when(reserve_stock(of_any(1)))) == {"SOUTH": 1}
    shop.after(reserve_stock(asked(2, LAMP, SOUTH), reservation_id=R2))
    assert taken(shop.when(reserve_stock(of_any(1)))) == {"NORTH": 1}


def test_of_equals_the_first_id_comes_first() -> None:
    shop = lamps_at((SOUTH, 10, 5), (EAST, 10, 5), (NORTH, 10, 5))
    assert taken(shop.when(reserve_stock(of_any(1)))) == {"EAST": 1}


def test_one_that_cannot_give_all_is_passed_over() -> None:
    shop = lamps_at((NORTH, 10, 4), (SOUTH, 20, 5))
    assert taken(shop.when(reserve_stock(of_any(5)))) == {"SOUTH": 5}


def test_line_is_not_split_unless_that_is_allowed() -> None:
    shop = lamps_at((NORTH, 10, 4), (SOUTH, 20, 5))
    shop.when(reserve_stock(of_any(6))).then_refused(
        ErrorCode.INSUFFICIENT_STOCK,
        sku="LAMP",
        asked=6,
        available=5,
        lines=[{"sku": "LAMP", "asked": 6, "available": 5}],
    )
    split = shop.when(reserve_stock(of_any(6), allow_split=True))
    assert taken(split) == {"NORTH": 4, "SOUTH": 2}


def test_refusal_of_a_split_line_tells_what_all_have_and_when_the_first_hold_lapses() -> None:
    shop = lamps_at((NORTH, 10, 4), (SOUTH, 20, 5)).after(
        reserve_stock(asked(1, LAMP, NORTH), reservation_id=R2, seconds=120),
        reserve_stock(asked(1, LAMP, SOUTH), reservation_id="R3", seconds=60),
    )
    figures: dict[str, Figure] = {
        "sku": "LAMP",
        "asked": 8,
        "available": 7,
        "next_lapse": "2026-11-23T12:01:00.000000Z",
    }
    shop.when(reserve_stock(of_any(8), allow_split=True)).then_refused(
        ErrorCode.INSUFFICIENT_STOCK, **figures, lines=[figures]
    )


@pytest.mark.parametrize(
    ("allow_split", "expected"), [(False, {"SOUTH": 5}), (True, {"NORTH": 4, "SOUTH": 5})]
)
def test_part_of_a_line_is_taken_where_there_is_most_or_everywhere(
    *, allow_split: bool, expected: dict[str, float]
) -> None:
    shop = lamps_at((NORTH, 10, 4), (SOUTH, 20, 5))
    command = reserve_stock(of_any(20), allow_partial=True, allow_split=allow_split)
    assert taken(shop.when(command)) == expected


def test_inactive_warehouse_gives_nothing() -> None:
    shop = lamps_at((NORTH, 10, 5), (SOUTH, 20, 5)).after(deactivate_warehouse(NORTH))
    assert taken(shop.when(reserve_stock(of_any(1)))) == {"SOUTH": 1}
    shop.after(deactivate_warehouse(SOUTH)).when(reserve_stock(of_any(1))).then_refused(
        ErrorCode.INSUFFICIENT_STOCK,
        sku="LAMP",
        asked=1,
        available=0,
        lines=[{"sku": "LAMP", "asked": 1, "available": 0}],
    )


def test_named_lines_are_served_before_those_of_any_warehouse() -> None:
    shop = lamps_at((NORTH, 10, 5), (SOUTH, 20, 5))
    command = reserve_stock(of_any(3), asked(4, LAMP, NORTH))
    assert taken(shop.when(command)) == {"NORTH": 4, "SOUTH": 3}


def test_what_the_reservation_holds_counts_as_its_own_wherever_it_is() -> None:
    shop = lamps_at((NORTH, 10, 4), (SOUTH, 20, 5)).after(
        reserve_stock(of_any(9), allow_split=True)
    )
    update = update_reservation(changed(5, LAMP, ANY_LAMPS))
    assert taken(shop.when(update)) == {"SOUTH": 5}
    all_of_it = update_reservation(changed(9, LAMP, ANY_LAMPS), allow_split=True)
    shop.when(all_of_it).then_nothing()


def test_what_is_held_in_a_warehouse_that_became_inactive_can_stay_there() -> None:
    shop = lamps_at((NORTH, 10, 10)).after(reserve_stock(of_any(3)), deactivate_warehouse(NORTH))
    assert taken(shop.when(update_reservation(changed(3, LAMP, ANY_LAMPS)))) == {"NORTH": 3}
    assert taken(shop.when(update_reservation(changed(2, LAMP, ANY_LAMPS)))) == {"NORTH": 2}
    shop.when(update_reservation(changed(4, LAMP, ANY_LAMPS))).then_refused(
        ErrorCode.INSUFFICIENT_STOCK,
        sku="LAMP",
        asked=4,
        available=3,
        lines=[{"sku": "LAMP", "asked": 4, "available": 3}],
    )


def test_warehouse_that_never_had_the_sku_is_not_asked() -> None:
    events: list[Event] = [warehouse_created(EAST, priority=1)]
    shop = given(*events).after(create_warehouse(NORTH), receive_stock(1, NORTH))
    assert taken(shop.when(reserve_stock(of_any(1)))) == {"NORTH": 1}
