"""What is told reads well, and no template of a tenant does any harm."""

import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
import structlog
from structlog.testing import capture_logs

from stockledger.messages.recipients import TEMPLATE_LENGTH_MAX, Wording
from stockledger.template_rules import FILTERS
from stockledger_notifier import rendering
from stockledger_notifier.channels.channel import Delivery, Route, TenantTemplate
from stockledger_notifier.rendering import (
    OUTPUT_BYTES_MAX,
    SMS_LENGTH_MAX,
    SUBJECT_LENGTH_MAX,
    Renderer,
    TemplateFailed,
    rendered,
)
from stockledger_notifier.words import words
from tests.support.delivery_builders import (
    A_CODE,
    FULL_WAREHOUSE,
    LAMPS_AGAIN,
    LOW_LAMPS,
    NO_LAMPS,
    REORDER_LAMPS,
    UNREACHABLE_SUPPLIER,
    a_delivery,
    digest_facts,
)

SECONDS_MAX = 1.0
ADDRESS = "anna@shop.example"
DIGEST = digest_facts(FULL_WAREHOUSE, NO_LAMPS, REORDER_LAMPS, UNREACHABLE_SUPPLIER, more=7)
EVERY = [
    (Wording.ALERT_RAISED, LOW_LAMPS, "Low stock: Desk lamp (LAMP) in NORTH"),
    (Wording.ALERT_RAISED, NO_LAMPS, "Out of stock: Desk lamp (LAMP) in NORTH"),
    (Wording.ALERT_RAISED, REORDER_LAMPS, "Reorder needed: Desk lamp (LAMP) in NORTH"),
    (Wording.ALERT_RAISED, FULL_WAREHOUSE, "Warehouse nearly full: NORTH"),
    (Wording.ALERT_RESOLVED, LAMPS_AGAIN, "Over: low stock, LAMP in NORTH"),
    (Wording.NOTICE, UNREACHABLE_SUPPLIER, "Supplier cannot be reached: P-1"),
    (Wording.DIGEST, DIGEST, "11 things still open on 2026-11-21"),
    (Wording.VERIFICATION, A_CODE, "Confirm your address"),
]


def a_mail(
    wording: Wording = Wording.ALERT_RAISED,
    facts: Mapping[str, Any] = LOW_LAMPS,
    template: TenantTemplate | None = None,
) -> Delivery:
    return a_delivery(Route.EMAIL, ADDRESS, wording, facts, template=template)


def known() -> dict[str, object]:
    return words(a_mail(Wording.DIGEST, DIGEST))


@pytest.mark.parametrize(("wording", "facts", "subject"), EVERY)
def test_every_wording_has_a_subject_a_text_a_page_and_a_text_message(
    wording: Wording, facts: Mapping[str, Any], subject: str
) -> None:
    mail = Renderer().mail(a_mail(wording, facts))
    message = Renderer().sms(a_mail(wording, facts))

    assert mail.subject == subject
    assert subject in mail.text
    assert mail.html is not None
    assert subject in mail.html
    assert 0 < len(message) <= SMS_LENGTH_MAX
    assert not {"None", "{{", "{%"} & set(mail.text.split())


def test_figures_are_written_as_people_write_them() -> None:
    text = Renderer().mail(a_mail(facts={**LOW_LAMPS, "figure": 4.0, "trigger": 12.125})).text

    assert "4 available; stock is low from 12.125 down." in text
    assert "21 November 2026, 09:00 UTC" in text


def test_a_reorder_says_how_much_to_order_and_from_whom() -> None:
    text = Renderer().mail(a_mail(facts=REORDER_LAMPS)).text

    assert "Recommended: order 40 from ACME-LIGHTS." in text


def test_a_digest_tells_each_thing_and_how_many_more_there_are() -> None:
    mail = Renderer().mail(a_mail(Wording.DIGEST, DIGEST))

    for told in ("Warehouse nearly full: NORTH", "Out of stock: Desk lamp", "And 7 more."):
        assert told in mail.text
        assert told in (mail.html or "")


