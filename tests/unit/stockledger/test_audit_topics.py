"""The auditor convicts topics that do not say what the log says."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from uuid import UUID

import orjson
import pytest

from stockledger.audit.answers import digest_of
from stockledger.audit.findings import Findings
from stockledger.audit.rows import AnswerRow, EventRow
from stockledger.audit.topic_answers import TopicAnswers, answered_command
from stockledger.audit.topic_commands import OpenCommands, name_of
from stockledger.audit.topic_events import TopicEvents
from tests.support.audited_log import BEGIN, SOURCE, TENANT, lamps_came_and_went

Headers = tuple[tuple[str, bytes | None], ...]


@dataclass(frozen=True, slots=True)
class Record:
    """A record as the client gives it."""

    offset: int
    value: bytes | None
    headers: Headers = ()
    key: bytes | None = TENANT.encode()
    partition: int = 0
    timestamp: int = 1_795_251_600_000


def published(events: Sequence[EventRow]) -> list[Record]:
    return [
        Record(offset, event.data.encode(), headers_of(event))
        for offset, event in enumerate(events)
    ]


def headers_of(event: EventRow) -> Headers:
    position = str(event.position)
    texts = {
        "ce_id": f"0-{position}",
        "ce_partition": "0",
        "ce_position": position,
        "ce_type": event.type,
        "ce_tenantid": event.tenant_id,
        "ce_stream": event.stream,
        "ce_streamversion": str(event.version),
        "ce_causationid": f"{event.command_source}/{event.command_id}",
    }
    return tuple((name, text.encode()) for name, text in texts.items())


def event_findings(
    records: Sequence[Record], *, complete: bool = True, last_position: int = 7
) -> list[str]:
    findings = Findings()
    check = TopicEvents(0, findings, complete=complete)
    check.check(records, {event.position: event for event in lamps_came_and_went().events})
    check.finish(last_position)
    return [str(finding) for finding in findings.listed]


@pytest.fixture
def records() -> list[Record]:
    return published(lamps_came_and_went().events)


def test_events_in_order_and_their_repeats_are_right(records: list[Record]) -> None:
    assert event_findings([*records[:4], *records[2:]]) == []


def test_a_missing_event_is_a_gap(records: list[Record]) -> None:
    assert event_findings([*records[:4], *records[5:]]) == [
        "topic-gap acme events topic 0-6: expected position 5, found 6"
    ]


def test_the_first_event_is_missing_only_where_the_topic_still_has_its_beginning(
    records: list[Record],
) -> None:
    assert len(event_findings(records[3:])) == 1
    assert event_findings(records[3:], complete=False) == []


def test_events_that_were_never_published_are_told(records: list[Record]) -> None:
    assert event_findings(records[:5]) == [
        "topic-event - events topic 0: expected positions up to 7, found up to 5"
    ]


def test_an_event_that_the_log_does_not_have_is_told(records: list[Record]) -> None:
    stranger = Record(8, b"{}", (("ce_position", b"9"), ("ce_tenantid", b"acme")))
    assert event_findings([*records, stranger]) == [
        "topic-event acme events topic 0-9: expected an event in the log, found none"
    ]


def test_an_event_is_published_byte_for_byte(records: list[Record]) -> None:
    records[3] = Record(3, b"{}", records[3].headers)
    assert len(event_findings(records)) == 1


def test_an_event_is_published_under_its_own_headers(records: list[Record]) -> None:
    records[3] = Record(3, records[3].value, (*records[3].headers, ("ce_stream", b"tenant")))
    assert len(event_findings(records)) == 1


def answer_findings(
    answers: Sequence[AnswerRow], records: Sequence[Record], *, complete: bool = True
) -> list[str]:
    findings = Findings()
    check = TopicAnswers(lamps_came_and_went().head, findings, complete=complete)
    named = [(record, answered_command(record)) for record in records]
    check.check(named, {answer.digest: answer for answer in answers})
    for answer in answers:
        if check.is_awaited(answer):
            check.convict_missing(answer)
    return [str(finding) for finding in findings.listed]


def test_every_stored_answer_is_in_the_topic() -> None:
    answers = lamps_came_and_went().answers
    told = [Record(row.command_offset, row.data.encode()) for row in answers]
    assert answer_findings(answers, [*told, *told[:2]]) == []
    assert answer_findings(answers, told[:6]) == [
        "topic-answer acme offset 0-6: expected the answer in the results topic, found none"
    ]


def test_answers_to_a_topic_that_was_recreated_since_are_found_too() -> None:
    rows = lamps_came_and_went().answers
    answers = [replace(row, command_offset=row.command_offset - 4) for row in rows]
    told = [Record(offset, row.data.encode()) for offset, row in enumerate(answers)]
    assert answer_findings(answers, told) == []
    assert answer_findings(answers, [*told[:2], *told[3:]]) == [
        "topic-answer acme offset 0--2: expected the answer in the results topic, found none"
    ]


def test_answers_older_than_what_the_topic_still_has_are_not_missed() -> None:
    answers = lamps_came_and_went().answers
    first, second = (int(row.decided_at.timestamp() * 1_000) for row in answers[3:5])
    kept = [
        Record(0, answers[3].data.encode(), timestamp=first),
        Record(1, answers[4].data.encode(), timestamp=second),
    ]
    assert len(answer_findings(answers, kept, complete=False)) == 2
    assert len(answer_findings(answers, kept, complete=True)) == 5


def test_an_answer_that_is_not_stored_is_told_unless_it_never_is() -> None:
    names = {"tenant_id": TENANT, "command_source": SOURCE, "command_id": "c99"}
    accepted = Record(0, orjson.dumps(names))
    duplicate = Record(1, orjson.dumps({**names, "code": "INVENTORY_DUPLICATE_COMMAND"}))
    assert answer_findings([], [duplicate]) == []
    assert len(answer_findings([], [accepted])) == 1


def test_an_answer_is_the_stored_one_byte_for_byte() -> None:
    answer = lamps_came_and_went().answers[0]
    other = Record(0, answer.data.replace("c1", "c1 ").encode())
    assert len(answer_findings([answer], [other])) == 2


def command(offset: int, command_id: str, tenant: str = TENANT, partition: int = 0) -> Record:
    texts = {"ce_tenantid": tenant, "ce_source": SOURCE, "ce_id": command_id}
    headers = tuple((name, text.encode()) for name, text in texts.items())
    return Record(offset, b"{}", headers, partition=partition)


def dead_letter(partition: int, offset: int, record: Record) -> Record:
    """Return the letter of a record that could not be taken from there."""
    origin = (
        ("kafka_dlt-original-partition", partition.to_bytes(4, "big")),
        ("kafka_dlt-original-offset", offset.to_bytes(8, "big")),
    )
    return replace(record, headers=(*record.headers, *origin))


def structured(offset: int, **said: object) -> Record:
    content_type = ("Content-Type", b"application/cloudevents+json; charset=utf-8")
    return Record(offset, orjson.dumps(said), (content_type,))


def digest(command_id: str) -> UUID:
    return digest_of(TENANT, SOURCE, command_id)


def command_findings(open_commands: OpenCommands, findings: Findings) -> list[str]:
    open_commands.finish()
    return [str(finding) for finding in findings.listed]


def test_a_command_without_an_answer_is_told() -> None:
    findings = Findings()
    commands = OpenCommands(findings)
    open_places = commands.check(0, [command(0, "c1"), command(1, "c2")], {0: digest("c1")})
    assert open_places == [(0, 1)]
    expected = "expected an answer to /shop/c2, or a dead letter, found none"
    assert command_findings(commands, findings) == [
        f"unanswered-command acme offset 0-1: {expected}"
    ]


def test_a_repeat_or_a_dead_letter_is_accounted_for() -> None:
    findings = Findings()
    commands = OpenCommands(findings)
    commands.check(3, [command(0, "c1"), Record(1, b"\0"), command(2, "c3")], {})
    commands.strike([(3, 0)])
    commands.strike_dead_letter(dead_letter(3, 1, Record(0, b"\0")))
    commands.strike_dead_letter(dead_letter(3, 2, Record(1, None)))
    assert command_findings(commands, findings) == []


def test_a_dead_letter_of_a_topic_that_was_recreated_since_accounts_for_no_new_command() -> None:
    findings = Findings()
    commands = OpenCommands(findings)
    commands.check(3, [command(0, "new"), command(1, "poison")], {})
    commands.strike_dead_letter(dead_letter(3, 0, command(0, "old")))
    commands.strike_dead_letter(dead_letter(3, 1, command(1, "poison")))
    assert [line.split(":")[0] for line in command_findings(commands, findings)] == [
        "unanswered-command acme offset 3-0"
    ]


def test_an_answer_under_another_commands_offset_is_told() -> None:
    findings = Findings()
    OpenCommands(findings).check(0, [command(0, "c1")], {0: digest("c2")})
    assert findings.total == 1


def test_an_answer_to_no_readable_command_is_told() -> None:
    findings = Findings()
    OpenCommands(findings).check(
        0, [command(0, "c1"), command(2, "c2")], {0: digest("c1"), 1: digest("c9"), 2: digest("c2")}
    )
    assert [str(finding) for finding in findings.listed] == [
        "answer - offset 0-1: expected a command in the topic, found none"
    ]


def test_a_structured_command_is_named_by_its_envelope() -> None:
    name = name_of(structured(0, tenantid=TENANT, source=SOURCE, id="c1"))
    assert name.is_whole
    assert name.digest == digest("c1")


@pytest.mark.parametrize(
    "said", [{}, {"tenantid": 5}, {"tenantid": "a b", "source": "s", "id": "1"}]
)
def test_a_command_that_does_not_say_whose_it_is_has_no_name(said: dict[str, object]) -> None:
    assert not name_of(structured(0, **said)).is_whole


def test_a_command_or_an_answer_past_retention_is_not_missed() -> None:
    head = replace(lamps_came_and_went().head, deleted_offset=0, recognised_since=BEGIN)
    old = name_of(structured(0, tenantid=TENANT, source=SOURCE, id="c1", time="2026-11-21T08:59Z"))
    new = name_of(structured(0, tenantid=TENANT, source=SOURCE, id="c1", time="2026-11-21T09:00Z"))
    odd = name_of(structured(0, tenantid=TENANT, source=SOURCE, id="c1", time="yesterday"))
    assert [name.is_past(head) for name in (old, new, odd)] == [True, False, False]
    findings = Findings()
    check = TopicAnswers(head, findings, complete=True)
    check.check([(Record(0, b'{"decided_at":"2026-11-21T08:59:59Z"}'), None)], {})
    assert findings.total == 0
    check.check([(Record(1, b'{"decided_at":"2026-11-21T09:00:00Z"}'), None)], {})
    assert findings.total == 1
