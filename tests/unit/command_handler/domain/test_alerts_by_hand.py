"""Specification of alerts that somebody sees to, or closes although their cause goes on."""

import pytest

from stockledger.messages.alert import AlertKind
from stockledger.messages.fields import Sku
from stockledger.messages.message import Command
from stockledger.messages.results import ErrorCode
from tests.support.alert_builders import (
    CAPACITY,
    LOW,
    OUT,
    OVER,
    REORDER,
    acknowledge,
    acknowledged,
    by_hand,
    lamps,
    raised,
    replaced,
    resolve,
    resolved,
    watch,
)
from tests.support.builders import LAMP, with_particulars
from tests.support.item_builders import issue_stock, receive_stock
from tests.support.specification import Given

FIFTH_OF_50 = watch(maximum=50, percent=20)


def low() -> Given:
    """Return 10 lamps that are low, of which grace takes care; 11 would be enough."""
    return lamps(11, FIFTH_OF_50).after(issue_stock(1)).acting("grace")


def out() -> Given:
    """Return lamps that are out of stock."""
    return lamps(3).after(issue_stock(3)).acting("grace")


def test_an_alert_that_somebody_sees_to_stays_open() -> None:
    low().when(acknowledge(LOW)).then_alerts(acknowledged(LOW))
    low().after(acknowledge(LOW)).when(receive_stock(1)).then_alerts(resolved(LOW, 11))


def test_the_answer_says_which_alert_it_was_and_who_sees_to_it() -> None:
    low().when(acknowledge(LOW)).answered(number=1, open=True, acknowledged_by="grace")
    seen_to = low().after(acknowledge(LOW)).acting("heidi")
    again = seen_to.when(acknowledge(LOW))
    again.answered(number=1, open=True, acknowledged_by="grace").then_alerts()
    seen_to.when(resolve(LOW)).answered(number=1, open=False, acknowledged_by="grace")


def test_the_next_alert_is_seen_to_by_nobody_yet() -> None:
    again = low().after(acknowledge(LOW), receive_stock(1), issue_stock(1))
    again.when(acknowledge(LOW)).then_alerts(acknowledged(LOW, number=2))


def test_an_alert_is_closed_by_hand() -> None:
    low().when(resolve(LOW)).then_alerts(by_hand(LOW, 10))
    low().after(resolve(LOW)).when(resolve(LOW)).then_alerts()
    low().after(resolve(LOW)).when(resolve(LOW, number=1)).then_alerts()


def test_the_events_repeat_what_every_command_may_say() -> None:
    low().when(with_particulars(acknowledge(LOW))).then_alerts(with_particulars(acknowledged(LOW)))
    low().when(with_particulars(resolve(LOW))).then_alerts(with_particulars(by_hand(LOW, 10)))


@pytest.mark.parametrize("command", [acknowledge(LOW), resolve(LOW)])
def test_nobody_is_not_enough(command: Command) -> None:
    low().acting(None).when(command).then_refused(
        ErrorCode.FORBIDDEN, kind="LOW_STOCK", warehouse_id="NORTH", sku="LAMP"
    )


@pytest.mark.parametrize("command", [acknowledge(OVER), resolve(OVER)])
def test_an_alert_that_is_not_open_is_not_found_and_those_that_are_open_are_named(
    command: Command,
) -> None:
    low().when(command).then_refused(
        ErrorCode.NOT_FOUND,
        kind="OVERSTOCK",
        warehouse_id="NORTH",
        sku="LAMP",
        open=[{"kind": "LOW_STOCK", "number": 1}],
    )


def test_nothing_is_open_of_an_item_that_does_not_exist() -> None:
    low().when(acknowledge(LOW, Sku("TABLE"))).then_refused(
        ErrorCode.NOT_FOUND, kind="LOW_STOCK", warehouse_id="NORTH", sku="TABLE", open=[]
    )


def test_an_alert_that_is_over_by_itself_cannot_be_closed_any_more() -> None:
    over = low().after(receive_stock(1))
    assert over.when(resolve(LOW)).refusal().code is ErrorCode.NOT_FOUND
    assert over.when(acknowledge(LOW)).refusal().code is ErrorCode.NOT_FOUND