def test_markup_in_names_is_shown_and_not_obeyed() -> None:
    evil = '<script>alert(1)</script>"><a href="javascript:x">'
    facts = {**LOW_LAMPS, "name": evil, "warehouse_id": evil}
    for wording, told in (
        (Wording.ALERT_RAISED, facts),
        (Wording.DIGEST, digest_facts(facts)),
        (Wording.VERIFICATION, {**A_CODE, "recipient_id": evil}),
    ):
        page = Renderer().mail(a_mail(wording, told)).html or ""
        assert "<script" not in page
        assert "<a " not in page
        assert "&lt;script&gt;" in page


def test_a_tenants_own_page_escapes_names_too() -> None:
    own = TenantTemplate(None, None, "<b>{{ name }}</b>")
    page = Renderer().mail(a_mail(facts={**LOW_LAMPS, "name": "<i>"}, template=own)).html

    assert page == "<b>&lt;i&gt;</b>"


def test_a_subject_is_one_short_line() -> None:
    own = TenantTemplate("a\r\nBcc: eve@evil.example\u2028\u202e{{ name }}\x00", None, None)
    long = {**LOW_LAMPS, "name": "x" * 500}
    subject = Renderer().mail(a_mail(facts=long, template=own)).subject

    assert subject.startswith("a Bcc: eve@evil.examplex")
    assert len(subject) == SUBJECT_LENGTH_MAX
    assert subject.isprintable()


def test_a_tenants_own_words_are_used() -> None:
    own = TenantTemplate("{{ kind }}!", "{{ sku }} has {{ figure | number }}", None)
    mail = Renderer().mail(a_mail(template=own))

    assert (mail.subject, mail.text, mail.html) == ("LOW_STOCK!", "LAMP has 4", None)
    assert Renderer().sms(a_mail(template=own)) == "LAMP has 4"


def test_a_tenants_digest_may_go_through_the_lines() -> None:
    own = TenantTemplate(
        None,
        "{% for line in lines %}{{ loop.index }}. {{ line.title | upper }}"
        "{% if line.sku %} [{{ line.sku }}]{% endif %}\n{% else %}nothing{% endfor %}",
        None,
    )
    text = Renderer().mail(a_mail(Wording.DIGEST, digest_facts(NO_LAMPS, FULL_WAREHOUSE), own)).text

    assert (
        text
        == "1. OUT OF STOCK: DESK LAMP (LAMP) IN NORTH [LAMP]\n2. WAREHOUSE NEARLY FULL: NORTH\n"
    )


def test_a_template_that_fails_is_told_and_ours_is_used() -> None:
    failures: list[Wording] = []
    own = TenantTemplate("{{ nonsense }}", "{{ kind }}", None)
    structlog.reset_defaults()
    with capture_logs() as logs:
        mail = Renderer(failures.append).mail(a_mail(template=own))

    assert mail.subject == "Low stock: Desk lamp (LAMP) in NORTH"
    assert mail.text == "LOW_STOCK"
    assert failures == [Wording.ALERT_RAISED]
    assert logs[0]["error"] == "UndefinedError: 'nonsense' is undefined"


def test_a_text_message_is_cut_at_its_end() -> None:
    message = Renderer().sms(a_mail(facts={**LOW_LAMPS, "name": "x" * 1_000}))

    assert len(message) == SMS_LENGTH_MAX
    assert message.endswith("…")


ESCAPES = [
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ ''['__class__'] }}",
    "{{ title['__cl' 'ass__'] }}",
    "{{ lines.__class__ }}",
    "{{ lines.append('x') }}",
    "{{ lines.append }}",
    "{{ title.format }}",
    "{{ '{0.__class__}'.format(title) }}",
    "{{ '%x' % 1 }}",
    "{{ title | attr('__class__') }}",
    "{{ lines | map(attribute='__class__') | list }}",
    "{{ [].__class__ }}",
    "{{ self }}",
    "{{ self.__init__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ loop }}",
    "{% for line in lines %}{{ loop }}{% endfor %}",
    "{% for line in lines %}{{ loop.changed }}{% endfor %}",
    "{% for line in lines %}{{ line }}{% endfor %}",
    "{{ lines }}",
    "{{ cycler.__init__.__globals__ }}",
    "{{ lipsum() }}",
    "{{ namespace() }}",
    "{{ range(10) }}",
    "{{ url_for.__globals__ }}",
    "{{ config }}",
    "{{ _ }}",
    "{% include 'frame.html' %}",
    "{% extends 'frame.html' %}",
    "{% import 'facts.html' as facts %}",
    "{% from 'facts.html' import facts %}",
    "{% block a %}{% endblock %}",
    "{% macro a() %}{% endmacro %}",
    "{% call lines.sort() %}{% endcall %}",
    "{% set a = title %}{{ a }}",
    "{% set a %}x{% endset %}",
    "{% with a = title %}{{ a }}{% endwith %}",
    "{% filter upper %}x{% endfilter %}",
    "{% autoescape false %}{{ title }}{% endautoescape %}",
    "{{ title | safe }}",
    "{{ title | urlize }}",
    "{{ title | pprint }}",
    "{{ title | tojson }}",
    "{% debug %}",
    "{% do lines.append(1) %}",
]

