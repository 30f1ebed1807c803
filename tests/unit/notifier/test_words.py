"""What people are told of each thing, in our own words."""

from collections.abc import Mapping
from dataclasses import fields
from typing import Any

import pytest

from stockledger.messages.adjustment import AdjustmentRequested
from stockledger.messages.message import Event
from stockledger.messages.recipients import Subject, Wording
from stockledger.messages.supplier_order import SupplierOrderOverdue, SupplierUnavailable
from stockledger.messages.transfer import TransferOverdue
from stockledger_notifier.channels.channel import Route
from stockledger_notifier.words import TITLES, number_text, time_text, words
from tests.support.delivery_builders import (
    LAMPS_AGAIN,
    MOMENT_TEXT,
    NO_LAMPS,
    UNREACHABLE_SUPPLIER,
    a_delivery,
    digest_facts,
)

OF_A_NOTICE = {"subject", "severity", "occurred_at"}


def told(wording: Wording, facts: Mapping[str, Any]) -> dict[str, object]:
    return words(a_delivery(Route.EMAIL, "anna@shop.example", wording, facts))


def a_notice(subject: Subject, **facts: object) -> dict[str, object]:
    return {"subject": subject, "severity": "WARNING", "occurred_at": MOMENT_TEXT, **facts}


def test_every_subject_has_a_title() -> None:
    assert set(TITLES) == set(Subject)


@pytest.mark.parametrize(
    ("event", "facts", "title", "sentence"),
    [
        (
            SupplierUnavailable,
            UNREACHABLE_SUPPLIER,
            "Supplier cannot be reached: P-1",
            (
                "The order could not be handed to ACME-LIGHTS in 3 attempts "
                "(no answer within 5 s). It is tried on unless the supplier refused it; "
                "it may be ordered by hand."
            ),
        ),
        (
            SupplierOrderOverdue,
            a_notice(
                Subject.SUPPLIER_ORDER_OVERDUE,
                supplier_order_id="P-1",
                expected_delivery=MOMENT_TEXT,
            ),
            "Supplier order overdue: P-1",
            "It was expected until 21 November 2026, 09:00 UTC.",
        ),
        (
            TransferOverdue,
            a_notice(Subject.TRANSFER_OVERDUE, transfer_id="T-1", expected_delivery=MOMENT_TEXT),
            "Transfer overdue: T-1",
            "It was expected until 21 November 2026, 09:00 UTC.",
        ),
        (
            AdjustmentRequested,
            a_notice(
                Subject.APPROVAL_NEEDED,
                adjustment_id="A-1",
                requested_by="ben",
                sku="LAMP",
                warehouse_id="NORTH",
                change=-4.5,
                expires_at=MOMENT_TEXT,
            ),
            "Approval needed: A-1",
            (
                "ben wants to change LAMP in NORTH by -4.5; "
                "somebody else has to approve until 21 November 2026, 09:00 UTC."
            ),
        ),
    ],
)
def test_a_notice_says_what_its_event_says(
    event: type[Event], facts: Mapping[str, Any], title: str, sentence: str
) -> None:
    said = told(Wording.NOTICE, facts)

    assert (said["title"], said["sentence"]) == (title, sentence)
    assert set(facts) - OF_A_NOTICE <= {field.name for field in fields(event)}


@pytest.mark.parametrize(
    ("facts", "sentence"),
    [
        (NO_LAMPS, "Nothing is available any more."),
        (
            {**NO_LAMPS, "figure": -2},
            "Nothing is available any more: -2, since more is promised than there is.",
        ),
        (
            {**NO_LAMPS, "kind": "OVERSTOCK", "figure": 30, "trigger": 20.0},
            "30 on hand; the maximum is 20.",
        ),
    ],
)
def test_an_alert_says_its_figures(facts: Mapping[str, Any], sentence: str) -> None:
    assert told(Wording.ALERT_RAISED, facts)["sentence"] == sentence


def test_an_alert_that_is_over_says_how() -> None:
    by_hand = {**LAMPS_AGAIN, "resolution": "by_hand", "resolved_by": "ben"}

    assert told(Wording.ALERT_RESOLVED, LAMPS_AGAIN)["sentence"] == "The figure is 25 by now."
    assert told(Wording.ALERT_RESOLVED, by_hand)["sentence"] == "ben closed it at 25."


def test_a_digest_is_as_grave_as_its_gravest_line() -> None:
    facts = digest_facts(UNREACHABLE_SUPPLIER, NO_LAMPS, LAMPS_AGAIN, reason="burst")
    said = told(Wording.DIGEST, facts)

    assert said["severity"] == "CRITICAL"
    assert said["title"] == "3 things to tell at once"


@pytest.mark.parametrize(
    ("number", "text"), [(12, "12"), (12.0, "12"), (2.5, "2.5"), (-0.125, "-0.125"), (0.0, "0")]
)
def test_a_figure_is_written_without_needless_digits(number: float, text: str) -> None:
    assert number_text(number) == text


def test_what_is_no_figure_and_no_time_is_refused() -> None:
    with pytest.raises(TypeError):
        number_text("12")
    with pytest.raises(ValueError, match="isoformat"):
        time_text("soon")
