"""Specification of the day's check: all items, some at a time, each of them once."""

from collections.abc import Iterable
from dataclasses import replace

import pytest

from stockledger.messages.alert import AlertRaised, Severity
from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.message import Event
from stockledger.messages.tenant import DailyCheckCompleted, ItemPlace, ItemsChecked
from tests.support.alert_builders import (
    CAPACITY,
    LOW,
    OUT,
    OVER,
    REORDER,
    check_completed,
    continue_check,
    full,
    items_checked,
    lamps,
    place,
    raised,
    replaced,
    resolve,
    watch,
)
from tests.support.builders import (
    CHAIR,
    LAMP,
    NORTH,
    SOUTH,
    create_warehouse,
    start_daily_check,
    warehouse_created,
    with_particulars,
)
from tests.support.capacity_builders import delete_warehouse, shelf
from tests.support.item_builders import issue_stock, item_configured, receive_stock
from tests.support.specification import Given, given
from tests.support.supplier_builders import (
    LUMEN,
    P1,
    cancel_order_of,
    register_supplier,
    reorder,
    supply,
)

SUNDAY, MONDAY = "2026-11-22", "2026-11-23"
"""It is Monday, 12:00 UTC."""


def begun(history: Given) -> Given:
    """Return a history in which Monday's check begins."""
    return history.after(start_daily_check(MONDAY))


def automatic(history: Given, quantity: float = 20) -> Given:
    """Return a history in which lamps are ordered automatically at 5, that they have fallen to."""
    history.after(supply(supplier_id=LUMEN, reorder_point=5, reorder_quantity=quantity))
    return history.after(supply(automatically=True))


def asked_for(figure: float, *, number: int, quantity: float = 20) -> AlertRaised:
    """Return the alert by which lamps are ordered automatically."""
    alert = raised(REORDER, figure, 5, number, recommended=quantity)
    return replace(alert, supplier_id=LUMEN, reorder_automatically=True)


def many(count: int, warehouse_id: WarehouseId = NORTH) -> list[ItemPlace]:
    """Return the places of many items, in the order of their streams."""
    return [place(Sku(f"S{number:03}"), warehouse_id) for number in range(count)]


def configured(places: Iterable[ItemPlace]) -> Given:
    """Return a tenant of items of which there never were any units, and Monday's check begun."""
    items = [item_configured(each.warehouse_id, each.sku) for each in places]
    return begun(given(warehouse_created(), *items))


def go_through(history: Given) -> list[list[Event]]:
    """Let the scheduler tick until the check is completed; return the events of each tick."""
    ticks: list[list[Event]] = []
    after: ItemPlace | None = None
    while history.tenant.tenant().is_checking:
        tick = continue_check(MONDAY, after)
        outcome = history.when(tick)
        ticks.append([*outcome.alerts(), *outcome.events()])
        history.after(tick)
        after = history.tenant.tenant().checked_to
    return ticks


def test_a_check_of_nothing_is_completed_at_once() -> None:
    begun(given()).when(continue_check(MONDAY)).then(check_completed(MONDAY, 0))


def test_some_items_are_checked_in_one_go() -> None:
    history = configured([place(), place(CHAIR)])
    history.when(continue_check(MONDAY)).then(
        items_checked(MONDAY, 2, place()), check_completed(MONDAY, 2)
    )


def test_many_items_are_checked_a_hundred_at_a_time() -> None:
    places = many(250)
    ticks = go_through(configured(places))
    assert [tick[-1] for tick in ticks] == [
        items_checked(MONDAY, 100, places[99]),
        items_checked(MONDAY, 100, places[199]),
        check_completed(MONDAY, 250),
    ]
    assert ticks[-1][-2] == items_checked(MONDAY, 50, places[249])
    told = [event.sku for tick in ticks for event in tick if isinstance(event, AlertRaised)]
    assert told == [each.sku for each in places], "each of them once"


