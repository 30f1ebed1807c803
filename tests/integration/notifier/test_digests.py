"""Digests: what is too much at once, and once a day what is still open."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import psutil

from stockledger.messages.alert import AlertKind
from stockledger.messages.recipients import Pace
from stockledger_notifier.bursts import BURST_MAX, BURST_TIME
from stockledger_notifier.digests import LINES_MAX, Digests
from tests.support.notice_events import NoticeEvents, by_hook, by_mail, by_sms, quiet_now
from tests.support.notifying import Notifying

FLOOD = 100_000
BATCH = 4_000
GROWTH_MAX = 150 * 1_048_576
"""Bytes that a flood may add to the process: a batch and its rows, many times over."""


async def digest_of(notifying: Notifying, recipient: str = "anna") -> dict[str, Any]:
    """Return the facts of a recipient's only digest."""
    (facts,) = [
        row["facts"]
        for row in await notifying.deliveries()
        if row["wording"] == "digest" and row["recipient_id"] == recipient
    ]
    found: dict[str, Any] = json.loads(facts)
    return found


async def test_a_burst_becomes_a_few_messages_and_one_digest_gravest_first(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    await notifying.fold(acme.told(by_mail()))
    await notifying.fold(*(acme.raised(f"S{number}") for number in range(BURST_MAX + 150)))
    await notifying.fold(acme.raised("LAMP", AlertKind.OUT_OF_STOCK), acme.resolved("S30"))

    assert await notifying.make_digests() == 1

    rows = await notifying.deliveries()
    assert len(rows) == BURST_MAX + 1
    digest = await digest_of(notifying)
    assert digest["lines"][0]["subject"] == "OUT_OF_STOCK"
    assert digest["lines"][1]["sku"] == f"S{BURST_MAX}"
    assert (digest["reason"], digest["count"]) == ("burst", 150)
    assert (len(digest["lines"]), digest["more"]) == (LINES_MAX, 50)
    assert await notifying.make_digests() == 0
    assert ("anna", "COLLECTED") not in await notifying.notified()


async def due_at(notifying: Notifying) -> datetime:
    """Return when the only digest is to be made."""
    found: datetime = await notifying.pool.fetchval("select due_at from notices.digests")
    return found


async def test_a_nights_alerts_are_a_few_messages_and_a_digest_of_what_is_open_in_the_morning(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    await notifying.fold(acme.told(by_mail(quiet_hours=quiet_now())))
    for begin in range(0, 100, 10):
        await notifying.fold(*(acme.raised(f"S{number}") for number in range(begin, begin + 10)))
    morning = {row["next_attempt_at"] for row in await notifying.deliveries()}
    assert {await due_at(notifying)} == {each + BURST_TIME for each in morning}

    assert await notifying.make_digests() == 0
    assert {await due_at(notifying)} == {each + BURST_TIME for each in morning}
    await notifying.fold(*(acme.resolved(f"S{number}") for number in range(50, 100)))
    await notifying.fold(acme.configured("Asia/Tokyo"))

    assert await notifying.make_digests() == 1
    digest = await digest_of(notifying)
    told = {line["sku"] for line in digest["lines"]}
    assert told == {f"S{number}" for number in range(BURST_MAX, 50)}
    assert len(await notifying.deliveries("PENDING")) == BURST_MAX + 1


async def test_a_digest_of_what_passes_the_quiet_hours_tells_of_nothing_else(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    await notifying.fold(acme.told(by_mail(quiet_hours=quiet_now())))
    some = [f"S{number}" for number in range(BURST_MAX + 5)]
    await notifying.fold(*(acme.raised(each) for each in some))
    await notifying.fold(*(acme.raised(each, AlertKind.OUT_OF_STOCK) for each in some))
    soon = datetime.now(UTC) + BURST_TIME + timedelta(minutes=1)
    assert await due_at(notifying) < soon

    assert await notifying.make_digests() == 1

    digest = await digest_of(notifying)
    assert [line["subject"] for line in digest["lines"]] == ["OUT_OF_STOCK"] * 5
    assert await due_at(notifying) > soon + timedelta(hours=5)
    assert (await notifying.notified()).count(("anna", "COLLECTED")) == 5


async def test_the_days_digest_waits_for_the_end_of_the_quiet_hours_and_tells_what_is_open_then(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    await notifying.fold(
        acme.told(by_mail(quiet_hours=quiet_now(), pace=Pace.DAILY)),
        acme.raised("LAMP"),
        acme.raised("DESK"),
        acme.overdue(),
        acme.checked(),
    )
    assert await notifying.make_digests() == 0
    assert await due_at(notifying) > datetime.now(UTC) + timedelta(hours=5)

    await notifying.fold(acme.resolved("DESK"), acme.configured("Asia/Tokyo"))

    assert await notifying.make_digests() == 1
    digest = await digest_of(notifying)
    assert [line["subject"] for line in digest["lines"]] == ["LOW_STOCK", "TRANSFER_OVERDUE"]


async def test_a_burst_that_is_over_before_the_digest_is_told_to_nobody(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    some = [f"S{number}" for number in range(BURST_MAX + 3)]
    await notifying.fold(acme.told(by_mail()), *(acme.raised(each) for each in some))
    await notifying.fold(*(acme.resolved(each) for each in some[BURST_MAX:]))
    assert await notifying.make_digests() == 0


async def test_the_daily_check_repeats_what_is_still_open_to_everybody_it_concerns(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    await notifying.fold(
        acme.told(by_mail("anna"), by_mail("carl", pace=Pace.DAILY), by_sms(), by_hook()),
        acme.raised("LAMP"),
        acme.raised("DESK"),
        acme.raised("SOFA", AlertKind.REORDER_NEEDED),
        acme.acknowledged("LAMP"),
        acme.resolved("DESK"),
        acme.overdue(),
        acme.checked("2026-11-01"),
    )

    assert await notifying.make_digests() == 3

    anna = await digest_of(notifying, "anna")
    assert (anna["reason"], anna["day"], anna["count"]) == ("daily", "2026-11-01", 1)
    assert anna["lines"][0]["acknowledged_by"] == "anna"
    carl = await digest_of(notifying, "carl")
    assert [line["subject"] for line in carl["lines"]] == ["LOW_STOCK", "TRANSFER_OVERDUE"]
    assert (await digest_of(notifying, "shop"))["count"] == 2


async def test_when_nothing_is_open_the_daily_check_tells_nobody(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    await notifying.fold(
        acme.told(by_mail()), acme.raised(), acme.resolved(), acme.checked("2026-11-01")
    )
    assert await notifying.make_digests() == 0
    assert await notifying.deliveries() == []


async def test_who_is_told_at_once_from_now_on_still_hears_what_was_collected(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    await notifying.fold(acme.told(by_mail("carl", pace=Pace.DAILY)), acme.overdue())
    await notifying.fold(acme.told(by_mail("carl")), acme.checked())

    assert await notifying.make_digests() == 1

    digest = await digest_of(notifying, "carl")
    assert [line["subject"] for line in digest["lines"]] == ["TRANSFER_OVERDUE"]
    assert await notifying.notified() == [("carl", "QUEUED")]


async def test_an_alert_that_was_collected_and_is_open_is_one_line_of_the_days_digest(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    told = acme.told(by_mail())
    some = [acme.raised(f"S{number}") for number in range(BURST_MAX + 1)]
    await notifying.fold(told, *some, acme.checked())
    await notifying.pool.execute(
        "update notices.digests set due_at = ledger.ledger_now() where day is not null"
    )
    await Digests(notifying.pool).make()
    assert (await digest_of(notifying))["count"] == len(some)


async def test_a_check_that_is_read_again_takes_nothing_from_the_next_days_digest(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    carl = by_mail("carl", pace=Pace.DAILY)
    events = [acme.told(carl), acme.overdue("T1"), acme.checked(), acme.overdue("T2")]
    await notifying.fold(*events[:3])
    assert await notifying.make_digests() == 1
    await notifying.fold(events[3])

    await notifying.start_over()
    await notifying.fold(*events)

    assert await notifying.make_digests() == 0
    assert await notifying.notified() == [("carl", "QUEUED"), ("carl", "COLLECTED")]


async def test_who_is_no_recipient_any_more_gets_no_digest(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    await notifying.fold(acme.told(by_mail()))
    await notifying.fold(*(acme.raised(f"S{number}") for number in range(BURST_MAX + 5)))
    await notifying.fold(acme.told())
    assert await notifying.make_digests() == 0
    assert ("anna", "COLLECTED") not in await notifying.notified()


async def test_a_hundred_thousand_alerts_at_once_are_a_few_messages_each_in_bounded_memory(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    await notifying.fold(acme.told(by_mail(), by_mail("carl")))
    process = psutil.Process()
    before = None
    for begin in range(0, FLOOD, BATCH):
        batch = [acme.raised(f"S{number}") for number in range(begin, begin + BATCH)]
        await notifying.fold(*batch)
        acme.ledger.events.clear()
        before = before or process.memory_info().rss
    assert before is not None
    assert await notifying.make_digests() == 2

    assert process.memory_info().rss - before < GROWTH_MAX
    rows = await notifying.deliveries()
    assert len(rows) == 2 * (BURST_MAX + 1)
    digest = await digest_of(notifying)
    assert (digest["count"], len(digest["lines"])) == (FLOOD - BURST_MAX, LINES_MAX)
    assert max(len(row["facts"]) for row in rows) < 100_000


async def test_a_program_is_told_of_each_of_many_at_once(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    await notifying.fold(acme.told(by_hook()))
    await notifying.fold(*(acme.raised(f"S{number}") for number in range(5 * BURST_MAX)))
    assert len(await notifying.deliveries()) == 5 * BURST_MAX
    assert await notifying.make_digests() == 0
