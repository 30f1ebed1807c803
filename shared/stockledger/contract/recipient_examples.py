"""One example of every command and event of recipients, and of how they are told."""

from typing import Final

from stockledger.messages import recipients
from stockledger.messages.alert import Severity
from stockledger.messages.message import Command, Event
from stockledger.messages.recipients import Channel, QuietHours, Recipient, Subject, Wording

_GRACE: Final = "grace-mail"
_ADDRESS: Final = "grace@acme.example"
_CODE: Final = "K7QX2MPA4D"
_SUBJECT: Final = "{{ name }} is low"
_TEXT: Final = "{{ figure }} of {{ sku }} left in {{ warehouse_id }}."
_RECIPIENTS: Final = (
    Recipient(
        recipient_id=_GRACE,
        channel=Channel.EMAIL,
        address=_ADDRESS,
        name="Grace Lund",
        subjects=(Subject.LOW_STOCK, Subject.OUT_OF_STOCK),
        severity=Severity.WARNING,
        resolved=True,
        quiet_hours=QuietHours(begin="20:00", until="07:00"),
    ),
    Recipient(
        recipient_id="shop-hook",
        channel=Channel.WEBHOOK,
        address="https://shop.acme.example/stock-alerts",
    ),
)

RECIPIENT_COMMAND_EXAMPLES: Final[tuple[Command, ...]] = (
    recipients.SetRecipients(recipients=_RECIPIENTS),
    recipients.RequestVerification(recipient_id=_GRACE),
    recipients.VerifyRecipient(recipient_id=_GRACE, code=_CODE),
    recipients.SetTemplate(
        channel=Channel.EMAIL, wording=Wording.ALERT_RAISED, subject=_SUBJECT, text=_TEXT
    ),
)

RECIPIENT_EVENT_EXAMPLES: Final[tuple[Event, ...]] = (
    recipients.RecipientsSet(recipients=_RECIPIENTS, verified=("shop-hook",)),
    recipients.VerificationRequested(
        recipient_id=_GRACE, channel=Channel.EMAIL, address=_ADDRESS, number=1
    ),
    recipients.RecipientVerified(recipient_id=_GRACE, channel=Channel.EMAIL, address=_ADDRESS),
    recipients.TemplateSet(
        channel=Channel.EMAIL, wording=Wording.ALERT_RAISED, subject=_SUBJECT, text=_TEXT
    ),
)
