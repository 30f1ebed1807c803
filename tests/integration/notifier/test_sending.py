"""What waits goes out: at least once, with one key, past whoever is slow or refuses."""

import asyncio
from collections.abc import Callable
from datetime import timedelta

from stockledger.messages.recipients import Wording
from stockledger_notifier.breaker import FAILURES_MAX
from stockledger_notifier.channels.channel import (
    Delivery,
    Failed,
    Outcome,
    Route,
    Sent,
)
from stockledger_notifier.lanes import LANE_FULL, LANE_PLACES, LANE_TAKEN_MAX
from stockledger_notifier.outbox import Demand, Outbox
from tests.support.notice_events import HOOK, NoticeEvents, by_hook, by_mail
from tests.support.notifying import KEY, Notifying, RecordingChannel
from tests.support.waiting import wait_until_async

SLOW = "https://slow.example/stock"
BUSY = Failed(permanent=False, cause="503 Service Unavailable")
RATE = 20
GONE = Failed(permanent=True, cause="410 Gone")


def at_first(failed: Failed, times: int) -> Callable[[Delivery], Outcome]:
    """Answer so many attempts of each delivery with a failure."""
    return lambda delivery: failed if delivery.attempt <= times else Sent()


class TimedChannel(RecordingChannel):
    """A channel that looks at the clock."""

    def __init__(self) -> None:
        super().__init__()
        self.times: list[float] = []

    async def take(self, delivery: Delivery) -> None:
        """Remember when it came."""
        del delivery
        self.times.append(asyncio.get_running_loop().time())

    def within(self, seconds: float) -> list[int]:
        """Return how much came within so many seconds of each."""
        return [sum(begin <= each < begin + seconds for each in self.times) for begin in self.times]


class StuckChannel(RecordingChannel):
    """A channel on which only one host answers."""

    def __init__(self) -> None:
        super().__init__()
        self.answers = asyncio.Event()
        self.stuck = 0

    async def take(self, delivery: Delivery) -> None:
        """Wait where it is stuck."""
        if delivery.address != HOOK:
            self.stuck += 1
            await self.answers.wait()


class MistakenChannel(RecordingChannel):
    """A channel with a mistake in its code."""

    async def take(self, delivery: Delivery) -> None:
        """Stumble over lamps."""
        if "LAMP" in str(delivery.facts):
            raise ZeroDivisionError


