"""What templates know of a delivery: its facts, and a title and a sentence made of them."""

from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from typing import Any, Final

from stockledger.messages.alert import AlertRaised, AlertResolution, AlertResolved, Severity
from stockledger.messages.fields import time_from_wire, time_to_wire
from stockledger.messages.recipients import Subject, Wording
from stockledger_notifier.channels.channel import Delivery

Facts = Mapping[str, Any]

TITLES: Final[Mapping[str, str]] = {
    Subject.LOW_STOCK: "Low stock",
    Subject.OUT_OF_STOCK: "Out of stock",
    Subject.REORDER_NEEDED: "Reorder needed",
    Subject.OVERSTOCK: "Overstock",
    Subject.CAPACITY: "Warehouse nearly full",
    Subject.SUPPLIER_UNAVAILABLE: "Supplier cannot be reached",
    Subject.SUPPLIER_ORDER_OVERDUE: "Supplier order overdue",
    Subject.TRANSFER_OVERDUE: "Transfer overdue",
    Subject.APPROVAL_NEEDED: "Approval needed",
}
"""What people call the subjects."""

_RAISED: Final[Mapping[str, None]] = dict.fromkeys(field.name for field in fields(AlertRaised))
_RESOLVED: Final[Mapping[str, None]] = dict.fromkeys(field.name for field in fields(AlertResolved))
_LINE: Final[Mapping[str, None]] = {**_RAISED, **_RESOLVED, "acknowledged_by": None}


def words(delivery: Delivery) -> dict[str, object]:
    """Return the names that a template of the delivery's wording knows, and what they stand for."""
    known: dict[str, object] = {
        "tenant_id": delivery.tenant_id,
        "delivery_id": delivery.delivery_id,
        "occurred_at": time_to_wire(delivery.occurred_at),
    }
    facts = delivery.facts
    match delivery.wording:
        case Wording.ALERT_RAISED | Wording.ALERT_RESOLVED | Wording.NOTICE:
            return known | _words_of_one(delivery.wording, facts)
        case Wording.DIGEST:
            lines = [_words_of_one(Wording(line["wording"]), line) for line in facts["lines"]]
            told = {"day": None, **facts, "lines": lines}
            return known | told | {"title": _digest_title(facts), "severity": _gravest(lines)}
        case Wording.VERIFICATION:
            return known | dict(facts) | {"title": "Confirm your address", "severity": "INFO"}
        case None:
            raise ValueError("an order to a supplier is not worded")


def number_text(number: object) -> str:
    """Return a figure as people write it: 12 for 12.0, and 2.5 as it is; TypeError for others."""
    if isinstance(number, float):
        return f"{number:.3f}".rstrip("0").rstrip(".")
    if isinstance(number, int):
        return str(number)
    raise TypeError("not a number")


def time_text(time: object) -> str:
    """Return a time of the wire as people read it, as in `21 November 2026, 09:00 UTC`."""
    read = time_from_wire(time) if not isinstance(time, datetime) else time
    return f"{read.day} {read:%B %Y, %H:%M} UTC"


def _words_of_one(wording: Wording, facts: Facts) -> dict[str, object]:
    match wording:
        case Wording.ALERT_RAISED:
            title, sentence, known = _raised_title(facts), _raised_sentence(facts), _RAISED
        case Wording.ALERT_RESOLVED:
            title, sentence, known = _resolved_title(facts), _resolved_sentence(facts), _RESOLVED
        case _:
            title, sentence, known = _notice_title(facts), _notice_sentence(facts), {}
    own = {"wording": wording.value, "title": title, "sentence": sentence}
    return {**_LINE, "subject": facts.get("kind"), **known, **facts, **own}


def _raised_title(facts: Facts) -> str:
    return f"{TITLES[facts['kind']]}: {_what(facts)}"


def _resolved_title(facts: Facts) -> str:
    return f"Over: {TITLES[facts['kind']].lower()}, {_what(facts)}"


def _what(facts: Facts) -> str:
    sku, name, warehouse = facts.get("sku"), facts.get("name"), facts["warehouse_id"]
    if sku is None:
        return str(warehouse)
    return f"{name} ({sku}) in {warehouse}" if name else f"{sku} in {warehouse}"


def _raised_sentence(facts: Facts) -> str:
    figure, trigger = number_text(facts["figure"]), number_text(facts["trigger"])
    match Subject(facts["kind"]):
        case Subject.OUT_OF_STOCK if facts["figure"] >= 0:
            return "Nothing is available any more."
        case Subject.OUT_OF_STOCK:
            return f"Nothing is available any more: {figure}, since more is promised than there is."
        case Subject.REORDER_NEEDED:
            return (
                f"{figure} available, in transit and on order together; "
                f"the reorder point is {trigger}.{_recommendation(facts)}"
            )
        case Subject.OVERSTOCK:
            return f"{figure} on hand; the maximum is {trigger}."
        case Subject.CAPACITY:
            return f"{figure} of the capacity is used; the warning comes at {trigger}."
        case _:
            return f"{figure} available; stock is low from {trigger} down."


def _recommendation(facts: Facts) -> str:
    if facts.get("recommended") is None:
        return ""
    supplier = facts.get("supplier_id")
    whom = f" from {supplier}" if supplier else ""
    return f" Recommended: order {number_text(facts['recommended'])}{whom}."


def _resolved_sentence(facts: Facts) -> str:
    figure = number_text(facts["figure"])
    if facts["resolution"] == AlertResolution.BY_HAND:
        return f"{facts.get('resolved_by') or 'Somebody'} closed it at {figure}."
    return f"The figure is {figure} by now."


def _notice_title(facts: Facts) -> str:
    title = TITLES[facts["subject"]]
    about = (facts.get(name) for name in ("supplier_order_id", "transfer_id", "adjustment_id"))
    named = next((one for one in about if one is not None), None)
    return title if named is None else f"{title}: {named}"


def _notice_sentence(facts: Facts) -> str:
    match Subject(facts["subject"]):
        case Subject.SUPPLIER_UNAVAILABLE:
            return (
                f"The order could not be handed to {facts['supplier_id']} in {facts['attempts']} "
                f"attempts ({facts['cause']}). It is tried on unless the supplier "
                "refused it; it may be ordered by hand."
            )
        case Subject.SUPPLIER_ORDER_OVERDUE | Subject.TRANSFER_OVERDUE:
            return f"It was expected until {time_text(facts['expected_delivery'])}."
        case Subject.APPROVAL_NEEDED:
            return (
                f"{facts['requested_by']} wants to change {facts['sku']} in "
                f"{facts['warehouse_id']} by {number_text(facts['change'])}; "
                f"somebody else has to approve until {time_text(facts['expires_at'])}."
            )
        case _:
            return "It needs a person."


def _digest_title(facts: Facts) -> str:
    count = facts["count"]
    things = "1 thing" if count == 1 else f"{count} things"
    if facts["reason"] == "daily":
        return f"{things} still open on {facts['day']}"
    return f"{things} to tell at once"


def _gravest(lines: list[dict[str, object]]) -> str:
    found = {line.get("severity") for line in lines}
    return next((one.value for one in reversed(Severity) if one in found), Severity.INFO.value)
