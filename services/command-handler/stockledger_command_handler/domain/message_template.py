"""A tenant's own wording of a message can be read as a template, and fits its channel."""

from dataclasses import asdict, dataclass
from typing import Final

from stockledger.messages.recipients import Channel, SetTemplate, TemplateSet, Wording
from stockledger.messages.results import Rejection
from stockledger_command_handler.domain.refusals import invalid
from stockledger_command_handler.domain.settings import copied
from stockledger_command_handler.domain.view import Decision, View

FOLD_VERSION: Final = 1
"""Raised when `TemplateState` or `evolve` changes, so that older snapshots are not used."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The parts of a message; each name is that of a field of the messages."""

    subject: str | None = None
    text: str | None = None
    html: str | None = None


BY_DEFAULT: Final = Texts()


@dataclass(slots=True)
class TemplateState:
    """How a message is worded by a channel."""

    texts: Texts = BY_DEFAULT


def initial() -> TemplateState:
    """Return the wording by default; a new one each time, to be evolved."""
    return TemplateState()


def decide(command: SetTemplate, view: View) -> Decision:
    texts = copied(Texts, command)
    if command.wording is Wording.VERIFICATION:
        return invalid("wording", "is not the tenant's: whose the address is, is not proved yet")
    if refusal := _refused(command.channel, texts, view):
        return refusal
    if texts == view.template(command.channel, command.wording).texts:
        return []
    return [
        TemplateSet(
            effective_at=command.effective_at,
            reason=command.reason,
            reference=command.reference,
            channel=command.channel,
            wording=command.wording,
            **asdict(texts),
        )
    ]


def evolve(state: TemplateState, event: TemplateSet) -> TemplateState:
    state.texts = copied(Texts, event)
    return state


def _refused(channel: Channel, texts: Texts, view: View) -> Rejection | None:
    if channel is Channel.WEBHOOK:
        return invalid("channel", "a webhook is not worded")
    if texts.text is None and (texts.subject or texts.html):
        return invalid("text", "must be given with a subject or html")
    for name, part in asdict(texts).items():
        if part is None:
            continue
        if channel is not Channel.EMAIL and name != "text":
            return invalid(name, "is for e-mail only")
        if problem := view.template_problem(part):
            return invalid(name, problem)
    return None
