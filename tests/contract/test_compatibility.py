"""The contract changes only in ways that yesterday's clients do not notice."""

import copy
import subprocess
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import orjson
import pytest

from stockledger.contract.compatibility import command_breaks, missing_types, written_breaks
from stockledger.contract.schemas import Schema
from tests.support.contract_messages import CASES, FOLDERS

ROOT = Path(__file__).parents[2]
READ_FOLDERS = ("commands", "orders")
"""What strangers write and we read."""
COMMAND = FOLDERS["commands"]["stockledger.IssueStock.v1"]
EVENT = FOLDERS["events"]["stockledger.StockIssued.v1"]


def git(*arguments: str) -> str | None:
    done = subprocess.run(
        ["git", *arguments],  # noqa: S607 - the developer's git
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    return done.stdout if done.returncode == 0 else None


def baselines() -> list[str]:
    """The last commit and every release before it; nothing outside of a repository."""
    head = git("rev-parse", "--verify", "--quiet", "HEAD")
    return [] if head is None else ["HEAD", *(git("tag", "--merged", "HEAD") or "").split()]


def committed(revision: str, folder: str) -> Mapping[str, Schema]:
    listed = git("ls-tree", "--name-only", revision, f"schemas/{folder}/") or ""
    return {
        Path(path).stem: orjson.loads(git("show", f"{revision}:{path}") or "null")
        for path in listed.split()
    }


@pytest.mark.parametrize("folder", FOLDERS)
def test_nothing_breaks_what_is_committed_and_released(folder: str) -> None:
    breaks_of = command_breaks if folder in READ_FOLDERS else written_breaks
    for revision in baselines():
        old, new = committed(revision, folder), FOLDERS[folder]
        breaks = missing_types(old, new)
        for name in old.keys() & new.keys():
            breaks += [f"{name}: {found}" for found in breaks_of(old[name], new[name])]
        assert not breaks, f"since {revision}; make it a new version of the type"


@pytest.mark.parametrize(("folder", "name"), CASES)
def test_a_schema_is_compatible_with_itself(folder: str, name: str) -> None:
    schema = FOLDERS[folder][name]
    assert command_breaks(schema, schema) == []
    assert written_breaks(schema, schema) == []


def changed(schema: Schema, change: Callable[[Any], object]) -> Schema:
    copied = copy.deepcopy(schema)
    change(copied)
    return copied


COMMAND_BREAKS: Mapping[str, Callable[[Any], object]] = {
    "message: colour is required": lambda new: new["required"].append("colour"),
    "message: purpose is required": lambda new: new["required"].append("purpose"),
    "message: purpose is unknown": lambda new: new["properties"].pop("purpose"),
    "purpose: value sale is refused": lambda new: new["properties"]["purpose"]["enum"].remove(
        "sale"
    ),
    "reason: type null is refused": lambda new: new["properties"]["reason"].update(type="string"),
    "quantity: type number is refused": lambda new: new["properties"]["quantity"].update(
        type="integer"
    ),
    "quantity: exclusiveMinimum is raised to 1": lambda new: new["properties"]["quantity"].update(
        exclusiveMinimum=1
    ),
    "quantity: maximum is lowered to 10": lambda new: new["properties"]["quantity"].update(
        maximum=10
    ),
    "reason: maxLength is lowered to 5": lambda new: new["properties"]["reason"].update(
        maxLength=5
    ),
    "reason: minLength is raised to 2": lambda new: new["properties"]["reason"].update(minLength=2),
    "purpose: maxLength is lowered to 9": lambda new: new["properties"]["purpose"].update(
        maxLength=9
    ),
    "sku: pattern is ^[A-Z]+$": lambda new: new["properties"]["sku"].update(pattern="^[A-Z]+$"),
    "effective_at: format is date": lambda new: new["properties"]["effective_at"].update(
        format="date"
    ),
    "reference: type is unknown": lambda new: new["properties"]["reference"]["properties"].pop(
        "type"
    ),
    "reference: url is required": lambda new: new["properties"]["reference"]["required"].append(
        "url"
    ),
}

EVENT_BREAKS: Mapping[str, Callable[[Any], object]] = {
    "message: purpose is removed": lambda new: new["properties"].pop("purpose"),
    "message: reason is removed": lambda new: new["properties"].pop("reason"),
    "message: purpose is required": lambda new: new["required"].remove("purpose"),
    "purpose: value gift is refused": lambda new: new["properties"]["purpose"]["enum"].append(
        "gift"
    ),
    "quantity: type string is refused": lambda new: new["properties"]["quantity"].update(
        type="string"
    ),
    "reason: type null is refused": lambda new: new["properties"]["reason"].update(
        type=["string", "null"]
    ),
    "levels: value is removed": lambda new: new["properties"]["levels"]["properties"].pop("value"),
    "entries[]: after is removed": lambda new: new["properties"]["entries"]["items"][
        "properties"
    ].pop("after"),
    "entries[].bucket: value moon is refused": lambda new: new["properties"]["entries"]["items"][
        "properties"
    ]["bucket"]["enum"].append("moon"),
    "entries: maxItems is lowered to 2": lambda new: new["properties"]["entries"].update(
        maxItems=3
    ),
}


@pytest.mark.parametrize("complaint", COMMAND_BREAKS)
def test_a_change_that_refuses_yesterdays_commands_is_convicted(complaint: str) -> None:
    breaks = command_breaks(COMMAND, changed(COMMAND, COMMAND_BREAKS[complaint]))
    assert any(found.startswith(complaint) for found in breaks), breaks


@pytest.mark.parametrize("complaint", EVENT_BREAKS)
def test_a_change_that_yesterdays_subscribers_stumble_over_is_convicted(complaint: str) -> None:
    breaks = written_breaks(EVENT, changed(EVENT, EVENT_BREAKS[complaint]))
    assert any(found.startswith(complaint) for found in breaks), breaks


def test_a_type_that_is_gone_is_convicted() -> None:
    assert missing_types({"stockledger.MoveBin.v1": 1}, {}) == ["stockledger.MoveBin.v1: removed"]


COMMAND_EASINGS: Mapping[str, Callable[[Any], object]] = {
    "a new field": lambda new: new["properties"].update(colour={"type": "string"}),
    "a new purpose": lambda new: new["properties"]["purpose"]["enum"].append("gift"),
    "no quantity needed": lambda new: new["required"].remove("quantity"),
    "longer reasons": lambda new: new["properties"]["reason"].update(maxLength=9_000),
    "a wider type": lambda new: new["properties"]["expected_version"].update(
        type=["number", "null"]
    ),
}

EVENT_EASINGS: Mapping[str, Callable[[Any], object]] = {
    "a new field": lambda new: new["properties"].update(colour={"type": "string"}),
    "always a reason": lambda new: new["required"].append("reason"),
    "a purpose less": lambda new: new["properties"]["purpose"]["enum"].remove("production"),
}


@pytest.mark.parametrize("easing", COMMAND_EASINGS)
def test_a_command_may_ask_for_less_and_take_more(easing: str) -> None:
    assert command_breaks(COMMAND, changed(COMMAND, COMMAND_EASINGS[easing])) == []


@pytest.mark.parametrize("easing", EVENT_EASINGS)
def test_an_event_may_say_more_and_promise_more(easing: str) -> None:
    assert written_breaks(EVENT, changed(EVENT, EVENT_EASINGS[easing])) == []
