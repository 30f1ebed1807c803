"""Specification of when alerts about items begin, and when they are over by themselves."""

import pytest

from stockledger.messages.alert import AlertKind, AlertRaised
from stockledger.messages.item import ConfigureItem
from stockledger_command_handler.domain.alert_state import AlertEvent
from stockledger_command_handler.domain.alerting import alerted
from tests.support.alert_builders import (
    LOW,
    OUT,
    OVER,
    REORDER,
    lamps,
    raised,
    replaced,
    resolved,
    watch,
)
from tests.support.builders import CHAIR, LAMP, NORTH, SOUTH, create_warehouse, with_particulars
from tests.support.capacity_builders import delete_warehouse
from tests.support.damage_builders import record_damage, repair_damage
from tests.support.item_builders import (
    adjust_stock,
    configure_item,
    correct_stock,
    issue_stock,
    item_configured,
    move_bin,
    receive_stock,
)
from tests.support.reservation_builders import asked, release_reservation, reserve_stock
from tests.support.specification import given
from tests.support.transfer_builders import create_transfer, dispatch_transfer, line

FIFTH_OF_50 = watch(maximum=50, percent=20)
"""Low at 10 lamps."""


@pytest.mark.parametrize(
    ("settings", "trigger"),
    [
        (FIFTH_OF_50, 10),
        (watch(maximum=50, reorder_point=30), 10),
        (watch(reorder_point=12.5), 12.5),
        (watch(maximum=0.012, percent=20), 0.002),
        (watch(maximum=0.013, percent=50), 0.006),
        (watch(maximum=0.015, percent=50), 0.008),
    ],
    ids=[
        "percent of the maximum",
        "not the reorder point, with a maximum",
        "the reorder point, without one",
        "rounded down",
        "half to even, down",
        "half to even, up",
    ],
)
def test_stock_is_low_from_its_trigger_on(settings: ConfigureItem, trigger: float) -> None:
    above = round(trigger + 0.001, 3)
    alerts = lamps(above + 1, settings).when(issue_stock(1)).alerts()
    assert [alert for alert in alerts if alert.kind is LOW] == []
    alerts = lamps(trigger + 1, settings).when(issue_stock(1)).alerts()
    assert [alert for alert in alerts if alert.kind is LOW] == [raised(LOW, trigger, trigger)]


def test_without_a_maximum_or_reorder_point_nothing_is_low() -> None:
    lamps(2).when(issue_stock(1.999)).then_alerts()


def test_stock_that_is_low_already_raises_nothing_more() -> None:
    lamps(11, FIFTH_OF_50).after(issue_stock(1)).when(issue_stock(1)).then_alerts()


@pytest.mark.parametrize(("maximum", "trigger", "over"), [(50, 10, 11), (200, 40, 42)])
def test_low_stock_is_over_five_percent_above_its_trigger_but_at_least_a_unit(
    maximum: float, trigger: float, over: float
) -> None:
    low = lamps(trigger + 1, watch(maximum=maximum, percent=20)).after(issue_stock(1))
    low.when(receive_stock(over - trigger - 0.001)).then_alerts()
    low.when(receive_stock(over - trigger)).then_alerts(resolved(LOW, over))


def test_five_percent_are_exact_and_not_rounded() -> None:
    """Of 20.006, that is 1.0003: 21.006 is not beyond it, 21.007 is."""
    low = lamps(21, watch(reorder_point=20.006)).after(issue_stock(1))
    low.when(receive_stock(1.006)).then_alerts()
    low.when(receive_stock(1.007)).then_alerts(resolved(LOW, 21.007), resolved(REORDER, 21.007))


def test_the_next_one_has_the_next_number() -> None:
    again = lamps(11, FIFTH_OF_50).after(issue_stock(1), receive_stock(1))
    again.when(issue_stock(2)).then_alerts(raised(LOW, 9, 10, number=2))


def test_stock_that_runs_out_raises_the_gravest_alert() -> None:
    lamps(3).when(issue_stock(3)).then_alerts(raised(OUT, 0, 0))


def test_out_of_stock_takes_the_place_of_low_stock() -> None:
    low = lamps(11, FIFTH_OF_50).after(issue_stock(1))
    low.when(issue_stock(10)).then_alerts(replaced(LOW, 0), raised(OUT, 0, 0))


def test_stock_that_was_never_low_before_it_ran_out_is_not_low_too() -> None:
    lamps(11, FIFTH_OF_50).when(issue_stock(11)).then_alerts(raised(OUT, 0, 0))


def test_a_correction_below_what_is_held_is_out_of_stock_too() -> None:
    held = lamps(5).after(reserve_stock(asked(4)))
    held.when(correct_stock(3)).then_alerts(raised(OUT, -1, 0))


def test_out_of_stock_is_over_with_a_whole_unit() -> None:
    out = lamps(3).after(issue_stock(3))
    out.when(receive_stock(0.999)).then_alerts()
    out.when(receive_stock(1)).then_alerts(resolved(OUT, 1))


def test_what_is_not_out_of_stock_any_more_may_be_low_again() -> None:
    out = lamps(11, FIFTH_OF_50).after(issue_stock(11))
    out.when(receive_stock(0.5)).then_alerts()
    out.when(receive_stock(10)).then_alerts(resolved(OUT, 10), raised(LOW, 10, 10))
    out.when(receive_stock(10.5)).then_alerts(resolved(OUT, 10.5))


