"""Specification of recipients: whom a tenant names, and which of their addresses are proved."""

from dataclasses import replace

from stockledger.messages.alert import Severity
from stockledger.messages.fields import WarehouseId
from stockledger.messages.recipients import RECIPIENTS_MAX, QuietHours, Recipient
from stockledger.messages.results import ErrorCode
from stockledger_command_handler.domain.recipients import (
    ADDRESSES_MAX,
    REQUESTS_MAX,
    WAREHOUSES_NAMED_MAX,
)
from tests.support.builders import with_particulars
from tests.support.recipient_builders import (
    GRACE,
    HOOK,
    grace,
    hook,
    phone,
    recipients_set,
    request_verification,
    set_recipients,
    verification_requested,
    verified,
    verify,
)
from tests.support.specification import Given, given


def code_of(history: Given, recipient: Recipient) -> str:
    code = history.tenant.verification_code(recipient)
    assert code is not None
    return code


def told(*recipients: Recipient) -> Given:
    """Return recipients all of whose addresses are proved."""
    history = given().after(set_recipients(*recipients))
    for recipient in recipients:
        history.after(verify(code_of(history, recipient), recipient.recipient_id))
    return history


def test_each_address_is_sent_a_code() -> None:
    given().when(with_particulars(set_recipients(grace(), hook(), phone()))).then(
        with_particulars(recipients_set(grace(), hook(), phone())),
        with_particulars(verification_requested(grace())),
        with_particulars(verification_requested(hook())),
        with_particulars(verification_requested(phone())),
    )


def test_who_has_the_code_has_the_address() -> None:
    history = given().after(set_recipients(grace(), hook()))
    command = with_particulars(verify(code_of(history, grace())))
    history.when(command).then(with_particulars(verified(grace())))
    assert history.after(command).tenant.recipients().verified == [GRACE]


def test_a_code_may_be_typed_in_small_letters_and_in_two_halves() -> None:
    history = given().after(set_recipients(grace()))
    code = code_of(history, grace())
    for typed in (code.lower(), f"{code[:5]}-{code[5:]}"):
        history.when(verify(typed)).then(verified(grace()))


def test_another_code_proves_nothing() -> None:
    history = given().after(set_recipients(grace(), hook()))
    for other in (code_of(history, hook()), "AAAAAAAAAA", code_of(history, grace())[:9]):
        history.when(verify(other)).then_refused(
            ErrorCode.VALIDATION_ERROR,
            field="code",
            problem="is not the one that was sent to the address",
        )


def test_a_refusal_does_not_give_the_code_away() -> None:
    history = given().after(set_recipients(grace()))
    refusal = history.when(verify("AAAAAAAAAA")).refusal()
    assert code_of(history, grace()) not in f"{refusal.message} {refusal.details}"


def test_what_is_proved_once_stays_so_whatever_is_typed_later() -> None:
    history = told(grace())
    history.when(verify("AAAAAAAAAA")).then_nothing()
    history.when(request_verification()).then_nothing()


def test_without_the_installations_key_nothing_can_be_proved() -> None:
    history = given().after(set_recipients(grace()))
    history.tenant.has_notification_key = False
    history.when(verify("AAAAAAAAAA")).then_refused(
        ErrorCode.FORBIDDEN, setting="INVENTORY_NOTIFICATION_KEY"
    )


def test_nobody_is_told_who_is_not_named() -> None:
    for command in (request_verification("nobody"), verify("AAAAAAAAAA", "nobody")):
        told(grace()).when(command).then_refused(ErrorCode.NOT_FOUND, recipient_id="nobody")


def test_the_same_recipients_again_change_nothing() -> None:
    told(grace(), hook()).when(set_recipients(grace(), hook())).then_nothing()
    given().when(set_recipients()).then_nothing()


def test_who_keeps_the_address_keeps_the_proof() -> None:
    graver = replace(grace(), severity=Severity.CRITICAL, name="Grace Lund")
    told(grace(), hook()).when(set_recipients(graver, phone(), hook())).then(
        recipients_set(graver, phone(), hook(), verified=(GRACE, HOOK)),
        verification_requested(phone()),
    )


def test_another_address_has_to_be_proved_anew() -> None:
    moved = grace("grace@elsewhere.example")
    told(grace(), hook()).when(set_recipients(moved, hook())).then(
        recipients_set(moved, hook(), verified=(HOOK,)), verification_requested(moved)
    )


