"""The auditor convicts an address that is told without having been verified as it stands."""

import pytest

from tests.support.audited_log import AuditedLog, Data, Said
from tests.support.item_book import find

ANN: Data = {"recipient_id": "ann", "channel": "EMAIL", "address": "ann@example.com"}
BOB: Data = {"recipient_id": "bob", "channel": "SMS", "address": "+49301234567"}


def told(kind: str, **data: object) -> Said:
    """Return an event of the tenant's recipients."""
    return "recipients", kind, data


def all_set(*recipients: Data, verified: tuple[str, ...] = ()) -> Said:
    """Return the event of all recipients being set."""
    return told("RecipientsSet", recipients=list(recipients), verified=list(verified))


@pytest.fixture
def log() -> AuditedLog:
    """Ann is verified and stays so; bob is set beside her, and asked; a digest is worded."""
    made = AuditedLog()
    made.decide("c1", all_set(ANN), told("VerificationRequested", **ANN, number=1))
    made.decide("c2", told("RecipientVerified", **ANN))
    made.decide(
        "c3",
        all_set(ANN, BOB, verified=("ann",)),
        told("VerificationRequested", **BOB, number=1),
    )
    worded = {"channel": "EMAIL", "wording": "digest", "text": "Good morning"}
    made.decide("c4", ("template/EMAIL:digest", "TemplateSet", worded))
    return made


def test_a_right_log_of_recipients_has_no_findings(log: AuditedLog) -> None:
    assert log.audit() == []


def test_an_address_that_was_verified_stays_so(log: AuditedLog) -> None:
    log.decide("c5", all_set(ANN, BOB))
    assert "expected verified ['ann'], found []" in str(log.audit())


@pytest.mark.parametrize("change", [{"address": "ann@example.org"}, {"channel": "WEBHOOK"}])
def test_another_address_is_not_verified(log: AuditedLog, change: dict[str, str]) -> None:
    log.decide("c5", all_set({**ANN, **change}, verified=("ann",)))
    assert "expected verified [], found ['ann']" in str(log.audit())


def test_one_that_was_taken_out_meanwhile_is_not_verified(log: AuditedLog) -> None:
    log.decide("c5", all_set())
    log.decide("c6", all_set(ANN, verified=("ann",)))
    assert "expected verified [], found ['ann']" in str(log.audit())


@pytest.mark.parametrize("kind", ["VerificationRequested", "RecipientVerified"])
def test_only_a_recipient_is_asked_and_verified(log: AuditedLog, kind: str) -> None:
    log.tampered_data(find(log, kind), address="eve@example.com")
    assert "expected a recipient that is set, found ann" in str(log.audit())


def test_each_recipient_is_set_once(log: AuditedLog) -> None:
    log.decide("c5", all_set(ANN, ANN, verified=("ann",)))
    assert "expected each recipient once, found 2" in str(log.audit())


def test_a_template_is_of_the_stream_that_it_names(log: AuditedLog) -> None:
    log.tampered_data(find(log, "TemplateSet"), channel="SMS")
    assert "expected stream template/SMS:digest, found template/EMAIL:digest" in str(log.audit())