def test_while_it_is_out_of_stock_it_is_not_low_too_whatever_its_threshold() -> None:
    out = lamps(11, FIFTH_OF_50).after(issue_stock(11), receive_stock(0.5))
    out.when(watch(percent=30)).then_alerts()


def test_between_nothing_and_low_one_alert_stands_for_the_other() -> None:
    low = lamps(11, FIFTH_OF_50).after(issue_stock(11), receive_stock(5))
    low.when(issue_stock(5)).then_alerts(replaced(LOW, 0), raised(OUT, 0, 0, number=2))


def test_an_item_that_was_only_configured_was_never_in_stock() -> None:
    new = given().after(create_warehouse())
    new.when(FIFTH_OF_50).then_alerts()
    new.after(FIFTH_OF_50).when(watch(percent=30)).then_alerts()


def test_nor_is_one_that_waits_for_its_first_units() -> None:
    new = given().after(
        create_warehouse(),
        create_warehouse(SOUTH),
        receive_stock(5, SOUTH),
        FIFTH_OF_50,
        create_transfer(line(2), source=SOUTH, destination=NORTH),
    )
    new.when(dispatch_transfer()).then_alerts()


@pytest.mark.parametrize(
    ("settings", "kind"),
    [(watch(reorder_point=5, reorder_quantity=9), REORDER), (watch(maximum=3), OVER)],
)
def test_another_setting_raises_what_it_gives_cause_for(
    settings: ConfigureItem, kind: AlertKind
) -> None:
    alerts = lamps(4).when(settings).alerts()
    assert kind in [alert.kind for alert in alerts if isinstance(alert, AlertRaised)]


def test_another_setting_ends_what_it_takes_the_cause_of() -> None:
    low = lamps(20, watch(maximum=100, percent=20))
    low.when(watch(percent=19)).then_alerts(resolved(LOW, 20))
    low.when(watch(maximum=95.005)).then_alerts()
    low.when(watch(maximum=95)).then_alerts(resolved(LOW, 20))


def test_a_threshold_that_is_taken_away_takes_its_alert_with_it() -> None:
    unlimited = item_configured(maximum=None)
    much = lamps(18, watch(maximum=15, percent=0))
    assert alerted([unlimited], much.tenant) == [unlimited, resolved(OVER, 18)]
    low = lamps(5, watch(reorder_point=5))
    assert alerted([unlimited], low.tenant) == [
        unlimited,
        resolved(LOW, 5),
        resolved(REORDER, 5),
    ]


def test_an_item_begins_with_the_alerts_of_its_first_figures() -> None:
    new = given().after(create_warehouse())
    new.when(receive_stock(1)).then_alerts()
    new.after(watch(maximum=2)).when(receive_stock(3)).then_alerts(raised(OVER, 3, 2))


def test_a_movement_that_changes_nothing_that_counts_raises_nothing() -> None:
    low = lamps(5, watch(reorder_point=5))
    low.when(move_bin("A-1")).then_alerts()
    low.when(configure_item(name="Desk lamp")).then_alerts()


@pytest.mark.parametrize(
    ("left", "back"),
    [
        (adjust_stock(-3), adjust_stock(3)),
        (correct_stock(0), correct_stock(3)),
        (record_damage(3), repair_damage(3)),
        (reserve_stock(asked(3)), release_reservation()),
        (issue_stock(3), receive_stock(3)),
    ],
)
def test_whatever_takes_the_last_unit_raises_it_and_whatever_brings_it_back_ends_it(
    left: ConfigureItem, back: ConfigureItem
) -> None:
    shelf = lamps(3)
    shelf.when(left).then_alerts(raised(OUT, 0, 0))
    shelf.after(left).when(back).then_alerts(resolved(OUT, 3))


def test_each_item_of_a_decision_is_looked_at_once_at_its_final_figures() -> None:
    """A lapsed hold gives its four lamps back, and the same decision takes as many again."""
    history = lamps(5, FIFTH_OF_50).after(
        receive_stock(5, sku=CHAIR), reserve_stock(asked(4), seconds=60)
    )
    again = reserve_stock(asked(4), asked(5, CHAIR), reservation_id="R2")
    history.wait(61).when(again).then_alerts(raised(OUT, 0, 0, sku=CHAIR))


def test_alerts_say_nothing_of_what_their_cause_was_said_with() -> None:
    lamps(3).when(with_particulars(issue_stock(3))).then_alerts(raised(OUT, 0, 0))


def test_a_warehouse_that_is_given_up_has_no_alerts_any_more() -> None:
    empty = lamps(3, watch(reorder_point=2)).after(issue_stock(3))
    empty.when(delete_warehouse()).then_alerts(resolved(OUT, 0), resolved(REORDER, 0))
    states = empty.after(delete_warehouse()).tenant.item(NORTH, LAMP).alerts or {}
    assert not [kind for kind, alert in states.items() if alert.is_open]


def test_flapping_stock_raises_one_alert() -> None:
    flapping = lamps(11, FIFTH_OF_50)
    raised_then: list[AlertEvent] = []
    for _ in range(50):
        for command in (issue_stock(1), receive_stock(0.999)):
            raised_then += flapping.when(command).alerts()
            flapping.after(command)
    assert raised_then == [raised(LOW, 10, 10)]
