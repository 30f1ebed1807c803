"""What is sent for late orders, reorders and checks: the same again, in nobody's way."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta

from stockledger.messages.fields import Sku, TenantId, WarehouseId
from stockledger.messages.message import Command
from stockledger.messages.supplier_order import (
    CreateSupplierOrder,
    Reorder,
    ReportOverdueSupplierOrder,
)
from stockledger.messages.tenant import ContinueDailyCheck, ItemPlace
from stockledger_scheduler.due import Moment, plan
from stockledger_scheduler.resending import RESEND_SECONDS, RESEND_SECONDS_MAX, Sent
from stockledger_scheduler.tick_commands import place_of_check, reorder_name
from stockledger_scheduler.timer import Timer, TimerKind

NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
SHOP = TenantId("lamp-shop")
LAMP = ItemPlace(warehouse_id=WarehouseId("NORTH"), sku=Sku("LAMP"))
NOTHING: Mapping[Timer, Sent] = {}


def timer(kind: TimerKind, name: str = "", tenant: str = SHOP, place: str | None = None) -> Timer:
    return Timer(0, TenantId(tenant), kind, name, NOON, place=place)


def reorder(tenant: str = SHOP, sku: str = "LAMP", number: int = 2) -> Timer:
    return timer(TimerKind.REORDER, reorder_name("NORTH", sku, number), tenant)


def at(seconds: float) -> Moment:
    return Moment(NOON + timedelta(seconds=seconds), seconds, {})


def only_command(due: Timer) -> Command:
    (tick,) = plan([due], NOTHING, at(0)).ticks
    return tick.command


def order_named_by(due: Timer) -> str:
    command = only_command(due)
    assert isinstance(command, CreateSupplierOrder)
    return command.supplier_order_id


def test_a_late_order_is_reported() -> None:
    late = timer(TimerKind.SUPPLIER_ORDER, "P1")
    assert only_command(late) == ReportOverdueSupplierOrder(supplier_order_id="P1")


def test_a_check_goes_on_behind_its_place_or_begins_without_one() -> None:
    day = "2026-11-23"
    begun = timer(TimerKind.CHECKED_ITEMS, place=place_of_check(day))
    behind = timer(TimerKind.CHECKED_ITEMS, place=place_of_check(day, "NORTH", "LAMP"))
    assert only_command(begun) == ContinueDailyCheck(day=day)
    assert only_command(behind) == ContinueDailyCheck(day=day, after=LAMP)


def test_the_next_place_of_a_check_does_not_wait_for_the_one_before() -> None:
    place = place_of_check("2026-11-23", "NORTH", "LAMP")
    begun = timer(TimerKind.CHECKED_ITEMS, place=place_of_check("2026-11-23"))
    first = plan([begun], NOTHING, at(0))
    second = plan([begun._replace(place=place)], first.outstanding, at(0.2))
    assert len(second.ticks) == 1
    assert first.ticks[0].id != second.ticks[0].id


def test_a_reorder_answers_its_alert_by_the_item_s_own_supplier() -> None:
    command = only_command(reorder())
    assert command == CreateSupplierOrder(
        supplier_order_id=order_named_by(reorder()),
        reorder=Reorder(warehouse_id=LAMP.warehouse_id, sku=LAMP.sku, number=2),
    )


def test_whoever_reorders_for_an_alert_names_the_same_order() -> None:
    name = order_named_by(reorder())
    assert name == order_named_by(reorder())
    assert name == "reorder-799c261c-3e4d-5368-a372-f3072061bd46"
    others = [reorder(tenant="tent-shop"), reorder(sku="TENT"), reorder(number=3)]
    assert len({name, *map(order_named_by, others)}) == 4


def test_a_reorder_that_nothing_comes_of_is_put_off_and_asked_for_again() -> None:
    due = reorder()
    sent = plan([due], NOTHING, at(0))
    assert (len(sent.ticks), sent.put_off) == (1, [])
    resting = plan([due], sent.outstanding, at(RESEND_SECONDS / 2))
    assert (resting.ticks, resting.put_off) == ([], [])
    late = plan([due], resting.outstanding, at(RESEND_SECONDS))
    assert (late.ticks, late.put_off) == ([], [due])

    moment = at(RESEND_SECONDS + RESEND_SECONDS_MAX)
    again = plan([due._replace(retry_at=moment.now)], late.outstanding, moment)
    assert len(again.ticks) == 1
    assert again.ticks[0].id != sent.ticks[0].id
    assert again.ticks[0].command == sent.ticks[0].command
