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
from stockledger_notifier.couriers import run_and_leave
from stockledger_notifier.metrics import NotifierMetrics
from stockledger_notifier.outbox import LEASE_SECONDS, Attempt, Claimed, Demand
from stockledger_notifier.recording import Publishing, Recorder
from stockledger_notifier.settings import RATE_MIN, NotifierSettings
from stockledger_notifier.statuses import DeliveryStatus
from tests.support.waiting import wait_until_async

LUMEN: Final = "acme api.lumen.example:443"
QUICK_ATTEMPTS: Final = 3
MANY: Final = 100
FULL_BOX: Final = Failed(permanent=False, cause="452 mailbox full", answered=True)
SERVER_DOWN: Final = Failed(permanent=False, cause="the mail server cannot be reached")


class Desk:
    """The table, the mail server and the commands topic in one."""

    def __init__(self, outcome: Outcome, waited: float = 0.0) -> None:
        self.outcome = outcome
        self.waited = waited
        self.waiting = self.count = 1 + FAILURES_MAX
        self.at_once_max = MANY
        self.sent: list[str] = []
        self.attempts: list[Attempt] = []
        self.commands: list[OutgoingMessage] = []
        self.courier: Courier | None = None
        self.asked_although_down = False

    async def claim(self, demand: Demand) -> Sequence[Claimed]:
        """Let some that waits be taken up, as of some time ago: mails of three tenants."""
        if self.courier is not None and list(self.courier.breakers.open_ones()):
            self.asked_although_down = True
        await let_others_go_on()
        taken = min(self.waiting, self.at_once_max, demand.count_max)
        self.waiting -= taken
        at = asyncio.get_running_loop().time() - self.waited
        return [Claimed(a_mail(n), 2, f"shop-{n % 3} EMAIL", at) for n in range(taken)]

    async def send(self, delivery: Delivery) -> Outcome:
        """Answer each mail alike."""
        self.sent.append(delivery.delivery_id)
        return self.outcome

    async def record(self, attempts: Sequence[Attempt]) -> None:
        """Keep what became of them."""
        self.attempts += attempts

    async def publish(self, topic: str, messages: Mapping[int, Sequence[OutgoingMessage]]) -> None:
        """Keep the commands."""
        assert topic == "commands"
        self.commands += [message for some in messages.values() for message in some]

    async def close(self) -> None:
        """Have nothing to close."""


async def let_others_go_on() -> None:
    """Wait as long as any answer takes at least."""
    loop = asyncio.get_running_loop()
    turn = loop.create_future()
    loop.call_soon(turn.set_result, None)
    await turn


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


class SlowDesk(Desk):
    """The same with a mail server that takes its time."""

    def __init__(self) -> None:
        super().__init__(Sent())
        self.begun = asyncio.Event()
        self.answers = asyncio.Event()

    async def send(self, delivery: Delivery) -> Outcome:
        """Answer when told to."""
        self.begun.set()
        await self.answers.wait()
        return await super().send(delivery)


class OrderDesk(Desk):
    """The same with one order, which is taken up again as soon as it has failed."""

    def __init__(self) -> None:
        super().__init__(Sent())
        self.waiting = self.count = QUICK_ATTEMPTS

    async def claim(self, demand: Demand) -> Sequence[Claimed]:
        """Let the order be taken up, unless it goes to where nothing may go."""
        await let_others_go_on()
        attempt = len(self.attempts) + 1
        is_free = self.waiting == QUICK_ATTEMPTS - len(self.attempts) > 0
        if LUMEN in demand.not_to or not is_free:
            return []
        self.waiting -= 1
        return [Claimed(an_order(attempt), 2, LUMEN, asyncio.get_running_loop().time())]


def an_order(attempt: int) -> Delivery:
    return Delivery(
        "7b0c1f8e-6f0e-5b43-8f0a-0a4b5f6d7e8f",
        "acme",
        Route.SUPPLIER,
        "https://api.lumen.example/orders",
        datetime(2026, 11, 21, tzinfo=UTC),
        {},
        supplier_order_id="P1",
        attempt=attempt,
    )