async def test_a_delivery_carries_the_facts_and_the_tenants_words(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    mail = RecordingChannel()
    await notifying.fold(
        acme.worded(Wording.ALERT_RAISED, "Hey"), acme.told(by_mail()), acme.raised()
    )
    async with notifying.sending(email=mail):
        await notifying.wait_for("DELIVERED")

    (sent,) = mail.sent
    assert (sent.tenant_id, sent.address, sent.attempt) == ("acme", "anna@acme.example", 1)
    assert (sent.facts["sku"], sent.facts["figure"]) == ("LAMP", 2)
    assert sent.template is not None
    assert sent.template.subject == "Hey"


async def test_a_code_is_made_when_it_is_sent(acme: NoticeEvents, notifying: Notifying) -> None:
    mail = RecordingChannel()
    await notifying.fold(acme.told(by_mail(), verified=False), acme.asked(by_mail()))
    async with notifying.sending(email=mail):
        await notifying.wait_for("DELIVERED")
    assert len(mail.sent[0].facts["code"]) == 10


async def test_what_fails_is_sent_again_with_the_same_key(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    hook = RecordingChannel(at_first(BUSY, 2))
    await notifying.fold(acme.told(by_hook()), acme.raised())
    async with notifying.sending(webhook=hook):
        await notifying.wait_for("DELIVERED")

    assert len(hook.ids) == 3
    assert len(set(hook.ids)) == 1
    (delivery,) = await notifying.deliveries()
    assert (delivery["attempts"], delivery["last_error"]) == (3, BUSY.cause)


async def test_what_is_refused_for_good_is_dead_and_the_others_go_out(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    hook = RecordingChannel(lambda delivery: GONE if delivery.facts["sku"] == "LAMP" else Sent())
    await notifying.fold(acme.told(by_hook()), acme.raised("LAMP"), acme.raised("DESK"))
    async with notifying.sending(webhook=hook):
        await notifying.wait_for("DEAD", "DELIVERED")
    assert len(hook.sent) == 2


async def test_a_mistake_in_a_channel_costs_one_delivery_and_no_other(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    hook = MistakenChannel()
    await notifying.fold(acme.told(by_hook()), acme.raised("LAMP"), acme.raised("DESK"))
    async with notifying.sending(webhook=hook):
        await notifying.wait_for("DEAD", "DELIVERED")


async def test_a_receiver_that_never_answers_holds_up_its_own_deliveries_alone(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    stuck = LANE_TAKEN_MAX + LANE_FULL
    hook = StuckChannel()
    other = NoticeEvents(acme.ledger, "other")
    await notifying.fold(acme.told(by_hook(address=SLOW)), other.told(by_hook()))
    await notifying.tell_all_at_once()
    await notifying.fold(*(acme.raised(f"A{number}") for number in range(2 * stuck)))
    await notifying.fold(*(other.raised(f"B{number}") for number in range(300)))

    async with notifying.sending(webhook=hook):
        await hook.wait_sent(300)
        assert {each.address for each in hook.sent} == {HOOK}
        assert hook.stuck <= LANE_PLACES
        taken_up = await notifying.deliveries("SENDING")
        assert len([row for row in taken_up if row["address"] == SLOW]) <= stuck
        hook.answers.set()
        await hook.wait_sent(300 + 2 * stuck)

    assert len(set(hook.ids)) == 300 + 2 * stuck == len(hook.ids)


async def test_two_processes_send_each_delivery_once(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    hook = RecordingChannel()
    await notifying.fold(acme.told(by_hook()))
    await notifying.tell_all_at_once()
    await notifying.fold(*(acme.raised(f"S{number}") for number in range(800)))
    async with notifying.sending(webhook=hook), notifying.sending(webhook=hook):
        await hook.wait_sent(800)
    assert len(hook.ids) == len(set(hook.ids)) == 800
    assert len(await notifying.deliveries("DELIVERED")) == 800


async def test_processes_that_take_up_at_the_same_instant_take_up_different_deliveries(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    await notifying.fold(acme.told(by_hook()))
    await notifying.tell_all_at_once()
    await notifying.fold(*(acme.raised(f"S{number}") for number in range(800)))
    await asyncio.gather(*(notifying.pool.execute("select pg_sleep(0.2)") for _ in range(8)))
    outbox = Outbox(notifying.pool, KEY)
    demand = Demand(Route.WEBHOOK, 100, 100, [])

    taken = await asyncio.gather(*(outbox.claim(demand) for _ in range(8)))

    ids = [each.delivery.delivery_id for some in taken for each in some]
    assert len(ids) == len(set(ids)) == 800


async def test_a_receiver_that_fails_in_a_row_is_left_alone_and_nothing_is_lost(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    hook = RecordingChannel(lambda _: BUSY)
    await notifying.fold(acme.told(by_hook()), *(acme.raised(f"S{n}") for n in range(15)))
    async with notifying.sending(webhook=hook) as couriers:
        await hook.wait_sent(FAILURES_MAX)

        async def all_wait() -> bool:
            return not await notifying.deliveries("SENDING")

        await wait_until_async(all_wait, "what was taken up is put off")
        assert list(couriers.of_routes[Route.WEBHOOK].breakers.open_ones())

    rows = await notifying.deliveries()
    assert {row["status"] for row in rows} == {"PENDING"}
    assert sum(row["attempts"] for row in rows) == len(hook.sent) <= LANE_PLACES


async def test_what_a_dead_process_had_taken_up_is_sent_by_another_with_the_same_key(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    hook = RecordingChannel()
    await notifying.fold(acme.told(by_hook()), acme.raised())
    (taken,) = await Outbox(notifying.pool, KEY).claim(Demand(Route.WEBHOOK, 10, 10, []))
    async with notifying.sending(webhook=hook):
        assert hook.sent == []
        await notifying.hurry()  # the lease is over
        await notifying.wait_for("DELIVERED")
    assert hook.ids == [taken.delivery.delivery_id]
    assert hook.sent[0].attempt == 2


async def test_no_more_goes_out_than_the_rate_limit_lets_through(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    mail = TimedChannel()
    everybody = [by_mail(f"r{number}", f"r{number}@acme.example") for number in range(50)]
    await notifying.fold(acme.told(*everybody), acme.raised())
    slow = {"emails_per_second": RATE}
    notifying.settings = notifying.settings.model_copy(update=slow)
    async with notifying.sending(email=mail):
        await mail.wait_sent(50)
    assert mail.times[-1] - mail.times[0] >= (50 - RATE) / RATE - 0.1
    assert max(mail.within(1.0)) <= 2 * RATE


async def test_who_is_no_recipient_any_more_gets_nothing_that_still_waits(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    mail = RecordingChannel()
    await notifying.fold(acme.told(by_mail("anna"), by_mail("carl")), acme.raised())
    await notifying.fold(acme.told(by_mail("anna", "anna@other.example")))
    async with notifying.sending(email=mail):
        await notifying.wait_for("WITHDRAWN", "WITHDRAWN")
    assert mail.sent == []


async def test_an_alert_that_is_over_while_it_is_being_told_is_not_tried_again(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    hook = StuckChannel()
    hook.answer = at_first(BUSY, 99)
    await notifying.fold(acme.told(by_hook(address=SLOW)), acme.raised())
    async with notifying.sending(webhook=hook):

        async def is_being_told() -> bool:
            return hook.stuck == 1

        await wait_until_async(is_being_told, "the alert is being told")
        await notifying.fold(acme.resolved())
        assert await notifying.statuses() == ["SENDING"]
        hook.answers.set()
        await notifying.wait_for("WITHDRAWN")
    assert (await notifying.deliveries())[0]["attempts"] == 1


async def test_what_is_sent_when_the_process_ends_is_written_down_and_the_rest_is_given_back(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    hook = StuckChannel()
    await notifying.fold(acme.told(by_hook(address=SLOW)))
    await notifying.tell_all_at_once()
    await notifying.fold(*(acme.raised(f"S{number}") for number in range(40)))
    async with notifying.sending(webhook=hook) as couriers:

        async def is_full() -> bool:
            return hook.stuck == LANE_PLACES

        await wait_until_async(is_full, "all places are taken")
        couriers.drain()
        hook.answers.set()

    assert len(await notifying.deliveries("DELIVERED")) == LANE_PLACES == len(hook.sent)
    waiting = await notifying.deliveries("PENDING")
    assert len(waiting) == 40 - LANE_PLACES
    assert {row["attempts"] for row in waiting} == {0}
    assert all(row["next_attempt_at"] - row["created_at"] < timedelta(minutes=1) for row in waiting)


async def test_many_receivers_that_never_answer_leave_room_for_one_that_does(
    acme: NoticeEvents, notifying: Notifying
) -> None:
    hook = StuckChannel()
    slow = [by_hook(f"slow-{n}", SLOW.replace("slow", f"a{n}.slow")) for n in range(60)]
    await notifying.fold(acme.told(*slow, by_hook("well")))
    await notifying.tell_all_at_once()
    await notifying.fold(*(acme.raised(f"S{number}") for number in range(40)))
    async with notifying.sending(webhook=hook):
        await hook.wait_sent(40)
        assert {each.address for each in hook.sent} == {HOOK}
        hook.answers.set()
        await hook.wait_sent(61 * 40)
    assert len(set(hook.ids)) == 61 * 40 == len(hook.ids)
