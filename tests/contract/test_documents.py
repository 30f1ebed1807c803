"""What the documents name is there, and what there is they name."""

import ast
import re
from collections import defaultdict
from collections.abc import Mapping
from pathlib import Path

import pytest

from stockledger.messages.registry import COMMANDS
from stockledger.messages.results import ErrorCode
from stockledger.messages.shop_events import SHOP_EVENTS
from stockledger_command_handler.settings import CommandHandlerSettings
from stockledger_notifier.settings import NotifierSettings
from stockledger_projector.settings import ProjectorSettings
from stockledger_scheduler.settings import SchedulerSettings

ROOT = Path(__file__).parents[2]
SOURCES = [path for name in ("services", "shared") for path in (ROOT / name).rglob("*.*")]
PYTHON = [path.read_text(encoding="utf-8") for path in SOURCES if path.suffix == ".py"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS_PAGE = (ROOT / "docs" / "commands.md").read_text(encoding="utf-8")
SETTINGS_PAGE = (ROOT / "docs" / "settings.md").read_text(encoding="utf-8")
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
GUIDES = [
    path.relative_to(ROOT).as_posix() for path in (*ROOT.glob("*.md"), *ROOT.glob("docs/**/*.md"))
]
PROMETHEUS = ROOT / "deploy" / "prometheus"
ALERTS = (PROMETHEUS / "alerts.yml").read_text(encoding="utf-8")
ALERT_NAMES = set(re.findall(r"alert: (\w+)", ALERTS))
VARIABLE = re.compile(r'"INVENTORY_([A-Z_]+)"')
SCRAPED = {"job", "instance", "le"}
METRIC = re.compile(r"\binventory_[a-z]+(?:_[a-z]+)+\b")
COUNTED = re.compile(r"_(?:total|bucket|count|sum)$")
SETTINGS = (CommandHandlerSettings, NotifierSettings, ProjectorSettings, SchedulerSettings)


def metrics_in(text: str) -> set[str]:
    return {COUNTED.sub("", name) for name in METRIC.findall(text)}


def metrics_made() -> set[str]:
    quoted = re.compile(r'"(inventory_[a-z_]+)"')
    return {COUNTED.sub("", name) for text in PYTHON for name in quoted.findall(text)}


def labels_made() -> Mapping[str, set[str]]:
    """Return the labels of each metric, as its maker is called in the code."""
    made = defaultdict[str, set[str]](set)
    for path in SOURCES:
        text = path.read_text(encoding="utf-8") if path.suffix == ".py" else ""
        if '"inventory_' in text:
            module = ast.parse(text)
            lists = lists_of(module)
            for call in [node for node in ast.walk(module) if isinstance(node, ast.Call)]:
                made[COUNTED.sub("", name_in(call))] |= labels_in(call, lists)
    return made


def lists_of(module: ast.Module) -> Mapping[str, ast.expr]:
    """Return what the names of a module stand for, as lists of labels do."""
    assigned = [node for node in ast.walk(module) if isinstance(node, ast.Assign)]
    targets = [(target, one.value) for one in assigned for target in one.targets]
    return {target.id: value for target, value in targets if isinstance(target, ast.Name)}


def name_in(call: ast.Call) -> str:
    first = call.args[0] if call.args else None
    return str(first.value) if isinstance(first, ast.Constant) else ""


def labels_in(call: ast.Call, lists: Mapping[str, ast.expr]) -> set[str]:
    given = [*call.args, *(keyword.value for keyword in call.keywords)]
    named = [lists.get(one.id) if isinstance(one, ast.Name) else one for one in given]
    elements = [element for one in named if isinstance(one, ast.List) for element in one.elts]
    return {str(element.value) for element in elements if isinstance(element, ast.Constant)}


def test_the_runbook_explains_every_metric_and_no_other() -> None:
    assert metrics_in(RUNBOOK) == metrics_made()


def test_alerts_are_about_metrics_that_there_are() -> None:
    assert metrics_in(ALERTS) <= metrics_made()
    assert all(name in RUNBOOK for name in ALERT_NAMES)


def test_every_alert_has_been_tried() -> None:
    tried = (PROMETHEUS / "alerts_test.yml").read_text(encoding="utf-8")
    assert set(re.findall(r'alertname="(\w+)"', tried)) == ALERT_NAMES


def test_alerts_ask_for_labels_that_their_metrics_have() -> None:
    labels = labels_made()
    matched = re.findall(r"\b(inventory_\w+)\{([^}]*)\}", ALERTS)
    assert matched
    for metric, matchers in matched:
        asked = set(re.findall(r"(\w+)[=!]", matchers))
        assert asked <= labels[COUNTED.sub("", metric)], metric


def test_alerts_are_told_apart_by_labels_that_their_metrics_have() -> None:
    labels = labels_made()
    for rule in ALERTS.split("- alert: ")[1:]:
        asked = {
            name for names in re.findall(r"by \(([^)]*)\)", rule) for name in names.split(", ")
        }
        had = set[str]().union(*(labels[metric] for metric in metrics_in(rule)))
        assert asked <= had | SCRAPED, rule


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_documented(command: type) -> None:
    assert re.search(rf"\b{command.__name__}\b", COMMANDS_PAGE)


@pytest.mark.parametrize("code", ErrorCode)
def test_every_error_code_is_documented(code: ErrorCode) -> None:
    assert code in COMMANDS_PAGE


@pytest.mark.parametrize("event", SHOP_EVENTS)
def test_the_readme_names_every_event_of_a_shop(event: str) -> None:
    assert event in README


def test_every_setting_is_documented() -> None:
    names = {name.upper() for settings in SETTINGS for name in settings.model_fields}
    named = {name for text in PYTHON for name in VARIABLE.findall(text)}
    names |= {name for name in named if f"INVENTORY_{name}" not in COMMANDS_PAGE}
    assert not [name for name in sorted(names) if not re.search(rf"\b{name}\b", SETTINGS_PAGE)]


@pytest.mark.parametrize("guide", GUIDES)
def test_every_file_that_is_named_exists(guide: str) -> None:
    text = (ROOT / guide).read_text(encoding="utf-8")
    named = re.findall(r"`(\w[\w/-]*\.(?:py|sql|md|json|yaml|yml))`", text)
    others = [path for name in ("tests", "deploy") for path in (ROOT / name).rglob("*.*")]
    known = [path.as_posix() for path in [*SOURCES, *others]]
    missing = [
        name
        for name in named
        if not (ROOT / name).exists() and not any(path.endswith(f"/{name}") for path in known)
    ]
    assert not missing
