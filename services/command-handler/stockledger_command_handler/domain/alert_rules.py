"""When the alerts about an item begin, and when they are over: a table of rules, figures only.

A figure that falls to its trigger begins an alert, which is over five percent of the trigger above
it, but at least one unit: exactly, without rounding. Of a figure that rises it is the other way.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import Enum, auto
from typing import Final

from stockledger.amounts import AMOUNT_MAX, QUANTITY_SCALE, ZERO, Quantity, percent_of
from stockledger.messages.alert import AlertKind, Severity
from stockledger_command_handler.domain.alert_state import AlertState
from stockledger_command_handler.domain.item_settings import ItemSettings

HYSTERESIS_PERCENT: Final = 5
"""Percents of the trigger beyond it at which an alert is over: at its very edge it would flap."""

HYSTERESIS_MIN: Final = Quantity(QUANTITY_SCALE)
"""One unit: of a small trigger, five percent are next to nothing."""

_UNBOUNDED: Final = 4 * AMOUNT_MAX
"""Beyond every figure: each is a sum of at most three amounts."""


class Measure(Enum):
    """Which figure of an item a rule goes by."""

    AVAILABLE = auto()
    ON_HAND = auto()
    TOTAL = auto()


@dataclass(slots=True)
class Figures:
    """An item's recorded figures; the total is what is there, comes, or is ordered."""

    available: Quantity
    on_hand: Quantity
    in_transit: Quantity
    on_order: Quantity

    @property
    def total(self) -> Quantity:
        return Quantity(min(self.available + self.in_transit + self.on_order, AMOUNT_MAX))

    def of(self, measure: Measure) -> Quantity:
        """Return the figure that a rule goes by."""
        if measure is Measure.AVAILABLE:
            return self.available
        return self.on_hand if measure is Measure.ON_HAND else self.total


@dataclass(frozen=True, slots=True)
class Rule:
    """One kind of alert: its figure, and the trigger by the item's settings (None: no alert)."""

    kind: AlertKind
    severity: Severity
    measure: Measure
    trigger: Callable[[ItemSettings], Quantity | None]
    rises: bool = False

    def begins(self, figure: Quantity, trigger: Quantity) -> bool:
        """Return whether the figure has reached the trigger."""
        return figure > trigger if self.rises else figure <= trigger

    def is_over(self, figure: Quantity, trigger: Quantity) -> bool:
        """Return whether the figure is back beyond the hysteresis."""
        edge = self.edge(trigger)
        return figure <= edge if self.rises else figure >= edge

    def edge(self, trigger: Quantity) -> Quantity:
        """Return the figure at which an alert is over."""
        five_percent = -(-trigger * HYSTERESIS_PERCENT // 100)
        margin = max(five_percent, HYSTERESIS_MIN)
        return Quantity(max(trigger - margin, 0) if self.rises else trigger + margin)

    def quiet(self, trigger: Quantity, *, stands: bool) -> tuple[int, int]:
        """Return the figures, from and to, at which the alert goes on as it is."""
        if self.rises:
            return (self.edge(trigger) + 1, _UNBOUNDED) if stands else (-_UNBOUNDED, trigger)
        return (-_UNBOUNDED, self.edge(trigger) - 1) if stands else (trigger + 1, _UNBOUNDED)


def _nothing(_settings: ItemSettings) -> Quantity:
    return ZERO


def _low(settings: ItemSettings) -> Quantity | None:
    if settings.maximum is None:
        return settings.reorder_point
    return percent_of(settings.maximum, settings.low_stock_percent)


def _reorder_point(settings: ItemSettings) -> Quantity | None:
    return settings.reorder_point


def _maximum(settings: ItemSettings) -> Quantity | None:
    return settings.maximum


REORDER_RULE: Final = Rule(AlertKind.REORDER_NEEDED, Severity.INFO, Measure.TOTAL, _reorder_point)

ITEM_RULES: Final = (
    Rule(AlertKind.OUT_OF_STOCK, Severity.CRITICAL, Measure.AVAILABLE, _nothing),
    Rule(AlertKind.LOW_STOCK, Severity.WARNING, Measure.AVAILABLE, _low),
    REORDER_RULE,
    Rule(AlertKind.OVERSTOCK, Severity.INFO, Measure.ON_HAND, _maximum, rises=True),
)
"""OUT_OF_STOCK comes before LOW_STOCK, whose place it takes."""

MEASURES: Final = {rule.kind: rule.measure for rule in ITEM_RULES}
"""Which figure each kind goes by."""


@dataclass(frozen=True, slots=True)
class Quiet:
    """Bounds within which no alert of an item begins or is over; outside, one may be."""

    available_min: int
    available_max: int
    total_min: int
    total_max: int
    on_hand_min: int
    on_hand_max: int


QUIET_WHILE_AVAILABLE: Final = Quiet(
    1, _UNBOUNDED, -_UNBOUNDED, _UNBOUNDED, -_UNBOUNDED, _UNBOUNDED
)
"""The bounds of an item without thresholds and alerts: the same object for all of them."""


def quiet_bounds(settings: ItemSettings, alerts: Mapping[AlertKind, AlertState]) -> Quiet:
    """Return the bounds that hold until the settings or the alerts change."""
    lowest = dict.fromkeys(Measure, -_UNBOUNDED)
    highest = dict.fromkeys(Measure, _UNBOUNDED)
    for rule in ITEM_RULES:
        trigger, known = rule.trigger(settings), alerts.get(rule.kind)
        if trigger is None or (rule.kind is AlertKind.LOW_STOCK and is_out_of_stock(alerts)):
            continue
        least, most = rule.quiet(trigger, stands=known is not None and known.stands)
        lowest[rule.measure] = max(lowest[rule.measure], least)
        highest[rule.measure] = min(highest[rule.measure], most)
    return _shared(
        Quiet(
            lowest[Measure.AVAILABLE],
            highest[Measure.AVAILABLE],
            lowest[Measure.TOTAL],
            highest[Measure.TOTAL],
            lowest[Measure.ON_HAND],
            highest[Measure.ON_HAND],
        )
    )


def is_out_of_stock(alerts: Mapping[AlertKind, AlertState]) -> bool:
    """Return whether OUT_OF_STOCK is open: LOW_STOCK would say less than that."""
    known = alerts.get(AlertKind.OUT_OF_STOCK)
    return known is not None and known.is_open


def recommended(settings: ItemSettings, total: Quantity) -> Quantity | None:
    """Return how much to order when so much is there, comes, or is ordered; None: unknown."""
    if settings.reorder_quantity is not None:
        return settings.reorder_quantity
    if settings.maximum is None or settings.maximum <= total:
        return None
    return Quantity(min(settings.maximum - total, AMOUNT_MAX))


def _shared(quiet: Quiet) -> Quiet:
    return QUIET_WHILE_AVAILABLE if quiet == QUIET_WHILE_AVAILABLE else quiet
