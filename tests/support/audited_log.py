"""A small, right log of one tenant, for tests of the auditor to tamper with."""

import json
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import Any

from stockledger.audit.answers import ACCEPTED, REJECTED, AnswerMatch, answer_data, digest_of
from stockledger.audit.findings import Findings
from stockledger.audit.fold import PartitionFold
from stockledger.audit.rows import AnswerRow, EventRow, HeadRow, StreamRow

TENANT = "acme"
SOURCE = "/shop"
BEGIN = datetime(2026, 11, 21, 9, tzinfo=UTC)
LAMP = {"warehouse_id": "NORTH", "sku": "LAMP"}
NORTH = "warehouse/NORTH"
NORTH_LAMP = "item/NORTH/LAMP"

Data = dict[str, Any]
Said = tuple[str, str, Data]
"""An event: its stream, its type, its data."""


def movement(
    moved: tuple[str, str],
    before: tuple[float, float],
    figures: tuple[float, float],
    **more: object,
) -> Data:
    """A movement (from, to), each side's balance before, of (quantity, value change)."""
    quantity, value_change = figures
    sides = zip(moved, before, (-quantity, quantity), strict=True)
    return {
        **LAMP,
        "quantity": quantity,
        "entries": [
            {"bucket": bucket, "before": was, "change": change, "after": was + change}
            for bucket, was, change in sides
        ],
        "value_change": value_change,
        **more,
    }


def levels(available: float, value: float) -> Data:
    none = {"reserved": 0, "damaged": 0, "quarantined": 0, "in_transit": 0}
    return {"available": available, **none, "on_hand": available, "value": value}


def kinds(findings: list[str]) -> set[str]:
    """Return which kinds of findings there are."""
    return {finding.split()[0] for finding in findings}


@dataclass(slots=True)
class AuditedLog:
    """Rows as they stand in the tables; `audit` folds them as `verify` does."""

    events: list[EventRow] = field(default_factory=list[EventRow])
    answers: list[AnswerRow] = field(default_factory=list[AnswerRow])
    streams: list[StreamRow] = field(default_factory=list[StreamRow])
    partitions: int = 1
    head: HeadRow = field(default_factory=lambda: HeadRow(0, 1, 0, 0, 0, None))
    passed: timedelta = timedelta(0)

    @property
    def now(self) -> datetime:
        """When the next command is decided: a second after the one before."""
        return BEGIN + self.passed + timedelta(seconds=len(self.answers))

    def pass_time(self, time: timedelta) -> None:
        """Let time go by."""
        self.passed += time

    def decide(self, command_id: str, *events: Said) -> None:
        """Append a command's events (stream, type, data) and its answer."""
        time = self.now
        for stream, kind, data in events:
            self._append(command_id, stream, kind, data, time)
        self._answer(command_id, [f"stockledger.{kind}.v1" for _, kind, _ in events], time)

    def tampered(self, position: int, **changes: object) -> None:
        """Change columns of an event."""
        for column, value in changes.items():
            setattr(self.events[position - 1], column, value)

    def tampered_data(self, position: int, **changes: object) -> None:
        """Change fields of an event's data."""
        data = json.loads(self.events[position - 1].data)
        self.tampered(position, data=json.dumps({**data, **changes}))

    def tampered_answer(self, offset: int, **changes: object) -> None:
        """Change fields of an answer's data."""
        row = self.answers[offset]
        data = json.dumps({**json.loads(row.data), **changes})
        self.answers[offset] = replace(row, data=data)

    def data_of(self, position: int) -> Data:
        """Return an event's data."""
        data: Data = json.loads(self.events[position - 1].data)
        return data

    def audit(self) -> list[str]:
        """Return the findings as lines."""
        findings = Findings()
        fold, match = PartitionFold(0, self.partitions, findings), AnswerMatch(self.head, findings)
        answers = list(self.answers)
        for event in self.events:
            fold.feed(event)
            match.feed_event(event)
            while answers and answer_data(answers[0]).get("position", 0) <= event.position:
                answer = answers.pop(0)
                match.feed_answer(answer, answer_data(answer))
        for answer in answers:
            match.feed_answer(answer, answer_data(answer))
        match.finish(self.head)
        fold.finish(self.head)
        for stream in self.streams:
            fold.check_stream(stream)
        fold.finish_streams()
        positions = {row.digest: answer_data(row)["position"] for row in self.answers}
        match.convict_unclaimed(positions, self.head)
        return [str(finding) for finding in findings.listed]

    def _append(self, command_id: str, stream: str, kind: str, data: Data, time: datetime) -> None:
        position = len(self.events) + 1
        earlier = [event for event in self.events if event.stream == stream]
        number = earlier[0].position if earlier else position
        if not earlier:
            self.streams.append(StreamRow(0, TENANT, stream, number, 0))
        self.events.append(
            EventRow(
                partition=0,
                position=position,
                tenant_id=TENANT,
                stream=stream,
                stream_number=number,
                version=len(earlier) + 1,
                type=f"stockledger.{kind}.v1",
                recorded_at=time,
                data=json.dumps(data),
                command_source=SOURCE,
                command_id=command_id,
            )
        )
        self.head = replace(self.head, next_position=position + 1, last_time=time)

    def _answer(self, command_id: str, types: list[str], time: datetime) -> None:
        offset, position = len(self.answers), len(self.events)
        own = self.events[position - len(types) :] if types else []
        data: Data = {
            "command_id": command_id,
            "command_source": SOURCE,
            "command_type": "stockledger.ReceiveStock.v1",
            "tenant_id": TENANT,
            "decided_at": time.isoformat(),
            "partition": 0,
            "position": position,
            "streams": [{"stream": event.stream, "version": event.version} for event in own],
            "events": types,
            "outcome": {},
        }
        digest = digest_of(TENANT, SOURCE, command_id)
        kind = ACCEPTED if types else REJECTED
        row = AnswerRow(0, offset, digest, TENANT, kind, time, json.dumps(data), None)
        self.answers.append(row)
        self.head = replace(self.head, next_offset=offset + 1)