@pytest.mark.parametrize("count", [100, 200])
def test_when_nothing_is_left_behind_the_last_hundred_the_next_tick_says_so(count: int) -> None:
    ticks = go_through(configured(many(count)))
    assert ticks[-1] == [check_completed(MONDAY, count)]
    assert len(ticks) == count // 100 + 1


def test_items_come_in_the_order_of_their_streams_names() -> None:
    """A dash comes before the slash behind the warehouse's id, a digit behind it."""
    ids = [WarehouseId(name) for name in ("NORTH-2", "NORTH", "NORTH2")]
    events = [event for name in ids for event in (warehouse_created(name), item_configured(name))]
    history = begun(given(*reversed(events)))
    found = history.when(continue_check(MONDAY)).alerts()
    assert [alert.warehouse_id for alert in found] == ids


def test_a_tick_that_comes_twice_does_nothing_twice() -> None:
    places = many(150)
    history = configured(places)
    first = continue_check(MONDAY)
    history.after(first).when(first).then_nothing()
    second = continue_check(MONDAY, places[99])
    history.after(second).when(second).then_nothing()
    history.when(continue_check(MONDAY, places[149])).then_nothing()


def test_a_tick_out_of_turn_does_nothing() -> None:
    places = many(150)
    history = configured(places)
    history.when(continue_check(MONDAY, places[99])).then_nothing()
    history.when(continue_check(SUNDAY)).then_nothing()
    history.after(continue_check(MONDAY)).when(continue_check(SUNDAY, places[99])).then_nothing()


def test_without_a_check_under_way_a_tick_does_nothing() -> None:
    given().when(continue_check(MONDAY)).then_nothing()
    given().after(start_daily_check(SUNDAY)).when(continue_check(MONDAY)).then_nothing()


def test_the_next_days_check_begins_from_the_first_item_whatever_became_of_the_last() -> None:
    places = many(150)
    items = [item_configured(each.warehouse_id, each.sku) for each in places]
    history = given(warehouse_created(), *items).after(start_daily_check(SUNDAY))
    history.after(continue_check(SUNDAY), start_daily_check(MONDAY))
    history.when(continue_check(SUNDAY, places[99])).then_nothing()
    history.when(continue_check(MONDAY)).then(items_checked(MONDAY, 100, places[99]))


def test_items_that_appear_behind_the_place_are_seen_and_those_before_it_tomorrow() -> None:
    places = many(100)
    history = configured(places).after(continue_check(MONDAY))
    history.tenant.record(item_configured(NORTH, Sku("A")), item_configured(NORTH, Sku("Z")))
    last = history.when(continue_check(MONDAY, places[99]))
    assert [alert.sku for alert in last.alerts()] == ["Z"]
    last.then(items_checked(MONDAY, 1, place(Sku("Z"))), check_completed(MONDAY, 101))


def test_items_of_warehouses_that_were_given_up_are_passed_by_and_counted() -> None:
    history = lamps(3).after(issue_stock(3), create_warehouse(SOUTH), receive_stock(1, SOUTH))
    outcome = begun(history.after(delete_warehouse())).when(continue_check(MONDAY))
    outcome.then_alerts()
    outcome.then(items_checked(MONDAY, 2, place(warehouse_id=SOUTH)), check_completed(MONDAY, 2))


def test_what_was_only_configured_is_out_of_stock() -> None:
    history = begun(given().after(create_warehouse(), watch(maximum=50)))
    history.when(continue_check(MONDAY)).then_alerts(raised(OUT, 0, 0))


def test_what_is_open_already_is_not_raised_again() -> None:
    history = lamps(5, watch(reorder_point=5)).after(issue_stock(1))
    begun(history).when(continue_check(MONDAY)).then_alerts()
    begun(shelf(80)).when(continue_check(MONDAY)).then_alerts()


