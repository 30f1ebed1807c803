"""What cannot go out for days is given up, however seldom it may be tried."""

from datetime import timedelta

from prometheus_client import CollectorRegistry

from stockledger_notifier.attempts import Judge
from stockledger_notifier.channels.channel import Failed, Route
from stockledger_notifier.courier import Courier
from stockledger_notifier.figures import DeliveryFigures
from stockledger_notifier.giving_up import AGE_MAX, GivingUp
from stockledger_notifier.metrics import NotifierMetrics
from stockledger_notifier.outbox import Demand, Outbox
from stockledger_notifier.settings import NotifierSettings
from tests.integration.notifier.test_deliveries_command import run
from tests.support.notice_events import NoticeEvents, by_hook, by_mail
from tests.support.notifying import KEY, Notifying, RecordingChannel
from tests.support.waiting import wait_until_async

DOWN = Failed(permanent=False, cause="no connection")
TOO_LONG = AGE_MAX + timedelta(minutes=1)
ALERTS = 12


async def age(notifying: Notifying, by: timedelta) -> None:
    """Let the time pass for all that waits."""
    await notifying.pool.execute("update notices.deliveries set due_at = due_at - $1::interval", by)


async def left_alone(notifying: Notifying, courier: Courier) -> None:
    """Wait until a courier tries nothing more, and all that it tried is written down."""

    async def is_left_alone() -> bool:
        is_open = bool(list(courier.breakers.open_ones()))
        return is_open and not await notifying.deliveries("SENDING")

    await wait_until_async(is_left_alone, f"{courier.route} is left alone")


def giving_up(notifying: Notifying) -> GivingUp:
    return GivingUp(notifying.pool, Route, notifying.metrics)


async def test_a_receiver_that_is_gone_keeps_no_queue_but_an_order_waits_for_its_supplier(
    acme: NoticeEvents, notifying: Notifying, settings: NotifierSettings
) -> None:
    hook, api = RecordingChannel(lambda _: DOWN), RecordingChannel(lambda _: DOWN)
    raised = (acme.raised(f"S{number}") for number in range(ALERTS))
    await notifying.fold(acme.told(by_hook()), *raised, acme.ordered())
    async with notifying.sending(webhook=hook, supplier=api) as couriers:
        await left_alone(notifying, couriers.of_routes[Route.WEBHOOK])
        assert await giving_up(notifying).give_up() == 0
        await age(notifying, TOO_LONG)
        assert await giving_up(notifying).give_up() == ALERTS

        dead = await notifying.deliveries("DEAD")
        assert {row["channel"] for row in dead} == {Route.WEBHOOK}
        assert all(row["last_error"] for row in dead)
        assert len(hook.sent) < ALERTS * 2
        assert await run(settings, "retry", "--all") == f"deliveries sent again: {ALERTS}\n"
        assert await giving_up(notifying).give_up() == 0


async def test_what_waited_for_its_channel_to_be_set_up_has_all_its_time_from_then_on(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    await notifying.fold(acme.told(by_mail()), acme.raised())
    await DeliveryFigures(notifying.pool, {}, notifying.metrics).look()
    await age(notifying, TOO_LONG)
    assert await giving_up(notifying).give_up() == 0

    outbox = Outbox(notifying.pool, KEY)
    (taken,) = await outbox.claim(Demand(Route.EMAIL, 1, 1, []))
    await notifying.hurry()

    assert await giving_up(notifying).give_up() == 0
    held = Judge(3, lambda: 0.5).held(taken, 3_600)
    await outbox.record([held.attempt])
    (row,) = await notifying.deliveries("PENDING")
    assert (row["attempts"], row["last_error"]) == (0, None)
    assert row["next_attempt_at"] - row["due_at"] < timedelta(seconds=1)
    assert row["destination"] == "acme EMAIL"


async def test_quiet_nights_make_no_delivery_younger(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    await notifying.fold(acme.told(by_hook()), acme.raised())
    await age(notifying, TOO_LONG)
    await notifying.pool.execute(
        "update notices.deliveries set created_at = created_at - $1::interval", TOO_LONG
    )
    outbox = Outbox(notifying.pool, KEY)
    (taken,) = await outbox.claim(Demand(Route.WEBHOOK, 1, 1, []))
    await outbox.record([Judge(3, lambda: 0.5).held(taken, 3_600).attempt])

    assert await giving_up(notifying).give_up() == 1


async def test_a_mail_server_that_is_down_is_seen_and_a_receiver_that_is_hides_nothing(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    registry = CollectorRegistry()
    down = RecordingChannel(lambda _: DOWN)
    raised = (acme.raised(f"S{number}") for number in range(ALERTS))
    await notifying.fold(acme.told(by_mail(), by_hook()), *raised)
    async with notifying.sending(email=down, webhook=down) as couriers:
        for courier in couriers.of_routes.values():
            await left_alone(notifying, courier)
        await notifying.fold(acme.raised("LATE"))
        await age(notifying, timedelta(minutes=6))
        metrics = NotifierMetrics(registry)
        await DeliveryFigures(notifying.pool, couriers.of_routes, metrics).look()

    def oldest(route: Route) -> float:
        name = "inventory_deliveries_oldest_seconds"
        return registry.get_sample_value(name, {"channel": route}) or 0.0

    assert oldest(Route.EMAIL) >= 360
    assert oldest(Route.WEBHOOK) == 0
