"""`stockledger import` as far as it goes without a server: what it says, and its exit status."""

import csv
from pathlib import Path

import pytest
import typer
from typer.testing import CliRunner

from stockledger.commands.export_levels import export_levels
from stockledger.commands.import_rows import import_rows
from stockledger.errors import StockledgerError
from tests.support.bulk_files import written

HEADER = "warehouse_id,sku,change\n"
NOBODY = "http://127.0.0.1:1"


def run(*arguments: str | Path) -> tuple[int, str]:
    """Return exit status and what was said; a failure that the command line would tell is 2."""
    app = typer.Typer(pretty_exceptions_enable=False)
    app.command("import")(import_rows)
    app.command("export")(export_levels)
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    if isinstance(done.exception, StockledgerError):
        return 2, str(done.exception)
    return done.exit_code, done.output


def test_valid_rows_are_counted_and_nothing_is_sent(tmp_path: Path) -> None:
    file = written(tmp_path, HEADER + "NORTH,LAMP,1\nNORTH,CUP,-2\n")

    status, said = run("import", file, "-t", "acme", "--results", tmp_path / "results.csv")

    assert (status, said.splitlines()) == (
        0,
        ["2 rows are valid; --preview shows what --apply would change"],
    )
    with (tmp_path / "results.csv").open(encoding="utf-8-sig") as results:
        assert [row["result"] for row in csv.DictReader(results)] == ["valid", "valid"]


def test_bad_rows_are_listed_and_nothing_is_asked_or_sent(tmp_path: Path) -> None:
    file = written(tmp_path, HEADER + "NORTH,LAMP,much\nNORTH,CUP,-2\nNORTH,\x1b[31m,1\n")

    status, said = run(
        *("import", file, "-t", "acme", "--preview", "--apply", "--queries-url", NOBODY),
        *("--results", tmp_path / "results.csv"),
    )

    assert status == 1
    assert said.splitlines() == [
        "line 2, column change: not a number, as in 12 or 12.5",
        "line 4, column sku: not an id: letters, digits and . _ : - , at most 64, no spaces",
        "2 bad rows; nothing is applied",
    ]
    with (tmp_path / "results.csv").open(encoding="utf-8-sig") as results:
        assert [row["result"] for row in csv.DictReader(results)] == ["bad", "not applied", "bad"]


@pytest.mark.parametrize("place", ["missing/results.csv", "."])
def test_results_that_cannot_be_written_are_told_before_anything_is_done(
    tmp_path: Path, place: str
) -> None:
    file = written(tmp_path, HEADER + "NORTH,LAMP,1\n")

    status, said = run("import", file, "-t", "acme", "--apply", "--results", tmp_path / place)

    assert status == 2
    assert "--results" in said
    assert list(tmp_path.iterdir()) == [file]


def test_ten_thousand_bad_rows_are_all_listed(tmp_path: Path) -> None:
    file = written(tmp_path, HEADER + "NORTH,LAMP,x\n" * 10_000)

    status, said = run("import", file, "-t", "acme", "--apply")

    assert status == 1
    assert len(said.splitlines()) == 10_001


def test_a_guessed_encoding_is_said_aloud(tmp_path: Path) -> None:
    text = "warehouse_id,sku,name\nNORTH,LAMP,Stehlampe für Köln\n"

    status, said = run("import", written(tmp_path, text.encode("cp1252")), "-t", "acme")

    assert status == 0
    assert "rows.csv: line 2 is not UTF-8: the file is read as Windows-1252" in said


def test_what_a_file_says_cannot_move_the_cursor(tmp_path: Path) -> None:
    file = written(tmp_path, "warehouse_id,sku,change,\x1b[2J\x07\n")

    status, said = run("import", file, "-t", "acme")

    assert status == 2
    assert r"\x1b[2J\x07" in said
    assert "\x1b" not in said


def test_the_title_of_a_bad_cell_cannot_move_the_cursor(tmp_path: Path) -> None:
    file = written(tmp_path, "warehouse_id,sku,low\x1cstock percent\nNORTH,LAMP,x\n")

    _, said = run("import", file, "-t", "acme")

    assert said.startswith(r"line 2, column low\x1cstock percent: not a number")


@pytest.mark.parametrize(
    "arguments",
    [
        ("-t", "../other"),
        ("-t", "acme", "--id", "a b"),
        ("-t", "acme", "--reason", "x" * 2_001),
        ("-t", "acme", "--kind", "prices"),
        (),
    ],
    ids=["tenant", "id", "reason", "kind", "no-tenant"],
)
def test_options_that_no_command_could_hold_are_refused(
    tmp_path: Path, arguments: tuple[str, ...]
) -> None:
    file = written(tmp_path, HEADER + "NORTH,LAMP,1\n")

    assert run("import", file, *arguments)[0] == 2


def test_a_preview_without_an_answer_fails_and_says_where(tmp_path: Path) -> None:
    file = written(tmp_path, HEADER + "NORTH,LAMP,1\n")

    status, said = run("import", file, "-t", "acme", "--preview", "--queries-url", NOBODY)

    assert status == 2
    assert NOBODY in said


@pytest.mark.parametrize("name", ["levels.pdf", "levels", "levels.xls"])
def test_an_export_goes_into_files_that_it_can_write(tmp_path: Path, name: str) -> None:
    assert run("export", tmp_path / name, "-t", "acme", "--queries-url", NOBODY)[0] == 2
    assert not list(tmp_path.iterdir())


def test_an_export_without_an_answer_leaves_no_file(tmp_path: Path) -> None:
    for name in ("levels.csv", "levels.xlsx"):
        assert run("export", tmp_path / name, "-t", "acme", "--queries-url", NOBODY)[0] == 2
    assert not list(tmp_path.iterdir())