def test_what_is_to_be_ordered_automatically_and_is_not_is_asked_for_anew() -> None:
    """Its supplier was registered late, its order was cancelled, or it is automatic since now."""
    history = automatic(lamps(3).after(register_supplier()))
    begun(history).when(continue_check(MONDAY)).then_alerts(
        replaced(REORDER, 3), asked_for(3, number=2)
    )
    history.after(continue_check(MONDAY))
    assert history.when(reorder(1)).refusal().details["open_number"] == 2
    assert history.after(reorder(2)).tenant.item(NORTH, LAMP).reorder_order == P1


def test_what_is_on_order_already_is_not_asked_for_anew_until_that_is_over() -> None:
    """The order brings less than what is needed, so that its alert stays open."""
    history = automatic(lamps(3).after(register_supplier()), quantity=1).after(reorder(1))
    begun(history).when(continue_check(MONDAY)).then_alerts()
    history.after(cancel_order_of())
    history.when(continue_check(MONDAY)).then_alerts(
        replaced(REORDER, 3), asked_for(3, number=2, quantity=1)
    )


def test_what_is_above_its_reorder_point_again_is_not_asked_for_anew() -> None:
    history = automatic(lamps(3).after(register_supplier())).after(receive_stock(2.5))
    begun(history).when(continue_check(MONDAY)).then_alerts()


def test_what_is_ordered_by_hand_is_not_asked_for_anew() -> None:
    history = lamps(3).after(register_supplier(), supply(supplier_id=LUMEN, reorder_point=5))
    begun(history).when(continue_check(MONDAY)).then_alerts()


def test_what_was_closed_while_its_cause_goes_on_is_raised_again() -> None:
    history = lamps(5, watch(reorder_point=5)).acting("grace")
    history.after(resolve(LOW), resolve(REORDER), receive_stock(0.5))
    begun(history).when(continue_check(MONDAY)).then_alerts()
    history.after(issue_stock(0.5)).when(continue_check(MONDAY)).then_alerts(
        raised(LOW, 5, 5, number=2), raised(REORDER, 5, 5, number=2)
    )


def test_out_of_stock_that_was_closed_takes_the_place_of_low_stock_after_all() -> None:
    history = lamps(3, watch(reorder_point=2)).after(issue_stock(3)).acting("grace")
    history.after(resolve(OUT), resolve(REORDER), receive_stock(0.5), issue_stock(0.5))
    begun(history).when(continue_check(MONDAY)).then_alerts(
        replaced(LOW, 0), raised(OUT, 0, 0, number=2), raised(REORDER, 0, 2, number=2)
    )


def test_too_much_that_was_closed_is_raised_again() -> None:
    history = lamps(9, watch(maximum=5, percent=0)).acting("grace").after(resolve(OVER))
    begun(history).when(continue_check(MONDAY)).then_alerts(raised(OVER, 9, 5, number=2))


def test_a_full_warehouse_of_which_the_alert_was_closed_is_looked_at_with_its_first_item() -> None:
    history = begun(shelf(80).acting("grace").after(resolve(CAPACITY, None)))
    outcome = history.when(continue_check(MONDAY))
    outcome.then_alerts(full(Severity.WARNING, 80, 80, number=2))
    history.after(continue_check(MONDAY), resolve(CAPACITY, None))
    assert not history.tenant.tenant().is_checking


def test_a_full_warehouse_is_raised_once_though_its_items_fill_many_ticks() -> None:
    items = [item_configured(NORTH, each.sku) for each in many(150)]
    history = begun(shelf(80).acting("grace").after(resolve(CAPACITY, None)))
    history.tenant.record(*items)
    history.after(continue_check(MONDAY), resolve(CAPACITY, None))
    to = history.tenant.tenant().checked_to
    assert CAPACITY not in [
        alert.kind for alert in history.when(continue_check(MONDAY, to)).alerts()
    ]


def test_its_events_carry_what_every_command_may_say() -> None:
    events = configured([place()]).when(with_particulars(continue_check(MONDAY))).events()
    assert events == [
        with_particulars(items_checked(MONDAY, 1, place())),
        with_particulars(check_completed(MONDAY, 1)),
    ]
    assert [type(event) for event in events] == [ItemsChecked, DailyCheckCompleted]
