"""Folds one partition's events, one after the other, and convicts each that breaks a rule."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final, cast

import orjson
from aiokafka import partitioner

from stockledger.audit.adjustments import Adjustments
from stockledger.audit.capacities import Capacities
from stockledger.audit.decision import Decision, command_of
from stockledger.audit.findings import Findings, Kind
from stockledger.audit.imports import Imports
from stockledger.audit.items import Belongings, Items
from stockledger.audit.orders import Orders
from stockledger.audit.past_figures import PastFigures
from stockledger.audit.reservations import Reservations
from stockledger.audit.rows import EventRow, HeadRow, StreamRow
from stockledger.audit.transfers import Transfers
from stockledger.audit.warehouses import Warehouses

TENANT_CONFIGURED: Final = "stockledger.TenantConfigured.v1"
DEFAULT_WAREHOUSE_SET: Final = "stockledger.DefaultWarehouseSet.v1"
DAILY_CHECK_STARTED: Final = "stockledger.DailyCheckStarted.v1"
ORDER_CANCELLED: Final = "stockledger.OrderCancelled.v1"
TAKES_IN: Final = frozenset(
    f"stockledger.{name}.v1"
    for name in ("TransferCreated", "TransferMade", "TransferDispatched", "TransferReceived")
)
"""Events of a transfer whose destination has to be active."""

_murmur2 = cast("Callable[[bytes], int]", partitioner.murmur2)  # pyright: ignore[reportUnknownMemberType]

_NAMED_BY: Final[Mapping[str, tuple[str, ...]]] = {
    "tenant": (),
    "warehouse": ("warehouse_id",),
    "item": ("warehouse_id", "sku"),
    "sku": ("sku",),
    "reservation": ("reservation_id",),
    "cart": ("cart_id",),
    "order": ("order_id",),
    "transfer": ("transfer_id",),
    "adjustment": ("adjustment_id",),
    "capacity": ("warehouse_id",),
    "import": ("import_id",),
}
"""The fields of an event that its stream is named by."""


@dataclass(slots=True)
class StreamSeen:
    """A stream's number, and how far it was read."""

    number: int
    version: int


@dataclass(slots=True)
class TenantSeen:
    """A tenant as its events leave it; `configured`: the last event about its settings."""

    settings: dict[str, Any] = field(default_factory=dict[str, Any])
    default_warehouse: str | None = None
    checked_day: str = ""
    configured: EventRow | None = None


class PartitionFold:
    """The state that one partition's events lead to, read strictly in order."""

    def __init__(self, partition: int, partitions: int, findings: Findings) -> None:
        self.partition = partition
        self.position = 0
        self.reservations = Reservations(self._convict)
        self.warehouses = Warehouses(self._convict)
        self.orders = Orders(self._convict, self.warehouses.is_given_up)
        self.tenants: dict[str, TenantSeen] = {}
        self.transfers = Transfers(self._convict)
        self.adjustments = Adjustments(self._settings_of, self._convict)
        self.capacities = Capacities(self._convict)
        self.imports = Imports(self._convict)
        self.past = PastFigures()
        belongings = Belongings(
            self.reservations,
            self.transfers,
            self.adjustments,
            self.capacities,
            self.warehouses,
            self.imports,
            self.past,
        )
        self.items = Items(belongings, self._convict)
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
        self.end_decision()
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
            self.end_decision()
            decision = self._decision = Decision(row)
        decision.last = row
        return decision

    def end_decision(self) -> None:
        """Hold the events of a command against each other: they are a whole only together.

        Called by itself where another command's events begin.
        """
        decision, self._decision = self._decision, None
        if decision is None:
            return
        for key in decision.touched:
            self.reservations.check(key, decision.last)
        for key, accepted in decision.to_be_sold.items():
            self.reservations.check_sold(key, accepted, decision)
        self.transfers.settle(decision.last, self.items.seen)
        self.adjustments.settle(self.items.seen)
        self.capacities.settle(decision.last, self.warehouses.seen)
        self.imports.settle(self.items.seen)
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
                self.items.apply(row, data, decision)
            case "reservation":
                self.reservations.apply(row, data, decision)
            case "cart":
                self.reservations.apply_to_cart(row, data, decision)
            case "order":
                self.orders.apply(row, data, decision)
                if row.type == ORDER_CANCELLED:
                    self.capacities.restocked()
            case "transfer":
                self._apply_to_transfer(row, data, decision)
            case "adjustment":
                self.adjustments.apply(row, data, decision, self.items.seen)
            case "capacity":
                self.warehouses.spoken_of(row, data["warehouse_id"])
                self.capacities.apply(row, data)
            case "import":
                self.imports.apply(row, data)
            case "sku":
                self.items.apply_to_sku(row, data, decision)
            case "warehouse":
                self._apply_to_warehouse(row, data)
            case _:
                self._apply_to_tenant(row, data)

    def _apply_to_warehouse(self, row: EventRow, data: dict[str, Any]) -> None:
        tenant = self.tenants.get(row.tenant_id)
        default = None if tenant is None else tenant.default_warehouse
        self.warehouses.apply(row, data, default)
        self.capacities.touch(row.tenant_id, data["warehouse_id"])

    def _apply_to_transfer(self, row: EventRow, data: dict[str, Any], decision: Decision) -> None:
        self.transfers.apply(row, data, decision)
        transfer = self.transfers.seen.get((row.tenant_id, data["transfer_id"]))
        if transfer is not None and row.type in TAKES_IN:
            self.warehouses.takes_in(row, transfer.destination)

    def _settings_of(self, tenant_id: str) -> Mapping[str, Any]:
        tenant = self.tenants.get(tenant_id)
        return {} if tenant is None else tenant.settings

    def _apply_to_tenant(self, row: EventRow, data: dict[str, Any]) -> None:
        tenant = self.tenants.setdefault(row.tenant_id, TenantSeen())
        if row.type == TENANT_CONFIGURED:
            tenant.settings, tenant.configured = data, row
        elif row.type == DEFAULT_WAREHOUSE_SET:
            tenant.default_warehouse = data["warehouse_id"]
        elif row.type == DAILY_CHECK_STARTED:
            if data["day"] <= tenant.checked_day:
                self._convict(Kind.DAILY_CHECK, row, f"after {tenant.checked_day}", data["day"])
            tenant.checked_day = data["day"]
        else:
            self._unknown(row)

    def _unknown(self, row: EventRow) -> None:
        self._convict(Kind.UNKNOWN_EVENT, row, "a type that this release knows", row.type)

    def _registry(self, tenant_id: str, stream: str, expected: str, found: str) -> None:
        self._findings.add(Kind.STREAM_REGISTRY, tenant_id, stream, expected, found)

    def _convict(self, kind: Kind, row: EventRow, expected: object, found: object) -> None:
        place = f"{row.stream} at {row.partition}-{row.position}"
        self._findings.add(kind, row.tenant_id, place, expected, found)
