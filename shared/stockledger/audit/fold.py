"""Folds one partition's events, one after the other, and convicts each that breaks a rule."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, cast

import orjson
from aiokafka import partitioner

from stockledger.audit.decision import Decision, command_of
from stockledger.audit.findings import Findings, Kind
from stockledger.audit.items import Items
from stockledger.audit.orders import Orders
from stockledger.audit.reservations import Reservations
from stockledger.audit.rows import EventRow, HeadRow, StreamRow

TENANT_CONFIGURED: Final = "stockledger.TenantConfigured.v1"
DEFAULT_WAREHOUSE_SET: Final = "stockledger.DefaultWarehouseSet.v1"
DAILY_CHECK_STARTED: Final = "stockledger.DailyCheckStarted.v1"
WAREHOUSE_CREATED: Final = "stockledger.WarehouseCreated.v1"

_murmur2 = cast("Callable[[bytes], int]", partitioner.murmur2)  # pyright: ignore[reportUnknownMemberType]

_NAMED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "tenant": (),
    "warehouse": ("warehouse_id",),
    "item": ("warehouse_id", "sku"),
    "sku": ("sku",),
    "reservation": ("reservation_id",),
    "cart": ("cart_id",),
    "order": ("order_id",),
}
"""The fields of an event that its stream is named by."""


@dataclass(slots=True)
class StreamSeen:
    """A stream's number, and how far it was read."""

    number: int
    version: int


@dataclass(slots=True)
class WarehouseSeen:
    """A warehouse as its events leave it."""

    description: dict[str, Any] = field(default_factory=dict[str, Any])
    active: bool = True
    version: int = 0


@dataclass(slots=True)
class TenantSeen:
    """A tenant as its events leave it."""

    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    default_warehouse: str | None = None
    checked_day: str = ""


WarehouseKey = tuple[str, str]


