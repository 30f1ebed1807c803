"""However a transfer arrives, its receipts share out its value to the last bit."""

import hypothesis
from hypothesis import strategies as st

from stockledger.amounts import Money, Quantity
from stockledger.messages.item import ReceiveStock
from stockledger.messages.transfer import ReceiptLine, TransferReceived
from tests.support.builders import LAMP, NORTH, SOUTH, warehouse_created
from tests.support.specification import given
from tests.support.transfer_builders import (
    create_transfer,
    dispatch_transfer,
    line,
    receive_transfer,
)
from tests.support.transfer_strategies import some


@hypothesis.given(
    cost=st.integers(0, 500).map(Money),
    vans=st.lists(st.tuples(some, some, some).filter(any), min_size=1, max_size=5),
)
def test_receipts_share_out_all_the_value_of_what_was_sent(
    cost: Money, vans: list[tuple[Quantity, Quantity, Quantity]]
) -> None:
    total = sum(map(sum, vans))
    history = given(warehouse_created(NORTH), warehouse_created(SOUTH))
    stock = ReceiveStock(warehouse_id=NORTH, sku=LAMP, quantity=Quantity(total), unit_cost=cost)
    history.after(stock, create_transfer(line(total / 1_000)), dispatch_transfer())
    worth = history.tenant.item(SOUTH, LAMP).stock.transit_value
    assert history.tenant.item(NORTH, LAMP).stock.value == 0
    shared = 0
    for number, (received, damaged, short) in enumerate(vans):
        receipt = ReceiptLine(sku=LAMP, received=received, damaged=damaged, short=short)
        command = receive_transfer(receipt, receipt_id=f"van-{number}")
        event = history.when(command).events()[0]
        assert isinstance(event, TransferReceived)
        shared += event.lines[0].value
        history.after(command)
    assert (shared, history.tenant.item(SOUTH, LAMP).stock.transit_value) == (worth, 0)
