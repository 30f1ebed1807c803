"""One builder a message of recipients and templates: Grace, who is told by e-mail."""

from typing import Final

from stockledger.messages.fields import WarehouseId
from stockledger.messages.recipients import (
    Channel,
    QuietHours,
    Recipient,
    RecipientsSet,
    RecipientVerified,
    RequestVerification,
    SetRecipients,
    SetTemplate,
    TemplateSet,
    VerificationRequested,
    VerifyRecipient,
    Wording,
)

GRACE: Final = "grace-mail"
HOOK: Final = "shop-hook"
PHONE: Final = "grace-phone"
MAIL: Final = "grace@acme.example"
URL: Final = "https://shop.acme.example/stock-alerts"
NUMBER: Final = "+493055501"
ADDRESSES: Final = {Channel.EMAIL: MAIL, Channel.SMS: NUMBER, Channel.WEBHOOK: URL}


def grace(
    address: str = MAIL,
    recipient_id: str = GRACE,
    *,
    name: str | None = None,
    warehouses: tuple[WarehouseId, ...] | None = None,
    quiet_hours: QuietHours | None = None,
) -> Recipient:
    return Recipient(
        recipient_id=recipient_id,
        channel=Channel.EMAIL,
        address=address,
        name=name,
        warehouses=warehouses,
        quiet_hours=quiet_hours,
    )


def hook(address: str = URL, recipient_id: str = HOOK) -> Recipient:
    return Recipient(recipient_id=recipient_id, channel=Channel.WEBHOOK, address=address)


def phone(address: str = NUMBER, recipient_id: str = PHONE) -> Recipient:
    return Recipient(recipient_id=recipient_id, channel=Channel.SMS, address=address)


def set_recipients(*recipients: Recipient) -> SetRecipients:
    return SetRecipients(recipients=recipients)


def recipients_set(*recipients: Recipient, verified: tuple[str, ...] = ()) -> RecipientsSet:
    return RecipientsSet(recipients=recipients, verified=verified)


def request_verification(recipient_id: str = GRACE) -> RequestVerification:
    return RequestVerification(recipient_id=recipient_id)


def verification_requested(recipient: Recipient, number: int = 1) -> VerificationRequested:
    return VerificationRequested(
        recipient_id=recipient.recipient_id,
        channel=recipient.channel,
        address=recipient.address,
        number=number,
    )


def verify(code: str, recipient_id: str = GRACE) -> VerifyRecipient:
    return VerifyRecipient(recipient_id=recipient_id, code=code)


def verified(recipient: Recipient) -> RecipientVerified:
    return RecipientVerified(
        recipient_id=recipient.recipient_id,
        channel=recipient.channel,
        address=recipient.address,
    )


def set_template(
    text: str | None = None,
    channel: Channel = Channel.EMAIL,
    wording: Wording = Wording.ALERT_RAISED,
    *,
    subject: str | None = None,
    html: str | None = None,
) -> SetTemplate:
    return SetTemplate(channel=channel, wording=wording, subject=subject, text=text, html=html)


def template_set(
    text: str | None = None,
    channel: Channel = Channel.EMAIL,
    wording: Wording = Wording.ALERT_RAISED,
    *,
    subject: str | None = None,
    html: str | None = None,
) -> TemplateSet:
    return TemplateSet(channel=channel, wording=wording, subject=subject, text=text, html=html)
