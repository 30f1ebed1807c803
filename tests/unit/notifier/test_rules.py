"""Who is told of what: the table of recipients' wishes, and what is too much at once."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from stockledger.delivered_events import event_of_log
from stockledger.event_log.interface import StoredEvent
from stockledger.messages.alert import AlertKind, Severity
from stockledger.messages.recipients import Pace, QuietHours, Recipient, Subject
from stockledger_notifier.bursts import BURST_MAX, BURST_TIME, Burst
from stockledger_notifier.happenings import Happening, happening_of
from stockledger_notifier.rules import Addressee, Audience, Notification, notifications_of
from stockledger_notifier.statuses import NotificationStatus
from tests.support.notice_events import NoticeEvents, by_hook, by_mail, by_sms
from tests.support.recorded_ledger import RecordedLedger

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
MIDNIGHT, MORNING = NOW - timedelta(hours=12), NOW - timedelta(hours=6)
NIGHT = QuietHours(begin="22:00", until="06:00")
LOW, OUT, REORDER, OVER = (
    AlertKind.LOW_STOCK,
    AlertKind.OUT_OF_STOCK,
    AlertKind.REORDER_NEEDED,
    AlertKind.OVERSTOCK,
)


def acme() -> NoticeEvents:
    return NoticeEvents(RecordedLedger(4))


def happening(event: StoredEvent) -> Happening:
    found = happening_of(event_of_log(event))
    assert found is not None
    return found


def told(
    event: StoredEvent, *recipients: Recipient, verified: bool = True
) -> Sequence[Notification]:
    addressees = {each.recipient_id: Addressee(each, verified) for each in recipients}
    return list(notifications_of(happening(event), Audience(addressees), NOW))


@pytest.mark.parametrize(
    ("recipient", "kinds"),
    [
        (by_mail(), {LOW, OUT}),
        (by_sms(), {OUT}),
        (by_hook(), {LOW, OUT, REORDER, OVER}),
        (replace(by_mail(), severity=Severity.INFO), {LOW, OUT, REORDER, OVER}),
        (replace(by_hook(), severity=Severity.CRITICAL), {OUT}),
        (replace(by_sms(), severity=Severity.WARNING), {LOW, OUT}),
        (replace(by_hook(), subjects=(Subject.LOW_STOCK, Subject.OVERSTOCK)), {LOW, OVER}),
        (by_mail(warehouses=("SOUTH",)), set[AlertKind]()),
        (by_mail(warehouses=("SOUTH", "NORTH")), {LOW, OUT}),
        (by_mail(pace=Pace.DAILY), set[AlertKind]()),
    ],
)
def test_a_recipient_is_told_of_the_alerts_that_were_wished_for(
    recipient: Recipient, kinds: set[AlertKind]
) -> None:
    heard = {
        kind for kind in (LOW, OUT, REORDER, OVER) if told(acme().raised(kind=kind), recipient)
    }
    assert heard == kinds


def test_nobody_is_told_by_an_address_that_is_not_verified() -> None:
    assert told(acme().raised(), by_mail(), verified=False) == []


def test_an_end_is_told_to_those_who_wish_it_and_no_replacement_is_an_end() -> None:
    heard = told(acme().resolved(), by_mail("anna", resolved=True), by_mail("carl"))
    assert [each.recipient.recipient_id for each in heard] == ["anna"]


@pytest.mark.parametrize(
    ("name", "subject"),
    [
        ("unreachable", Subject.SUPPLIER_UNAVAILABLE),
        ("overdue", Subject.TRANSFER_OVERDUE),
    ],
)
def test_a_notice_is_told_by_mail_even_to_those_of_some_warehouses(
    name: str, subject: Subject
) -> None:
    event: StoredEvent = getattr(acme(), name)()
    (notification,) = told(event, by_mail(warehouses=("SOUTH",)), by_sms())
    assert notification.happening.subject is subject


def test_who_is_told_daily_gets_notices_with_the_next_digest() -> None:
    (notification,) = told(acme().overdue(), by_mail(pace=Pace.DAILY))
    assert notification.status is NotificationStatus.COLLECTED
    assert notification.delivery_id is None


def test_quiet_hours_put_a_message_off() -> None:
    quiet = QuietHours(begin="11:00", until="13:00")
    (notification,) = told(acme().raised(), by_mail(quiet_hours=quiet))
    assert notification.told_from == NOW + timedelta(hours=1)
    (critical,) = told(acme().raised(kind=OUT), by_mail(quiet_hours=quiet))
    assert critical.told_from == NOW


def test_the_same_event_and_recipient_have_the_same_delivery_id_and_no_others() -> None:
    shop = acme()
    lamp, desk = shop.raised("LAMP"), shop.raised("DESK")
    ids = [
        each.delivery_id
        for event in (lamp, desk)
        for each in told(event, by_mail("anna"), by_mail("carl"))
    ]
    assert len(set(ids)) == 4
    assert [each.delivery_id for each in told(lamp, by_mail("anna"))] == ids[:1]


def burst_of(times: Sequence[datetime]) -> list[bool]:
    """Return of each message, in order, whether it is told at once."""
    burst, at_once = Burst(), list[bool]()
    for each in times:
        burst = burst.with_another(each)
        at_once.append(not burst.is_too_much)
    return at_once


def test_a_few_messages_a_minute_are_told_at_once_and_the_rest_is_collected() -> None:
    assert burst_of([NOW] * 100).count(True) == BURST_MAX


def test_a_flood_that_goes_on_is_collected_as_a_whole_until_it_ebbs() -> None:
    minutes = [NOW + number * BURST_TIME for number in range(5)]
    flood = [each for each in minutes[:3] for _ in range(50)]
    ebb = [minutes[3]] * 3 + [minutes[4]] * 3
    at_once = burst_of([*flood, *ebb])
    assert at_once[: len(flood)].count(True) == BURST_MAX
    assert at_once[-6:] == [False] * 3 + [True] * 3


def test_after_a_pause_messages_are_told_at_once_again() -> None:
    later = NOW + 3 * BURST_TIME
    assert burst_of([*[NOW] * 50, later])[-1]


def test_what_comes_up_slowly_in_the_night_is_not_too_much_of_it_in_the_morning() -> None:
    shop, audience = (
        acme(),
        Audience({"anna": Addressee(by_mail(quiet_hours=NIGHT), is_verified=True)}),
    )

    def raise_at(now: datetime, name: str, kind: AlertKind = LOW) -> Notification:
        (found,) = notifications_of(happening(shop.raised(name, kind)), audience, now)
        return found

    held = [raise_at(MIDNIGHT + 4 * number * BURST_TIME, f"S{number}") for number in range(80)]
    passing = raise_at(MORNING - BURST_TIME, "LAMP", OUT)
    morning = [raise_at(MORNING + number * BURST_TIME / 2, f"M{number}") for number in range(8)]

    assert {each.told_from for each in held} == {MORNING}
    assert [each.status for each in held].count(NotificationStatus.QUEUED) == BURST_MAX
    assert (passing.told_from, passing.status) == (
        MORNING - BURST_TIME,
        NotificationStatus.QUEUED,
    )
    assert [each.status for each in morning] == [
        *[NotificationStatus.COLLECTED] * 4,
        *[NotificationStatus.QUEUED] * 4,
    ]
