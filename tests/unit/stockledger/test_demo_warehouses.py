"""The demo shop's warehouses: what becomes of a transfer's units, and what the live view counts."""

from collections import Counter
from datetime import UTC, datetime
from random import Random
from types import SimpleNamespace
from typing import cast

from stockledger.dev.transport import receipts_of
from stockledger.dev.warehouse_figures import WarehouseFigures
from stockledger.messages.adjustment import AdjustmentApproved, AdjustmentRequested
from stockledger.messages.capacity import CapacityUsed
from stockledger.messages.codec import encode_event
from stockledger.messages.message import Event
from stockledger.messages.registry import type_name
from stockledger.messages.transfer import (
    TransferCancelled,
    TransferDispatched,
    TransferMade,
    TransferOverdue,
    TransferReceived,
)
from stockledger.topic_tail import TopicRecord
from tests.support.builders import LAMP, NORTH, SOUTH, money, units

DEADLINE = datetime(2026, 11, 21, 9, 30, tzinfo=UTC)


def seen(*events: Event, tenant: str = "demo") -> WarehouseFigures:
    figures = WarehouseFigures()
    for event in events:
        stated = {"ce_type": type_name(type(event)), "ce_tenantid": tenant}
        record = SimpleNamespace(
            value=encode_event(event).encode(),
            headers=[(name, text.encode()) for name, text in stated.items()],
        )
        figures.take(cast("TopicRecord", record))
    return figures


def requested(adjustment_id: str) -> AdjustmentRequested:
    return AdjustmentRequested(
        adjustment_id=adjustment_id,
        warehouse_id=NORTH,
        sku=LAMP,
        change=units(-30),
        requested_by="ada",
        expires_at=DEADLINE,
        item_version=4,
        available=units(100),
        on_hand=units(100),
        value=money(-120),
    )


def received(transfer_id: str, *, completed: bool) -> TransferReceived:
    return TransferReceived(
        transfer_id=transfer_id, receipt_id="GR-1", lines=(), completed=completed
    )


def dispatched(transfer_id: str) -> TransferDispatched:
    return TransferDispatched(transfer_id=transfer_id, lines=())


def test_every_unit_that_was_sent_is_received_broken_or_missed() -> None:
    random = Random(5)
    came: Counter[str] = Counter()
    for quantity in [*range(1, 25)] * 20:
        sent = [{"sku": "LAMP", "quantity": quantity}, {"sku": "CHAIR", "quantity": 1}]
        first, second = receipts_of(sent, random)
        assert first
        for sku, expected in (("LAMP", quantity), ("CHAIR", 1)):
            lines = [line for line in (*first, *second) if line["sku"] == sku]
            kinds = ("received", "damaged", "short")
            assert sum(line.get(kind, 0) for line in lines for kind in kinds) == expected
        came.update({name: count for line in first for name, count in line.items() if count == 1})
    assert min(came["damaged"], came["short"], came["over"]) > 0


def test_a_transfer_is_on_the_way_until_all_of_it_came_or_it_is_cancelled() -> None:
    figures = seen(
        *(dispatched(name) for name in "ABC"),
        TransferOverdue(transfer_id="A", expected_delivery=DEADLINE),
        received("A", completed=False),
        received("B", completed=True),
        TransferCancelled(transfer_id="C", lines=()),
        TransferMade(
            transfer_id="D", source_warehouse_id=NORTH, destination_warehouse_id=SOUTH, lines=()
        ),
    )
    now = figures.snapshot()
    assert (now.on_the_way, now.completed, now.late, now.cancelled) == (1, 2, 1, 1)


def test_an_adjustment_waits_until_it_is_decided() -> None:
    approved = AdjustmentApproved(
        adjustment_id="A1", approved_by="grace", changed_meanwhile=units(0)
    )
    now = seen(requested("A1"), requested("A2"), approved).snapshot()
    assert (now.waiting, now.approved) == (1, 1)


def test_how_full_a_warehouse_is_follows_from_its_last_event() -> None:
    used = [
        CapacityUsed(warehouse_id=NORTH, change=units(10), used=units(each), capacity=units(200))
        for each in (150, 160)
    ]
    assert seen(*used).snapshot().percent_used == {"NORTH": 80}
    assert seen(*used, tenant="other").snapshot().percent_used == {}
