"""A destination that fails in a row is left alone, and tried by exactly one delivery."""

import asyncio

from stockledger_notifier.breaker import (
    FAILURES_MAX,
    OPEN_SECONDS,
    OPEN_SECONDS_MAX,
    TRIAL_SECONDS_MAX,
    Breakers,
    BreakerState,
)

HOOK = "hooks.acme.example:443"


class Clock:
    """A clock that is set by hand."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def opened() -> tuple[Breakers, Clock]:
    clock = Clock()
    breakers = Breakers(clock)
    for _ in range(FAILURES_MAX):
        assert breakers.denied_for(HOOK) is None
        breakers.failed(HOOK)
    return breakers, clock


def test_it_opens_after_failures_in_a_row_for_that_destination_alone() -> None:
    breakers, _ = opened()
    assert breakers.denied_for(HOOK) == OPEN_SECONDS
    assert breakers.denied_for("other.example:443") is None
    assert list(breakers.open_ones()) == [HOOK]


def test_an_answer_in_between_begins_the_row_anew() -> None:
    breakers = Breakers(Clock())
    for _ in range(FAILURES_MAX - 1):
        breakers.failed(HOOK)
    breakers.answered(HOOK)
    for _ in range(FAILURES_MAX - 1):
        breakers.failed(HOOK)
    assert breakers.denied_for(HOOK) is None


async def test_when_its_time_is_over_exactly_one_of_fifty_at_once_goes_to_try() -> None:
    breakers, clock = opened()
    clock.now += OPEN_SECONDS
    begin = asyncio.Event()

    async def ask() -> bool:
        await begin.wait()
        return breakers.denied_for(HOOK) is None

    asking = [asyncio.create_task(ask()) for _ in range(50)]
    begin.set()
    assert list(breakers.open_ones()) == []
    assert sum(await asyncio.gather(*asking)) == 1
    assert list(breakers.open_ones()) == list(breakers.failing_ones()) == [HOOK]
    assert list(breakers.states()) == [(HOOK, BreakerState.HALF_OPEN)]


def test_a_trial_that_succeeds_lets_all_through() -> None:
    breakers, clock = opened()
    clock.now += OPEN_SECONDS
    assert breakers.denied_for(HOOK) is None
    breakers.answered(HOOK)
    assert [breakers.denied_for(HOOK) for _ in range(3)] == [None, None, None]


def test_each_trial_that_fails_opens_it_for_twice_as_long_up_to_a_limit() -> None:
    breakers, clock = opened()
    waits: list[float] = []
    for _ in range(7):
        denied = breakers.denied_for(HOOK)
        assert denied is not None
        waits.append(denied)
        clock.now += denied
        assert breakers.denied_for(HOOK) is None
        breakers.failed(HOOK)
    assert waits == [30, 60, 120, 240, 480, OPEN_SECONDS_MAX, OPEN_SECONDS_MAX]


def test_failures_of_what_was_under_way_when_it_opened_change_nothing() -> None:
    breakers, clock = opened()
    clock.now += OPEN_SECONDS - 1
    breakers.failed(HOOK)
    assert breakers.denied_for(HOOK) == 1


def test_a_trial_that_nobody_hears_of_again_is_followed_by_another() -> None:
    breakers, clock = opened()
    clock.now += OPEN_SECONDS
    assert breakers.denied_for(HOOK) is None
    clock.now += TRIAL_SECONDS_MAX - 1
    assert breakers.denied_for(HOOK) is not None
    clock.now += 1
    assert breakers.denied_for(HOOK) is None
