"""Orders to a supplier's API: one order however often it is sent, and every failure named."""

from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager

import pytest
from pydantic import SecretStr

from stockledger.dev import fake_supplier
from stockledger.dev.fake_supplier import FakeSupplier, Mishap
from stockledger.dev.ports import LOOPBACK
from stockledger_notifier.addresses import PrivateDestinations
from stockledger_notifier.channels.channel import Failed, Sent, SupplierAnswer
from stockledger_notifier.channels.supplier_api import (
    ASK_FIRST,
    SupplierChannel,
    SupplierToken,
    Tokens,
)
from stockledger_notifier.channels.web import OutsideWeb
from tests.support.delivery_builders import SECRET, an_order, for_good, for_now, names
from tests.support.web_receiver import WebReceiver, saying, status

SECONDS = 2.0  # less than a slow supplier takes
TOKEN = "token-5512"


def a_token(port: int) -> SupplierToken:
    """Return the token that the supplier at a port knows us by."""
    return SupplierToken(SecretStr(TOKEN), f"http://{LOOPBACK}:{port}")


class UnluckySupplier(FakeSupplier):
    """Fails the next requests as told."""

    def __init__(self, *mishaps: Mishap, token: str | None = None) -> None:
        super().__init__(port=0, token=token)
        self.next = list(mishaps)

    def mishap(self) -> Mishap | None:
        return self.next.pop(0) if self.next else None


@asynccontextmanager
async def a_channel(
    tokens: Tokens | None = None, seconds: float = SECONDS
) -> AsyncGenerator[SupplierChannel]:
    web = OutsideWeb(PrivateDestinations.of([LOOPBACK]), seconds=seconds, look_up=names({}))
    channel = SupplierChannel(web, tokens or {})
    yield channel
    await channel.close()


async def test_a_supplier_takes_an_order_and_says_when_it_delivers() -> None:
    supplier = UnluckySupplier(token=TOKEN)
    async with (
        supplier.listening() as port,
        a_channel({"acme": {"ACME-LIGHTS": a_token(port)}}) as channel,
    ):
        outcome = await channel.send(an_order(f"http://{LOOPBACK}:{port}/orders"))

    [taken] = supplier.orders.values()
    assert isinstance(outcome, Sent)
    assert outcome.order is not None
    assert outcome.order.reference == taken.reference
    assert outcome.order.confirmed
    assert outcome.order.expected_delivery is not None
    assert outcome.order.expected_delivery.endswith("Z")


async def test_a_supplier_is_told_the_lines_and_nothing_of_the_tenants_own() -> None:
    supplier = UnluckySupplier()
    async with a_channel() as channel, supplier.listening() as port:
        order = an_order(f"http://{LOOPBACK}:{port}/orders")
        await channel.send(order)

    [taken] = supplier.orders.values()
    assert taken.order == {
        "id": order.delivery_id,
        "buyer": "acme",
        "supplier_order_id": "P-1",
        "lines": [{"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 40, "unit_cost": 12.5}],
        "expected_delivery": "2026-11-28T09:00:00.000000Z",
    }


async def test_however_it_fails_the_repeats_are_one_order() -> None:
    supplier = UnluckySupplier(*Mishap)
    async with a_channel() as channel, supplier.listening() as port:
        order = an_order(f"http://{LOOPBACK}:{port}/orders")
        outcomes = [await channel.send(order) for _ in range(len(Mishap) + 1)]

    assert outcomes[:-1] == [
        for_now("HTTP 503", fake_supplier.BUSY_SECONDS),
        for_now("HTTP 500"),
        for_now("no answer within 2 s"),
        for_now("the connection was closed before the answer was complete"),
    ]
    assert isinstance(outcomes[-1], Sent)
    [taken] = supplier.orders.values()
    assert len(taken.repeats) == 2


async def test_a_wrong_token_is_tried_on_and_is_in_no_text() -> None:
    supplier = UnluckySupplier(token="another")
    async with supplier.listening() as port:
        tokens = {"acme": {"ACME-LIGHTS": a_token(port)}}
        async with a_channel(tokens) as channel:
            outcome = await channel.send(an_order(f"http://{LOOPBACK}:{port}/orders"))

    assert outcome == for_now("HTTP 401")
    assert TOKEN not in repr(outcome)
    assert TOKEN not in repr(tokens)


@pytest.mark.parametrize(
    ("code", "outcome"),
    [
        (401, for_now("HTTP 401")),
        (403, for_now("HTTP 403")),
        (404, for_now("HTTP 404")),
        (409, for_now(f"HTTP 409: {ASK_FIRST}")),
        (400, for_good("HTTP 400")),
        (422, for_good("HTTP 422")),
    ],
)
async def test_what_can_be_put_right_is_tried_on_and_a_refused_order_is_not(
    code: int, outcome: Failed
) -> None:
    receiver = WebReceiver([SECRET], always=status(code))
    async with a_channel() as channel, receiver.listening() as port:
        assert await channel.send(an_order(f"http://{LOOPBACK}:{port}/orders")) == outcome


async def test_a_token_goes_to_its_own_supplier_only() -> None:
    supplier = UnluckySupplier(token=TOKEN)
    async with supplier.listening() as port:
        ours = a_token(port)
        async with a_channel({"acme": {"OTHER": ours}, "other": {"ACME-LIGHTS": ours}}) as channel:
            outcome = await channel.send(an_order(f"http://{LOOPBACK}:{port}/orders"))

    assert outcome == for_now("HTTP 401")


@pytest.mark.parametrize(
    ("body", "answer"),
    [
        (b"", SupplierAnswer()),
        (b"{", SupplierAnswer()),
        (b"[1]", SupplierAnswer()),
        (b'{"reference": 7, "confirmed": "yes", "expected_delivery": "soon"}', SupplierAnswer()),
        (b'{"reference": "A\\r\\n1\\u0000"}', SupplierAnswer(reference="A1")),
        (b'{"reference": "' + b"x" * 999 + b'"}', SupplierAnswer(reference="x" * 200)),
        (b'{"reference": " ", "confirmed": true}', SupplierAnswer(confirmed=True)),
        (
            b'{"expected_delivery": "2026-12-01T01:00:00+01:00"}',
            SupplierAnswer(expected_delivery="2026-12-01T00:00:00.000000Z"),
        ),
        (b'{"expected_delivery": "2026-12-01"}', SupplierAnswer()),
    ],
)
async def test_of_an_answer_only_what_is_understood_is_believed(
    body: bytes, answer: SupplierAnswer
) -> None:
    receiver = WebReceiver([SECRET], always=saying(body))
    async with a_channel() as channel, receiver.listening() as port:
        outcome = await channel.send(an_order(f"http://{LOOPBACK}:{port}/orders"))

    assert outcome == Sent(order=answer)


async def test_a_supplier_inside_our_network_is_not_called() -> None:
    web = OutsideWeb(PrivateDestinations(), seconds=1, look_up=names({"erp": [LOOPBACK]}))
    channel = SupplierChannel(web, {})
    for address in ("https://erp/orders", f"https://{LOOPBACK}/orders"):
        outcome = await channel.send(an_order(address))
        assert isinstance(outcome, Failed)
        assert outcome.permanent
    await channel.close()
