"""What is written down of events: who is told, once, and what is not told after all."""

from datetime import UTC, datetime, timedelta

import pytest

from stockledger.messages.alert import AlertKind, AlertResolution
from stockledger.messages.recipients import Pace, QuietHours, Subject
from stockledger_notifier.bursts import BURST_MAX
from stockledger_notifier.notices import OLD_ORDER_PAUSE
from tests.support.notice_events import NoticeEvents, by_hook, by_mail, by_sms
from tests.support.notifying import Notifying

ALL_DAY = QuietHours(begin="00:00", until="23:59")


async def test_each_verified_recipient_is_told_once_and_the_others_not(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    await notifying.fold(acme.told(by_mail(), by_hook(), by_sms()))
    await notifying.fold(acme.raised(), acme.raised("DESK", AlertKind.OUT_OF_STOCK))

    told = [
        (row["recipient_id"], row["channel"], row["subject"], row["status"])
        for row in await notifying.deliveries()
    ]

    assert told == [
        ("anna", "EMAIL", "LOW_STOCK", "PENDING"),
        ("shop", "WEBHOOK", "LOW_STOCK", "PENDING"),
        ("anna", "EMAIL", "OUT_OF_STOCK", "PENDING"),
        ("bert", "SMS", "OUT_OF_STOCK", "PENDING"),
        ("shop", "WEBHOOK", "OUT_OF_STOCK", "PENDING"),
    ]


async def test_who_has_not_proved_the_address_gets_the_code_and_nothing_else(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    anna = by_mail()
    await notifying.fold(acme.told(anna, verified=False), acme.asked(anna), acme.raised())
    assert [row["wording"] for row in await notifying.deliveries()] == ["verification"]

    await notifying.fold(acme.proved(anna), acme.raised("DESK"))

    wordings = [row["wording"] for row in await notifying.deliveries()]
    assert wordings == ["verification", "alert_raised"]
    assert "code" not in (await notifying.deliveries())[0]["facts"]


async def test_recipients_change_between_two_events_of_one_batch(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    await notifying.fold(
        acme.told(by_mail("anna")),
        acme.raised("LAMP"),
        acme.told(by_mail("carl")),
        acme.raised("DESK"),
    )
    assert [row["recipient_id"] for row in await notifying.deliveries()] == ["anna", "carl"]


async def test_an_alert_that_is_over_before_it_was_told_is_not_told_and_neither_is_its_end(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    sleeper = by_mail("anna", quiet_hours=ALL_DAY, resolved=True)
    await notifying.fold(acme.told(sleeper), acme.raised())
    assert (await notifying.deliveries())[0]["next_attempt_at"] > datetime.now(UTC)

    await notifying.fold(acme.resolved())

    assert await notifying.statuses() == ["WITHDRAWN"]
    assert await notifying.notified() == [("anna", "WITHDRAWN")]


async def test_who_wishes_it_is_told_that_an_alert_is_over(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    await notifying.fold(acme.told(by_mail("anna", resolved=True), by_mail("carl")), acme.raised())
    await notifying.pool.execute("update notices.deliveries set status = 'DELIVERED'")

    await notifying.fold(acme.resolved(), acme.raised(number=2))

    told = [(row["recipient_id"], row["wording"]) for row in await notifying.deliveries()]
    assert told == [
        ("anna", "alert_raised"),
        ("carl", "alert_raised"),
        ("anna", "alert_resolved"),
        ("anna", "alert_raised"),
        ("carl", "alert_raised"),
    ]


async def test_an_alert_that_a_graver_one_replaces_is_no_good_news(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    await notifying.fold(acme.told(by_mail(resolved=True)), acme.raised())
    await notifying.pool.execute("update notices.deliveries set status = 'DELIVERED'")
    await notifying.fold(
        acme.resolved(resolution=AlertResolution.REPLACED),
        acme.raised(kind=AlertKind.OUT_OF_STOCK),
    )
    subjects = [row["subject"] for row in await notifying.deliveries()]
    assert subjects == ["LOW_STOCK", "OUT_OF_STOCK"]


async def test_an_alert_raised_and_over_in_one_batch_is_told_to_nobody(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    await notifying.fold(acme.told(by_mail(resolved=True)))
    await notifying.fold(acme.raised(), acme.resolved())
    assert await notifying.deliveries() == []
    assert await notifying.notified() == [("anna", "WITHDRAWN")]


async def test_what_happened_long_ago_is_not_told_when_a_log_is_followed_anew(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    lately = datetime.now(UTC)
    old = [acme.told(by_mail()), acme.raised("LAMP"), acme.ordered(), acme.checked()]
    acme.ledger.now = lately
    await notifying.fold(*old, acme.raised("DESK"), within=timedelta(hours=24))

    order, mail = await notifying.deliveries()
    assert (order["channel"], order["status"]) == ("SUPPLIER", "PENDING")
    assert order["next_attempt_at"] >= lately + OLD_ORDER_PAUSE
    assert (mail["channel"], mail["status"]) == ("EMAIL", "PENDING")
    assert await notifying.pool.fetchval("select count(*) from notices.open_alerts") == 2
    assert await notifying.make_digests() == 0


async def test_an_old_order_that_is_settled_further_on_does_not_go_out(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    old = [acme.ordered("P1"), acme.ordered("P2"), acme.submitted("P1")]
    for each in old:
        await notifying.fold(each, within=timedelta(0))
    assert await notifying.statuses() == ["WITHDRAWN", "PENDING"]


async def test_an_alert_that_is_over_is_not_told_by_hand_after_it_was_given_up(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    await notifying.fold(acme.told(by_mail(resolved=True)), acme.raised())
    await notifying.pool.execute("update notices.deliveries set status = 'DEAD'")

    await notifying.fold(acme.resolved())

    assert await notifying.statuses() == ["WITHDRAWN"]
    assert await notifying.notified() == [("anna", "WITHDRAWN")]


async def test_alerts_that_were_over_at_once_do_not_make_the_next_one_too_much(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    await notifying.fold(acme.told(by_mail(resolved=True)))
    brief = [f"S{number}" for number in range(BURST_MAX + 5)]
    await notifying.fold(
        *(event for sku in brief for event in (acme.raised(sku), acme.resolved(sku)))
    )

    await notifying.fold(acme.raised("LAMP"))

    (told,) = await notifying.deliveries()
    assert told["subject"] == "LOW_STOCK"


async def test_following_the_log_anew_tells_nobody_anything_twice(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    told = acme.told(by_mail("anna", resolved=True), by_mail("carl", pace=Pace.DAILY), by_hook())
    events = [
        told,
        *(acme.raised(f"S{number}") for number in range(BURST_MAX + 5)),
        acme.overdue(),
        acme.ordered(),
        acme.resolved("S3"),
        acme.checked(),
    ]
    await notifying.fold(*events)
    await notifying.make_digests()
    before = await notifying.deliveries(), await notifying.notified()

    for _ in range(2):
        await notifying.start_over()
        for event in events:
            await notifying.fold(event)
        await notifying.make_digests()

    assert (await notifying.deliveries(), await notifying.notified()) == before


async def test_a_notice_reaches_those_whose_subjects_it_is_among(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    buyer = by_mail("anna", subjects=(Subject.SUPPLIER_UNAVAILABLE,))
    driver = by_mail("carl", subjects=(Subject.TRANSFER_OVERDUE,))
    await notifying.fold(acme.told(buyer, driver), acme.unreachable(), acme.overdue())
    told = [(row["recipient_id"], row["subject"]) for row in await notifying.deliveries()]
    assert told == [("anna", "SUPPLIER_UNAVAILABLE"), ("carl", "TRANSFER_OVERDUE")]


@pytest.mark.parametrize("end", ["submitted", "cancelled"])
async def test_an_order_that_need_not_go_out_any_more_is_withdrawn(
    acme: NoticeEvents, notifying: Notifying, end: str
) -> None:
    await notifying.fold(acme.ordered("P1"), acme.ordered("P2"), acme.ordered("P3", api_url=None))
    await notifying.fold(acme.submitted("P1") if end == "submitted" else acme.cancelled("P1"))
    assert await notifying.statuses() == ["WITHDRAWN", "PENDING"]
