"""What is long over is forgotten, and nothing that somebody may still come back to."""

from datetime import timedelta

import pytest
from prometheus_client import CollectorRegistry
from pydantic import ValidationError

from stockledger_notifier.channels.channel import Failed
from stockledger_notifier.metrics import NotifierMetrics
from stockledger_notifier.old_deliveries import OldDeliveries
from stockledger_notifier.settings import NotifierSettings
from tests.support.notice_events import NoticeEvents, by_hook
from tests.support.notifying import Notifying, RecordingChannel, taking

REFUSED = Failed(permanent=True, cause="422 Unprocessable Content")


async def test_what_ended_long_ago_is_deleted_and_an_open_alert_or_order_is_remembered(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    hook = RecordingChannel(taking)
    supplier = RecordingChannel(lambda _: REFUSED)
    raised = (acme.raised(f"S{number}") for number in range(5))
    told = acme.told(by_hook(resolved=True))
    await notifying.fold(told, *raised, acme.raised("DESK"), acme.ordered())
    async with notifying.sending(webhook=hook, supplier=supplier):
        await notifying.wait_for(*["DELIVERED"] * 6, "DEAD")
        await notifying.fold(*(acme.resolved(f"S{number}") for number in range(5)))
        await notifying.wait_for(*["DELIVERED"] * 6, "DEAD", *["DELIVERED"] * 5)
    registry = CollectorRegistry()
    old = OldDeliveries(notifying.pool, timedelta(days=365), NotifierMetrics(registry), rows_max=2)
    assert await old.delete() == 0

    await notifying.pool.execute(
        "update notices.deliveries set created_at = created_at - interval '366 days'"
    )
    assert await old.delete() == 11

    assert registry.get_sample_value("inventory_deliveries_deleted_total") == 11
    assert await notifying.statuses() == ["DEAD"]
    assert await notifying.notified() == [("shop", "QUEUED")]
    await notifying.fold(acme.resolved("DESK"))
    assert await notifying.statuses() == ["DEAD", "PENDING"]


async def test_a_log_that_is_followed_anew_tells_nothing_again_that_was_deleted(
    acme: NoticeEvents, notifying: Notifying, settings: NotifierSettings
) -> None:
    events = [acme.told(by_hook()), acme.raised(), acme.ordered(), acme.submitted()]
    await notifying.fold(*events[:3])
    async with notifying.sending(webhook=RecordingChannel(), supplier=RecordingChannel()):
        await notifying.wait_for("DELIVERED", "DELIVERED")
    await notifying.fold(events[3])
    await notifying.pool.execute("delete from notices.deliveries")
    await notifying.pool.execute("delete from notices.notifications")

    await notifying.start_over()
    await notifying.fold(*events, within=settings.notify_within)

    assert await notifying.statuses() == ["WITHDRAWN"]


def test_what_may_be_told_anew_is_kept_for_at_least_as_long(settings: NotifierSettings) -> None:
    longer = settings.model_copy(
        update={"notifications_retention_days": 8, "notify_within_hours": 8_760}
    )
    assert longer.notifications_retention == timedelta(days=365)
    assert settings.notifications_retention == timedelta(days=365)
    short = settings.model_dump(by_alias=True) | {"notifications_retention_days": 7}
    with pytest.raises(ValidationError, match="notifications_retention_days"):
        NotifierSettings.model_validate(short)
