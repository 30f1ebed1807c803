"""A courier leaves destinations alone that fail, and gives back what it cannot send in time."""

import asyncio
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

import pytest
from prometheus_client import CollectorRegistry
from pydantic import SecretStr, ValidationError

from stockledger.crash_points import CrashPoints
from stockledger.messages.recipients import Wording
from stockledger.publisher import OutgoingMessage
from stockledger_notifier.attempts import Judge
from stockledger_notifier.breaker import FAILURES_MAX
from stockledger_notifier.channels.channel import Delivery, Failed, Outcome, Route, Sent
from stockledger_notifier.courier import CLAIMED_SECONDS, Courier, Pace
from stockledger_notifier.metrics import NotifierMetrics
from stockledger_notifier.outbox import LEASE_SECONDS, Attempt, Claimed, Demand
from stockledger_notifier.recording import Publishing, Recorder
from stockledger_notifier.settings import RATE_MIN, NotifierSettings
from stockledger_notifier.statuses import DeliveryStatus
from tests.support.waiting import wait_until_async

MAIL: Final = "mail"
FULL_BOX: Final = Failed(permanent=False, cause="452 mailbox full", answered=True)
SERVER_DOWN: Final = Failed(permanent=False, cause="the mail server cannot be reached")


class Desk:
    """The table, the mail server and the commands topic in one."""

    def __init__(self, outcome: Outcome, waited: float = 0.0) -> None:
        self.outcome = outcome
        self.waited = waited
        self.waiting = 1 + FAILURES_MAX
        self.sent: list[str] = []
        self.attempts: list[Attempt] = []

    async def claim(self, demand: Demand) -> Sequence[Claimed]:
        """Let all that waits be taken up, as of some time ago."""
        assert demand.route is Route.EMAIL
        taken, self.waiting = self.waiting, 0
        at = asyncio.get_running_loop().time() - self.waited
        return [Claimed(a_mail(number), 2, MAIL, at) for number in range(taken)]

    async def send(self, delivery: Delivery) -> Outcome:
        """Answer each mail alike."""
        self.sent.append(delivery.delivery_id)
        return self.outcome

    async def record(self, attempts: Sequence[Attempt]) -> None:
        """Keep what became of them."""
        self.attempts += attempts

    async def publish(self, topic: str, messages: Mapping[int, Sequence[OutgoingMessage]]) -> None:
        """Have no commands to publish."""
        raise AssertionError((topic, messages))

    async def close(self) -> None:
        """Have nothing to close."""


def a_mail(number: int) -> Delivery:
    return Delivery(
        f"7b0c1f8e-6f0e-5b43-8f0a-0a4b5f6d7e{number:02}",
        "acme",
        Route.EMAIL,
        "anna@acme.example",
        datetime(2026, 11, 21, tzinfo=UTC),
        {},
        Wording.ALERT_RAISED,
        "anna",
    )


async def worked(desk: Desk) -> Courier:
    """Let a courier work until it is done with all that waits."""
    courier = Courier(
        Route.EMAIL,
        desk,
        Pace(1_000, 1),
        desk,
        Recorder(desk, Publishing(desk, "commands"), CrashPoints({})),
        Judge(3, lambda: 0.5),
        NotifierMetrics(CollectorRegistry()),
        CrashPoints({}),
    )
    count = desk.waiting
    running = asyncio.create_task(courier.run())

    async def is_done() -> bool:
        return len(desk.attempts) == count

    try:
        await wait_until_async(is_done, "all mails are done with")
    finally:
        courier.drain()
        await running
    return courier


async def test_full_mailboxes_do_not_stop_the_mails_of_others() -> None:
    desk = Desk(FULL_BOX)
    courier = await worked(desk)
    assert list(courier.breakers.open_ones()) == []
    assert len(desk.sent) == 1 + FAILURES_MAX
    assert {each.status for each in desk.attempts} == {DeliveryStatus.PENDING}
    assert not any(each.given_back for each in desk.attempts)


async def test_a_mail_server_that_is_down_is_left_alone() -> None:
    desk = Desk(SERVER_DOWN)
    courier = await worked(desk)
    assert list(courier.breakers.open_ones()) == [MAIL]
    assert len(desk.sent) == FAILURES_MAX


async def test_what_waited_for_too_long_is_given_back_and_that_is_no_attempt() -> None:
    desk = Desk(Sent(), waited=LEASE_SECONDS - 1)
    await worked(desk)
    assert desk.sent == []
    assert {(each.status, each.given_back) for each in desk.attempts} == {
        (DeliveryStatus.PENDING, True)
    }


@pytest.mark.parametrize(
    "rate",
    ["emails_per_second", "sms_per_second", "webhooks_per_second", "supplier_orders_per_second"],
)
def test_a_rate_at_which_everything_would_be_given_back_is_refused(rate: str) -> None:
    settings = {"postgres_dsn": SecretStr("postgresql://localhost/stock")}
    with pytest.raises(ValidationError, match=rate):
        NotifierSettings.model_validate({**settings, rate: RATE_MIN * 0.9})
    assert 1 / RATE_MIN <= CLAIMED_SECONDS
