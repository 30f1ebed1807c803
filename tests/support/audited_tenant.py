"""A tenant in memory whose every event the auditor folds."""

from datetime import datetime

from stockledger.audit.findings import Findings
from stockledger.audit.fold import PartitionFold
from stockledger.audit.rows import EventRow, HeadRow
from stockledger.messages.codec import encode_event
from stockledger.messages.message import Event
from stockledger.messages.registry import type_name


class AuditedTenant:
    """Takes each decision's events as rows of the log; `findings` must stay empty."""

    def __init__(self) -> None:
        self._findings = Findings()
        self._fold = PartitionFold(0, 1, self._findings)
        self._versions: dict[str, tuple[int, int]] = {}
        self._position = 0
        self._commands = 0
        self._time: datetime | None = None

    @property
    def findings(self) -> list[str]:
        return [str(finding) for finding in self._findings.listed]

    def record(self, now: datetime, *events: Event, actor: str | None = None) -> None:
        """Fold the events of one decision."""
        self._commands += 1
        self._time = now
        for event in events:
            self._position += 1
            number, version = self._versions.get(event.stream, (self._position, 0))
            self._versions[event.stream] = (number, version + 1)
            self._fold.feed(
                EventRow(
                    0,
                    self._position,
                    "acme",
                    event.stream,
                    number,
                    version + 1,
                    type_name(type(event)),
                    now,
                    encode_event(event),
                    "/shop",
                    f"c{self._commands}",
                    actor,
                )
            )

    def settle(self) -> list[str]:
        """Return all findings so far, with those about the last decision as a whole."""
        self._fold.end_decision()
        return self.findings

    def finish(self) -> list[str]:
        """Return all findings, those about the last decision and the sums included."""
        self._fold.finish(HeadRow(0, self._position + 1, 0, 0, 0, self._time))
        return self.findings
