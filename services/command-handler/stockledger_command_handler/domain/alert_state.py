"""What is known of the alerts of one stream, and how each of their events changes that."""

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Final

from stockledger.messages.alert import (
    AlertAcknowledged,
    AlertKind,
    AlertRaised,
    AlertResolution,
    AlertResolved,
    Severity,
)

AlertEvent = AlertRaised | AlertAcknowledged | AlertResolved


@dataclass(slots=True)
class AlertState:
    """The last alert of a kind. `number` counts how many there were; open without `resolution`.

    `silenced`: it was resolved by hand, and its cause has not gone since.
    """

    number: int
    severity: Severity
    acknowledged_by: str | None = None
    resolution: AlertResolution | None = None
    silenced: bool = False

    @property
    def is_open(self) -> bool:
        return self.resolution is None

    @property
    def stands(self) -> bool:
        """Whether it ends only when its cause goes: it is open, or silenced."""
        return self.resolution is None or self.silenced


NO_ALERTS: Final[Mapping[AlertKind, AlertState]] = MappingProxyType({})
"""The alerts of a stream that has never had any."""


def after(event: AlertEvent) -> AlertState:
    """Return the state of an alert after its latest event."""
    state = AlertState(event.number, event.severity)
    if isinstance(event, AlertAcknowledged):
        state.acknowledged_by = event.acknowledged_by
    elif isinstance(event, AlertResolved):
        state.resolution = event.resolution
        state.silenced = event.resolution is AlertResolution.BY_HAND
    return state
