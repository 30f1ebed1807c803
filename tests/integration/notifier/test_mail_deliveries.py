"""A mail server that takes its time: few copies of a mail, and no mail stops for it."""

from pathlib import Path

from stockledger_notifier.backoff import DOUBLE_COUNTS_MORE
from stockledger_notifier.breaker import FAILURES_MAX
from stockledger_notifier.channels.channel import Route
from tests.support.mail_channels import a_channel
from tests.support.mail_server import MailServer, slow
from tests.support.notice_events import NoticeEvents, by_mail
from tests.support.notifying import Notifying
from tests.support.waiting import wait_until_async

COPIES = 3
MAILS = FAILURES_MAX + 1
IMPATIENT = 0.2  # seconds for a mail


async def wait_until_put_off(notifying: Notifying, times: int) -> None:
    async def are_put_off() -> bool:
        rows = await notifying.deliveries("PENDING")
        counted = times * (1 + DOUBLE_COUNTS_MORE)
        return [row["attempts"] for row in rows] == [counted] * MAILS

    await wait_until_async(are_put_off, f"all mails are put off, {times} times")


async def test_a_server_that_answers_too_late_gets_few_copies_and_stops_no_other_mail(
    acme: NoticeEvents, notifying: Notifying, tmp_path: Path
) -> None:
    server = MailServer(tmp_path, always=slow)
    everybody = [by_mail(f"r{number}", f"r{number}@acme.example") for number in range(MAILS)]
    await notifying.fold(acme.told(*everybody), acme.raised())
    async with (
        server.listening() as port,
        a_channel(port, seconds=IMPATIENT) as channel,
        notifying.sending(email=channel) as couriers,
    ):
        for times in range(1, COPIES):
            await wait_until_put_off(notifying, times)
            await notifying.hurry()
        await notifying.wait_for(*["DEAD"] * MAILS)
        assert not list(couriers.of_routes[Route.EMAIL].breakers.states())
        server.released.set()

    assert server.received == COPIES * MAILS
