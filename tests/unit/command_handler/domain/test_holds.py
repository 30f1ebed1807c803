"""Holds on an item: what has lapsed depends on the holds and the time only, and costs little."""

from datetime import datetime, timedelta
from time import process_time

from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from stockledger.amounts import Quantity
from stockledger_command_handler.domain.holds import STALE_MAX, Hold, Holds, microseconds_of
from tests.support.specification import MONDAY_NOON

SNAPSHOTS = TypeAdapter(Holds)

names = st.sampled_from("ABCDEF")
seconds = st.integers(0, 6)
quantities = st.integers(1, 9).map(Quantity)
steps = st.one_of(
    st.tuples(st.just("put"), names, quantities, seconds),
    st.tuples(st.just("resize"), names, quantities | st.just(Quantity(0)), seconds),
    st.tuples(st.just("extend"), names, quantities, seconds),
    st.tuples(st.just("remove"), names, quantities, seconds),
    st.tuples(st.just("ask"), names, quantities, seconds),
)


def at(second: float) -> datetime:
    return MONDAY_NOON + timedelta(seconds=second)


def take(holds: Holds, naive: dict[str, tuple[int, int]], step: tuple[str, str, int, int]) -> None:
    """Change both alike."""
    kind, name, quantity, second = step
    match kind:
        case "put":
            holds.put(name, Quantity(quantity), at(second))
            naive[name] = (quantity, second)
        case "resize":
            holds.resize(name, Quantity(quantity))
            if name in naive:
                naive[name] = (quantity, naive[name][1])
        case "extend":
            holds.extend(name, at(second))
            if name in naive:
                naive[name] = (naive[name][0], second)
        case "remove":
            holds.remove(name)
            naive.pop(name, None)
        case _:
            compare(holds, naive, second)
    if naive.get(name, (1, 0))[0] == 0:
        del naive[name]


def compare(holds: Holds, naive: dict[str, tuple[int, int]], second: int) -> None:
    """Check every answer that depends on the time."""
    lapsed = {name: held for name, (held, due) in naive.items() if due <= second}
    ahead = [due for _, due in naive.values() if due > second]
    assert holds.lapsed(at(second)) == sum(lapsed.values())
    in_order = list(holds.lapsed_in_order(at(second)))
    assert dict(in_order) == lapsed
    deadlines = [naive[name][1] for name, _ in in_order]
    assert deadlines == sorted(deadlines)
    assert holds.next_deadline(at(second)) == (at(min(ahead)) if ahead else None)
    for name in "ABCDEF":
        assert holds.quantity(name) == naive.get(name, (0, 0))[0]
        assert holds.has_lapsed(name, at(second)) == (name in lapsed)


@settings(max_examples=300, deadline=None)
@given(history=st.lists(steps, max_size=40), second=seconds)
def test_holds_answer_as_if_added_up_anew_at_any_time(
    history: list[tuple[str, str, int, int]], second: int
) -> None:
    holds, naive = Holds(), dict[str, tuple[int, int]]()
    for step in history:
        take(holds, naive, step)
    compare(holds, naive, second)
    assert len(holds) == len(naive)
    again = SNAPSHOTS.validate_json(SNAPSHOTS.dump_json(holds))
    assert again == holds
    compare(again, naive, second)


def test_snapshot_is_compact() -> None:
    holds = Holds()
    holds.put("R1", Quantity(2_500), at(0.000001))
    assert SNAPSHOTS.dump_json(holds) == b'{"held":{"R1":[2500,1795435200000001]}}'
    assert holds.held["R1"] == Hold(Quantity(2_500), microseconds_of(at(0.000001)))


def test_holds_that_come_and_go_leave_nothing_behind() -> None:
    holds = Holds()
    for number in range(10_000):
        holds.put(f"R{number}", Quantity(1), at(60 + number))
        holds.remove(f"R{number}")
        assert queued(holds) <= STALE_MAX


def test_100_000_holds_cost_a_question_no_more_than_ten() -> None:
    few, many = Holds(), Holds()
    for number in range(100_000):
        many.put(f"R{number}", Quantity(1), at(60 + number % 977))
    for number in range(10):
        few.put(f"R{number}", Quantity(1), at(60 + number))
    fast = min(seconds_for_questions(few) for _ in range(5))
    assert min(seconds_for_questions(many) for _ in range(5)) < 5 * fast


def test_each_hold_is_taken_off_the_queue_once_as_time_goes_on() -> None:
    holds = Holds()
    for number in range(1_000):
        holds.put(f"R{number}", Quantity(1), at(number))
    for second in range(1_000):
        assert holds.lapsed(at(second)) == second + 1
        assert queued(holds) == 1_000 - second - 1


def queued(holds: Holds) -> int:
    return len(holds._ahead)  # noqa: SLF001 # pyright: ignore[reportPrivateUsage] - what it costs


def seconds_for_questions(holds: Holds) -> float:
    """Return what 2,000 reservations made and given back cost."""
    begun = process_time()
    for number in range(2_000):
        holds.lapsed(at(number / 1_000))
        holds.put(f"N{number}", Quantity(1), at(1_000 + number))
        holds.next_deadline(at(number / 1_000))
    for number in range(2_000):
        holds.remove(f"N{number}")
    return process_time() - begun
