"""kill -9 of the notifier between any two steps: nothing is lost, and repeats have their keys."""

import asyncio
import signal

import asyncpg
import pytest

from stockledger.crash_points import VARIABLE
from tests.support.installation import Installation
from tests.support.shop import Shop
from tests.support.told_shop import OUTSIDE, VERIFIED, Receiver, receiving, told_shop
from tests.support.waiting import wait_until

KILLED = -signal.SIGKILL
LAMPS = [f"LAMP-{number}" for number in range(15)]
NOT_KNOWN_TO_BE_SENT = {"notifier-after-send"}
"""Where the outside has taken what nobody has written down."""

UNFINISHED = "select count(*) from notices.deliveries where status in ('PENDING', 'SENDING')"
LET_GO = """
    update notices.deliveries
    set next_attempt_at = created_at
    where status = 'SENDING' and next_attempt_at < now() + interval '85 seconds'
"""
"""What was taken up five seconds ago and is not finished was a dead process's."""


@pytest.mark.parametrize(
    "place",
    [
        "notifier-after-commit",
        "notifier-after-claim",
        "notifier-after-send",
        "notifier-after-record",
    ],
)
def test_a_notifier_killed_between_two_steps_loses_nothing_and_repeats_only_what_it_must(
    installation: Installation, shop: Shop, place: str
) -> None:
    receiver = Receiver()
    with receiving(receiver) as ports, told_shop(installation, shop, LAMPS) as told:
        first = installation.notifier(**OUTSIDE).wait_ready()
        told.set_recipients(ports)
        told.wait_event(VERIFIED)
        first.terminate()
        doomed = installation.notifier(**{VARIABLE: f"{place}:2"}, **OUTSIDE).wait_ready()
        told.sell(LAMPS[:1])
        wait_until(lambda: receiver.skus() or not doomed.is_running, "one alert is told")
        told.sell(LAMPS[1:2])
        assert doomed.wait_ended(60) == KILLED
        told.sell(LAMPS[2:])

        installation.notifier(**OUTSIDE).wait_ready()

        wait_until(lambda: is_told(installation, receiver), "all alerts are told", 60)
        wait_until(lambda: is_finished(installation), "all is written down", 60)
    assert len(receiver.ids) == 1 + len(LAMPS)
    repeats = sum(receiver.taken.values()) - len(receiver.ids)
    assert repeats == 0 or place in NOT_KNOWN_TO_BE_SENT, receiver.taken


def test_a_notifier_killed_before_it_writes_down_an_answer_tells_it_once_more(
    installation: Installation, shop: Shop
) -> None:
    receiver = Receiver()
    with receiving(receiver) as ports, told_shop(installation, shop, LAMPS[:1]) as told:
        doomed = installation.notifier(**{VARIABLE: "notifier-after-publish"}, **OUTSIDE)
        doomed.wait_ready()
        told.set_recipients(ports)
        assert doomed.wait_ended(60) == KILLED
        told.wait_event(VERIFIED)

        installation.notifier(**OUTSIDE).wait_ready()

        wait_until(lambda: is_finished(installation), "all is written down", 60)
        told.sell(LAMPS[:1])
        wait_until(lambda: receiver.skus() == set(LAMPS[:1]), "the alert is told")
    assert len(receiver.ids) == 2


def is_told(installation: Installation, receiver: Receiver) -> bool:
    """Say whether all alerts have come, those that a dead process had taken up too."""
    is_finished(installation)
    return receiver.skus() == set(LAMPS)


def is_finished(installation: Installation) -> bool:
    """Let the leases of the dead be over, and say whether no delivery waits any more."""
    return asyncio.run(_unfinished(installation.dsn)) == 0


async def _unfinished(dsn: str) -> int:
    session = await asyncpg.connect(dsn)
    try:
        await session.execute(LET_GO)
        return int(await session.fetchval(UNFINISHED))
    finally:
        await session.close()
