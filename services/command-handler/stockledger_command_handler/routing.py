"""Which function decides a command: one table."""

from collections.abc import Callable, Mapping
from typing import Any, Final

from stockledger.messages.adjustment import (
    ApproveAdjustment,
    ExpireAdjustment,
    RejectAdjustment,
)
from stockledger.messages.alert import AcknowledgeAlert, ResolveAlert
from stockledger.messages.damage import RecordDamage, RepairDamage, ScrapDamage
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
from stockledger.messages.recipients import (
    RequestVerification,
    SetRecipients,
    SetTemplate,
    VerifyRecipient,
)
from stockledger.messages.reservation import (
    ConfirmReservation,
    ExpireReservation,
    ExtendReservation,
    ReleaseReservation,
    ReserveStock,
    UpdateReservation,
)
from stockledger.messages.stock_import import ApplyImport, StageQuantities, StageSettings
from stockledger.messages.supplier import RegisterSupplier
from stockledger.messages.supplier_order import (
    CancelSupplierOrder,
    ConfirmSupplierOrder,
    CreateSupplierOrder,
    ReceiveSupplierOrder,
    ReportOverdueSupplierOrder,
    ReportSupplierUnavailable,
    SubmitSupplierOrder,
)
from stockledger.messages.tenant import (
    ConfigureTenant,
    ContinueDailyCheck,
    SetDefaultWarehouse,
    StartDailyCheck,
)
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
    alert,
    daily_check,
    damage,
    item,
    message_template,
    order,
    recipients,
    reservation,
    stock_import,
    supplier,
    supplier_order,
    tenant,
    transfer,
    warehouse,
)
from stockledger_command_handler.domain.view import Decision, View

Decide = Callable[[Any, View], Decision]
"""A decider: pure, so that running one again is free. It takes the commands of its rows only."""


DECIDERS: Final[Mapping[type[Command], Decide]] = {
    ConfigureTenant: tenant.decide,
    SetDefaultWarehouse: tenant.decide,
    StartDailyCheck: tenant.decide,
    ContinueDailyCheck: daily_check.decide,
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
    RegisterSupplier: supplier.decide,
    CreateSupplierOrder: supplier_order.decide,
    SubmitSupplierOrder: supplier_order.decide,
    ConfirmSupplierOrder: supplier_order.decide,
    ReportSupplierUnavailable: supplier_order.decide,
    ReceiveSupplierOrder: supplier_order.decide,
    CancelSupplierOrder: supplier_order.decide,
    ReportOverdueSupplierOrder: supplier_order.decide,
    SetRecipients: recipients.decide,
    RequestVerification: recipients.decide,
    VerifyRecipient: recipients.decide,
    SetTemplate: message_template.decide,
    AcknowledgeAlert: alert.decide,
    ResolveAlert: alert.decide,
}
