"""Events that people are told of, and who they are, recorded without a command handler."""

from datetime import UTC, datetime, timedelta

from stockledger.amounts import Money, Quantity
from stockledger.event_log.interface import StoredEvent
from stockledger.messages.alert import (
    AlertAcknowledged,
    AlertKind,
    AlertRaised,
    AlertResolution,
    AlertResolved,
    Severity,
)
from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.recipients import (
    Channel,
    Pace,
    QuietHours,
    Recipient,
    RecipientsSet,
    RecipientVerified,
    Subject,
    TemplateSet,
    VerificationRequested,
    Wording,
)
from stockledger.messages.results import ErrorCode
from stockledger.messages.supplier_order import (
    SupplierOrderCancelled,
    SupplierOrderCreated,
    SupplierOrderLine,
    SupplierOrderSubmitted,
    SupplierUnavailable,
)
from stockledger.messages.tenant import DailyCheckCompleted, TenantConfigured
from stockledger.messages.transfer import TransferOverdue
from tests.support.recorded_ledger import RecordedLedger

ACME = "acme"
LAMP = "LAMP"
NORTH = WarehouseId("NORTH")
ANNA_MAIL = "anna@acme.example"
HOOK = "https://hooks.acme.example/stock"
API = "https://api.lumen.example/orders"
SEVERITIES = {
    AlertKind.LOW_STOCK: Severity.WARNING,
    AlertKind.OUT_OF_STOCK: Severity.CRITICAL,
    AlertKind.REORDER_NEEDED: Severity.INFO,
    AlertKind.OVERSTOCK: Severity.INFO,
    AlertKind.CAPACITY: Severity.WARNING,
}


def quiet_now() -> QuietHours:
    """Return hours that are quiet, with six of them left; in Tokyo they are not."""
    now = datetime.now(UTC)
    begin, until = now - timedelta(hours=6), now + timedelta(hours=6)
    return QuietHours(begin=f"{begin:%H:%M}", until=f"{until:%H:%M}")


def by_mail(
    name: str = "anna",
    address: str = ANNA_MAIL,
    *,
    quiet_hours: QuietHours | None = None,
    pace: Pace = Pace.AT_ONCE,
    resolved: bool = False,
    subjects: tuple[Subject, ...] | None = None,
    warehouses: tuple[str, ...] | None = None,
) -> Recipient:
    """Return somebody who is told by e-mail."""
    return Recipient(
        recipient_id=name,
        channel=Channel.EMAIL,
        address=address,
        quiet_hours=quiet_hours,
        pace=pace,
        resolved=resolved,
        subjects=subjects,
        warehouses=None if warehouses is None else tuple(map(WarehouseId, warehouses)),
    )


def by_hook(name: str = "shop", address: str = HOOK, *, resolved: bool = False) -> Recipient:
    """Return a system that is told by a webhook."""
    return Recipient(recipient_id=name, channel=Channel.WEBHOOK, address=address, resolved=resolved)


def by_sms(name: str = "bert", address: str = "+4915112345678") -> Recipient:
    """Return somebody who is told by SMS."""
    return Recipient(recipient_id=name, channel=Channel.SMS, address=address)