def a_courier(desk: Desk, route: Route = Route.EMAIL) -> Courier:
    return Courier(
        route,
        desk,
        Pace(1_000, 1),
        desk,
        Recorder(desk, Publishing(desk, "commands"), CrashPoints({})),
        Judge(QUICK_ATTEMPTS, lambda: 0.5),
        NotifierMetrics(CollectorRegistry()),
        CrashPoints({}),
    )


async def worked(desk: Desk, courier: Courier | None = None) -> Courier:
    """Let a courier work until it is done with all that waits."""
    courier = courier or a_courier(desk)
    running = asyncio.create_task(courier.run())

    async def is_done() -> bool:
        return len(desk.attempts) >= desk.count

    try:
        await wait_until_async(is_done, "all is done with")
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


async def test_a_mail_server_that_is_down_is_left_alone_by_the_mails_of_all_tenants() -> None:
    desk = Desk(SERVER_DOWN)
    courier = await worked(desk)
    assert list(courier.breakers.open_ones()) == [Route.EMAIL]
    assert len(desk.sent) == FAILURES_MAX


async def test_no_mail_is_taken_up_while_the_mail_server_is_down() -> None:
    desk = Desk(SERVER_DOWN)
    desk.waiting, desk.at_once_max, desk.count = MANY, 1, FAILURES_MAX
    desk.courier = a_courier(desk)
    await worked(desk, desk.courier)
    assert list(desk.courier.breakers.open_ones()) == [Route.EMAIL]
    assert not desk.asked_although_down


async def test_news_that_cannot_go_out_keep_nobody_from_working() -> None:
    courier = a_courier(Desk(SERVER_DOWN))
    for _ in range(FAILURES_MAX):
        courier.breakers.failed(Route.EMAIL)
    running = asyncio.create_task(courier.run())
    await let_others_go_on()
    clock = asyncio.get_running_loop().time
    begun = clock()
    courier.wake()
    for _ in range(10):
        await let_others_go_on()
    assert clock() - begun < 5
    courier.drain()
    await running


async def test_an_order_is_reported_in_time_although_its_supplier_is_not_called_at_all() -> None:
    desk = OrderDesk()
    courier = a_courier(desk, Route.SUPPLIER)
    for _ in range(FAILURES_MAX):
        courier.breakers.failed(LUMEN)
    await worked(desk, courier)
    assert desk.sent == []
    assert [dict(each.headers)["ce_type"] for each in desk.commands] == [
        b"stockledger.ReportSupplierUnavailable.v1"
    ]
    assert sum(each.pause for each in desk.attempts[:-1]) < 10


async def test_what_waited_for_too_long_is_given_back_and_that_is_no_attempt() -> None:
    desk = Desk(Sent(), waited=LEASE_SECONDS - 1)
    await worked(desk)
    assert desk.sent == []
    assert {(each.status, each.given_back) for each in desk.attempts} == {
        (DeliveryStatus.PENDING, True)
    }


async def test_what_is_being_sent_when_all_else_fails_may_end_and_is_written_down() -> None:
    desk = SlowDesk()
    running = asyncio.create_task(run_and_leave(a_courier(desk)))
    await asyncio.wait_for(desk.begun.wait(), 5)

    running.cancel()
    await let_others_go_on()
    desk.answers.set()
    await asyncio.wait([running])

    assert running.cancelled()
    assert [each.status for each in desk.attempts if not each.given_back] == [
        DeliveryStatus.DELIVERED
    ]


@pytest.mark.parametrize(
    "rate",
    ["emails_per_second", "sms_per_second", "webhooks_per_second", "supplier_orders_per_second"],
)
def test_a_rate_at_which_everything_would_be_given_back_is_refused(rate: str) -> None:
    settings = {"postgres_dsn": SecretStr("postgresql://localhost/stock")}
    with pytest.raises(ValidationError, match=rate):
        NotifierSettings.model_validate({**settings, rate: RATE_MIN * 0.9})
    assert 1 / RATE_MIN <= CLAIMED_SECONDS
