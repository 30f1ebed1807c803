"""The tree keeps the rules of its style; every finding says what to do."""

import ast
import subprocess
from collections.abc import Callable, Iterator
from functools import cache
from pathlib import Path, PurePosixPath

import pytest

from tests.support import tidy_rules

ROOT = Path(__file__).resolve().parent.parent

# path: why nothing narrower will do. The dead-letter policy and outermost loops only.
BROAD_EXCEPTIONS_ALLOWED: dict[str, str] = {
    "services/command-handler/stockledger_command_handler/decoding.py": (
        "the dead-letter policy: a record that cannot be decoded must not stop the others"
    ),
    "services/command-handler/stockledger_command_handler/deciding.py": (
        "the dead-letter policy: a command that no decider can take must not stop the others"
    ),
    "services/command-handler/stockledger_command_handler/order_translation.py": (
        "the dead-letter policy: an event that cannot be translated must not stop the others"
    ),
    "services/notifier/stockledger_notifier/courier.py": (
        "the dead-letter policy: a delivery that no channel can send must not stop the others"
    ),
    "shared/stockledger/service.py": "the outermost loop of every service: log, pause, begin again",
}

# path: why waiting for a condition will not do.
SLEEPS_ALLOWED: dict[str, str] = {
    "tests/support/waiting.py": "polls a condition until its deadline, for all the others",
}

# Written by a tool, and read by no one.
GENERATED = frozenset({"requirements.lock", "package-lock.json"})

TextRule = Callable[[PurePosixPath, str], Iterator[str]]
TreeRule = Callable[[PurePosixPath, ast.Module], Iterator[str]]


@cache
def tree_files() -> tuple[PurePosixPath, ...]:
    """Every file that is, or is about to be, part of the repository."""
    listed = subprocess.run(
        ["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"],  # noqa: S607 - the developer's git
        cwd=ROOT,
        check=True,
        capture_output=True,
        text=True,
    )
    names = sorted(set(listed.stdout.split("\0")) - {""})
    return tuple(PurePosixPath(name) for name in names if (ROOT / name).is_file())


@cache
def texts() -> dict[PurePosixPath, str]:
    readable: dict[PurePosixPath, str] = {}
    for path in tree_files():
        content = (ROOT / path).read_bytes()
        if b"\0" not in content:
            readable[path] = content.decode(errors="replace")
    return readable


@cache
def syntax_trees() -> dict[PurePosixPath, ast.Module]:
    return {path: ast.parse(text) for path, text in texts().items() if path.suffix == ".py"}


def assert_tidy(findings: list[str]) -> None:
    assert not findings, "\n" + "\n".join(findings)


@pytest.mark.parametrize(
    "rule",
    [tidy_rules.sizes, tidy_rules.leftovers, tidy_rules.skips, tidy_rules.purposes],
    ids=lambda rule: rule.__name__,
)
def test_every_text_keeps(rule: TextRule) -> None:
    written = {path: text for path, text in texts().items() if path.name not in GENERATED}
    assert_tidy([finding for path, text in written.items() for finding in rule(path, text)])


def test_nothing_names_a_machine_or_a_registry() -> None:
    rule = tidy_rules.foreign_addresses
    assert_tidy([finding for path, text in texts().items() for finding in rule(path, text)])


def test_functions_are_seen_whole() -> None:
    rule = tidy_rules.function_sizes
    assert_tidy([found for path, tree in syntax_trees().items() for found in rule(path, tree)])


@pytest.mark.parametrize(
    "rule", [tidy_rules.module_names, tidy_rules.homeless_tests], ids=lambda rule: rule.__name__
)
def test_every_path_keeps(rule: Callable[[PurePosixPath], Iterator[str]]) -> None:
    assert_tidy([finding for path in tree_files() for finding in rule(path)])


def test_only_named_errors_are_caught() -> None:
    check_with_exceptions(tidy_rules.broad_exceptions, "", BROAD_EXCEPTIONS_ALLOWED)


def test_tests_wait_for_conditions_and_not_for_time() -> None:
    check_with_exceptions(tidy_rules.sleeps, "tests", SLEEPS_ALLOWED)


def test_the_root_holds_only_what_is_needed_there() -> None:
    assert_tidy(list(tidy_rules.root_names({path.parts[0] for path in tree_files()})))


def check_with_exceptions(rule: TreeRule, folder: str, allowed: dict[str, str]) -> None:
    findings: list[str] = []
    for path, tree in syntax_trees().items():
        found = list(rule(path, tree)) if path.is_relative_to(folder) else []
        if str(path) not in allowed:
            findings += found
        elif not found:
            findings.append(f"{path}: needs no exception any more; take it off the list")
    assert_tidy(findings)
