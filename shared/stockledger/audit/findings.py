"""What the auditor found: one line each, counted by kind."""

from collections import Counter
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Final

FINDINGS_LISTED_MAX: Final = 1_000
"""Findings kept in full; a broken table would otherwise fill the memory. All are counted."""


class Kind(StrEnum):
    """What can be wrong; the name is what an operator searches for."""

    POSITION_GAP = "position-gap"
    VERSION_ORDER = "version-order"
    STREAM_NUMBER = "stream-number"
    STREAM_REGISTRY = "stream-registry"
    FIRST_EVENT = "first-event"
    TIME_ORDER = "time-order"
    WRONG_PARTITION = "wrong-partition"
    UNKNOWN_EVENT = "unknown-event"
    UNREADABLE_EVENT = "unreadable-event"
    ENTRY_ARITHMETIC = "entry-arithmetic"
    ENTRY_BEFORE = "entry-before"
    MOVEMENT_SUM = "movement-sum"
    MOVEMENT_CHANGE = "movement-change"
    OVERSOLD = "oversold"
    LEVELS = "levels"
    VALUE = "value"
    UNITS_SUM = "units-sum"
    HOLD = "hold"
    HOLD_SUM = "hold-sum"
    HOLD_DEADLINE = "hold-deadline"
    RESERVATION = "reservation"
    RESERVATION_HOLDS = "reservation-holds"
    RESERVATION_INDEX = "reservation-index"
    ORDER = "order"
    SKU_STOCKED = "sku-stocked"
    TRANSFER = "transfer"
    TRANSFER_BUCKET = "transfer-bucket"
    TRANSFER_STOCK = "transfer-stock"
    ADJUSTMENT = "adjustment"
    CAPACITY = "capacity"
    WAREHOUSE = "warehouse"
    IMPORT = "import"
    DAILY_CHECK = "daily-check"
    ALERT = "alert"
    SUPPLIER_ORDER = "supplier-order"
    ON_ORDER = "on-order"
    RECIPIENT = "recipient"
    DOUBLE_EFFECT = "double-effect"
    EVENT_WITHOUT_ANSWER = "event-without-answer"
    ANSWER_WITHOUT_EVENTS = "answer-without-events"
    ANSWER = "answer"
    ANSWER_OFFSET = "answer-offset"
    READ_MODEL = "read-model"
    READ_MODEL_POSITION = "read-model-position"
    UNANSWERED_COMMAND = "unanswered-command"
    TOPIC_ANSWER = "topic-answer"
    TOPIC_EVENT = "topic-event"
    TOPIC_GAP = "topic-gap"


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that is not as it has to be. `place` is a stream, a position or an offset."""

    kind: Kind
    tenant: str
    place: str
    expected: str
    found: str

    def __str__(self) -> str:
        tenant = self.tenant or "-"
        return f"{self.kind} {tenant} {self.place}: expected {self.expected}, found {self.found}"


@dataclass(slots=True)
class Findings:
    """All findings of one audit, or those about one tenant and about no tenant at all."""

    only_tenant: str | None = None
    listed: list[Finding] = field(default_factory=list[Finding])
    counts: Counter[Kind] = field(default_factory=Counter[Kind])

    def add(self, kind: Kind, tenant: str, place: str, expected: object, found: object) -> None:
        """Count a finding, and list it while there is room."""
        if tenant and self.only_tenant not in (None, tenant):
            return
        self.counts[kind] += 1
        if len(self.listed) < FINDINGS_LISTED_MAX:
            self.listed.append(Finding(kind, tenant, place, str(expected), str(found)))

    @property
    def total(self) -> int:
        return self.counts.total()
