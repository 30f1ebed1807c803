"""The parameters of queries about suppliers and the orders to them."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Query

from stockledger.messages.fields import ID_PATTERN
from stockledger.messages.supplier_order import SupplierOrderStatus
from stockledger_projector.api.alert_parameters import SupplierQuery
from stockledger_projector.api.parameters import SkuQuery, Warehouse, any_of

SupplierPath = Annotated[str, Path(pattern=ID_PATTERN, examples=["LUMEN"])]
SupplierOrderPath = Annotated[str, Path(pattern=ID_PATTERN, examples=["P-1001"])]
SupplierOrderStatuses = Annotated[
    Sequence[SupplierOrderStatus], any_of(SupplierOrderStatus, "status")
]
OverdueOrders = Annotated[bool, Query(description="Only those that were reported late.")]
ByHand = Annotated[
    bool,
    Query(
        description="Only those to be ordered by hand: the supplier has no API, or none that "
        "could be reached."
    ),
]


@dataclass(frozen=True, slots=True)
class SupplierOrderFilter:
    """Which orders to suppliers."""

    status: SupplierOrderStatuses = ()
    supplier_id: SupplierQuery = None
    warehouse_id: Warehouse = None
    sku: SkuQuery = None
    overdue: OverdueOrders = False
    by_hand: ByHand = False


SupplierOrders = Annotated[SupplierOrderFilter, Depends()]
