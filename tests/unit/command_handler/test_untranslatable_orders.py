"""What cannot be translated is set aside, with a cause that names field and problem."""

import pytest

from stockledger.careful_reading import UnreadableRecord
from stockledger_command_handler.order_translation import EVENT_ID_LENGTH_MAX
from tests.support.records import BINARY, record
from tests.support.shop_events import IN_CART, as_received, set_aside, shop_event


@pytest.mark.parametrize(
    ("event_type", "data", "reason", "said"),
    [
        ("order.shipped", {}, "unknown_type", "'order.shipped' is unknown; known are order.creat"),
        ("stockledger.ReceiveStock.v1", {}, "unknown_type", "is unknown"),
        ("order.created", {}, "invalid_event", "Field order_id is missing."),
        ("order.created", [], "invalid_event", "Field data must be a JSON object."),
        (
            "order.created",
            {"order_id": "O1", "lines": [{"sku": "LAMP", "quantity": -1}]},
            "invalid_event",
            "Field lines.0.quantity must be greater than 0.",
        ),
        (
            "order.created",
            {"order_id": "O1", "lines": [{"sku": "LAMP", "quantity": 1}] * 501},
            "invalid_event",
            "Field lines must have at most 500 entries.",
        ),
        (
            "order.returned",
            {"order_id": "O1", "lines": []},
            "invalid_event",
            "Field lines must have 1 or more entries.",
        ),
        (
            "cart.item_added",
            {**IN_CART, "quantity": 0},
            "invalid_event",
            "Field quantity must be greater than 0.",
        ),
        (
            "cart.item_changed",
            {**IN_CART, "sku": "FLOOR LAMP"},
            "invalid_event",
            "Field sku must match",
        ),
    ],
)
def test_what_cannot_be_translated_is_set_aside_with_field_and_problem(
    event_type: str, data: object, reason: str, said: str
) -> None:
    aside = set_aside(shop_event(event_type, data))
    assert aside.reason == reason
    assert said in aside.explanation


def test_an_event_without_a_tenant_is_set_aside() -> None:
    aside = set_aside(shop_event("cart.abandoned", {"cart_id": "C1"}, tenantid=None))
    assert aside.reason == "missing_tenant"


def test_an_event_with_a_faulty_envelope_is_set_aside_with_each_fault() -> None:
    aside = set_aside(shop_event("cart.abandoned", {"cart_id": "C1"}, time=b"yesterday"))
    assert aside.reason == "invalid_event"
    assert "ce_time is not an RFC 3339 time" in aside.explanation


def test_an_id_has_room_for_the_prefix_of_its_command() -> None:
    longest = shop_event("cart.abandoned", {"cart_id": "C1"}, id=b"x" * EVENT_ID_LENGTH_MAX)
    assert len(as_received(longest).id) == 128
    longer = shop_event("cart.abandoned", {"cart_id": "C1"}, id=b"x" * (EVENT_ID_LENGTH_MAX + 1))
    aside = set_aside(longer)
    assert aside.reason == "invalid_id"
    assert "has more than 114 characters" in aside.explanation


def test_a_record_that_the_client_cannot_decode_is_set_aside() -> None:
    unreadable = UnreadableRecord(**vars(record(None)))
    unreadable.explanation = "a header's name is not UTF-8"
    assert set_aside(unreadable).reason == "unreadable_record"


@pytest.mark.parametrize("value", [None, b"", b"\xff", b"[" * 100_000, b'{"a":' * 5_000])
def test_whatever_the_bytes_are_there_is_a_cause(value: bytes | None) -> None:
    headers = [*{**BINARY, "ce_type": b"order.created"}.items()]
    assert set_aside(record(value, headers)).explanation
    assert set_aside(record(value)).reason == "missing_tenant"
