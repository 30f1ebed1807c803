"""The alerts of one item as REQUIREMENTS.md has them, kept in the plainest way."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from fractions import Fraction

from stockledger.messages.alert import AlertKind
from stockledger.messages.item import ItemConfigured, StockMoved
from stockledger.messages.message import Event
from stockledger.messages.supplier_order import OnOrderChanged

LOW, OUT = AlertKind.LOW_STOCK, AlertKind.OUT_OF_STOCK
REORDER, OVER = AlertKind.REORDER_NEEDED, AlertKind.OVERSTOCK

UNIT = 1000


@dataclass
class NaiveKind:
    """How many alerts there were of a kind, and whether one is open, or closed by hand."""

    number: int = 0
    is_open: bool = False
    is_silent: bool = False


@dataclass
class NaiveAlerts:
    """One item: its figures in 1/1000 units, its thresholds and its alerts by kind."""

    available: int = 0
    on_hand: int = 0
    in_transit: int = 0
    on_order: int = 0
    exists: bool = False
    maximum: int | None = None
    reorder_point: int | None = None
    percent: int = 0
    kinds: dict[AlertKind, NaiveKind] = field(
        default_factory=lambda: {kind: NaiveKind() for kind in (LOW, OUT, REORDER, OVER)}
    )

    def open_alerts(self) -> dict[AlertKind, int]:
        """Return the number of each open alert."""
        return {kind: known.number for kind, known in self.kinds.items() if known.is_open}

    def decided(self, events: Iterable[Event]) -> None:
        """Take what one decision did to the item: figures one after the other, alerts at last."""
        silent = {kind for kind, known in self.kinds.items() if known.is_silent}
        before, touched = self.available, False
        for event in events:
            touched = self._take(event) or touched
            for kind in silent:
                if self._has_gone(kind):
                    self.kinds[kind].is_silent = False
        if touched:
            self._look(silent, may_run_out=self.available != before)

    def checked(self) -> None:
        """Look at the item in the day's check, which is silent about nothing."""
        self._look(set(), may_run_out=True)

    def close(self, kind: AlertKind) -> None:
        """Close an alert by hand."""
        self.kinds[kind].is_open, self.kinds[kind].is_silent = False, True

    def _take(self, event: Event) -> bool:
        if isinstance(event, StockMoved):
            self.available, self.on_hand = event.levels.available, event.levels.on_hand
            self.in_transit = event.levels.in_transit
        elif isinstance(event, OnOrderChanged):
            self.on_order = event.on_order
        elif isinstance(event, ItemConfigured):
            self.exists, self.percent = True, event.low_stock_percent
            self.maximum, self.reorder_point = event.maximum, event.reorder_point
        else:
            return False
        return True

    def _look(self, silent: set[AlertKind], *, may_run_out: bool) -> None:
        if not self.exists:
            return
        for kind in (OUT, LOW, REORDER, OVER):
            known = self.kinds[kind]
            if known.is_open:
                known.is_open = not self._has_gone(kind) and not self._is_hidden(kind)
            elif self._is_cause(kind) and kind not in silent and not self._is_hidden(kind):
                if kind is OUT and not may_run_out:
                    continue
                known.number, known.is_open, known.is_silent = known.number + 1, True, False

    def _is_hidden(self, kind: AlertKind) -> bool:
        return kind is LOW and self.kinds[OUT].is_open

    def _is_cause(self, kind: AlertKind) -> bool:
        figure, trigger = self._figure(kind), self._trigger(kind)
        if trigger is None or (kind is LOW and figure <= 0):
            return False
        return figure > trigger if kind is OVER else figure <= trigger

    def _has_gone(self, kind: AlertKind) -> bool:
        figure, trigger = self._figure(kind), self._trigger(kind)
        if trigger is None:
            return True
        margin = max(Fraction(trigger * 5, 100), Fraction(UNIT))
        if kind is OVER:
            return figure <= max(trigger - margin, Fraction(0))
        return figure >= trigger + margin

    def _figure(self, kind: AlertKind) -> int:
        if kind in (LOW, OUT):
            return self.available
        if kind is OVER:
            return self.on_hand
        return self.available + self.in_transit + self.on_order

    def _trigger(self, kind: AlertKind) -> int | None:
        if kind is OUT:
            return 0
        if kind is OVER:
            return self.maximum
        if kind is REORDER or self.maximum is None:
            return self.reorder_point
        return round(Fraction(self.maximum * self.percent, 100))
