"""Matches the results topic with the stored answers: each is there, and nothing else."""

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any, Final
from uuid import UUID

import orjson

from stockledger.audit.answers import digest_of
from stockledger.audit.findings import Findings, Kind
from stockledger.audit.rows import AnswerRow, HeadRow
from stockledger.topic_tail import TopicRecord

UNSTORED_CODES: Final = frozenset({"INVENTORY_DUPLICATE_COMMAND", "INVENTORY_INTERNAL_ERROR"})
"""Refusals that are sent but not kept: they must not stand for the command for ever."""


class TopicAnswers:
    """One partition of the results topic. Which answers were seen is a bit an offset."""

    def __init__(self, head: HeadRow, findings: Findings, *, complete: bool) -> None:
        self._head = head
        self._findings = findings
        self._since: int | None = 0 if complete else None
        self._seen = bytearray()
        self._seen_below_zero = bytearray()

    def check(
        self, records: Sequence[tuple[TopicRecord, UUID | None]], stored: Mapping[UUID, AnswerRow]
    ) -> None:
        """Take the next records, with their commands' digests, and their stored answers."""
        for record, digest in records:
            if self._since is None:
                self._since = record.timestamp
            answer = stored.get(digest) if digest is not None else None
            if answer is not None and (record.value or b"") == answer.data.encode():
                self._mark(answer.command_offset)
            else:
                self._check_stranger(record, answer)

    def is_awaited(self, answer: AnswerRow) -> bool:
        """Say whether a stored answer is still missing in the topic."""
        if answer.reply is not None or self._is_seen(answer.command_offset):
            return False
        return self._since is not None and _milliseconds(answer.decided_at) >= self._since

    def convict_missing(self, answer: AnswerRow) -> None:
        """Tell that a stored answer did not come to the topic."""
        place = f"offset {answer.partition}-{answer.command_offset}"
        expected = "the answer in the results topic"
        self._findings.add(Kind.TOPIC_ANSWER, answer.tenant_id, place, expected, "none")

    def _check_stranger(self, record: TopicRecord, answer: AnswerRow | None) -> None:
        data = _data(record)
        if data.get("code") in UNSTORED_CODES or self._may_be_deleted(data):
            return
        place = f"results topic {self._head.partition}, offset {record.offset}"
        tenant = (record.key or b"").decode(errors="replace")
        found = "an answer that is not stored" if answer is None else "another text"
        self._findings.add(Kind.TOPIC_ANSWER, tenant, place, "a stored answer", found)

    def _may_be_deleted(self, data: Mapping[str, Any]) -> bool:
        try:
            return self._head.is_past(datetime.fromisoformat(data["decided_at"]))
        except (KeyError, TypeError, ValueError):
            return False

    def _mark(self, offset: int) -> None:
        seen, number = self._bit_of(offset)
        index = number >> 3
        if index >= len(seen):
            seen.extend(bytes(index + 1 - len(seen)))
        seen[index] |= 1 << (number & 7)

    def _is_seen(self, offset: int) -> bool:
        seen, number = self._bit_of(offset)
        index = number >> 3
        return index < len(seen) and bool(seen[index] >> (number & 7) & 1)

    def _bit_of(self, offset: int) -> tuple[bytearray, int]:
        return (self._seen, offset) if offset >= 0 else (self._seen_below_zero, ~offset)


def answered_command(record: TopicRecord) -> UUID | None:
    """Return the digest of the command that an answer in the topic names; None without."""
    data = _data(record)
    try:
        return digest_of(data["tenant_id"], data["command_source"], data["command_id"])
    except KeyError:
        return None


def _data(record: TopicRecord) -> dict[str, Any]:
    try:
        data: dict[str, Any] = orjson.loads(record.value or b"")
    except ValueError:
        return {}
    return data if type(data) is dict else {}


def _milliseconds(time: datetime) -> int:
    return int(time.timestamp() * 1_000)
