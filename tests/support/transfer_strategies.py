"""Random commands about a few transfers, and what else happens to stock, as Hypothesis draws."""

from typing import Final

from hypothesis import strategies as st

from stockledger.amounts import Money, Quantity
from stockledger.messages.damage import RecordDamage, RepairDamage, ScrapDamage
from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.item import (
    AdjustStock,
    CorrectCost,
    CorrectStock,
    IssuePurpose,
    IssueStock,
    ReceiveStock,
)
from stockledger.messages.lines import AskedLine
from stockledger.messages.reservation import (
    ConfirmReservation,
    ReleaseReservation,
    ReserveStock,
)
from stockledger.messages.transfer import (
    CancelTransfer,
    CreateTransfer,
    DispatchTransfer,
    ReceiptLine,
    ReceiveTransfer,
    TransferLine,
    TransferStock,
)
from stockledger.messages.warehouse import ActivateWarehouse, DeactivateWarehouse
from tests.support.builders import CHAIR, LAMP, NORTH, SOUTH

WEST: Final = WarehouseId("WEST")
NEVER_BUILT: Final = WarehouseId("EAST")
WAREHOUSES: Final = (NORTH, SOUTH, WEST)
TRANSFERS: Final = ("T1", "T2", "T3", "T4", "T5")
RESERVATIONS: Final = ("R1", "R2")
CALL_BACK: Final = 9
"""The choice that cancels a transfer; any other carries on with it."""

Fates = tuple[Quantity, Quantity, Quantity, Quantity]
"""Whole, damaged, short and over."""

skus = st.sampled_from([LAMP, LAMP, LAMP, CHAIR])
places = st.sampled_from([NORTH, NORTH, SOUTH, WEST])
somewhere = st.sampled_from([SOUTH, SOUTH, SOUTH, WEST, WEST, NORTH, NEVER_BUILT])
quantities = st.integers(1, 9).map(Quantity)
some = st.integers(0, 9).map(Quantity)
few = st.sampled_from([0, 0, 1, 2]).map(Quantity)
some_more = st.integers(1, 20).map(Quantity)
fates = st.tuples(some, few, few, few)
costs = st.sampled_from([0, 1, 3_333, 10_000, 70_001]).map(Money)
choices = st.integers(0, CALL_BACK)
transfers = st.sampled_from(TRANSFERS)
of_item = {"warehouse_id": places, "sku": skus}
because = st.just("Found it so")
of_beginning = {
    "transfer_id": transfers,
    "source_warehouse_id": places,
    "destination_warehouse_id": somewhere,
    "lines": st.lists(
        st.builds(TransferLine, sku=skus, quantity=quantities), min_size=1, max_size=3
    ).map(tuple),
}
receipt_lines = st.lists(
    st.builds(ReceiptLine, sku=skus, received=some, damaged=some, short=some, over=some),
    min_size=1,
    max_size=2,
).map(tuple)

creating = st.builds(CreateTransfer, **of_beginning)
at_once = st.builds(TransferStock, **of_beginning)
beginning = st.one_of(creating, creating, creating, at_once)
any_of_transfers = st.one_of(
    creating,
    at_once,
    st.builds(DispatchTransfer, transfer_id=transfers),
    st.builds(CancelTransfer, transfer_id=transfers),
    st.builds(
        ReceiveTransfer,
        transfer_id=transfers,
        receipt_id=st.sampled_from(["r1", "r2"]),
        lines=receipt_lines,
    ),
)
stock_commands = st.one_of(
    st.builds(ReceiveStock, **of_item, quantity=some_more, unit_cost=costs),
    st.builds(IssueStock, **of_item, quantity=quantities, purpose=st.sampled_from(IssuePurpose)),
    st.builds(
        AdjustStock,
        **of_item,
        change=st.sampled_from([-5, -2, 1, 4]).map(Quantity),
        reason=because,
    ),
    st.builds(CorrectStock, **of_item, actual_quantity=some, reason=because),
    st.builds(CorrectCost, **of_item, unit_cost=costs, reason=because),
    st.builds(RecordDamage, **of_item, quantity=quantities),
    st.builds(RepairDamage, **of_item, quantity=quantities),
    st.builds(ScrapDamage, **of_item, quantity=quantities),
    st.builds(
        ReserveStock,
        reservation_id=st.sampled_from(RESERVATIONS),
        lines=st.builds(AskedLine, sku=skus, quantity=quantities, warehouse_id=places).map(
            lambda line: (line,)
        ),
        expires_in_seconds=st.sampled_from([1, 60]),
    ),
    st.builds(ReleaseReservation, reservation_id=st.sampled_from(RESERVATIONS)),
    st.builds(ConfirmReservation, reservation_id=st.sampled_from(RESERVATIONS)),
    st.builds(DeactivateWarehouse, warehouse_id=places),
    st.builds(ActivateWarehouse, warehouse_id=places),
    st.builds(ActivateWarehouse, warehouse_id=places),
)


def arrival(sku: Sku, in_transit: int, fates: Fates) -> ReceiptLine:
    """Return a receipt of what is in transit, shared out as far as it goes."""
    left = in_transit
    shares: list[Quantity] = []
    for fate in fates[:3]:
        shares.append(Quantity(min(left, fate)))
        left -= shares[-1]
    received, damaged, short = shares
    nothing = not any(shares)
    return ReceiptLine(
        sku=sku,
        received=Quantity(1) if nothing else received,
        damaged=damaged,
        short=short,
        over=fates[3],
    )
