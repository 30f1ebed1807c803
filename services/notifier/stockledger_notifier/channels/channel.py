"""What goes out, and what every channel does with it.

A delivery may go out more than once: its id is the key by which whoever gets it knows a repeat.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Final, Protocol

from stockledger.messages.recipients import Wording

SEND_SECONDS_MAX: Final = 30.0
"""Longest time of one `send`; beyond, it is cut off and counts as failed."""


class Route(StrEnum):
    """The ways that deliveries go: the channels to recipients, and the suppliers' APIs."""

    EMAIL = "EMAIL"
    SMS = "SMS"
    WEBHOOK = "WEBHOOK"
    SUPPLIER = "SUPPLIER"


@dataclass(frozen=True, slots=True)
class TenantTemplate:
    """The tenant's own words for this channel and wording; None: as by default."""

    subject: str | None
    text: str | None
    html: str | None


@dataclass(frozen=True, slots=True)
class Delivery:
    """One thing to send to one address.

    `facts` are JSON values, with wire numbers and times:

    - ALERT_RAISED: the fields of AlertRaised, and `raised_at`.
    - ALERT_RESOLVED: the fields of AlertResolved, and `resolved_at`.
    - NOTICE: `subject`, `severity`, `occurred_at`, and the fields of the event.
    - DIGEST: `reason` (`daily` or `burst`), `day` (of a daily one), `count` (of all there is to
      tell), `more` (those beyond the lines), and `lines`, gravest first: each `wording`,
      `subject`, `severity` and the facts of that wording; of an open alert also
      `acknowledged_by`, when somebody sees to it.
    - VERIFICATION: `recipient_id`, `number`, and `code`, which is nowhere stored.
    - To a supplier, without a wording: the fields of SupplierOrderCreated.
    """

    delivery_id: str
    tenant_id: str
    route: Route
    address: str = field(repr=False)
    occurred_at: datetime
    facts: Mapping[str, Any] = field(repr=False)
    wording: Wording | None = None
    recipient_id: str | None = None
    supplier_id: str | None = None
    supplier_order_id: str | None = None
    template: TenantTemplate | None = None
    attempt: int = 1


@dataclass(frozen=True, slots=True)
class SupplierAnswer:
    """What a supplier's API said when it took an order; `expected_delivery` as on the wire."""

    reference: str | None = None
    confirmed: bool = False
    expected_delivery: str | None = None


@dataclass(frozen=True, slots=True)
class Sent:
    """The other side took it. `code`: what it answered to a verification."""

    code: str | None = field(default=None, repr=False)
    order: SupplierAnswer | None = None


@dataclass(frozen=True, slots=True)
class Failed:
    """It was not taken, or nobody knows. `permanent`: it would not be taken again either.

    `cause` is a sentence for people without secrets in it; `retry_after` (s) is what the other
    side asked for. `answered`: the other side said so of this delivery alone. That does not count
    against the destination, and neither does what is permanent. `may_double`: it may have been
    taken all the same, and whoever gets it would get a repeat as a second one.
    """

    permanent: bool
    cause: str
    retry_after: float | None = None
    answered: bool = False
    may_double: bool = False

    @property
    def counts_against_the_destination(self) -> bool:
        """Whether others for the same destination would fare no better."""
        return not (self.permanent or self.answered)


Outcome = Sent | Failed


class Channel(Protocol):
    """One way to send. Its failures are values; what it raises is a mistake in its code."""

    async def send(self, delivery: Delivery) -> Outcome:
        """Send it once, and say what became of it."""
        ...

    async def close(self) -> None:
        """Give up its connections."""
        ...
