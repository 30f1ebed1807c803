"""Daily checks: each day begins once, and goes through all items of a tenant, each of them once."""

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from stockledger.audit.decision import Convict
from stockledger.audit.findings import Kind
from stockledger.audit.item_seen import ItemKey
from stockledger.audit.rows import EventRow
from stockledger.audit.warehouses import WarehouseKey


class Checked(NamedTuple):
    """What a part of a check goes through."""

    items: Sequence[ItemKey]
    warehouses: Sequence[WarehouseKey]


IsGivenUp = Callable[[str, str], bool]
"""Returns whether a warehouse of a tenant is deleted."""


@dataclass(slots=True)
class CheckSeen:
    """A tenant's check of a day: the last item's stream, and how many items it went through."""

    day: str = ""
    is_under_way: bool = False
    place: str = ""
    items: int = 0


class DailyChecks:
    """All of one partition."""

    def __init__(self, is_given_up: IsGivenUp, convict: Convict) -> None:
        self._seen: dict[str, CheckSeen] = defaultdict(CheckSeen)
        self._streams: dict[str, list[str]] = defaultdict(list)
        self._is_given_up = is_given_up
        self._convict = convict

    def item_begins(self, row: EventRow) -> None:
        """Take the first event of an item: from now on checks go through it."""
        insort(self._streams[row.tenant_id], row.stream)

    def start(self, row: EventRow, day: str) -> None:
        """Take the beginning of a day; one before it that was not completed is over."""
        check = self._seen[row.tenant_id]
        if day <= check.day:
            self._convict(Kind.DAILY_CHECK, row, f"after {check.day}", day)
        self._seen[row.tenant_id] = CheckSeen(day, is_under_way=True)

    def go_on(self, row: EventRow, data: Mapping[str, Any]) -> Checked:
        """Take the next items that were checked; return what alerts may be about."""
        check = self._under_way(row, data["day"])
        last = f"item/{data['last']['warehouse_id']}/{data['last']['sku']}"
        streams = self._streams[row.tenant_id]
        begin = bisect_right(streams, check.place)
        checked = streams[begin : bisect_right(streams, last)]
        if not checked or checked[-1] != last or len(checked) != data["items"]:
            found = f"{data['items']} up to {last}"
            expected = f"{len(checked)} items behind {check.place or 'the beginning'}"
            self._convict(Kind.DAILY_CHECK, row, expected, found)
        before = check.place
        check.place = last
        check.items += data["items"]
        return self._standing(row.tenant_id, checked, before)

    def complete(self, row: EventRow, data: Mapping[str, Any]) -> None:
        """Take the end of a check: no item is left, and none was counted twice."""
        check = self._under_way(row, data["day"])
        streams = self._streams[row.tenant_id]
        left = len(streams) - bisect_right(streams, check.place)
        if left or data["items"] != check.items:
            expected = f"{check.items} items and none left"
            self._convict(Kind.DAILY_CHECK, row, expected, f"{data['items']} and {left} left")
        check.is_under_way = False

    def _standing(self, tenant_id: str, checked: Sequence[str], before: str) -> Checked:
        """Return the items, and the warehouses that begin with them, that are not given up."""
        places = [_place_of(stream) for stream in checked]
        keys = [
            (tenant_id, *place) for place in places if not self._is_given_up(tenant_id, place[0])
        ]
        known = _place_of(before)[0] if before else None
        names = dict.fromkeys(place[0] for place in places if place[0] != known)
        return Checked(keys, [(tenant_id, name) for name in names])

    def _under_way(self, row: EventRow, day: str) -> CheckSeen:
        check = self._seen[row.tenant_id]
        if not check.is_under_way or check.day != day:
            under_way = check.day if check.is_under_way else "none"
            self._convict(Kind.DAILY_CHECK, row, f"the check under way, {under_way}", day)
        return check


def _place_of(stream: str) -> tuple[str, str]:
    _, warehouse_id, sku = stream.split("/")
    return warehouse_id, sku
