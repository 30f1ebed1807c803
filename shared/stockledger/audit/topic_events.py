"""Matches the events topic with the log: every event, in order, as it stands in the table."""

from collections.abc import Mapping, Sequence

from stockledger.audit.findings import Findings, Kind
from stockledger.audit.rows import EventRow
from stockledger.topic_tail import TopicRecord


class TopicEvents:
    """One partition of the events topic, read as a subscriber does: by position, without repeats.

    `complete` says that the topic still has its first record.
    """

    def __init__(self, partition: int, findings: Findings, *, complete: bool) -> None:
        self.position = 0
        self._partition = partition
        self._findings = findings
        self._complete = complete

    def check(self, records: Sequence[TopicRecord], stored: Mapping[int, EventRow]) -> None:
        """Take the next records; `stored` has the log's events of their positions."""
        for record in records:
            headers = {name: (value or b"").decode() for name, value in record.headers}
            position = int(headers.get("ce_position", "0"))
            self._check_order(position, headers)
            event = stored.get(position)
            if event is None:
                place, tenant = self._place(position), headers.get("ce_tenantid", "")
                self._findings.add(Kind.TOPIC_EVENT, tenant, place, "an event in the log", "none")
            else:
                self._check_content(record, headers, event)

    def finish(self, last_position: int) -> None:
        """Take it that the topic is read to its end."""
        if self.position < last_position:
            place = f"events topic {self._partition}"
            expected = f"positions up to {last_position}"
            self._findings.add(Kind.TOPIC_EVENT, "", place, expected, f"up to {self.position}")

    def _check_order(self, position: int, headers: Mapping[str, str]) -> None:
        begun = self.position or not self._complete
        awaited = self.position + 1 if self.position or self._complete else position
        if position > awaited:
            tenant = headers.get("ce_tenantid", "")
            place = self._place(position)
            self._findings.add(Kind.TOPIC_GAP, tenant, place, f"position {awaited}", position)
        if position > self.position or not begun:
            self.position = position

    def _check_content(
        self, record: TopicRecord, headers: Mapping[str, str], event: EventRow
    ) -> None:
        expected = {
            "ce_id": f"{event.partition}-{event.position}",
            "ce_partition": str(self._partition),
            "ce_type": event.type,
            "ce_tenantid": event.tenant_id,
            "ce_stream": event.stream,
            "ce_streamversion": str(event.version),
            "ce_causationid": f"{event.command_source}/{event.command_id}",
        }
        wrong = {name: headers.get(name) for name in expected} != expected
        found = "other headers" if wrong else "other data"
        if wrong or record.value != event.data.encode() or record.key != event.tenant_id.encode():
            place = self._place(event.position)
            self._findings.add(
                Kind.TOPIC_EVENT, event.tenant_id, place, "the event of the log", found
            )

    def _place(self, position: int) -> str:
        return f"events topic {self._partition}-{position}"
