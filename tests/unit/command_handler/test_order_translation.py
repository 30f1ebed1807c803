"""Each event of a shop becomes exactly one command, always the same."""

from datetime import UTC, datetime
from typing import Any

import pytest

from stockledger.envelope import CommandEnvelope, decode_envelope
from stockledger.messages.fields import Sku, TenantId
from stockledger.messages.lines import AskedLine, ChangedLine
from stockledger.messages.order import AcceptOrder, CancelOrder, ReturnOrder
from stockledger.messages.reservation import (
    ReleaseReservation,
    ReserveStock,
    UpdateReservation,
)
from stockledger.messages.shop_events import SHOP_EVENTS, CartAbandoned
from stockledger.partitioning import partition_of
from stockledger_command_handler.order_translation import command_of
from tests.support.builders import CHAIR, LAMP, NORTH, units
from tests.support.records import structured
from tests.support.shop_events import (
    IN_CART,
    PARTITIONS,
    as_received,
    command_from,
    sent,
    shop_event,
)

LINES = [{"sku": "LAMP", "quantity": 2, "warehouse_id": "NORTH"}, {"sku": "CHAIR", "quantity": 1}]
ASKED = (
    AskedLine(sku=LAMP, quantity=units(2), warehouse_id=NORTH),
    AskedLine(sku=CHAIR, quantity=units(1)),
)
TRACE = b"00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
MADE_ID = "039ddd9fd9a19cc195d5da8612cfda2c"
"""The id made from the source and the id of every event of these tests: it must stay for ever."""


def test_a_created_order_is_accepted_with_all_that_it_says() -> None:
    assert command_from(
        "order.created",
        order_id="O1",
        lines=LINES,
        reservation_ids=["R1", "R2"],
        cart_id="C1",
        customer_id="Ada",
        allow_split=True,
    ) == AcceptOrder(
        order_id="O1",
        lines=ASKED,
        reservation_ids=("R1", "R2"),
        cart_id="C1",
        customer_id="Ada",
        allow_split=True,
    )


def test_a_created_order_without_lines_asks_for_what_its_cart_holds() -> None:
    assert command_from(
        "order.created",
        order_id="O1",
        cart_id="C1",
        lines=None,
        reservation_ids=None,
        allow_split=None,
    ) == AcceptOrder(order_id="O1", cart_id="C1")


def test_a_cancelled_order_is_cancelled_for_its_reason() -> None:
    cancelled = command_from("order.cancelled", order_id="O1", reason="Changed their mind")
    assert cancelled == CancelOrder(order_id="O1", reason="Changed their mind")


def test_returned_goods_are_returned_once_for_the_return_that_is_named() -> None:
    returned = command_from("order.returned", order_id="O1", return_id="RET-1", lines=LINES)
    assert returned == ReturnOrder(order_id="O1", return_id="RET-1", lines=ASKED)


def test_an_event_without_a_return_id_is_the_return_itself() -> None:
    returned = command_from("order.returned", order_id="O1", lines=LINES)
    assert returned == ReturnOrder(order_id="O1", return_id=MADE_ID, lines=ASKED)


def test_units_added_to_a_cart_join_what_it_holds() -> None:
    added = command_from(
        "cart.item_added",
        **IN_CART,
        warehouse_id="NORTH",
        customer_id="Ada",
        expires_in_seconds=600,
    )
    assert added == ReserveStock(
        reservation_id=MADE_ID,
        lines=(AskedLine(sku=LAMP, quantity=units(2), warehouse_id=NORTH),),
        expires_in_seconds=600,
        customer_id="Ada",
        cart_id="C1",
        join_cart=True,
    )


def test_a_cart_holds_for_half_an_hour_unless_the_shop_says_otherwise() -> None:
    added = command_from("cart.item_added", **IN_CART)
    assert isinstance(added, ReserveStock)
    assert added.expires_in_seconds == 1_800


def test_a_changed_quantity_replaces_that_sku_alone() -> None:
    changed = command_from("cart.item_changed", **IN_CART, expires_in_seconds=60)
    assert changed == UpdateReservation(
        reservation_id=MADE_ID,
        lines=(ChangedLine(sku=LAMP, quantity=units(2)),),
        keep_others=True,
        expires_in_seconds=60,
        cart_id="C1",
    )


