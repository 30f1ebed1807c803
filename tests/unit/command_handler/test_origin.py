"""A log line about a message says which it was, and where it is."""

import structlog
from aiokafka import ConsumerRecord
from structlog.testing import capture_logs

from stockledger_command_handler.decoding import decode
from stockledger_command_handler.order_translation import translate
from tests.support.records import binary
from tests.support.shop_events import IN_CART, shop_event

NO_PARTITIONS = 0
"""A setting that cannot be: whoever asks for a tenant's partition fails."""

LAMPS = {
    "tenant_id": "acme",
    "source": "/shop/berlin",
    "id": "receive-1001",
    "type": "stockledger.ReceiveStock.v1",
    "correlation_id": "order-4711",
    "topic": "inventory.commands.v1",
    "partition": 3,
    "offset": 1_042,
}


def said_of(failing: ConsumerRecord[bytes, bytes], *, is_order: bool = False) -> dict[str, object]:
    """Return what is logged when dealing with a record fails."""
    structlog.reset_defaults()
    with capture_logs() as logs:
        (translate if is_order else decode)(failing, NO_PARTITIONS)
    [line] = logs
    return dict(line)


def test_a_command_that_cannot_be_decoded_is_named_with_its_correlation() -> None:
    said = said_of(binary(correlationid=b"order-4711"))
    assert said["event"] == "decoding failed"
    assert said.items() >= LAMPS.items()


def test_a_shop_event_that_cannot_be_translated_is_named_with_its_place() -> None:
    event = shop_event("cart.item_added", IN_CART)
    said = said_of(event, is_order=True)
    assert said["event"] == "translation failed"
    assert (said["tenant_id"], said["type"]) == ("acme", "cart.item_added")
    assert (said["partition"], said["offset"]) == (event.partition, event.offset)
