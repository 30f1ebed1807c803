"""Folds one partition's events, one after the other, and convicts each that breaks a rule."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, cast

import orjson
from aiokafka import partitioner

from stockledger.audit.adjustments import Adjustments
from stockledger.audit.alert_seen import ALERT_EVENTS, RESOLVED
from stockledger.audit.alerts import Alerts
from stockledger.audit.capacities import Capacities, CapacitySeen
from stockledger.audit.daily_checks import DailyChecks
from stockledger.audit.decision import Decision, command_of
from stockledger.audit.findings import Findings, Kind
from stockledger.audit.imports import Imports
from stockledger.audit.items import Belongings, Items
from stockledger.audit.orders import Orders
from stockledger.audit.past_figures import PastFigures
from stockledger.audit.recipients import Recipients
from stockledger.audit.reservations import Reservations
from stockledger.audit.rows import EventRow, HeadRow, StreamRow
from stockledger.audit.supplier_orders import SupplierOrders
from stockledger.audit.tenants import Tenants
from stockledger.audit.transfers import Transfers
from stockledger.audit.warehouses import WAREHOUSE_DELETED, Warehouses

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
    "supplier": ("supplier_id",),
    "supplier_order": ("supplier_order_id",),
    "recipients": (),
    "template": ("channel", "wording"),
}
"""The fields of an event that its stream is named by."""


@dataclass(slots=True)
class StreamSeen:
    """A stream's number, and how far it was read."""

    number: int
    version: int


class PartitionFold:
    """The state that one partition's events lead to, read strictly in order."""

    def __init__(self, partition: int, partitions: int, findings: Findings) -> None:
        self.partition = partition
        self.position = 0
        self.reservations = Reservations(self._convict)
        self.warehouses = Warehouses(self._convict)
        self.orders = Orders(self._convict, self.warehouses.is_given_up)
        self._tenants = Tenants(self._convict)
        self.tenants = self._tenants.seen
        self.transfers = Transfers(self._convict)
        self.adjustments = Adjustments(self._tenants.settings_of, self._convict)
        self.capacities = Capacities(self._convict)
        self.imports = Imports(self._convict)
        self.past = PastFigures()
        self.alerts = Alerts(self._convict)
        self.supplier_orders = SupplierOrders(self.alerts, self.warehouses, self._convict)
        self.recipients = Recipients(self._convict)
        self._checks = DailyChecks(self.warehouses.is_given_up, self._convict)
        belongings = Belongings(
            self.reservations,
            self.transfers,
            self.adjustments,
            self.capacities,
            self.warehouses,
            self.imports,
            self.past,
            self.alerts,
            self.supplier_orders,
            self._checks,
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
        self.supplier_orders.settle(decision.last, self.items.seen)
        self.alerts.settle(decision.last, self.items.seen, self.capacities.seen)
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
        fields = [data[field] for field in _NAMED_BY[kind]]
        named = f"{kind}/{':'.join(fields)}" if kind == "template" else "/".join((kind, *fields))
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
                self._apply_to_capacity(row, data)
            case "import":
                self.imports.apply(row, data)
            case "sku":
                self.items.apply_to_sku(row, data, decision)
            case "warehouse":
                self._apply_to_warehouse(row, data)
            case "supplier":
                self.supplier_orders.register(row, data)
            case "supplier_order":
                self.supplier_orders.apply(row, data, decision)
            case "recipients" | "template":
                self.recipients.apply(row, data)
            case _:
                self._apply_to_tenant(row, data)

    def _apply_to_warehouse(self, row: EventRow, data: dict[str, Any]) -> None:
        key = (row.tenant_id, data["warehouse_id"])
        self.warehouses.apply(row, data, self._tenants.default_of(row.tenant_id))
        self.capacities.touch(*key)
        if row.type == WAREHOUSE_DELETED:
            self.alerts.give_up(key)

    def _apply_to_capacity(self, row: EventRow, data: dict[str, Any]) -> None:
        key, alerts = (row.tenant_id, data["warehouse_id"]), self.alerts.of_capacities
        if row.type != RESOLVED:
            self.warehouses.spoken_of(row, data["warehouse_id"])
        if row.type in ALERT_EVENTS:
            alerts.told(row, data, self.capacities.seen.setdefault(key, CapacitySeen()))
        else:
            alerts.look(key, self.capacities.seen.get(key))
            self.capacities.apply(row, data)

    def _apply_to_transfer(self, row: EventRow, data: dict[str, Any], decision: Decision) -> None:
        self.transfers.apply(row, data, decision)
        transfer = self.transfers.seen.get((row.tenant_id, data["transfer_id"]))
        if transfer is not None and row.type in TAKES_IN:
            self.warehouses.takes_in(row, transfer.destination)

    def _apply_to_tenant(self, row: EventRow, data: dict[str, Any]) -> None:
        match row.type:
            case "stockledger.DailyCheckStarted.v1":
                self._checks.start(row, data["day"])
            case "stockledger.ItemsChecked.v1":
                items, warehouses = self._checks.go_on(row, data)
                is_reordered = self.supplier_orders.reorders.is_open
                self.alerts.of_items.check(items, self.items.seen, is_reordered)
                self.alerts.of_capacities.check(warehouses, self.capacities.seen)
            case "stockledger.DailyCheckCompleted.v1":
                self._checks.complete(row, data)
            case _:
                self._tenants.apply(row, data)

    def _registry(self, tenant_id: str, stream: str, expected: str, found: str) -> None:
        self._findings.add(Kind.STREAM_REGISTRY, tenant_id, stream, expected, found)

    def _convict(self, kind: Kind, row: EventRow, expected: object, found: object) -> None:
        place = f"{row.stream} at {row.partition}-{row.position}"
        self._findings.add(kind, row.tenant_id, place, expected, found)