class PartitionFold:
    """The state that one partition's events lead to, read strictly in order."""

    def __init__(self, partition: int, partitions: int, findings: Findings) -> None:
        self.partition = partition
        self.position = 0
        self.reservations = Reservations(self._convict)
        self.orders = Orders(self._convict)
        self.items = Items(self.reservations, self._convict)
        self.warehouses: dict[WarehouseKey, WarehouseSeen] = {}
        self.tenants: dict[str, TenantSeen] = {}
        self._streams: dict[tuple[str, str], StreamSeen] = {}
        self._at_home: set[str] = set()
        self._time: datetime | None = None
        self._partitions = partitions
        self._findings = findings
        self._decision: Decision | None = None

    def feed(self, row: EventRow) -> None:
        """Take the next event."""
        self._numbers(row)
        self._owner(row)
        decision = self._decision_of(row)
        try:
            self._apply(row, orjson.loads(row.data), decision)
        except (KeyError, TypeError, ValueError, AttributeError) as error:
            found = f"{type(error).__name__}: {error}"
            self._convict(Kind.UNREADABLE_EVENT, row, f"a {row.type}", found)

    def finish(self, head: HeadRow) -> None:
        """Compare with the partition's row, and sum every SKU over all buckets."""
        self._end_decision()
        place = f"partition {self.partition}"
        if head.next_position - 1 != self.position:
            expected = f"positions up to {head.next_position - 1}"
            self._findings.add(Kind.POSITION_GAP, "", place, expected, f"up to {self.position}")
        if self._time and (head.last_time is None or head.last_time < self._time):
            expected = f"last_time at least {self._time}"
            self._findings.add(Kind.TIME_ORDER, "", place, expected, head.last_time)
        self.items.sum_units(self._findings)

    def check_stream(self, row: StreamRow) -> None:
        """Compare a row of the registry with the events, and strike the stream off."""
        seen = self._streams.pop((row.tenant_id, row.stream), None)
        if seen is None:
            self._registry(row.tenant_id, row.stream, "events of the stream", "none")
        elif seen.number != row.stream_number or row.version > seen.version:
            expected = f"number {seen.number}, snapshot up to version {seen.version}"
            found = f"number {row.stream_number}, snapshot of version {row.version}"
            self._registry(row.tenant_id, row.stream, expected, found)

    def finish_streams(self) -> None:
        """Convict the streams that the registry does not know."""
        for tenant_id, stream in self._streams:
            self._registry(tenant_id, stream, "a row in ledger.streams", "none")

    def _numbers(self, row: EventRow) -> None:
        if row.position != self.position + 1:
            self._convict(Kind.POSITION_GAP, row, self.position + 1, row.position)
        self.position = row.position
        if self._time and row.recorded_at < self._time:
            self._convict(Kind.TIME_ORDER, row, f"at least {self._time}", row.recorded_at)
        self._time = row.recorded_at
        seen = self._streams.get((row.tenant_id, row.stream))
        if seen is None:
            seen = StreamSeen(row.position, 0)
            self._streams[row.tenant_id, row.stream] = seen
        if row.version != seen.version + 1:
            self._convict(Kind.VERSION_ORDER, row, f"version {seen.version + 1}", row.version)
        if row.stream_number != seen.number:
            self._convict(Kind.STREAM_NUMBER, row, seen.number, row.stream_number)
        seen.version = row.version

    def _owner(self, row: EventRow) -> None:
        if row.tenant_id in self._at_home:
            return
        home = (_murmur2(row.tenant_id.encode()) & 0x7FFFFFFF) % self._partitions
        if home == self.partition:
            self._at_home.add(row.tenant_id)
        else:
            self._convict(Kind.WRONG_PARTITION, row, f"partition {home}", self.partition)

    def _decision_of(self, row: EventRow) -> Decision:
        decision = self._decision
        if decision is None or decision.command != command_of(row):
            self._end_decision()
            decision = self._decision = Decision(row)
        decision.last = row
        return decision

    def _end_decision(self) -> None:
        """Hold the events of a command against each other: they are a whole only together."""
        decision, self._decision = self._decision, None
        if decision is None:
            return
        for key in decision.touched:
            self.reservations.check(key, decision.last)
        for key, accepted in decision.to_be_sold.items():
            self.reservations.check_sold(key, accepted, decision)
        for subject, stated, done in decision.disagreements():
            place = f"{subject.stream} at {self.partition}-{decision.last.position}"
            self._findings.add(
                subject.kind,
                decision.last.tenant_id,
                place,
                f"{subject.about}: {stated}",
                done,
            )

    def _apply(self, row: EventRow, data: dict[str, Any], decision: Decision) -> None:
        kind = row.stream.partition("/")[0]
        named = "/".join((kind, *(data[field] for field in _NAMED_BY[kind])))
        if named != row.stream:
            self._convict(Kind.UNREADABLE_EVENT, row, f"stream {named}", row.stream)
        match kind:
            case "item":
                self._apply_to_item(row, data, decision)
            case "reservation":
                self.reservations.apply(row, data, decision)
            case "cart":
                self.reservations.apply_to_cart(row, data, decision)
            case "order":
                self.orders.apply(row, data, decision)
            case "sku":
                self.items.apply_to_sku(row, data, decision)
            case "warehouse":
                self._apply_to_warehouse(row, data)
            case _:
                self._apply_to_tenant(row, data)

    def _apply_to_item(self, row: EventRow, data: dict[str, Any], decision: Decision) -> None:
        if row.version == 1 and (row.tenant_id, data["warehouse_id"]) not in self.warehouses:
            expected = f"warehouse {data['warehouse_id']} before it"
            self._convict(Kind.FIRST_EVENT, row, expected, "none")
        self.items.apply(row, data, decision)

    def _apply_to_warehouse(self, row: EventRow, data: dict[str, Any]) -> None:
        key = (row.tenant_id, data["warehouse_id"])
        warehouse = self.warehouses.get(key)
        if warehouse is None:
            warehouse = self.warehouses[key] = WarehouseSeen()
            self._first(row, WAREHOUSE_CREATED)
        warehouse.version = row.version
        match row.type:
            case "stockledger.WarehouseCreated.v1" | "stockledger.WarehouseUpdated.v1":
                warehouse.description = data
            case "stockledger.WarehouseActivated.v1":
                warehouse.active = True
            case "stockledger.WarehouseDeactivated.v1":
                warehouse.active = False
            case _:
                self._unknown(row)

    def _apply_to_tenant(self, row: EventRow, data: dict[str, Any]) -> None:
        tenant = self.tenants.setdefault(row.tenant_id, TenantSeen())
        if row.type == TENANT_CONFIGURED:
            tenant.settings = data
        elif row.type == DEFAULT_WAREHOUSE_SET:
            tenant.default_warehouse = data["warehouse_id"]
        elif row.type == DAILY_CHECK_STARTED:
            if data["day"] <= tenant.checked_day:
                self._convict(Kind.DAILY_CHECK, row, f"after {tenant.checked_day}", data["day"])
            tenant.checked_day = data["day"]
        else:
            self._unknown(row)

    def _first(self, row: EventRow, type_name: str) -> None:
        if row.type != type_name:
            self._convict(Kind.FIRST_EVENT, row, type_name, row.type)

    def _unknown(self, row: EventRow) -> None:
        self._convict(Kind.UNKNOWN_EVENT, row, "a type that this release knows", row.type)

    def _registry(self, tenant_id: str, stream: str, expected: str, found: str) -> None:
        self._findings.add(Kind.STREAM_REGISTRY, tenant_id, stream, expected, found)

    def _convict(self, kind: Kind, row: EventRow, expected: object, found: object) -> None:
        place = f"{row.stream} at {row.partition}-{row.position}"
        self._findings.add(kind, row.tenant_id, place, expected, found)
