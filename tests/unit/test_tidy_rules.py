"""Each tidy rule convicts an offender, and lets its tidy twin pass."""

import ast
from collections.abc import Callable, Iterator
from pathlib import PurePosixPath

import pytest

from tests.support import tidy_rules

LAMP = PurePosixPath("shared/stockledger/lamp.py")
LEVELS_SQL = PurePosixPath("shared/stockledger/levels.sql")
# Kept apart from what they complete, so that this file is tidy itself.
DO = "DO"
SKIP = "skip"
ORG = "org"
HOME = "home"

FORTY_STATEMENTS = "def fill() -> None:\n" + "    lamp = 1\n" * 40
HUNDRED_STATEMENTS = "def fill() -> None:\n" + "    lamp = 1\n" * 100


@pytest.mark.parametrize(
    ("rule", "path", "offender", "tidy"),
    [
        (tidy_rules.sizes, LAMP, "lamp = 1\n" * 301, "lamp = 1\n" * 300),
        (tidy_rules.sizes, LAMP, "l" * 101, "l" * 90 + "  # noqa: S608 - the names are ours"),
        (tidy_rules.leftovers, LAMP, f"# TO{DO}: more lamps", "# To do is a verb"),
        (tidy_rules.skips, LAMP, f"@pytest.mark.{SKIP}", "@pytest.mark.short"),
        (tidy_rules.foreign_addresses, LAMP, f"https://pypi.{ORG}/lamp", "https://example.org"),
        (tidy_rules.foreign_addresses, LAMP, f"/{HOME}/anna/lamp", "GET /levels/NORTH/LAMP"),
        (tidy_rules.purposes, LEVELS_SQL, "-- migrate:up\n", "-- Levels of an item.\nselect 1"),
    ],
)
def test_a_text_rule_convicts_the_offender_only(
    rule: Callable[[PurePosixPath, str], Iterator[str]],
    path: PurePosixPath,
    offender: str,
    tidy: str,
) -> None:
    assert list(rule(path, offender))
    assert not list(rule(path, tidy))


@pytest.mark.parametrize(
    ("rule", "offender", "tidy"),
    [
        (tidy_rules.function_sizes, HUNDRED_STATEMENTS, FORTY_STATEMENTS),
        (
            tidy_rules.broad_exceptions,
            "try:\n    fill()\nexcept (OSError, Exception):\n    raise",
            "try:\n    fill()\nexcept OSError:\n    raise",
        ),
        (
            tidy_rules.broad_exceptions,
            "with suppress(Exception): ...",
            "with suppress(OSError): ...",
        ),
        (tidy_rules.broad_exceptions, "try:\n    fill()\nexcept:\n    raise", "raise Exception"),
        (tidy_rules.sleeps, "await asyncio.sleep(1)", "await eventually(filled)"),
        (tidy_rules.sleeps, "from time import sleep", "from time import monotonic"),
    ],
)
def test_a_syntax_rule_convicts_the_offender_only(
    rule: Callable[[PurePosixPath, ast.Module], Iterator[str]], offender: str, tidy: str
) -> None:
    assert list(rule(LAMP, ast.parse(offender)))
    assert not list(rule(LAMP, ast.parse(tidy)))


@pytest.mark.parametrize(
    ("rule", "offender", "tidy"),
    [
        (tidy_rules.module_names, "shared/stockledger/helpers.py", "shared/stockledger/lamp.py"),
        (tidy_rules.module_names, "shared/common/lamp.py", "shared/stockledger/lamp.py"),
        (tidy_rules.homeless_tests, "tests/support/test_lamp.py", "tests/unit/shop/test_lamp.py"),
    ],
)
def test_a_path_rule_convicts_the_offender_only(
    rule: Callable[[PurePosixPath], Iterator[str]], offender: str, tidy: str
) -> None:
    assert list(rule(PurePosixPath(offender)))
    assert not list(rule(PurePosixPath(tidy)))


def test_a_stray_name_at_the_root_is_convicted() -> None:
    assert list(tidy_rules.root_names({"README.md", "lamp.sh"}))
    assert not list(tidy_rules.root_names({"README.md", "tests"}))
