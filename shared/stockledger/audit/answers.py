"""Matches answers with events: each accepted command has exactly its events, once."""

from collections import deque
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Any, Final, cast
from uuid import UUID

import orjson

from stockledger.audit.adjustments import ADJUSTMENT_STATUS_AFTER
from stockledger.audit.findings import Findings, Kind
from stockledger.audit.reservations import STATUS_AFTER
from stockledger.audit.rows import AnswerRow, EventRow, HeadRow
from stockledger.audit.transfers import TRANSFER_STATUSES_AFTER
from stockledger.event_log.interface import BEFORE_ALL_OFFSETS

ACCEPTED: Final = "stockledger.CommandAccepted.v1"
REJECTED: Final = "stockledger.CommandRejected.v1"

_LED_TO: Final[Mapping[str, Mapping[str, Sequence[str]]]] = {
    "reservation": {name: (status,) for name, status in STATUS_AFTER.items()},
    "adjustment": {name: (status,) for name, status in ADJUSTMENT_STATUS_AFTER.items()},
    "transfer": TRANSFER_STATUSES_AFTER,
}
"""Statuses that an event may lead to, by the kind of its stream."""

UNCLAIMED_MAX: Final = 10_000
"""Events without an answer that are kept for a closer look; the rest is only counted."""


@dataclass(frozen=True, slots=True)
class UnclaimedEvent:
    """An event that no answer names."""

    partition: int
    position: int
    tenant_id: str
    command_source: str
    command_id: str
    recorded_at: datetime

    @property
    def digest(self) -> UUID:
        return digest_of(self.tenant_id, self.command_source, self.command_id)


def digest_of(tenant_id: str, source: str, command_id: str) -> UUID:
    """Return the name under which a command's answer is stored."""
    text = f"{tenant_id}\0{source}\0{command_id}"
    return UUID(bytes=blake2b(text.encode(errors="surrogatepass"), digest_size=16).digest())


