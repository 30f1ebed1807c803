"""What the documents name is there, and what there is they name."""

import re
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
README = (ROOT / "README.md").read_text(encoding="utf-8")
RUNBOOK = (ROOT / "docs" / "runbook.md").read_text(encoding="utf-8")
GUIDES = (
    "README.md",
    "ARCHITECTURE.md",
    "CONTRIBUTING.md",
    "docs/bad-input.md",
    "docs/webhooks.md",
)
METRIC = re.compile(r"\binventory_[a-z]+(?:_[a-z]+)+\b")
COUNTED = re.compile(r"_(?:total|bucket|count|sum)$")
SETTINGS = (CommandHandlerSettings, NotifierSettings, ProjectorSettings, SchedulerSettings)


def metrics_in(text: str) -> set[str]:
    return {COUNTED.sub("", name) for name in METRIC.findall(text)}


def metrics_made() -> set[str]:
    quoted = re.compile(r'"(inventory_[a-z_]+)"')
    texts = [path.read_text(encoding="utf-8") for path in SOURCES if path.suffix == ".py"]
    return {COUNTED.sub("", name) for text in texts for name in quoted.findall(text)}


def test_the_runbook_explains_every_metric_and_no_other() -> None:
    assert metrics_in(RUNBOOK) == metrics_made()


def test_alerts_are_about_metrics_that_there_are() -> None:
    alerts = (ROOT / "deploy" / "prometheus" / "alerts.yml").read_text(encoding="utf-8")
    assert metrics_in(alerts) <= metrics_made()
    assert all(name in RUNBOOK for name in re.findall(r"alert: (\w+)", alerts))


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_names_every_command(command: type) -> None:
    assert re.search(rf"\b{command.__name__}\b", README) or "Warehouse" in command.__name__


@pytest.mark.parametrize("name", [*SHOP_EVENTS, *ErrorCode])
def test_the_readme_names_every_shop_event_and_error_code(name: str) -> None:
    assert name in README


def test_the_readme_names_every_setting() -> None:
    names = {name.upper() for settings in SETTINGS for name in settings.model_fields}
    assert not [name for name in sorted(names) if not re.search(rf"\b{name}\b", README)]


@pytest.mark.parametrize("guide", GUIDES)
def test_every_file_that_is_named_exists(guide: str) -> None:
    text = (ROOT / guide).read_text(encoding="utf-8")
    named = re.findall(r"`(\w[\w/-]*\.(?:py|sql|md|json|yaml|yml))`", text)
    known = [path.as_posix() for path in [*SOURCES, *(ROOT / "tests").rglob("*.py")]]
    missing = [
        name
        for name in named
        if not (ROOT / name).exists() and not any(path.endswith(f"/{name}") for path in known)
    ]
    assert not missing
