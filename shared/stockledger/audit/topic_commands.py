"""Matches the commands topic with the stored answers: every command is answered, once."""

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final
from uuid import UUID

import orjson

from stockledger.audit.answers import digest_of
from stockledger.audit.findings import Findings, Kind
from stockledger.audit.rows import HeadRow
from stockledger.topic_tail import TopicRecord

OPEN_MAX: Final = 100_000
"""Commands without an answer of their own that are kept for a closer look."""

Place = tuple[int, int]
"""Partition and offset of a command."""

_STRUCTURED: Final = "application/cloudevents"
_TENANT: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9._:-]{0,63}")


@dataclass(frozen=True, slots=True)
class CommandName:
    """Whose command it is and what it is called; empty texts where it does not say.

    `time` is when it was made as it says itself, which a repeat says again.
    """

    tenant: str
    source: str
    id: str
    time: str = ""

    @property
    def is_whole(self) -> bool:
        return bool(_TENANT.fullmatch(self.tenant) and self.source and self.id)

    @property
    def digest(self) -> UUID:
        return digest_of(self.tenant, self.source, self.id)

    def is_past(self, head: HeadRow) -> bool:
        """Say whether the command is so old that its answer may be deleted."""
        try:
            made_at = datetime.fromisoformat(self.time)
            return head.is_past(made_at if made_at.tzinfo else made_at.replace(tzinfo=UTC))
        except ValueError:
            return False


def name_of(record: TopicRecord) -> CommandName:
    """Return the name of a command, in binary or structured mode."""
    headers = {name.lower(): (value or b"") for name, value in record.headers}
    said = {name: value.decode(errors="replace") for name, value in headers.items()}
    if said.get("content-type", "").strip().lower().startswith(_STRUCTURED):
        return _named(_object(record.value), "")
    return _named(said, "ce_")


class OpenCommands:
    """Commands whose offset has no answer: repeats, forwarded, set aside, or lost."""

    def __init__(self, findings: Findings) -> None:
        self.open: dict[Place, CommandName] = {}
        self._findings = findings

    def check(
        self, partition: int, records: Sequence[TopicRecord], stored: Mapping[int, UUID]
    ) -> list[Place]:
        """Take the next records, all of those from the first to the last offset.

        `stored` has the digests of the answers of these offsets. Returns what stays open.
        """
        seen: set[int] = set()
        kept: list[Place] = []
        for record in records:
            name = name_of(record)
            seen.add(record.offset)
            digest = stored.get(record.offset)
            if digest is None:
                self._keep(partition, record.offset, name)
                kept.append((partition, record.offset))
            elif digest != name.digest:
                place = f"offset {partition}-{record.offset}"
                self._findings.add(Kind.ANSWER, name.tenant, place, name.digest, digest)
        for offset in stored.keys() - seen:
            place = f"offset {partition}-{offset}"
            self._findings.add(Kind.ANSWER, "", place, "a command in the topic", "none")
        return kept

    def strike(self, places: Iterable[Place]) -> None:
        """Strike off what is accounted for: answered elsewhere, or a dead letter."""
        for place in places:
            self.open.pop(place, None)

    def strike_dead_letter(self, letter: TopicRecord) -> None:
        """Strike off what a dead letter is of: not what a recreated topic has at its place.

        The letter of a record that was too large says its place only.
        """
        place = dead_letter_place(letter)
        if letter.value is None or self.open.get(place) == name_of(letter):
            self.strike([place])

    def finish(self) -> None:
        """Convict what is still open."""
        for (partition, offset), name in self.open.items():
            place = f"offset {partition}-{offset}"
            command = f"{name.source}/{name.id}" if name.is_whole else "it"
            expected = f"an answer to {command}, or a dead letter"
            tenant = name.tenant if name.is_whole else ""
            self._findings.add(Kind.UNANSWERED_COMMAND, tenant, place, expected, "none")

    def _keep(self, partition: int, offset: int, name: CommandName) -> None:
        if len(self.open) >= OPEN_MAX:
            place = f"offset {partition}-{offset}"
            expected = "fewer commands without an answer"
            self._findings.add(Kind.UNANSWERED_COMMAND, name.tenant, place, expected, "more")
            return
        self.open[partition, offset] = name


def dead_letter_place(record: TopicRecord) -> Place:
    """Return the partition and offset that a dead letter comes from."""
    headers = {name: value or b"" for name, value in record.headers}
    return (
        _integer(headers.get("kafka_dlt-original-partition", b"")),
        _integer(headers.get("kafka_dlt-original-offset", b"")),
    )


def _integer(value: bytes) -> int:
    return int.from_bytes(value, "big", signed=True) if len(value) in {4, 8} else -1


def _named(said: Mapping[str, Any], prefix: str) -> CommandName:
    tenant, source, command_id, time = (
        text if isinstance(text := said.get(f"{prefix}{name}"), str) else ""
        for name in ("tenantid", "source", "id", "time")
    )
    return CommandName(tenant, source, command_id, time)


def _object(value: bytes | None) -> dict[str, Any]:
    try:
        said: dict[str, Any] = orjson.loads(value or b"")
    except ValueError:
        return {}
    return said if type(said) is dict else {}
