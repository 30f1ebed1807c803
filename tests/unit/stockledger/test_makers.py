"""Generated makers make what the classes themselves make."""

import dataclasses
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from stockledger.event_log.interface import StreamKey
from stockledger.messages.fields import Bucket, Sku, StreamName, TenantId
from stockledger.messages.generated import maker_of
from stockledger.messages.item import Entry
from stockledger.messages.lines import AskedLine
from stockledger.messages.registry import COMMANDS, EVENTS, RESULTS
from stockledger.messages.results import Accepted
from tests.support.builders import units
from tests.support.message_strategies import messages


@pytest.mark.parametrize("kind", [*COMMANDS, *EVENTS, *RESULTS])
@settings(max_examples=3, deadline=None)
@given(data=st.data())
def test_a_message_is_made_as_its_class_makes_it(kind: type[Any], data: st.DataObject) -> None:
    message = data.draw(messages(kind))
    fields = {field.name: getattr(message, field.name) for field in dataclasses.fields(message)}

    made = maker_of(kind)(**fields)

    assert type(made) is kind
    assert made == message


def test_what_is_left_out_has_its_default() -> None:
    made = maker_of(AskedLine)(sku=Sku("LAMP"), quantity=units(2))

    assert made == AskedLine(sku=Sku("LAMP"), quantity=units(2), warehouse_id=None)


def test_what_has_no_default_cannot_be_left_out() -> None:
    incomplete: dict[str, Any] = {"bucket": Bucket.AVAILABLE, "before": units(1)}

    with pytest.raises(TypeError, match="missing 2 required"):
        maker_of(Entry)(**incomplete)


def test_messages_are_made_by_name_and_others_by_place_too() -> None:
    by_place: Any = maker_of(Entry)

    assert maker_of(Accepted)([], {"expired": 1}) == Accepted([], {"expired": 1})
    with pytest.raises(TypeError, match="positional"):
        by_place(Bucket.AVAILABLE, units(1), units(1), units(2))


def test_a_named_tuple_is_made_with_its_names() -> None:
    made = maker_of(StreamKey)(TenantId("northwind"), StreamName("item/NORTH/LAMP"))

    assert type(made) is StreamKey
    assert made.name == "item/NORTH/LAMP"
