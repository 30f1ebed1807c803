"""Alerts about items: raised by the change that gives cause, over when the cause has gone."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from stockledger.audit.alert_rules import (
    LOW_STOCK,
    OUT_OF_STOCK,
    REORDER_NEEDED,
    SEVERITY_OF,
    Cause,
    causes_of,
    figures_of,
    recommended,
)
from stockledger.audit.alert_seen import (
    BY_HAND,
    CAUSE_GONE,
    RAISED,
    REPLACED,
    RESOLVED,
    AlertBook,
    Page,
    Subject,
)
from stockledger.audit.decision import Convict
from stockledger.audit.figures import UNITS, shown, units
from stockledger.audit.findings import Kind
from stockledger.audit.item_seen import ItemKey, ItemSeen
from stockledger.audit.rows import EventRow

AUTOMATIC: Final = "reorder_automatically"
"""A setting that releases before alerts did not know."""


@dataclass(slots=True)
class _Look:
    """An item that a command changes: what was available before, and whether it is a check.

    `is_asked_for`: what is checked is to be ordered automatically, and is not.
    """

    page: Page
    available: int
    is_checked: bool = False
    is_asked_for: bool = False


class ItemAlerts:
    """All of one partition; each item is looked at when a command that changed it ends."""

    def __init__(self, book: AlertBook, convict: Convict) -> None:
        self._book = book
        self._looks: dict[ItemKey, _Look] = {}
        self._convict = convict

    def look(self, key: ItemKey, item: ItemSeen) -> None:
        """Know that the next event may change an item's figures or settings."""
        if key not in self._looks:
            page = self._book.page(Subject(*key))
            self._looks[key] = _Look(page, item.balances.buckets["available"])

    def changed(self, key: ItemKey, item: ItemSeen) -> None:
        """Know that an event has; a kind that was silent may be raised again once it is over."""
        if AUTOMATIC in item.settings:
            self._book.are_raised = True
        kinds = self._looks[key].page.kinds
        silent = [kind for kind, seen in kinds.items() if seen.silent]
        if silent:
            causes = causes_of(figures_of(item))
            for kind in silent:
                kinds[kind] = kinds[kind]._replace(silent=not causes[kind].has_gone)

    def check(
        self,
        keys: Iterable[ItemKey],
        items: Mapping[ItemKey, ItemSeen],
        is_reordered: Callable[[ItemKey], bool],
    ) -> None:
        """Look at items in the day's check: whatever there is cause for is raised."""
        for key in keys:
            self.look(key, items[key])
            look, is_automatic = self._looks[key], bool(items[key].settings.get(AUTOMATIC))
            look.is_checked, look.is_asked_for = True, is_automatic and not is_reordered(key)

    def told(self, row: EventRow, data: Mapping[str, Any], item: ItemSeen) -> None:
        """Take an event of an alert about an item, which says what the item's figures are."""
        self._book.apply(row, data)
        cause = causes_of(figures_of(item)).get(data["kind"])
        if cause is None:
            self._convict(Kind.ALERT, row, "a kind of alert about items", data["kind"])
        elif row.type == RAISED:
            self._check_raised(row, data, item, cause)
        elif row.type == RESOLVED and units(data["figure"]) != cause.figure:
            self._convict(Kind.ALERT, row, f"figure {shown(cause.figure, UNITS)}", data["figure"])

    def settle(self, row: EventRow, items: Mapping[ItemKey, ItemSeen]) -> None:
        """Compare the alerts with their causes, after the last event of a command."""
        for key, look in self._looks.items():
            item = items.get(key) or ItemSeen()
            if self._book.are_raised and (look.page.kinds or _may_cause(item)):
                self._judge(row, key, item, look)
        self._looks.clear()

    def judge_untouched(self, page: Page) -> None:
        """Convict what was told of an item that a command did not change, save by hand."""
        for row, data in page.told:
            key = (row.tenant_id, data["warehouse_id"], data.get("sku"))
            if key in self._looks:
                continue
            if row.type == RAISED or (row.type == RESOLVED and data["resolution"] != BY_HAND):
                self._convict(Kind.ALERT, row, "a change of the item, or a check", "neither")

    def _check_raised(
        self, row: EventRow, data: Mapping[str, Any], item: ItemSeen, cause: Cause
    ) -> None:
        kind, settings = data["kind"], item.settings
        is_reorder = kind == REORDER_NEEDED
        expected = {
            "figure": cause.figure,
            "trigger": cause.trigger,
            "severity": SEVERITY_OF[kind],
            "name": settings.get("name"),
            "recommended": recommended(item) if is_reorder else None,
            "supplier_id": settings.get("supplier_id") if is_reorder else None,
            AUTOMATIC: is_reorder and bool(settings.get(AUTOMATIC)),
        }
        asked = data.get("recommended")
        found = {
            "figure": units(data["figure"]),
            "trigger": units(data["trigger"]),
            "severity": data["severity"],
            "name": data.get("name"),
            "recommended": None if asked is None else units(asked),
            "supplier_id": data.get("supplier_id"),
            AUTOMATIC: bool(data.get(AUTOMATIC)),
        }
        if found != expected:
            wrong = [name for name in expected if expected[name] != found[name]]
            self._convict(
                Kind.ALERT,
                row,
                f"{kind} with { ({name: expected[name] for name in wrong}) }",
                {name: found[name] for name in wrong},
            )

    def _judge(self, row: EventRow, key: ItemKey, item: ItemSeen, look: _Look) -> None:
        page, causes = look.page, causes_of(figures_of(item))
        is_out = page.of(OUT_OF_STOCK).open is not None
        has_changed = item.balances.buckets["available"] != look.available
        for kind, cause in causes.items():
            before, found = page.was(kind), page.of(kind).open
            is_hidden = kind == LOW_STOCK and is_out
            expected = before.open
            if before.open is not None:
                if cause.has_gone or is_hidden:
                    expected = None
                elif kind == REORDER_NEEDED and look.is_asked_for and cause.is_there:
                    expected = before.raised + 1
            elif _begins(kind, cause, look, is_silent=before.silent, has_changed=has_changed):
                expected = None if is_hidden else before.raised + 1
            if found != expected:
                what = f"{kind} {expected} open at {shown(cause.figure, UNITS)} of {key[2]}"
                at = "none" if cause.trigger is None else shown(cause.trigger, UNITS)
                self._convict(Kind.ALERT, row, f"{what}, trigger {at}", found)
        self._check_resolutions(look, causes, is_out=is_out)

    def _check_resolutions(self, look: _Look, causes: Mapping[str, Cause], *, is_out: bool) -> None:
        for row, data in look.page.told:
            if row.type != RESOLVED:
                continue
            gone = causes[data["kind"]].has_gone
            is_hidden = is_out and data["kind"] == LOW_STOCK
            is_renewed = look.is_asked_for and data["kind"] == REORDER_NEEDED
            expected = REPLACED if (is_hidden or is_renewed) and not gone else CAUSE_GONE
            if data["resolution"] != expected:
                self._convict(Kind.ALERT, row, expected, data["resolution"])


def _may_cause(item: ItemSeen) -> bool:
    """Say whether an item has thresholds, or nothing available: no other gives any cause."""
    return (
        item.balances.buckets["available"] <= 0
        or item.settings.get("maximum") is not None
        or item.settings.get("reorder_point") is not None
    )


def _begins(kind: str, cause: Cause, look: _Look, *, is_silent: bool, has_changed: bool) -> bool:
    """Say whether an alert that is not open begins.

    An item that has only been configured was never in stock: before its check it is not out of it.
    """
    if not cause.is_there or (is_silent and not look.is_checked):
        return False
    return kind != OUT_OF_STOCK or has_changed or look.is_checked
