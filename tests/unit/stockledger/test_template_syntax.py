"""What can be read as a template: hostile ones are refused quickly, and none of them is run."""

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from stockledger.messages.recipients import TEMPLATE_LENGTH_MAX
from stockledger.template_syntax import PROBLEM_LENGTH_MAX, template_problem

READ_SECONDS_MAX = 5
"""Reading the worst of them takes some 0.2 s; on a busy machine, more."""


@pytest.mark.parametrize(
    "template",
    [
        "plain text",
        "{{ sku }}: {{ figure | number }}",
        "{% for line in lines %}{{ line.title | upper }}{% else %}none{% endfor %}",
        "{% if severity == 'CRITICAL' and name is not none %}{{ name }}!{% endif %}",
        "{{ name | default('nameless') }} {{ 'a' if sku else 'b' }} {{ lines[0]['title'] }}",
    ],
)
def test_what_people_write_may_be(template: str) -> None:
    assert template_problem(template) is None


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("{{ ''.__class__.__mro__ }}", "line 1: the name __mro__ is not allowed"),
        ("{{ 10 ** 10 ** 10 }}", "line 1: Pow is not allowed"),
        ("{{ 'a' * 1000000000 }}", "line 1: Mul is not allowed"),
        ("{% for one in range(10000000000) %}{% endfor %}", "line 1: Call is not allowed"),
        ("\n{% include '/etc/passwd' %}", "line 2: Include is not allowed"),
        ("{{ '%1000000000d' | format(1) }}", "line 1: the filter format is not allowed"),
        ("{{ a }}" * 2_000, "has more than 5000 words and signs of syntax"),
        ("{{ a }} " * 700 + "{{ a }}", "has more than 1000 parts"),
    ],
)
def test_what_would_do_more_than_show_is_refused(template: str, problem: str) -> None:
    assert template_problem(template) == problem


@pytest.mark.parametrize(
    ("template", "problem"),
    [
        ("{{ " + "9" * 5_000 + " }}", "has a number of too many digits"),
        ("{{ " + "[" * 4_000, "is nested too deeply"),
        ("{{ " + "not " * 2_000 + "a }}", "is nested too deeply"),
        ("{{{{", "line 1: unexpected 'end of template'"),
        ("{% " + "x" * 19_000 + " %}", "line 1: Encountered unknown tag 'xxx"),
    ],
)
def test_what_cannot_be_read_is_refused_in_a_few_words(template: str, problem: str) -> None:
    said = template_problem(template)
    assert said is not None
    assert said.startswith(problem[:40])
    assert len(said) <= PROBLEM_LENGTH_MAX


@pytest.mark.parametrize(
    "piece", ["{", "{{ 1", "+1", "{%", "{#", "a|", "a.", "(a", "\\", "{% set a=1 %}"]
)
def test_the_longest_template_of_any_pattern_is_judged_in_no_time(piece: str) -> None:
    begun = time.monotonic()
    for template in (piece * (TEMPLATE_LENGTH_MAX // len(piece)), "{{ " + piece * 4_000 + " }}"):
        template_problem(template)
    assert time.monotonic() - begun < READ_SECONDS_MAX


@given(st.text(alphabet="{}%#|.()[]'\"\\ \n0a+-~*/,:=if for", max_size=200))
def test_any_text_is_judged(template: str) -> None:
    said = template_problem(template)
    assert said is None or 0 < len(said) <= PROBLEM_LENGTH_MAX
