"""A tenant's recipients have addresses of their channels, and are told once these are proved."""

import hmac
from collections.abc import Iterable
from dataclasses import dataclass, field
from hashlib import blake2b
from typing import Final, assert_never

from stockledger.messages.message import Event as AnyEvent
from stockledger.messages.recipients import (
    Channel,
    Recipient,
    RecipientsSet,
    RecipientVerified,
    RequestVerification,
    SetRecipients,
    VerificationRequested,
    VerifyRecipient,
)
from stockledger.messages.results import ErrorCode, Rejection
from stockledger_command_handler.domain.addresses import address_problem
from stockledger_command_handler.domain.refusals import invalid, recipient_not_found
from stockledger_command_handler.domain.view import Decision, View

Command = SetRecipients | RequestVerification | VerifyRecipient
Event = RecipientsSet | VerificationRequested | RecipientVerified

FOLD_VERSION: Final = 1
"""Raised when `RecipientsState` or `evolve` changes, so that older snapshots are not used."""

REQUESTS_MAX: Final = 5
"""Codes sent to one address: it may be somebody's who has nothing to do with the tenant."""

ADDRESSES_MAX: Final = 5_000
"""Addresses that a tenant ever had, each of which is remembered by some 40 bytes."""

WAREHOUSES_NAMED_MAX: Final = 5_000
"""Warehouses that all recipients together name: with the longest ids far below 900 KB."""

DIGEST_BYTES: Final = 16
"""Bytes of an address's digest."""


@dataclass(slots=True)
class RecipientsState:
    """A tenant's recipients by their ids; those in `verified` are told.

    `requests` counts the codes that were sent to an address, by its digest, for ever.
    """

    recipients: dict[str, Recipient] = field(default_factory=dict[str, Recipient])
    verified: list[str] = field(default_factory=list[str])
    requests: dict[str, int] = field(default_factory=dict[str, int])


def initial() -> RecipientsState:
    """Return a tenant without recipients; a new one each time, to be evolved."""
    return RecipientsState()


def decide(command: Command, view: View) -> Decision:
    match command:
        case SetRecipients():
            return _set(command, view.recipients())
        case RequestVerification():
            return _request(command, view.recipients())
        case VerifyRecipient():
            return _verify(command, view)
        case _:
            assert_never(command)


def evolve(state: RecipientsState, event: Event) -> RecipientsState:
    match event:
        case RecipientsSet():
            state.recipients = {each.recipient_id: each for each in event.recipients}
            state.verified = list(event.verified)
        case VerificationRequested():
            state.requests[_digest(event.channel, event.address)] = event.number
        case RecipientVerified():
            if event.recipient_id not in state.verified:
                state.verified.append(event.recipient_id)
        case _:
            assert_never(event)
    return state


def _set(command: SetRecipients, state: RecipientsState) -> Decision:
    """Replace all; an address that is neither proved nor asked for before is sent a code."""
    if refusal := _refused(command.recipients):
        return refusal
    if list(command.recipients) == list(state.recipients.values()):
        return []
    known = state.recipients
    kept = [each for each in command.recipients if _is_at(known.get(each.recipient_id), each)]
    kept_ids = [each.recipient_id for each in kept]
    event = RecipientsSet(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        recipients=command.recipients,
        verified=tuple([name for name in kept_ids if name in state.verified]),
    )
    new = [each for each in command.recipients if each.recipient_id not in kept_ids]
    requests = _requests(command, new, state)
    return requests if isinstance(requests, Rejection) else [event, *requests]


def _requests(
    command: SetRecipients, new: Iterable[Recipient], state: RecipientsState
) -> list[AnyEvent] | Rejection:
    """Return the codes to be sent; none to an address that had as many as it may."""
    counts = state.requests.copy()
    events: list[AnyEvent] = []
    for recipient in new:
        digest = _digest(recipient.channel, recipient.address)
        number = counts.get(digest, 0) + 1
        if number <= REQUESTS_MAX:
            counts[digest] = number
            events.append(_requested(command, recipient, number))
    if len(counts) > ADDRESSES_MAX:
        return invalid("recipients", f"would have had more than {ADDRESSES_MAX} addresses by then")
    return events


def _request(command: RequestVerification, state: RecipientsState) -> Decision:
    recipient = state.recipients.get(command.recipient_id)
    if recipient is None:
        return recipient_not_found(command.recipient_id)
    if command.recipient_id in state.verified:
        return []
    sent = state.requests.get(_digest(recipient.channel, recipient.address), 0)
    if sent < REQUESTS_MAX:
        return [_requested(command, recipient, sent + 1)]
    return Rejection(
        ErrorCode.INVALID_MOVEMENT,
        f"The address of {command.recipient_id} was sent {sent} codes: the last of them still "
        "holds, and it is sent no more.",
        {"recipient_id": command.recipient_id, "sent": sent},
    )


def _verify(command: VerifyRecipient, view: View) -> Decision:
    state = view.recipients()
    recipient = state.recipients.get(command.recipient_id)
    if recipient is None:
        return recipient_not_found(command.recipient_id)
    if command.recipient_id in state.verified:
        return []
    code = view.verification_code(recipient)
    if code is None:
        return Rejection(
            ErrorCode.FORBIDDEN,
            "No address can be verified: the command handler has no INVENTORY_NOTIFICATION_KEY.",
            {"setting": "INVENTORY_NOTIFICATION_KEY"},
        )
    if not hmac.compare_digest(code, command.code.replace("-", "").upper()):
        return invalid("code", "is not the one that was sent to the address")
    return [
        RecipientVerified(
            effective_at=command.effective_at,
            reason=command.reason,
            reference=command.reference,
            recipient_id=recipient.recipient_id,
            channel=recipient.channel,
            address=recipient.address,
        )
    ]


def _refused(recipients: Iterable[Recipient]) -> Rejection | None:
    ids: set[str] = set()
    named = 0
    for recipient in recipients:
        name = recipient.recipient_id
        if name in ids:
            return invalid("recipients", f"name {name} twice")
        ids.add(name)
        if problem := address_problem(recipient.channel, recipient.address):
            return invalid("recipients", f"the address of {name} {problem}")
        quiet = recipient.quiet_hours
        if quiet is not None and quiet.begin == quiet.until:
            return invalid("recipients", f"the quiet hours of {name} end when they begin")
        named += len(recipient.warehouses or ())
    if named > WAREHOUSES_NAMED_MAX:
        return invalid("recipients", f"name more than {WAREHOUSES_NAMED_MAX} warehouses")
    return None


def _is_at(known: Recipient | None, recipient: Recipient) -> bool:
    """Return whether a recipient is told at the same address as before."""
    if known is None:
        return False
    return (known.channel, known.address) == (recipient.channel, recipient.address)


def _requested(
    command: SetRecipients | RequestVerification, recipient: Recipient, number: int
) -> VerificationRequested:
    return VerificationRequested(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        recipient_id=recipient.recipient_id,
        channel=recipient.channel,
        address=recipient.address,
        number=number,
    )


def _digest(channel: Channel, address: str) -> str:
    return blake2b(f"{channel} {address}".encode(), digest_size=DIGEST_BYTES).hexdigest()
