"""Who is told what, and in which words: commands, then events."""

from enum import StrEnum
from typing import Annotated, ClassVar, Final

from pydantic import ConfigDict, FailFast, Field

from stockledger.messages.alert import Severity
from stockledger.messages.fields import Flag, IdField, Name, StreamName, WarehouseIdField
from stockledger.messages.message import Event, StreamCommand, message
from stockledger.messages.streams import RECIPIENTS_STREAM, template_stream

RECIPIENTS_MAX: Final = 200
"""Recipients of one tenant: with the longest addresses far below 900 KB."""

TEMPLATE_LENGTH_MAX: Final = 20_000
"""Characters of a template."""

Address = Annotated[
    str, Field(strict=True, min_length=3, max_length=500, pattern=r"^[^\x00-\x20\x7f]+$")
]
"""An e-mail address, a telephone number (E.164) or an address on the web, by the channel."""
ClockTime = Annotated[
    str,
    Field(strict=True, pattern=r"^([01]\d|2[0-3]):[0-5]\d$", description="By the tenant's clock."),
]
Code = Annotated[str, Field(strict=True, min_length=4, max_length=64, pattern=r"^[A-Za-z0-9-]+$")]
Template = Annotated[str, Field(strict=True, min_length=1, max_length=TEMPLATE_LENGTH_MAX)]


class Channel(StrEnum):
    """How somebody is told."""

    EMAIL = "EMAIL"
    SMS = "SMS"
    WEBHOOK = "WEBHOOK"


class Subject(StrEnum):
    """What somebody is told about: the kinds of alerts, and what else needs a person."""

    LOW_STOCK = "LOW_STOCK"
    OUT_OF_STOCK = "OUT_OF_STOCK"
    REORDER_NEEDED = "REORDER_NEEDED"
    OVERSTOCK = "OVERSTOCK"
    CAPACITY = "CAPACITY"
    SUPPLIER_UNAVAILABLE = "SUPPLIER_UNAVAILABLE"
    SUPPLIER_ORDER_OVERDUE = "SUPPLIER_ORDER_OVERDUE"
    TRANSFER_OVERDUE = "TRANSFER_OVERDUE"
    APPROVAL_NEEDED = "APPROVAL_NEEDED"


class Pace(StrEnum):
    """When somebody is told: of each at once, or of all that is open once a day."""

    AT_ONCE = "at_once"
    DAILY = "daily"


class Wording(StrEnum):
    """What a template words."""

    ALERT_RAISED = "alert_raised"
    ALERT_RESOLVED = "alert_resolved"
    NOTICE = "notice"
    DIGEST = "digest"
    VERIFICATION = "verification"


Subjects = Annotated[tuple[Subject, ...], Field(min_length=1, max_length=len(Subject))]
WarehouseIds = Annotated[tuple[WarehouseIdField, ...], Field(min_length=1, max_length=1_000)]


@message
class QuietHours:
    """From when to when nobody is disturbed, over midnight where `until` is the earlier one.

    What comes up meanwhile is told afterwards; what is CRITICAL at once, where that is wished.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    begin: ClockTime
    until: ClockTime
    critical_passes: Flag = True


@message
class Recipient:
    """Somebody to be told. Without subjects: of all; without warehouses: of all.

    Without `severity`, the least that is told: CRITICAL by SMS, WARNING by e-mail, INFO by
    webhook. `resolved`: also told when an alert is over.
    """

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    recipient_id: IdField
    channel: Channel
    address: Address
    name: Name | None = None
    subjects: Subjects | None = None
    severity: Severity | None = None
    warehouses: WarehouseIds | None = None
    pace: Pace = Pace.AT_ONCE
    resolved: Flag = False
    quiet_hours: QuietHours | None = None


Recipients = Annotated[tuple[Recipient, ...], Field(max_length=RECIPIENTS_MAX), FailFast()]


@message
class RecipientsCommand(StreamCommand):
    """A command about the tenant's recipients."""

    @property
    def stream(self) -> StreamName:
        return RECIPIENTS_STREAM


@message
class SetRecipients(RecipientsCommand):
    """Tell these from now on, and nobody else. An address is told only once it is verified."""

    recipients: Recipients


@message
class RequestVerification(RecipientsCommand):
    """Send the code that verifies a recipient's address once more."""

    recipient_id: IdField


@message
class VerifyRecipient(RecipientsCommand):
    """Prove that the recipient got the code, and with it the address."""

    recipient_id: IdField
    code: Code


@message
class SetTemplate(StreamCommand):
    """Word what is told by a channel in the tenant's own way; with no text: as by default.

    `html` is for e-mail only; `subject` too. A webhook's body is not worded, and no verification.
    """

    channel: Channel
    wording: Wording
    subject: Template | None = None
    text: Template | None = None
    html: Template | None = None

    @property
    def stream(self) -> StreamName:
        return template_stream(self.channel, self.wording)


@message
class RecipientsEvent(Event):
    """An event of the tenant's recipients."""

    @property
    def stream(self) -> StreamName:
        return RECIPIENTS_STREAM


@message
class RecipientsSet(RecipientsEvent):
    """All recipients of the tenant; those in `verified` are told, by their ids."""

    recipients: tuple[Recipient, ...]
    verified: tuple[str, ...] = ()


@message
class VerificationRequested(RecipientsEvent):
    """A code is to be sent to the address, for the `number`th time."""

    recipient_id: str
    channel: Channel
    address: str
    number: int


@message
class RecipientVerified(RecipientsEvent):
    """The address is the recipient's own."""

    recipient_id: str
    channel: Channel
    address: str


@message
class TemplateSet(Event):
    """How something is worded from now on; with no text: as by default."""

    channel: Channel
    wording: Wording
    subject: str | None = None
    text: str | None = None
    html: str | None = None

    @property
    def stream(self) -> StreamName:
        return template_stream(self.channel, self.wording)
