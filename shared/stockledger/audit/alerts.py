"""Alerts: each with its cause, at most one of a kind open, and none of what is given up."""

from collections.abc import Mapping

from stockledger.audit.alert_seen import (
    CAUSE_GONE,
    RESOLVED,
    AlertBook,
    AlertKey,
    AlertSeen,
    Subject,
)
from stockledger.audit.capacities import CapacitySeen
from stockledger.audit.capacity_alerts import CapacityAlerts
from stockledger.audit.decision import Convict
from stockledger.audit.findings import Kind
from stockledger.audit.item_alerts import ItemAlerts
from stockledger.audit.item_seen import ItemKey, ItemSeen
from stockledger.audit.rows import EventRow
from stockledger.audit.warehouses import WarehouseKey


class Alerts:
    """All of one partition."""

    def __init__(self, convict: Convict) -> None:
        self._book = AlertBook(convict)
        self.of_items = ItemAlerts(self._book, convict)
        self.of_capacities = CapacityAlerts(self._book, convict)
        self._given_up: set[WarehouseKey] = set()
        self._convict = convict

    @property
    def seen(self) -> Mapping[AlertKey, AlertSeen]:
        """Every alert that there was."""
        return self._book.seen

    def was_open(self, tenant_id: str, place: tuple[str, str], kind: str) -> int | None:
        """Return the number of the alert about an item that was open before the command."""
        return self._book.page(Subject(tenant_id, *place)).was(kind).open

    def give_up(self, key: WarehouseKey) -> None:
        """Know that the command deletes a warehouse: there is nothing to be warned of any more."""
        self._given_up.add(key)

    def settle(
        self,
        row: EventRow,
        items: Mapping[ItemKey, ItemSeen],
        capacities: Mapping[WarehouseKey, CapacitySeen],
    ) -> None:
        """Compare the alerts with their causes, after the last event of a command."""
        for subject, page in self._book.touched.items():
            if (subject.tenant_id, subject.warehouse_id) in self._given_up:
                continue
            if subject.sku is None:
                self.of_capacities.judge_untouched(page)
            else:
                self.of_items.judge_untouched(page)
        self.of_items.settle(row, items)
        self.of_capacities.settle(row, capacities)
        self._settle_given_up(row)
        self._book.forget_before()

    def _settle_given_up(self, row: EventRow) -> None:
        """Convict the alerts about what is given up: nobody can see to them."""
        for key in self._given_up:
            for subject, page in self._book.pages.items():
                if (subject.tenant_id, subject.warehouse_id) != key:
                    continue
                found = page.open_kinds()
                if found:
                    expected = f"no alert about {subject.sku or key[1]} open, which is given up"
                    self._convict(Kind.ALERT, row, expected, ", ".join(sorted(found)))
                for told, data in page.told:
                    if told.type != RESOLVED or data["resolution"] != CAUSE_GONE:
                        self._convict(Kind.ALERT, told, "alerts over", told.type)
        self._given_up.clear()
