"""Deliveries put into words: by the tenant's templates, or by ours where they fail."""

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import structlog
from jinja2 import (
    Environment,
    PackageLoader,
    StrictUndefined,
    Template,
    TemplateError,
    select_autoescape,
)
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup

from stockledger.errors import StockledgerError
from stockledger.messages.recipients import Wording
from stockledger.template_rules import FILTERS, TESTS
from stockledger.template_syntax import template_problem
from stockledger_notifier.channels.channel import Delivery, TenantTemplate
from stockledger_notifier.words import number_text, time_text, words

OUTPUT_BYTES_MAX: Final = 65_536
"""Longest text of a delivery: mail programs cut longer ones."""

SUBJECT_LENGTH_MAX: Final = 200
"""Characters of a mail's subject."""

SMS_LENGTH_MAX: Final = 480
"""Characters of a text message: three or four parts, each of which is paid."""

TEMPLATES_KEPT: Final = 1_000
"""Templates of tenants that are kept compiled."""

# Control characters, halves of surrogates, separators of lines, and the marks that turn the
# direction of the letters behind them, by which one text looks like another.
_HARMFUL: Final = re.compile(
    "[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069]"
)

_log = structlog.get_logger(__name__)


class TemplateFailed(StockledgerError):
    """A tenant's template cannot be used; the message says why, in words for the tenant."""


@dataclass(frozen=True, slots=True)
class MailText:
    """A mail in words; without `html` it has a text only."""

    subject: str
    text: str
    html: str | None


class Renderer:
    """Words deliveries. What a tenant's template fails at is told, and said in our words."""

    def __init__(self, failed: Callable[[Wording], object] = lambda _wording: None) -> None:
        self._failed = failed
        self._ours = _our_environment()

    def mail(self, delivery: Delivery) -> MailText:
        """Return a mail's subject, text and page."""
        known, own = words(delivery), _template_of(delivery)
        subject = self._own(delivery, "subject", known)
        text, html = self._own(delivery, "text", known), self._own(delivery, "html", known)
        if html is None and (own is None or own.text is None):
            html = self._in_our_words(delivery, "html", known)
        return MailText(
            one_line(subject or str(known["title"])),
            clean(text or self._in_our_words(delivery, "txt", known)),
            None if html is None else clean(html),
        )

    def sms(self, delivery: Delivery) -> str:
        """Return the words of a text message."""
        known = words(delivery)
        text = self._own(delivery, "text", known) or self._in_our_words(delivery, "sms.txt", known)
        return shortened(clean(text).strip(), SMS_LENGTH_MAX)

    def _own(self, delivery: Delivery, part: str, known: Mapping[str, object]) -> str | None:
        """Return what the tenant's template makes of it; None when it has none, or it fails."""
        own = _template_of(delivery)
        source = None if own is None else _part(own, part)
        if source is None:
            return None
        try:
            return rendered(source, known, is_html=part == "html")
        except TemplateFailed as error:
            assert delivery.wording is not None
            self._failed(delivery.wording)
            _log.warning(
                "a tenant's template failed; ours is used",
                tenant_id=delivery.tenant_id,
                route=delivery.route,
                wording=delivery.wording,
                part=part,
                error=str(error),
            )
            return None

    def _in_our_words(self, delivery: Delivery, suffix: str, known: Mapping[str, object]) -> str:
        assert delivery.wording is not None
        return self._ours.get_template(f"{delivery.wording.value}.{suffix}").render(known)


def rendered(source: str, known: Mapping[str, object], *, is_html: bool) -> str:
    """Return what a tenant's template makes of the names; TemplateFailed when it makes nothing."""
    template = _compiled(source, is_html)
    if isinstance(template, TemplateFailed):
        raise template
    try:
        return _bounded(template.generate(known))
    except (TemplateError, ArithmeticError, LookupError, TypeError, ValueError) as error:
        raise TemplateFailed(f"{type(error).__name__}: {error}") from error


def one_line(text: str) -> str:
    """Return a text that is safe in a header: a single line of printable characters."""
    return shortened(" ".join(clean(text).split()), SUBJECT_LENGTH_MAX)


def clean(text: str) -> str:
    """Return the text without control characters, line breaks and tabs aside."""
    return _HARMFUL.sub("", text)


def shortened(text: str, length_max: int) -> str:
    """Return the text, cut at its end when it is longer."""
    return text if len(text) <= length_max else f"{text[: length_max - 1]}…"


def _template_of(delivery: Delivery) -> TenantTemplate | None:
    """Return the tenant's template; none for a code: its receiver has not agreed to anything."""
    return None if delivery.wording is Wording.VERIFICATION else delivery.template


def _part(template: TenantTemplate, part: str) -> str | None:
    match part:
        case "subject":
            return template.subject
        case "html":
            return template.html
        case _:
            return template.text


def _bounded(parts: Iterable[str]) -> str:
    made, length = list[str](), 0
    for part in parts:
        made.append(part)
        length += len(part.encode())
        if length > OUTPUT_BYTES_MAX:
            raise TemplateFailed(f"it makes more than {OUTPUT_BYTES_MAX} bytes")
    return "".join(made)


def _our_environment() -> Environment:
    environment = Environment(
        loader=PackageLoader("stockledger_notifier"),
        autoescape=select_autoescape(["html"]),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )
    environment.filters |= {"number": number_text, "time": time_text}
    return environment


class _TenantEnvironment(ImmutableSandboxedEnvironment):
    """The sandbox that tenants' templates are in; `forbidden` has looked at them before."""

    def __init__(self, *, autoescape: bool) -> None:
        super().__init__(autoescape=autoescape, undefined=StrictUndefined, finalize=_plain_value)
        self.globals.clear()
        self.filters = {name: self.filters[name] for name in FILTERS & self.filters.keys()}
        self.filters |= {"number": number_text, "time": time_text}
        self.tests = {name: self.tests[name] for name in TESTS}


def _plain_value(value: object) -> object:
    """Return what a template shows; ValueError when it is no text and no number."""
    if isinstance(value, str | int | float | Markup | StrictUndefined):
        return value
    if value is None:
        return ""
    raise ValueError(f"a {type(value).__name__} cannot be shown")


_ENVIRONMENTS: Final = {
    is_html: _TenantEnvironment(autoescape=is_html) for is_html in (False, True)
}


@lru_cache(maxsize=TEMPLATES_KEPT)
def _compiled(source: str, is_html: bool) -> Template | TemplateFailed:  # noqa: FBT001 - a key
    """Return the template, or why it is none: to find that out again would take as long."""
    problem = template_problem(source)
    if problem is not None:
        return TemplateFailed(problem)
    try:
        return _ENVIRONMENTS[is_html].from_string(source)
    except (TemplateError, RecursionError, SyntaxError, ValueError, MemoryError):
        return TemplateFailed("Python cannot compile it")
