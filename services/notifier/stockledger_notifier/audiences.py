"""The recipients of a batch's tenants: as they are stored, and as the batch changes them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final

from stockledger.rows import Rows, columns, execute
from stockledger.statements import Connection, load_statements
from stockledger_notifier.bursts import Burst, Bursts
from stockledger_notifier.folding import RecipientsChange, Tenant, Verification, recipient_of
from stockledger_notifier.happenings import Happening
from stockledger_notifier.rules import Addressee, Audience, Notification, notifications_of

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))


@dataclass(slots=True)
class Audiences:
    """Audiences by tenant; `positions` says where those that the batch set anew were set."""

    of_tenants: dict[Tenant, Audience]
    positions: dict[Tenant, int] = field(default_factory=dict[Tenant, int])
    settings: dict[tuple[Tenant, str], str] = field(default_factory=dict[tuple[Tenant, str], str])
    touched: set[tuple[Tenant, str]] = field(default_factory=set[tuple[Tenant, str]])

    def replace(self, change: RecipientsChange) -> None:
        """Take these recipients for all there are; what they were told lately stays known."""
        audience = self.of_tenants[change.tenant]
        before, audience.addressees = audience.addressees, {}
        for recipient_id, settings in change.settings.items():
            known = before.get(recipient_id)
            audience.addressees[recipient_id] = Addressee(
                recipient_of(settings),
                recipient_id in change.verified,
                Bursts() if known is None else known.bursts,
            )
            self.settings[change.tenant, recipient_id] = settings
        self.positions[change.tenant] = change.position

    def verify(self, change: Verification) -> None:
        """Tell this recipient from now on."""
        addressee = self.of_tenants[change.tenant].addressees.get(change.recipient_id)
        if addressee is not None:
            addressee.is_verified = True
            self.touched.add((change.tenant, change.recipient_id))

    def told(self, happening: Happening, now: datetime, *, is_over: bool) -> Iterator[Notification]:
        """Yield who is told of something."""
        tenant = Tenant(happening.partition, happening.tenant_id)
        audience = self.of_tenants[tenant]
        for notification in notifications_of(happening, audience, now, is_over=is_over):
            self.touched.add((tenant, notification.recipient.recipient_id))
            yield notification


async def audiences_of(connection: Connection, tenants: Iterable[Tenant]) -> Audiences:
    """Return the audiences of some tenants, as they are stored."""
    of_tenants = {tenant: Audience() for tenant in tenants}
    if not of_tenants:
        return Audiences(of_tenants)
    asked = columns(list(of_tenants))
    for row in await connection.fetch(SQL["zones"], *asked):
        of_tenants[Tenant(row["partition"], row["tenant_id"])].time_zone = row["time_zone"]
    for row in await connection.fetch(SQL["recipients"], *asked):
        partition, tenant_id, recipient_id, settings, is_verified, *told = row
        audience = of_tenants[Tenant(partition, tenant_id)]
        audience.addressees[recipient_id] = Addressee(
            recipient_of(settings), is_verified, Bursts(Burst(*told[:3]), Burst(*told[3:]))
        )
    return Audiences(of_tenants)


async def store(connection: Connection, audiences: Audiences) -> None:
    """Write what has changed."""
    replaced = audiences.positions
    positions = [(*tenant, position) for tenant, position in replaced.items()]
    await execute(connection, SQL["set_positions"], positions)
    await execute(connection, SQL["drop_recipients"], list(replaced))
    await execute(connection, SQL["write_recipients"], list(_rows_of_replaced(audiences)))
    await execute(connection, SQL["update_recipients"], _rows_of_touched(audiences))


def _rows_of_replaced(audiences: Audiences) -> Iterator[tuple[object, ...]]:
    for tenant in audiences.positions:
        for recipient_id, addressee in audiences.of_tenants[tenant].addressees.items():
            recipient = addressee.recipient
            settings = audiences.settings[tenant, recipient_id]
            yield (
                *tenant,
                recipient_id,
                recipient.channel,
                recipient.address,
                settings,
                addressee.is_verified,
                *_told(addressee.bursts),
            )


def _rows_of_touched(audiences: Audiences) -> Rows:
    known: Mapping[Tenant, Audience] = audiences.of_tenants
    return [
        (*tenant, recipient_id, addressee.is_verified, *_told(addressee.bursts))
        for tenant, recipient_id in sorted(audiences.touched)
        if tenant not in audiences.positions
        and (addressee := known[tenant].addressees.get(recipient_id)) is not None
    ]


def _told(bursts: Bursts) -> tuple[object, ...]:
    held = bursts.held
    return *bursts.lately, held.begun_at, held.told
