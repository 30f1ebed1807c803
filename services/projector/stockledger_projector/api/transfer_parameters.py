"""The parameters of queries about transfers, adjustments and imports."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Annotated

from fastapi import Depends, Path, Query

from stockledger.messages.adjustment import AdjustmentStatus
from stockledger.messages.fields import ID_PATTERN
from stockledger.messages.transfer import TransferStatus
from stockledger_projector.api.parameters import SkuQuery, Warehouse, any_of

TransferPath = Annotated[str, Path(pattern=ID_PATTERN, examples=["T-1001"])]
AdjustmentPath = Annotated[str, Path(pattern=ID_PATTERN, examples=["A-1001"])]
ImportPath = Annotated[str, Path(pattern=ID_PATTERN, examples=["I-1001"])]
TransferStatuses = Annotated[Sequence[TransferStatus], any_of(TransferStatus, "status")]
AdjustmentStatuses = Annotated[
    Sequence[AdjustmentStatus],
    any_of(AdjustmentStatus, "status", " PENDING: waits for approval."),
]
SourceWarehouse = Annotated[
    str | None, Query(pattern=ID_PATTERN, description="Only out of this warehouse.")
]
DestinationWarehouse = Annotated[
    str | None, Query(pattern=ID_PATTERN, description="Only into this warehouse.")
]
Overdue = Annotated[bool, Query(description="Only those that were reported late.")]


@dataclass(frozen=True, slots=True)
class TransferFilter:
    """Which transfers."""

    status: TransferStatuses = ()
    source_warehouse_id: SourceWarehouse = None
    destination_warehouse_id: DestinationWarehouse = None
    overdue: Overdue = False


@dataclass(frozen=True, slots=True)
class AdjustmentFilter:
    """Which adjustments."""

    status: AdjustmentStatuses = ()
    warehouse_id: Warehouse = None
    sku: SkuQuery = None


Transfers = Annotated[TransferFilter, Depends()]
Adjustments = Annotated[AdjustmentFilter, Depends()]
