"""How each kind of stream is folded: one table."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final, Generic, TypeVar

from pydantic import TypeAdapter

from stockledger.messages.fields import StreamName
from stockledger_command_handler.domain import (
    adjustment_state,
    capacity,
    cart,
    item_state,
    message_template,
    order_state,
    recipients,
    reservation_state,
    sku,
    stock_import_state,
    supplier,
    supplier_order_state,
    tenant,
    transfer_state,
    warehouse,
)
from stockledger_command_handler.domain.adjustment_state import AdjustmentState
from stockledger_command_handler.domain.capacity import CapacityState
from stockledger_command_handler.domain.cart import CartState
from stockledger_command_handler.domain.item_state import ItemState
from stockledger_command_handler.domain.message_template import TemplateState
from stockledger_command_handler.domain.order_state import OrderState
from stockledger_command_handler.domain.recipients import RecipientsState
from stockledger_command_handler.domain.reservation_state import ReservationState
from stockledger_command_handler.domain.sku import SkuState
from stockledger_command_handler.domain.stock_import_state import ImportState
from stockledger_command_handler.domain.supplier import SupplierState
from stockledger_command_handler.domain.supplier_order_state import SupplierOrderState
from stockledger_command_handler.domain.tenant import TenantState
from stockledger_command_handler.domain.transfer_state import TransferState
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
    | SupplierState
    | SupplierOrderState
    | RecipientsState
    | TemplateState
)
StateT = TypeVar("StateT", bound=State)


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
    "supplier": Aggregate(
        supplier.initial, supplier.evolve, supplier.FOLD_VERSION, TypeAdapter(SupplierState)
    ),
    "supplier_order": Aggregate(
        supplier_order_state.initial,
        supplier_order_state.evolve,
        supplier_order_state.FOLD_VERSION,
        TypeAdapter(SupplierOrderState),
    ),
    "recipients": Aggregate(
        recipients.initial,
        recipients.evolve,
        recipients.FOLD_VERSION,
        TypeAdapter(RecipientsState),
    ),
    "template": Aggregate(
        message_template.initial,
        message_template.evolve,
        message_template.FOLD_VERSION,
        TypeAdapter(TemplateState),
    ),
}

FOLD_VERSION: Final = sum(aggregate.fold_version for aggregate in AGGREGATES.values())
"""Version of all folds together: it rises when any of them does, or when one is added."""


def aggregate_of(stream: StreamName) -> Aggregate[Any]:
    """Return how a stream is folded, by its kind: the part of its name before the slash."""
    return AGGREGATES[stream.partition("/")[0]]
