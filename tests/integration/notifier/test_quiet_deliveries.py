"""Nobody is disturbed by what was to go out before the quiet hours, or goes out once more."""

from datetime import UTC, datetime, timedelta

from stockledger.messages.alert import AlertKind
from stockledger_notifier.channels.channel import Delivery, Failed, Outcome
from tests.support.notice_events import NoticeEvents, by_mail, quiet_now
from tests.support.notifying import Notifying, RecordingChannel, taking
from tests.support.waiting import wait_until_async


def busy(_delivery: Delivery) -> Outcome:
    """Take nothing for the time being."""
    return Failed(permanent=False, cause="451 try again")


async def are_put_off(notifying: Notifying) -> bool:
    """Say whether all that is not delivered waits for hours."""
    waiting = [row for row in await notifying.deliveries() if row["status"] != "DELIVERED"]
    in_hours = datetime.now(UTC) + timedelta(hours=5)
    return all(row["status"] == "PENDING" and row["next_attempt_at"] > in_hours for row in waiting)


async def test_a_backlog_waits_until_the_hours_that_are_quiet_now_are_over(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    mail = RecordingChannel()
    await notifying.fold(
        acme.told(by_mail("anna"), by_mail("carl")),
        acme.raised("LAMP"),
        acme.raised("DESK", AlertKind.OUT_OF_STOCK),
    )
    await notifying.fold(acme.told(by_mail("anna", quiet_hours=quiet_now()), by_mail("carl")))

    async with notifying.sending(email=mail):
        await mail.wait_sent(3)
        await wait_until_async(lambda: are_put_off(notifying), "the fourth is put off")

    told = [(each.recipient_id, each.facts["sku"]) for each in mail.sent]
    assert sorted(told, key=str) == [("anna", "DESK"), ("carl", "DESK"), ("carl", "LAMP")]
    (waiting,) = await notifying.deliveries("PENDING")
    assert (waiting["attempts"], waiting["last_error"]) == (0, None)


async def test_what_failed_is_tried_again_when_it_is_not_quiet_by_the_tenants_clock(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    anna = by_mail()
    mail = RecordingChannel(busy)
    await notifying.fold(acme.told(anna), acme.raised())
    async with notifying.sending(email=mail):
        await mail.wait_sent(1)
        await notifying.fold(acme.told(by_mail(quiet_hours=quiet_now())))
        await wait_until_async(lambda: are_put_off(notifying), "the next attempt is put off")

    mail.answer = taking
    tried = len(mail.sent)
    await notifying.fold(acme.configured("Asia/Tokyo"))
    await notifying.hurry()
    async with notifying.sending(email=mail):
        await notifying.wait_for("DELIVERED")
    assert len(mail.sent) == tried + 1 == (await notifying.deliveries())[0]["attempts"]


async def test_a_code_that_was_asked_for_comes_in_quiet_hours_too(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    anna = by_mail(quiet_hours=quiet_now())
    await notifying.fold(acme.told(anna, verified=False), acme.asked(anna))
    async with notifying.sending(email=RecordingChannel()):
        await notifying.wait_for("DELIVERED")
