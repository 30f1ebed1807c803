"""Which time zones there are."""

from functools import cache
from zoneinfo import available_timezones

from stockledger.messages.results import Rejection
from stockledger_command_handler.domain.refusals import invalid

UTC_NAME = "UTC"


def refused_time_zone(name: str | None) -> Rejection | None:
    """Return the refusal of a name that the IANA time zone database does not know."""
    if name is None or name in _known():
        return None
    return invalid("time_zone", f"{name!r} is no time zone of the IANA database")


@cache
def _known() -> frozenset[str]:
    return frozenset(available_timezones())
