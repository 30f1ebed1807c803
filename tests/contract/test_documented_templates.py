"""docs/templates.md names what templates know and may do, and its examples work."""

import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final, cast

import orjson
import pytest

from stockledger.messages.recipients import Wording
from stockledger.template_rules import FILTERS
from stockledger.template_syntax import template_problem
from stockledger_notifier.channels.channel import Route
from stockledger_notifier.rendering import rendered
from stockledger_notifier.words import words
from tests.support.delivery_builders import (
    A_CODE,
    LAMPS_AGAIN,
    LOW_LAMPS,
    REORDER_LAMPS,
    UNREACHABLE_SUPPLIER,
    a_delivery,
    digest_facts,
)

DOCUMENT: Final = (Path(__file__).parents[2] / "docs" / "templates.md").read_text()

OF_A_LINE: Final = {"wording", "subject", "acknowledged_by"}

FACTS: Final[Mapping[Wording, Mapping[str, Any]]] = {
    Wording.ALERT_RAISED: LOW_LAMPS,
    Wording.ALERT_RESOLVED: LAMPS_AGAIN,
    Wording.NOTICE: UNREACHABLE_SUPPLIER,
    Wording.DIGEST: digest_facts(LOW_LAMPS, UNREACHABLE_SUPPLIER),
    Wording.VERIFICATION: A_CODE,
}


def known(wording: Wording, facts: Mapping[str, Any] | None = None) -> dict[str, object]:
    address = "anna@shop.example"
    return words(a_delivery(Route.EMAIL, address, wording, facts or FACTS[wording]))


def documented(wording: Wording) -> set[str]:
    [everywhere] = re.findall(r"^In all wordings: (.*)", DOCUMENT, re.MULTILINE)
    [row] = re.findall(rf"^\| `{wording}` \| (.*) \|$", DOCUMENT, re.MULTILINE)
    return set(re.findall(r"`(\w+)`", f"{everywhere} {row}")) - {"daily", "burst"}


@pytest.mark.parametrize("wording", [each for each in Wording if each is not Wording.VERIFICATION])
def test_the_names_that_are_documented_are_known(wording: Wording) -> None:
    names = known(wording)
    if wording is Wording.DIGEST:
        lines = cast("list[dict[str, object]]", names["lines"])
        assert all(set(line) >= OF_A_LINE for line in lines)
        names |= dict.fromkeys(OF_A_LINE)

    assert documented(wording) <= set(names)


def test_the_filters_that_are_documented_are_those_that_there_are() -> None:
    [told] = re.findall(r"^The filters are (.*?)\. In `html`", DOCUMENT, re.MULTILINE)

    assert set(re.findall(r"`(\w+)`", told)) == FILTERS


def test_the_examples_work() -> None:
    [command] = re.findall(r"^```json\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE)
    [digest] = re.findall(r"^```jinja\n(.*?)^```", DOCUMENT, re.DOTALL | re.MULTILINE)
    parts = orjson.loads(command)
    names = known(Wording.ALERT_RAISED, REORDER_LAMPS)

    assert all(template_problem(parts[part]) is None for part in ("subject", "text", "html"))
    assert rendered(parts["subject"], names, is_html=False) == "WARNING: Desk lamp"
    assert "Please order 40." in rendered(parts["text"], names, is_html=False)
    assert "<h1>Reorder needed" in rendered(parts["html"], names, is_html=True)
    assert rendered(digest, known(Wording.DIGEST), is_html=False).startswith(
        "1. Low stock: Desk lamp (LAMP) in NORTH\n2. Supplier cannot be reached: P-1"
    )
