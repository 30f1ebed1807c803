"""Which function decides a command, and how each kind of stream is folded: one table each."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from pydantic import TypeAdapter

from stockledger.messages.adjustment import (
    ApproveAdjustment,
    ExpireAdjustment,
    RejectAdjustment,
)
from stockledger.messages.damage import RecordDamage, RepairDamage, ScrapDamage
from stockledger.messages.fields import StreamName
from stockledger.messages.item import (
    AdjustStock,
    ConfigureItem,
    CorrectCost,
    CorrectStock,
    IssueStock,
    MoveBin,
    ReceiveStock,
    ReturnStock,
)
from stockledger.messages.message import Command
from stockledger.messages.order import AcceptOrder, CancelOrder, ReturnOrder
from stockledger.messages.reservation import (
    ConfirmReservation,
    ExpireReservation,
    ExtendReservation,
    ReleaseReservation,
    ReserveStock,
    UpdateReservation,
)
from stockledger.messages.stock_import import ApplyImport, StageQuantities, StageSettings
from stockledger.messages.tenant import ConfigureTenant, SetDefaultWarehouse, StartDailyCheck
from stockledger.messages.transfer import (
    CancelTransfer,
    CreateTransfer,
    DispatchTransfer,
    ReceiveTransfer,
    ReportOverdueTransfer,
    TransferStock,
)
from stockledger.messages.warehouse import (
    ActivateWarehouse,
    CreateWarehouse,
    DeactivateWarehouse,
    DeleteWarehouse,
    UpdateWarehouse,
)
from stockledger_command_handler.domain import (
    adjustment,
    adjustment_state,
    capacity,
    cart,
    damage,
    item,
    item_state,
    order,
    order_state,
    reservation,
    reservation_state,
    sku,
    stock_import,
    stock_import_state,
    tenant,
    transfer,
    transfer_state,
    warehouse,
)
from stockledger_command_handler.domain.adjustment_state import AdjustmentState
from stockledger_command_handler.domain.capacity import CapacityState
from stockledger_command_handler.domain.cart import CartState
from stockledger_command_handler.domain.item_state import ItemState
from stockledger_command_handler.domain.order_state import OrderState
from stockledger_command_handler.domain.reservation_state import ReservationState
from stockledger_command_handler.domain.sku import SkuState
from stockledger_command_handler.domain.stock_import_state import ImportState
from stockledger_command_handler.domain.tenant import TenantState
from stockledger_command_handler.domain.transfer_state import TransferState
from stockledger_command_handler.domain.view import Decision, View
from stockledger_command_handler.domain.warehouse import WarehouseState

State = (
    TenantState
    | WarehouseState
    | CapacityState
    | SkuState
    | ItemState
    | AdjustmentState
    | TransferState
    | ReservationState
    | CartState
    | OrderState
    | ImportState
)
StateT = TypeVar("StateT", bound=State)

Decide = Callable[[Any, View], Decision]
"""A decider: pure, so that running one again is free. It takes the commands of its rows only."""


def _one_part(_state: State) -> int:
    return 1


def _never(_state: State) -> bool:
    return False


@dataclass(frozen=True, slots=True)
class Aggregate(Generic[StateT]):
    """How the streams of one kind are folded, and how their state is kept as a snapshot.

    `evolve` changes the state in place and returns it. A snapshot of another `fold_version`
    must not be loaded; it costs as much as the state has `parts`. Streams that are over leave
    memory before all others.
    """

    initial: Callable[[], StateT]
    evolve: Callable[[StateT, Any], StateT]
    fold_version: int
    snapshots: TypeAdapter[StateT]
    parts: Callable[[StateT], int] = _one_part
    is_over: Callable[[StateT], bool] = _never

    def dump(self, state: StateT) -> bytes:
        """Return the state as a snapshot: JSON, amounts as inside, those of lines as sent."""
        return self.snapshots.dump_json(state)

    def load(self, snapshot: bytes) -> StateT:
        """Return the state of a snapshot that `dump` made in this fold version."""
        return self.snapshots.validate_json(snapshot)


DECIDERS: Final[Mapping[type[Command], Decide]] = {
    ConfigureTenant: tenant.decide,
    SetDefaultWarehouse: tenant.decide,
    StartDailyCheck: tenant.decide,
    CreateWarehouse: warehouse.decide,
    UpdateWarehouse: warehouse.decide,
    ActivateWarehouse: warehouse.decide,
    DeactivateWarehouse: warehouse.decide,
    DeleteWarehouse: warehouse.decide,
    ConfigureItem: item.decide,
    ReceiveStock: item.decide,
    IssueStock: item.decide,
    AdjustStock: item.decide,
    CorrectStock: item.decide,
    MoveBin: item.decide,
    CorrectCost: item.decide,
    RecordDamage: damage.decide,
    RepairDamage: damage.decide,
    ScrapDamage: damage.decide,
    ApproveAdjustment: adjustment.decide,
    RejectAdjustment: adjustment.decide,
    ExpireAdjustment: adjustment.decide,
    CreateTransfer: transfer.decide,
    TransferStock: transfer.decide,
    DispatchTransfer: transfer.decide,
    ReceiveTransfer: transfer.decide,
    CancelTransfer: transfer.decide,
    ReportOverdueTransfer: transfer.decide,
    ReturnStock: order.decide,
    ReserveStock: reservation.decide,
    UpdateReservation: reservation.decide,
    ExtendReservation: reservation.decide,
    ReleaseReservation: reservation.decide,
    ConfirmReservation: reservation.decide,
    ExpireReservation: reservation.decide,
    AcceptOrder: order.decide,
    CancelOrder: order.decide,
    ReturnOrder: order.decide,
    StageQuantities: stock_import.decide,
    StageSettings: stock_import.decide,
    ApplyImport: stock_import.decide,
}

AGGREGATES: Final[Mapping[str, Aggregate[Any]]] = {
    "tenant": Aggregate(
        tenant.initial, tenant.evolve, tenant.FOLD_VERSION, TypeAdapter(TenantState)
    ),
    "warehouse": Aggregate(
        warehouse.initial, warehouse.evolve, warehouse.FOLD_VERSION, TypeAdapter(WarehouseState)
    ),
    "capacity": Aggregate(
        capacity.initial, capacity.evolve, capacity.FOLD_VERSION, TypeAdapter(CapacityState)
    ),
    "sku": Aggregate(sku.initial, sku.evolve, sku.FOLD_VERSION, TypeAdapter(SkuState)),
    "item": Aggregate(
        item_state.initial,
        item_state.evolve,
        item_state.FOLD_VERSION,
        TypeAdapter(ItemState),
        item_state.parts,
    ),
    "adjustment": Aggregate(
        adjustment_state.initial,
        adjustment_state.evolve,
        adjustment_state.FOLD_VERSION,
        TypeAdapter(AdjustmentState),
    ),
    "transfer": Aggregate(
        transfer_state.initial,
        transfer_state.evolve,
        transfer_state.FOLD_VERSION,
        TypeAdapter(TransferState),
    ),
    "reservation": Aggregate(
        reservation_state.initial,
        reservation_state.evolve,
        reservation_state.FOLD_VERSION,
        TypeAdapter(ReservationState),
        is_over=reservation_state.is_over,
    ),
    "cart": Aggregate(cart.initial, cart.evolve, cart.FOLD_VERSION, TypeAdapter(CartState)),
    "order": Aggregate(
        order_state.initial,
        order_state.evolve,
        order_state.FOLD_VERSION,
        TypeAdapter(OrderState),
    ),
    "import": Aggregate(
        stock_import_state.initial,
        stock_import_state.evolve,
        stock_import_state.FOLD_VERSION,
        TypeAdapter(ImportState),
    ),
}

FOLD_VERSION: Final = sum(aggregate.fold_version for aggregate in AGGREGATES.values())
"""Version of all folds together: it rises when any of them does, or when one is added."""


def aggregate_of(stream: StreamName) -> Aggregate[Any]:
    """Return how a stream is folded, by its kind: the part of its name before the slash."""
    return AGGREGATES[stream.partition("/")[0]]