def test_an_address_that_is_not_proved_yet_is_not_sent_a_second_code_by_a_change() -> None:
    history = given().after(set_recipients(grace()))
    named = grace(name="Grace Lund")
    history.when(set_recipients(named)).then(recipients_set(named))


def test_the_same_address_under_another_name_is_proved_by_that_one_itself() -> None:
    other = grace(recipient_id="ops-mail")
    history = told(grace())
    history.when(set_recipients(grace(), other)).then(
        recipients_set(grace(), other, verified=(GRACE,)), verification_requested(other, 2)
    )
    history.after(set_recipients(grace(), other))
    history.when(verify(code_of(history, grace()), "ops-mail")).then(verified(other))


def test_all_recipients_at_an_address_are_proved_by_the_few_codes_that_it_is_sent() -> None:
    first, *others = [grace(recipient_id=f"team-{n}") for n in range(REQUESTS_MAX + 1)]
    history = given()
    for count in range(len(others) + 1):
        history.after(set_recipients(first, *others[:count]))
    assert sum(history.tenant.recipients().requests.values()) == REQUESTS_MAX
    code, last = code_of(history, first), others[-1]
    history.when(verify(code, last.recipient_id)).then(verified(last))


def test_who_was_left_out_and_comes_back_proves_the_address_again() -> None:
    history = told(grace()).after(set_recipients())
    history.when(set_recipients(grace())).then(
        recipients_set(grace()), verification_requested(grace(), 2)
    )


def test_a_code_is_sent_again_a_few_times() -> None:
    history = given().after(set_recipients(grace()))
    for number in range(2, REQUESTS_MAX + 1):
        history.when(request_verification()).then(verification_requested(grace(), number))
        history.after(request_verification())
    history.when(request_verification()).then_refused(
        ErrorCode.INVALID_MOVEMENT, recipient_id=GRACE, sent=REQUESTS_MAX
    )


def test_an_address_cannot_be_flooded_by_setting_it_again_and_again() -> None:
    history = given()
    for number in range(20):
        sender = grace(recipient_id=f"name-{number}")
        history.after(set_recipients(), set_recipients(sender))
    sent = [event for event in history.tenant.history if event.stream == "recipients"]
    codes = [event for event in sent if type(event) is type(verification_requested(grace()))]
    assert len(codes) == REQUESTS_MAX


def test_a_code_that_was_sent_holds_although_no_more_are_sent() -> None:
    history = given()
    for _ in range(REQUESTS_MAX + 1):
        history.after(set_recipients(), set_recipients(grace()))
    history.when(verify(code_of(history, grace()))).then(verified(grace()))


def test_only_so_many_addresses_are_remembered() -> None:
    history = given()
    for first in range(0, ADDRESSES_MAX, RECIPIENTS_MAX):
        some = [grace(f"g{first + n}@acme.example", f"g{n}") for n in range(RECIPIENTS_MAX)]
        history.after(set_recipients(*some))
    refusal = history.when(set_recipients(grace("one@more.example"))).refusal()
    assert (refusal.code, refusal.details["field"]) == (ErrorCode.VALIDATION_ERROR, "recipients")
    history.after(set_recipients(grace("g0@acme.example")))


def test_nobody_is_named_twice() -> None:
    given().when(set_recipients(grace(), hook(recipient_id=GRACE))).then_refused(
        ErrorCode.VALIDATION_ERROR, field="recipients", problem=f"name {GRACE} twice"
    )


def test_quiet_hours_have_an_end() -> None:
    noon = QuietHours(begin="12:00", until="12:00")
    given().when(set_recipients(grace(quiet_hours=noon))).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="recipients",
        problem=f"the quiet hours of {GRACE} end when they begin",
    )


def test_all_recipients_together_name_only_so_many_warehouses() -> None:
    warehouses = tuple(WarehouseId(f"W{number}") for number in range(1_000))
    few = [grace(recipient_id=f"g{n}", warehouses=warehouses) for n in range(5)]
    assert len(few) * len(warehouses) == WAREHOUSES_NAMED_MAX
    given().after(set_recipients(*few))
    one_more = grace(recipient_id="one-more", warehouses=(WarehouseId("W1"),))
    refusal = given().when(set_recipients(*few, one_more)).refusal()
    assert (refusal.code, refusal.details["field"]) == (ErrorCode.VALIDATION_ERROR, "recipients")


def test_a_wrong_address_is_refused_with_the_name_of_whose_it_is() -> None:
    given().when(set_recipients(grace(), phone("0800-1234"))).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="recipients",
        problem="the address of grace-phone must be a telephone number as in +493055501",
    )
