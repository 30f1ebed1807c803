"""Specification of a tenant's own wording: it can be read, and fits its channel."""

import pytest

from stockledger.messages.recipients import TEMPLATE_LENGTH_MAX, Channel, Wording
from stockledger.messages.results import ErrorCode
from tests.support.builders import with_particulars
from tests.support.recipient_builders import set_template, template_set
from tests.support.specification import given

TEXT = "{{ figure }} of {{ sku }} left in {{ warehouse_id }}."


def test_a_mail_is_worded_with_subject_text_and_html() -> None:
    command = set_template(TEXT, subject="{{ name }} is low", html="<p>{{ name }}</p>")
    given().when(with_particulars(command)).then(
        with_particulars(template_set(TEXT, subject="{{ name }} is low", html="<p>{{ name }}</p>"))
    )


def test_a_text_message_is_worded_with_text() -> None:
    given().when(set_template("{{ sku }}!", Channel.SMS)).then(
        template_set("{{ sku }}!", Channel.SMS)
    )


def test_the_same_wording_again_changes_nothing() -> None:
    given().after(set_template(TEXT)).when(set_template(TEXT)).then_nothing()


def test_without_text_it_is_worded_as_by_default_again() -> None:
    given().after(set_template(TEXT)).when(set_template()).then(template_set())
    given().when(set_template()).then_nothing()


def test_each_wording_of_each_channel_is_one_of_its_own() -> None:
    history = given().after(set_template(TEXT))
    history.when(set_template(TEXT, Channel.SMS)).then(template_set(TEXT, Channel.SMS))
    digest = set_template(TEXT, wording=Wording.DIGEST)
    history.when(digest).then(template_set(TEXT, wording=Wording.DIGEST))


def test_a_webhook_is_not_worded() -> None:
    given().when(set_template(TEXT, Channel.WEBHOOK)).then_refused(
        ErrorCode.VALIDATION_ERROR, field="channel", problem="a webhook is not worded"
    )


@pytest.mark.parametrize("channel", [Channel.EMAIL, Channel.SMS])
def test_what_strangers_are_sent_is_not_worded_by_the_tenant(channel: Channel) -> None:
    given().when(set_template(TEXT, channel, wording=Wording.VERIFICATION)).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="wording",
        problem="is not the tenant's: whose the address is, is not proved yet",
    )


def test_a_text_message_has_no_html_and_no_subject() -> None:
    given().when(set_template(TEXT, Channel.SMS, html="<p>low</p>")).then_refused(
        ErrorCode.VALIDATION_ERROR, field="html", problem="is for e-mail only"
    )
    given().when(set_template(TEXT, Channel.SMS, subject="low")).then_refused(
        ErrorCode.VALIDATION_ERROR, field="subject", problem="is for e-mail only"
    )


def test_html_and_subject_alone_are_not_a_mail() -> None:
    for command in (set_template(html="<p>low</p>"), set_template(subject="low")):
        given().when(command).then_refused(
            ErrorCode.VALIDATION_ERROR,
            field="text",
            problem="must be given with a subject or html",
        )


@pytest.mark.parametrize(
    "template",
    [
        "{{ sku",
        "{% if low %}low",
        "{% for one in alerts %}{{ one }}",
        "{{ sku | }}",
        "{% endfor %}",
        "{% include %}",
        "{{ 'text }}",
        "{# a comment",
        "{{ " + "(" * 5_000,
        "{{ " + "-" * (TEMPLATE_LENGTH_MAX - 3),
        "{% if a %}" * (TEMPLATE_LENGTH_MAX // 10),
    ],
)
@pytest.mark.parametrize("part", ["subject", "text", "html"])
def test_what_cannot_be_read_as_a_template_is_refused(template: str, part: str) -> None:
    parts = {"subject": "low", "text": TEXT, "html": "<p></p>", part: template}
    command = set_template(parts["text"], subject=parts["subject"], html=parts["html"])
    refusal = given().when(command).refusal()
    assert (refusal.code, refusal.details["field"]) == (ErrorCode.VALIDATION_ERROR, part)


def test_what_is_wrong_with_it_is_said_with_its_line() -> None:
    given().when(set_template("All well.\n{% if low %}\nlow")).then_refused(
        ErrorCode.VALIDATION_ERROR,
        field="text",
        problem="line 2: Unexpected end of template. Jinja was looking for the following tags: "
        "'elif' or 'else' or 'endif'. The innermost block that needs to be closed is 'if'",
    )
