"""The auditor convicts answers and events that do not belong together."""

import json
from dataclasses import replace
from datetime import timedelta

import pytest

from tests.support.audited_log import (
    BEGIN,
    NORTH_LAMP,
    AuditedLog,
    kinds,
    lamps_came_and_went,
    levels,
    movement,
)

RECEIVING, REFUSED, ISSUING, ADJUSTING, MOVING = 1, 2, 3, 4, 6


@pytest.fixture
def log() -> AuditedLog:
    return lamps_came_and_went()


def test_a_lost_answer_leaves_its_events_alone(log: AuditedLog) -> None:
    del log.answers[ADJUSTING]
    assert log.audit() == [
        "event-without-answer acme 0-6: expected an answer to /shop/c5, found none"
    ]


def test_a_lost_last_answer_leaves_its_events_alone(log: AuditedLog) -> None:
    del log.answers[MOVING]
    assert kinds(log.audit()) == {"event-without-answer"}


def test_a_command_that_took_effect_twice_is_told() -> None:
    log = lamps_came_and_went()
    sold = movement(("available", "customer"), (7, 4), (4, -13.3332), purpose="sale")
    log.decide("c4", (NORTH_LAMP, "StockIssued", {**sold, "levels": levels(3, 9.9999)}))
    del log.answers[-1]
    assert log.audit() == [
        "double-effect acme 0-9: expected /shop/c4 decided once, up to 5, found an event beyond it"
    ]


def test_a_command_that_took_effect_twice_at_once_is_told() -> None:
    log = lamps_came_and_went()
    twice = [
        movement(("available", "customer"), (7, 4), (1, -3.3333), purpose="sale"),
        movement(("available", "customer"), (6, 5), (1, -3.3333), purpose="sale"),
    ]
    first, second = levels(6, 19.9998), levels(5, 16.6665)
    log.decide(
        "c8",
        (NORTH_LAMP, "StockIssued", {**twice[0], "levels": first}),
        (NORTH_LAMP, "StockIssued", {**twice[1], "levels": second}),
    )
    log.tampered_answer(7, events=["stockledger.StockIssued.v1"])
    assert kinds(log.audit()) == {"double-effect"}


def test_an_answer_whose_events_are_lost_is_told(log: AuditedLog) -> None:
    log.tampered_answer(REFUSED, events=["stockledger.BinMoved.v1"], position=4)
    log.answers[REFUSED] = replace(log.answers[REFUSED], type="stockledger.CommandAccepted.v1")
    assert "answer-without-events" in kinds(log.audit())


def test_an_answer_names_its_events(log: AuditedLog) -> None:
    log.tampered_answer(RECEIVING, events=["a", "b", "c"])
    assert kinds(log.audit()) == {"answer-without-events"}


def test_an_answer_names_the_versions_it_led_to(log: AuditedLog) -> None:
    log.tampered_answer(ISSUING, streams=[{"stream": NORTH_LAMP, "version": 4}])
    assert kinds(log.audit()) == {"answer"}


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("reservation", "ACTIVE", "EXPIRED"),
        ("transfer", "PENDING", "COMPLETED"),
        ("adjustment", "REJECTED", "APPROVED"),
    ],
)
def test_an_answer_says_the_status_that_its_events_led_to(
    log: AuditedLog, name: str, right: str, wrong: str
) -> None:
    kinds_of = {
        "reservation": "ReservationCreated",
        "transfer": "TransferCreated",
        "adjustment": "AdjustmentRejected",
    }
    log.decide("c99", (f"{name}/X1", kinds_of[name], {f"{name}_id": "X1"}))
    for status, is_told in ((right, False), (wrong, True)):
        log.tampered_answer(len(log.answers) - 1, outcome={f"{name}_id": "X1", "status": status})
        assert ("answer" in kinds(log.audit())) is is_told


def test_an_answer_beyond_the_log_is_told(log: AuditedLog) -> None:
    log.tampered_answer(MOVING, position=99)
    assert "answer acme offset 0-6: expected position between 7 and 8, found 99" in log.audit()


def test_an_answer_is_as_old_as_its_events(log: AuditedLog) -> None:
    late = BEGIN + timedelta(days=1)
    log.answers[ISSUING] = replace(log.answers[ISSUING], decided_at=late)
    assert kinds(log.audit()) == {"answer"}


def test_an_answer_is_stored_under_its_own_command(log: AuditedLog) -> None:
    log.tampered_answer(REFUSED, command_id="c99")
    assert kinds(log.audit()) == {"answer"}


def test_answers_stand_below_the_next_offset(log: AuditedLog) -> None:
    log.head = replace(log.head, next_offset=3)
    assert kinds(log.audit()) == {"answer-offset"}


def test_an_answer_that_cannot_be_read_is_told(log: AuditedLog) -> None:
    log.answers[REFUSED] = replace(log.answers[REFUSED], data=json.dumps({"position": 4}))
    lines = [line for line in log.audit() if line.startswith("answer ")]
    assert len(lines) == 1


def test_answers_to_a_topic_that_was_recreated_since_are_matched_as_others(
    log: AuditedLog,
) -> None:
    moved = [replace(row, command_offset=row.command_offset - 7) for row in log.answers]
    log.answers = moved
    assert log.audit() == []
    log.answers = [moved[1], moved[0], *moved[2:]]
    assert "answer-offset" in kinds(log.audit())


def test_answers_past_retention_may_be_deleted(log: AuditedLog) -> None:
    del log.answers[RECEIVING]
    week_later = BEGIN + timedelta(seconds=RECEIVING + 1)
    deleted = replace(log.head, deleted_offset=RECEIVING, deleted_position=4)
    log.head = replace(deleted, recognised_since=week_later)
    assert log.audit() == []
    log.head = replace(deleted, recognised_since=BEGIN)
    assert kinds(log.audit()) == {"event-without-answer"}
    log.head = replace(log.head, deleted_position=1, recognised_since=week_later)
    assert kinds(log.audit()) == {"event-without-answer"}