def test_an_alert_that_was_closed_cannot_be_seen_to_any_more() -> None:
    closed = low().after(resolve(LOW))
    assert closed.when(acknowledge(LOW)).refusal().code is ErrorCode.NOT_FOUND


def test_who_looked_at_another_alert_than_the_open_one_is_told() -> None:
    second = low().after(receive_stock(1), issue_stock(1))
    for command in (acknowledge(LOW, number=1), resolve(LOW, number=1)):
        second.when(command).then_refused(
            ErrorCode.VERSION_CONFLICT,
            kind="LOW_STOCK",
            warehouse_id="NORTH",
            sku="LAMP",
            number=1,
            open_number=2,
        )
    second.when(resolve(LOW, number=2)).then_alerts(by_hand(LOW, 10, number=2))


def test_a_repeat_for_an_alert_before_the_closed_one_is_not_found() -> None:
    closed = low().after(receive_stock(1), issue_stock(1), resolve(LOW))
    assert closed.when(resolve(LOW, number=1)).refusal().code is ErrorCode.NOT_FOUND


@pytest.mark.parametrize(("kind", "sku"), [(CAPACITY, LAMP), (LOW, None), (OUT, None)])
def test_an_alert_of_an_item_names_its_sku_and_that_of_a_warehouse_none(
    kind: AlertKind, sku: Sku | None
) -> None:
    for command in (acknowledge(kind, sku), resolve(kind, sku)):
        refusal = low().when(command).refusal()
        assert (refusal.code, refusal.details["field"]) == (ErrorCode.VALIDATION_ERROR, "sku")


def test_what_was_closed_by_hand_stays_silent_while_its_cause_goes_on() -> None:
    closed = low().after(resolve(LOW))
    closed.when(issue_stock(1)).then_alerts()
    closed.when(receive_stock(0.999)).then_alerts()
    closed.after(receive_stock(0.999)).when(issue_stock(0.999)).then_alerts()


def test_once_its_cause_has_gone_it_may_be_raised_again() -> None:
    closed = low().after(resolve(LOW))
    closed.when(receive_stock(1)).then_alerts()
    closed.after(receive_stock(1)).when(issue_stock(1)).then_alerts(raised(LOW, 10, 10, number=2))


def test_another_threshold_lets_it_be_raised_again_too() -> None:
    closed = low().after(resolve(LOW), watch(percent=10))
    closed.when(watch(percent=20)).then_alerts(raised(LOW, 10, 10, number=2))


def test_a_kind_that_is_silent_does_not_silence_another() -> None:
    closed = low().after(resolve(LOW))
    closed.when(issue_stock(10)).then_alerts(raised(OUT, 0, 0))
    closed.after(issue_stock(10)).when(receive_stock(5)).then_alerts(resolved(OUT, 5))


def test_out_of_stock_that_was_closed_stays_silent_and_low_stock_stands_for_it() -> None:
    closed = out().after(resolve(OUT), FIFTH_OF_50)
    closed.when(receive_stock(0.5)).then_alerts(raised(LOW, 0.5, 10))
    closed.after(receive_stock(0.5)).when(issue_stock(0.5)).then_alerts()
    closed.after(receive_stock(0.5)).when(issue_stock(1)).then_alerts(
        replaced(LOW, 0), raised(OUT, 0, 0, number=2)
    )


def test_a_reorder_that_was_closed_stays_silent() -> None:
    closed = lamps(6, watch(reorder_point=5)).after(issue_stock(1)).acting("grace")
    closed.after(resolve(REORDER)).when(issue_stock(1)).then_alerts()
    closed.after(receive_stock(2)).when(issue_stock(2)).then_alerts(
        raised(LOW, 5, 5, number=2), raised(REORDER, 5, 5, number=2)
    )


def test_too_much_that_was_closed_stays_silent() -> None:
    closed = lamps(50, watch(maximum=50, percent=0)).after(receive_stock(1)).acting("grace")
    closed.after(resolve(OVER)).when(receive_stock(1)).then_alerts()
    closed.after(issue_stock(4)).when(receive_stock(4)).then_alerts(raised(OVER, 51, 50, number=2))