BOMBS = [
    "{{ 'a' * 1000000000 }}",
    "{{ 9 ** 999999999 }}",
    "{{ 1 + 1 }}",
    "{{ title ~ title }}",
    "{{ 'a' | center(1000000000) }}",
    "{{ 'a' | indent(1000000000) }}",
    "{{ '%1000000000d' | format(1) }}",
    "{{ 'a' | replace('a', title) }}",
    "{{ lines | join(title) }}",
    "{{ lines | batch(1000000000, 'x') | list }}",
    "{{ 1 | round(1000000000) }}",
    "{{ [title, title] }}",
    "{% for a in lines %}{% for b in lines %}x{% endfor %}{% endfor %}",
    "{% for a in lines recursive %}{{ loop(lines) }}{% endfor %}",
    "{% for a in range(1000000000) %}x{% endfor %}",
    "{% for a in 5 %}x{% endfor %}",
    "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
    "{{ " + "not " * 4_000 + "1 }}",
    "{{ " + "-" * 9_000 + "1 }}",
    "{% if 1 %}" * 900 + "{% endif %}" * 900,
    "{{ 1" + " if 1 else 1" * 1_500 + " }}",
    "{{ title" + "[0]" * 6_000 + " }}",
    "{{ title" + "|upper" * 3_000 + " }}",
    "{{ " + "9" * 19_000 + " }}",
    "{{ 0x" + "f" * 19_000 + " }}",
    "{{ 1e999999 | int }}",
    "{{ x }}" * 2_800,
    "{{ " * 6_000,
    "{#" * 9_000,
]


@pytest.mark.parametrize("template", ESCAPES)
def test_a_template_cannot_leave_its_frame(template: str) -> None:
    for is_html in (False, True):
        with pytest.raises(TemplateFailed):
            rendered(template, known(), is_html=is_html)


@pytest.mark.parametrize("template", BOMBS)
def test_a_template_cannot_cost_much(template: str) -> None:
    assert len(template) <= TEMPLATE_LENGTH_MAX
    begun = time.process_time()
    with pytest.raises(TemplateFailed):
        rendered(template, known(), is_html=False)

    assert time.process_time() - begun < SECONDS_MAX


def test_the_longest_loop_ends_soon_and_its_output_is_bounded() -> None:
    lines = digest_facts(*[UNREACHABLE_SUPPLIER] * 100)
    body = "{% if line.cause == line.sku %}x{% endif %}" * 100
    template = "{% for line in lines %}" + body + "{% endfor %}"
    begun = time.process_time()
    assert rendered(template, words(a_mail(Wording.DIGEST, lines)), is_html=False) == ""
    assert time.process_time() - begun < SECONDS_MAX

    with pytest.raises(TemplateFailed, match=f"more than {OUTPUT_BYTES_MAX} bytes"):
        rendered(
            "{% for line in lines %}" + "{{ line.cause }}x" * 100 + "{% endfor %}",
            words(a_mail(Wording.DIGEST, lines)),
            is_html=False,
        )


def test_every_filter_that_is_allowed_exists() -> None:
    for name in FILTERS - {"time", "number"}:
        assert rendered(f"{{{{ title | {name} }}}}", known(), is_html=True)
    assert rendered("{{ count | number }} {{ occurred_at | time }}", known(), is_html=True)


def test_our_own_templates_are_files_of_the_package() -> None:
    folder = Path(rendering.__file__).parent / "templates"
    for wording in Wording:
        for suffix in ("txt", "html", "sms.txt"):
            assert (folder / f"{wording}.{suffix}").is_file()
