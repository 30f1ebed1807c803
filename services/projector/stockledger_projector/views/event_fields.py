"""Fields of events that several views keep."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from stockledger.amounts import quantity_of_event
from stockledger.messages.fields import time_from_wire

Body = Mapping[str, Any]


def effective_time(body: Body) -> datetime | None:
    """Return when the change took effect; None: when it was recorded."""
    return optional_time(body.get("effective_at"))


def stated_reference(body: Body) -> tuple[str | None, str | None]:
    """Return type and id of the document that the command named."""
    reference: Body | None = body.get("reference")
    return (None, None) if reference is None else (reference["type"], reference["id"])


def optional_time(text: str | None) -> datetime | None:
    """Return a time, if there is one."""
    return None if text is None else time_from_wire(text)


def optional_quantity(number: float | None) -> int | None:
    """Return a quantity, if there is one."""
    return None if number is None else quantity_of_event(number)