@pytest.mark.parametrize(
    ("event_type", "data"),
    [
        ("cart.item_removed", {"cart_id": "C1", "sku": "LAMP"}),
        ("cart.item_changed", {"cart_id": "C1", "sku": "LAMP", "quantity": 0}),
    ],
)
def test_a_removed_sku_is_held_with_quantity_zero(event_type: str, data: dict[str, Any]) -> None:
    assert command_from(event_type, **data) == UpdateReservation(
        reservation_id=MADE_ID,
        lines=(ChangedLine(sku=LAMP, quantity=units(0)),),
        keep_others=True,
        cart_id="C1",
    )


def test_an_abandoned_cart_is_released() -> None:
    released = command_from("cart.abandoned", cart_id="C1", reason="Timed out")
    assert released == ReleaseReservation(cart_id="C1", reason="Timed out")


def test_a_shop_may_say_more_than_we_ask() -> None:
    line = {"sku": "LAMP", "quantity": 1, "gift_wrap": True, "price": 19.99}
    created = command_from("order.created", order_id="O1", lines=[line], coupon={"code": "X"})
    assert created == AcceptOrder(
        order_id="O1", lines=(AskedLine(sku=Sku("LAMP"), quantity=units(1)),)
    )


def test_every_kind_of_shop_event_becomes_a_command() -> None:
    assert set(SHOP_EVENTS) == {
        "order.created",
        "order.cancelled",
        "order.returned",
        "cart.item_added",
        "cart.item_changed",
        "cart.item_removed",
        "cart.abandoned",
    }
    assert command_of(CartAbandoned(cart_id="C1"), MADE_ID) == ReleaseReservation(cart_id="C1")


def test_a_command_goes_to_its_tenants_partition_and_names_the_event_that_caused_it() -> None:
    event = shop_event(
        "cart.abandoned",
        {"cart_id": "C1"},
        ("traceparent", TRACE),
        ("tracestate", b"shop=1"),
        tenantid=b"globex",
        actor=b"Ada",
        correlationid=b"checkout-7",
    )

    command = sent(event)
    envelope = as_received(event)

    assert command.partition == partition_of("globex", PARTITIONS)
    assert command.message.key == b"globex"
    assert (envelope.tenant_id, envelope.source) == (TenantId("globex"), "/shop/berlin")
    assert envelope.id == "orders.events:event-1001"
    assert envelope.time == datetime(2026, 11, 21, 9, 0, 0, 125_000, tzinfo=UTC)
    assert (envelope.actor, envelope.correlation_id) == ("Ada", "checkout-7")
    assert (envelope.traceparent, envelope.tracestate) == (TRACE.decode(), "shop=1")
    causation = dict(command.message.headers)["ce_causationid"]
    assert causation == b"/shop/berlin/event-1001"


def test_without_a_time_of_its_own_an_event_happened_when_its_record_was_stamped() -> None:
    envelope = as_received(shop_event("cart.abandoned", {"cart_id": "C1"}, time=None))
    assert envelope.time == datetime(2026, 11, 21, 9, 0, tzinfo=UTC)


def test_the_reply_that_an_event_asks_for_is_the_commands() -> None:
    reply = (
        ("kafka_replyTopic", b"shop.replies"),
        ("kafka_correlationId", b"\x00\xff7"),
        ("kafka_replyPartition", b"\x00\x00\x00\x05"),
    )
    asked = shop_event("cart.abandoned", {"cart_id": "C1"}, *reply)
    original = decode_envelope(asked)
    assert isinstance(original, CommandEnvelope)
    assert original.reply is not None
    assert as_received(asked).reply == original.reply


def test_an_event_in_structured_mode_becomes_the_same_command() -> None:
    plain = shop_event("cart.item_added", IN_CART)
    enveloped = structured(type="cart.item_added", id="event-1001", data=IN_CART)
    assert sent(enveloped).message == sent(plain).message


def test_the_same_event_again_becomes_the_same_command_whatever_the_record_is() -> None:
    data = {**IN_CART, "colour": "red"}
    first = as_received(shop_event("cart.item_added", data))
    again = shop_event("cart.item_added", dict(reversed(data.items())), time=None)
    repeated = as_received(again)
    assert (repeated.digest, repeated.body_hash) == (first.digest, first.body_hash)


def test_events_of_two_shops_make_two_ids() -> None:
    berlin = shop_event("cart.item_added", IN_CART)
    paris = shop_event("cart.item_added", IN_CART, source=b"/shop/paris")
    assert as_received(berlin).data != as_received(paris).data
