"""What becomes of a delivery: done, tried again after a while, or given up."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from stockledger.messages.recipients import VerifyRecipient, Wording
from stockledger.messages.supplier_order import (
    ConfirmSupplierOrder,
    ReportSupplierUnavailable,
    SubmitSupplierOrder,
)
from stockledger_notifier.attempts import Judge
from stockledger_notifier.backoff import ATTEMPTS_MAX, pause_after
from stockledger_notifier.channels.channel import Delivery, Failed, Route, Sent, SupplierAnswer
from stockledger_notifier.metrics import Result
from stockledger_notifier.outbox import Attempt, Claimed
from stockledger_notifier.publishing import Issued, messages_of
from stockledger_notifier.statuses import DeliveryStatus

NOW = datetime(2026, 11, 21, 12, tzinfo=UTC)
BUSY = Failed(permanent=False, cause="503")
NEVER = Failed(permanent=True, cause="410")
QUICK_ATTEMPTS = 3


def claimed(
    route: Route = Route.WEBHOOK, attempt: int = 1, *, is_reported: bool = False
) -> Claimed:
    order = "P1" if route is Route.SUPPLIER else None
    delivery = Delivery(
        "7b0c1f8e-6f0e-5b43-8f0a-0a4b5f6d7e8f",
        "acme",
        route,
        "https://hooks.acme.example/stock",
        NOW,
        {},
        Wording.VERIFICATION if order is None else None,
        "shop" if order is None else None,
        supplier_order_id=order,
        attempt=attempt,
    )
    return Claimed(delivery, 2, "hooks.acme.example:443", 0.0, is_reported)


def judge(chance: Callable[[], float] = lambda: 0.5) -> Judge:
    return Judge(QUICK_ATTEMPTS, chance)


def test_what_was_taken_is_delivered() -> None:
    attempt, command, result = judge().ended(claimed(), Sent())
    assert (attempt.status, command, result) == (
        DeliveryStatus.DELIVERED,
        None,
        Result.DELIVERED,
    )


def test_a_refusal_for_good_is_dead_at_once() -> None:
    attempt, _, result = judge().ended(claimed(), NEVER)
    assert (attempt.status, attempt.error, result) == (
        DeliveryStatus.DEAD,
        "410",
        Result.REFUSED,
    )


def test_any_other_failure_is_tried_again_ever_more_rarely_until_it_is_dead() -> None:
    def longest() -> float:
        return 1.0

    attempts = [
        judge(longest).ended(claimed(attempt=number), BUSY).attempt
        for number in range(1, ATTEMPTS_MAX + 1)
    ]
    assert [each.pause for each in attempts[:-1]] == [
        1, 4, 16, 64, 256, 1024, 3600, 3600, 3600, 3600, 3600,
    ]  # fmt: skip
    assert {each.status for each in attempts[:-1]} == {DeliveryStatus.PENDING}
    assert attempts[-1].status is DeliveryStatus.DEAD


def test_chance_spreads_what_failed_together() -> None:
    pauses = {
        pause_after(Route.EMAIL, 4, QUICK_ATTEMPTS, chance)
        for chance in (lambda: 0.0, lambda: 0.5, lambda: 0.999)
    }
    assert len(pauses) == 3
    assert all(pause is not None and 32 <= pause <= 64 for pause in pauses)


@pytest.mark.parametrize(("asked", "pause"), [(90.0, 90.0), (0.1, 0.75)])
def test_the_other_side_may_ask_for_a_longer_pause_and_for_no_shorter_one(
    asked: float, pause: float
) -> None:
    busy = Failed(permanent=False, cause="429", retry_after=asked)
    assert judge().ended(claimed(), busy).attempt.pause == pause


def test_what_may_have_arrived_is_repeated_twice_and_long_afterwards() -> None:
    unclear = Failed(permanent=False, cause="no answer to the mail within 20 s", may_double=True)
    count, ended = 0, list[Attempt]()
    while not ended or ended[-1].status is DeliveryStatus.PENDING:
        attempt = judge().ended(claimed(Route.EMAIL, count + 1), unclear).attempt
        count += 1 + attempt.counts_more
        ended.append(attempt)

    assert len(ended) == 3
    assert all(each.pause >= 600 for each in ended[:-1])
    assert ended[-1].status is DeliveryStatus.DEAD


def test_what_may_not_go_now_is_put_off_and_that_is_no_attempt() -> None:
    attempt, command, result = judge().not_begun(claimed(), 12.0)
    assert (attempt.status, attempt.pause) == (DeliveryStatus.PENDING, 12.0)
    assert attempt.given_back
    assert attempt.error is not None
    assert not attempt.is_held
    assert (command, result) == (None, Result.PUT_OFF)


def test_an_order_that_does_not_get_out_is_reported_once_and_never_given_up() -> None:
    supplier = [
        judge().ended(claimed(Route.SUPPLIER, number, is_reported=number > 3), BUSY)
        for number in (1, 2, 3, 4, 20, 200)
    ]
    assert [each.command is not None for each in supplier] == [
        False, False, True, False, False, False,
    ]  # fmt: skip
    assert {each.attempt.status for each in supplier} == {DeliveryStatus.PENDING}
    assert [each.attempt.pause for each in supplier[:2]] == [0.75, 3]
    assert supplier[2].attempt.pause >= 150
    assert supplier[-1].attempt.pause <= 3_600
    report = supplier[2].command
    assert report == ReportSupplierUnavailable(supplier_order_id="P1", attempts=3, cause="503")


def test_an_order_is_reported_too_when_its_supplier_is_not_even_called() -> None:
    last = judge().not_begun(claimed(Route.SUPPLIER, QUICK_ATTEMPTS), 30)
    assert isinstance(last.command, ReportSupplierUnavailable)
    assert not last.attempt.given_back


def test_an_order_that_the_supplier_refuses_is_reported_and_waits_for_people() -> None:
    ended = judge().ended(claimed(Route.SUPPLIER), NEVER)
    assert ended.attempt.status is DeliveryStatus.DEAD
    assert isinstance(ended.command, ReportSupplierUnavailable)


@pytest.mark.parametrize(
    ("answer", "command"),
    [
        (None, SubmitSupplierOrder(supplier_order_id="P1")),
        (
            SupplierAnswer(reference="L-7"),
            SubmitSupplierOrder(supplier_order_id="P1", supplier_reference="L-7"),
        ),
        (
            SupplierAnswer("L-7", confirmed=True, expected_delivery="2026-11-30T08:00:00.000Z"),
            ConfirmSupplierOrder(
                supplier_order_id="P1",
                supplier_reference="L-7",
                expected_delivery=datetime(2026, 11, 30, 8, tzinfo=UTC),
            ),
        ),
        (
            SupplierAnswer("L\n" + "7" * 500, confirmed=True, expected_delivery="soon"),
            ConfirmSupplierOrder(supplier_order_id="P1", supplier_reference="L" + "7" * 199),
        ),
    ],
)
def test_what_the_supplier_answers_becomes_a_command_whatever_it_says(
    answer: SupplierAnswer | None, command: object
) -> None:
    assert judge().ended(claimed(Route.SUPPLIER), Sent(order=answer)).command == command


def test_a_code_that_comes_back_verifies_the_recipient() -> None:
    ended = judge().ended(claimed(), Sent(code="ABCDE23456"))
    assert ended.command == VerifyRecipient(recipient_id="shop", code="ABCDE23456")


def test_a_command_repeated_has_the_same_id_and_goes_to_the_tenants_partition() -> None:
    first = judge().ended(claimed(Route.SUPPLIER), Sent()).command
    assert first is not None
    issued = Issued(claimed(Route.SUPPLIER), first)
    once, again = (messages_of([issued], NOW)[2][0] for _ in range(2))
    assert dict(once.headers)["ce_id"] == dict(again.headers)["ce_id"]
    assert once.key == b"acme"