class AnswerMatch:
    """Walks events by position and answers by offset side by side: both are in decision order.

    Feed an answer after all events up to its position; `unclaimed` is convicted at the end.
    """

    def __init__(self, head: HeadRow, findings: Findings) -> None:
        self.unclaimed: list[UnclaimedEvent] = []
        self._waiting: deque[EventRow] = deque()
        self._head = head
        self._findings = findings
        self._offset = BEFORE_ALL_OFFSETS
        self._position = 0
        self._read_to = 0

    def feed_event(self, row: EventRow) -> None:
        """Take the next event."""
        self._waiting.append(row)
        self._read_to = row.position

    def feed_answer(self, row: AnswerRow, data: Mapping[str, Any]) -> None:
        """Take the next answer, with its parsed data."""
        if row.command_offset <= self._offset:
            self._convict(Kind.ANSWER_OFFSET, row, f"above {self._offset}", row.command_offset)
        self._offset = row.command_offset
        try:
            self._claim(row, data)
        except (KeyError, TypeError, ValueError) as error:
            found = f"{type(error).__name__}: {error}"
            self._convict(Kind.ANSWER, row, "an answer that can be read", found)

    def finish(self, head: HeadRow) -> None:
        """Take it that nothing more comes up to the head."""
        for event in self._take(self._read_to):
            self._set_aside(event)
        if self._offset >= head.next_offset:
            place = f"partition {head.partition}"
            expected = f"offsets below {head.next_offset}"
            self._findings.add(Kind.ANSWER_OFFSET, "", place, expected, self._offset)

    def convict_unclaimed(self, answered: Mapping[UUID, int], head: HeadRow) -> None:
        """Convict the unclaimed events; `answered` says at which position a command was.

        The head is as of now: answers may have been deleted while the others were matched.
        """
        for event in self.unclaimed:
            if head.may_lack_answer(event.position, event.recorded_at):
                continue
            place = f"{event.partition}-{event.position}"
            command = f"{event.command_source}/{event.command_id}"
            position = answered.get(event.digest)
            if position is None:
                kind, found = Kind.EVENT_WITHOUT_ANSWER, "none"
                expected = f"an answer to {command}"
            else:
                kind, found = Kind.DOUBLE_EFFECT, "an event beyond it"
                expected = f"{command} decided once, up to {position}"
            self._findings.add(kind, event.tenant_id, place, expected, found)

    def _claim(self, row: AnswerRow, data: Mapping[str, Any]) -> None:
        types: list[str] = data["events"] if row.type == ACCEPTED else []
        self._check_identity(row, data)
        position: int = data["position"]
        if position < self._position or position > self._read_to:
            expected = f"between {self._position} and {self._read_to}"
            self._convict(Kind.ANSWER, row, f"position {expected}", position)
            return
        self._position = position
        more = data.get("more_events", 0)
        for event in self._take(position - len(types) - more):
            self._set_aside(event)
        self._check_events(row, data, types, self._take(position))

    def _check_identity(self, row: AnswerRow, data: Mapping[str, Any]) -> None:
        if row.type not in {ACCEPTED, REJECTED}:
            self._convict(Kind.ANSWER, row, "accepted or rejected", row.type)
        digest = digest_of(data["tenant_id"], data["command_source"], data["command_id"])
        said = (data["tenant_id"], data["partition"], digest)
        if said != (row.tenant_id, row.partition, row.digest):
            expected = f"tenant {row.tenant_id}, partition {row.partition}, digest {row.digest}"
            self._convict(Kind.ANSWER, row, expected, said)

    def _check_events(
        self,
        row: AnswerRow,
        data: Mapping[str, Any],
        types: list[str],
        claimed: list[EventRow],
    ) -> None:
        command = (row.tenant_id, data["command_source"], data["command_id"])
        own = [
            event
            for event in claimed
            if (event.tenant_id, event.command_source, event.command_id) == command
        ]
        named = own[: len(types)]
        count = len(types) + data.get("more_events", 0)
        if len(own) != count or [event.type for event in named] != types:
            found = [event.type for event in own]
            self._convict(Kind.ANSWER_WITHOUT_EVENTS, row, f"events {types}", found)
        for event in claimed:
            if event not in own:
                self._set_aside(event)
        if row.type == ACCEPTED:
            versions = {event.stream: event.version for event in own}
            said_of = {event.stream: versions[event.stream] for event in named}
            self._check_streams(row, data, said_of)
            self._check_status(row, data["outcome"], own)
        if any(event.recorded_at != row.decided_at for event in own):
            expected = f"decided when its events were recorded, {own[0].recorded_at}"
            self._convict(Kind.ANSWER, row, expected, row.decided_at)

    def _check_streams(
        self, row: AnswerRow, data: Mapping[str, Any], versions: Mapping[str, int]
    ) -> None:
        said = {stream["stream"]: stream["version"] for stream in data["streams"]}
        if any(said.get(stream) != version for stream, version in versions.items()):
            self._convict(Kind.ANSWER, row, f"streams {dict(versions)}", said)

    def _check_status(
        self, row: AnswerRow, outcome: Mapping[str, Any], own: Sequence[EventRow]
    ) -> None:
        """Hold the status that an answer says against the event that led to it."""
        for kind, led_to in _LED_TO.items():
            stream = f"{kind}/{outcome.get(f'{kind}_id')}"
            statuses = [led_to[each.type] for each in own if each.stream == stream]
            if statuses and outcome["status"] not in statuses[-1]:
                expected = f"status {' or '.join(statuses[-1])}"
                self._convict(Kind.ANSWER, row, expected, outcome["status"])

    def _take(self, position: int) -> list[EventRow]:
        taken: list[EventRow] = []
        while self._waiting and self._waiting[0].position <= position:
            taken.append(self._waiting.popleft())
        return taken

    def _set_aside(self, event: EventRow) -> None:
        if self._head.may_lack_answer(event.position, event.recorded_at):
            return
        if len(self.unclaimed) >= UNCLAIMED_MAX:
            place = f"{event.partition}-{event.position}"
            kind = Kind.EVENT_WITHOUT_ANSWER
            self._findings.add(kind, event.tenant_id, place, "an answer", "none")
            return
        self.unclaimed.append(
            UnclaimedEvent(
                event.partition,
                event.position,
                event.tenant_id,
                event.command_source,
                event.command_id,
                event.recorded_at,
            )
        )

    def _convict(self, kind: Kind, row: AnswerRow, expected: object, found: object) -> None:
        place = f"offset {row.partition}-{row.command_offset}"
        self._findings.add(kind, row.tenant_id, place, expected, found)


def answer_data(row: AnswerRow) -> dict[str, Any]:
    """Return the parsed data of an answer; empty when it is none, which is convicted later."""
    try:
        data = orjson.loads(row.data)
    except ValueError:
        return {}
    return cast("dict[str, Any]", data) if isinstance(data, dict) else {}
