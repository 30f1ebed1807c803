"""What the command line says when it cannot do what it is asked for: a sentence, and status 2."""

import asyncpg
import pytest
import typer

from stockledger.cli import application, run


def failing_with(error: Exception) -> typer.Typer:
    """Return a command line of one command, which fails."""
    app = typer.Typer(pretty_exceptions_enable=False)

    @app.command()
    def fail() -> None:
        raise error

    return app


@pytest.mark.parametrize(
    ("error", "told"),
    [
        (asyncpg.InterfaceError("connection is closed"), "connection is closed"),
        (ConnectionResetError(), "ConnectionResetError"),
    ],
)
def test_a_failure_of_the_outside_is_told_in_a_sentence(
    capsys: pytest.CaptureFixture[str], error: Exception, told: str
) -> None:
    with pytest.raises(SystemExit) as ended:
        run(failing_with(error), [])
    assert (ended.value.code, capsys.readouterr().err) == (2, f"stockledger: {told}\n")


@pytest.mark.parametrize("command", ["migrate", "verify"])
def test_an_address_that_is_none_is_told_with_its_setting(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    monkeypatch.setenv("INVENTORY_POSTGRES_DSN", "mysql://127.0.0.1/stockledger")
    with pytest.raises(SystemExit) as ended:
        run(application(), [command])
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("stockledger: INVENTORY_POSTGRES_DSN: invalid DSN")


@pytest.mark.parametrize(
    "arguments",
    [
        ["topics"],
        ["migrate"],
        ["verify"],
        ["tail", "results"],
        ["send", "MoveBin", "-t", "acme"],
        ["rebuild", "--compare"],
        ["adopt"],
        ["deliveries", "list"],
        ["deliveries", "retry", "--all"],
        ["webhook-secret", "acme", "shop-hook"],
    ],
    ids=" ".join,
)
def test_a_wrong_setting_is_told_in_a_sentence_by_each_command(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, arguments: list[str]
) -> None:
    monkeypatch.setenv("INVENTORY_REPLY_TOPICS", "shop.results.v1")
    with pytest.raises(SystemExit) as ended:
        run(application(), arguments)
    assert ended.value.code == 2
    assert capsys.readouterr().err.startswith("stockledger: INVENTORY_REPLY_TOPICS: ")