def lamps_came_and_went() -> AuditedLog:
    """Ten lamps and a half at 3.3333 came, 4 were sold, 1 was found, 7 were counted; one refusal.

    Positions: 1 warehouse, 2 item, 3 received, 4 kept, 5 issued, 6 adjusted, 7 corrected, 8 moved.
    """
    log = AuditedLog()
    described = {"warehouse_id": "NORTH", "name": "North", "code": "NORTH", "priority": 100}
    log.decide("c1", (NORTH, "WarehouseCreated", {**described, "time_zone": "UTC"}))
    came = movement(("supplier", "available"), (0, 0), (10.5, 34.9996), unit_cost=3.3333)
    log.decide(
        "c2",
        (NORTH_LAMP, "ItemConfigured", {**LAMP, "name": "Lamp", "unit": "piece"}),
        (NORTH_LAMP, "StockReceived", {**came, "levels": levels(10.5, 34.9996)}),
        ("sku/LAMP", "SkuStocked", {**LAMP}),
    )
    log.decide("c3")
    sold = movement(("available", "customer"), (10.5, 0), (4, -13.3332), purpose="sale")
    log.decide("c4", (NORTH_LAMP, "StockIssued", {**sold, "levels": levels(6.5, 21.6664)}))
    found = movement(("adjustment", "available"), (0, 6.5), (1, 3.3333), change=1)
    log.decide("c5", (NORTH_LAMP, "StockAdjusted", {**found, "levels": levels(7.5, 24.9997)}))
    missing = movement(("available", "adjustment"), (7.5, -1), (0.5, -1.6666), change=-0.5)
    counted = {**missing, "levels": levels(7, 23.3331), "actual_quantity": 7}
    log.decide("c6", (NORTH_LAMP, "StockCorrected", counted))
    log.decide("c7", (NORTH_LAMP, "BinMoved", {**LAMP, "bin": "A-12"}))
    return log
