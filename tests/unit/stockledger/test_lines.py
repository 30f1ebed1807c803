"""Messages as lines for people: what they say of stock, deadlines and reasons, and no more."""

import json
from types import SimpleNamespace
from typing import Any, cast

import pytest
from rich.text import Text

from stockledger.commands.lines import append_outcome, event_line, shop_event_line
from stockledger.contract.examples import EXAMPLES
from stockledger.topic_tail import TopicRecord

ODD_VALUES = (
    '"LAMP"',
    "[]",
    '{"lines": 5}',
    '{"lines": [5, null, {}]}',
    '{"lines": [{"sku": {"a": "\\u0000"}}]}',
)


def record(value: object, **headers: str) -> TopicRecord:
    made = SimpleNamespace(
        partition=3,
        offset=7,
        timestamp=0,
        key=b"acme",
        value=json.dumps(value).encode(),
        headers=[(name, text.encode()) for name, text in headers.items()],
    )
    return cast("TopicRecord", made)


def test_a_reservation_says_what_is_held_and_until_when() -> None:
    name = "stockledger.ReservationCreated.v1"
    line = event_line(record(EXAMPLES[name], ce_type=name, ce_stream="reservation/R-2001"))
    assert "ReservationCreated reservation/R-2001" in line.plain
    assert line.plain.endswith("NORTH/LAMP 2  until 09:30:00")


@pytest.mark.parametrize("is_structured", [False, True])
def test_what_a_shop_says_is_shown_in_either_mode(*, is_structured: bool) -> None:
    said = EXAMPLES["order.returned"]
    structured: dict[str, Any] = {"specversion": "1.0", "type": "order.returned", "data": said}
    line = shop_event_line(
        record(structured) if is_structured else record(said, ce_type="order.returned")
    )
    assert line.plain.endswith("order.returned O-1001  NORTH/LAMP 1  too bright")


@pytest.mark.parametrize("value", ODD_VALUES)
def test_what_a_stranger_says_wrongly_is_shown_all_the_same(value: str) -> None:
    assert shop_event_line(
        record(json.loads(value), ce_type="cart.item\x1b_added")
    ).plain.isprintable()


def test_an_accepted_reservation_says_its_status() -> None:
    line = Text()
    append_outcome(line, EXAMPLES["stockledger.CommandAccepted.v1"])
    assert line.plain.startswith("accepted ACTIVE reservation/R-2001 v1")