class NoticeEvents:
    """A tenant's events, as far as people are told of them; each call records one."""

    def __init__(self, ledger: RecordedLedger, tenant: str = ACME) -> None:
        self.ledger = ledger
        self.tenant = tenant

    def configured(self, time_zone: str) -> StoredEvent:
        return self.ledger.record(
            self.tenant,
            TenantConfigured(
                time_zone=time_zone, low_stock_percent=20, lead_time_days=7, count_frequency_days=30
            ),
        )

    def told(self, *recipients: Recipient, verified: bool = True) -> StoredEvent:
        """Set the recipients, all of them verified or none."""
        ids = tuple(each.recipient_id for each in recipients) if verified else ()
        return self.ledger.record(self.tenant, RecipientsSet(recipients=recipients, verified=ids))

    def asked(self, recipient: Recipient, number: int = 1) -> StoredEvent:
        """Ask a recipient to prove the address."""
        return self.ledger.record(
            self.tenant,
            VerificationRequested(
                recipient_id=recipient.recipient_id,
                channel=recipient.channel,
                address=recipient.address,
                number=number,
            ),
        )

    def proved(self, recipient: Recipient) -> StoredEvent:
        return self.ledger.record(
            self.tenant,
            RecipientVerified(
                recipient_id=recipient.recipient_id,
                channel=recipient.channel,
                address=recipient.address,
            ),
        )

    def worded(self, wording: Wording, subject: str | None) -> StoredEvent:
        """Word something in e-mails in the tenant's own way, or as by default."""
        return self.ledger.record(
            self.tenant, TemplateSet(channel=Channel.EMAIL, wording=wording, subject=subject)
        )

    def raised(
        self,
        sku: str = LAMP,
        kind: AlertKind = AlertKind.LOW_STOCK,
        number: int = 1,
        warehouse: str = NORTH,
    ) -> StoredEvent:
        return self.ledger.record(
            self.tenant,
            AlertRaised(
                kind=kind,
                number=number,
                severity=SEVERITIES[kind],
                warehouse_id=WarehouseId(warehouse),
                sku=None if kind is AlertKind.CAPACITY else Sku(sku),
                figure=Quantity(2_000),
                trigger=Quantity(20_000),
            ),
        )

    def acknowledged(self, sku: str = LAMP, by: str = "anna") -> StoredEvent:
        return self.ledger.record(
            self.tenant,
            AlertAcknowledged(
                kind=AlertKind.LOW_STOCK,
                number=1,
                severity=Severity.WARNING,
                warehouse_id=NORTH,
                sku=Sku(sku),
                acknowledged_by=by,
            ),
        )

    def resolved(
        self,
        sku: str = LAMP,
        kind: AlertKind = AlertKind.LOW_STOCK,
        number: int = 1,
        resolution: AlertResolution = AlertResolution.CAUSE_GONE,
    ) -> StoredEvent:
        return self.ledger.record(
            self.tenant,
            AlertResolved(
                kind=kind,
                number=number,
                severity=SEVERITIES[kind],
                warehouse_id=NORTH,
                sku=Sku(sku),
                resolution=resolution,
                figure=Quantity(50_000),
            ),
        )

    def overdue(self, transfer: str = "T1") -> StoredEvent:
        return self.ledger.record(
            self.tenant, TransferOverdue(transfer_id=transfer, expected_delivery=self.ledger.now)
        )

    def checked(self, day: str = "2026-11-01") -> StoredEvent:
        return self.ledger.record(self.tenant, DailyCheckCompleted(day=day, items=3))

    def ordered(self, order: str = "P1", api_url: str | None = API) -> StoredEvent:
        line = SupplierOrderLine(
            warehouse_id=NORTH, sku=Sku(LAMP), quantity=Quantity(10_000), unit_cost=Money(25_000)
        )
        return self.ledger.record(
            self.tenant,
            SupplierOrderCreated(
                supplier_order_id=order,
                supplier_id="LUMEN",
                supplier_name="Lumen",
                api_url=api_url,
                lines=(line,),
            ),
        )

    def submitted(self, order: str = "P1") -> StoredEvent:
        return self.ledger.record(self.tenant, SupplierOrderSubmitted(supplier_order_id=order))

    def cancelled(self, order: str = "P1") -> StoredEvent:
        return self.ledger.record(
            self.tenant, SupplierOrderCancelled(supplier_order_id=order, lines=())
        )

    def unreachable(self, order: str = "P1") -> StoredEvent:
        return self.ledger.record(
            self.tenant,
            SupplierUnavailable(
                supplier_order_id=order,
                supplier_id="LUMEN",
                code=ErrorCode.SUPPLIER_UNAVAILABLE,
                attempts=3,
                cause="503",
            ),
        )
