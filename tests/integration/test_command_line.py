"""The command line against real topics, tables and processes, as a person at a shell sees it."""

import json
import subprocess
import sys
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
from typer.testing import CliRunner

from stockledger.cli import application
from stockledger.commands.outgoing import NotACommand
from stockledger.dev.stack import Stack
from tests.support.installation import PARTITIONS, Installation

NORTH = ("-s", "warehouse_id=NORTH")
LAMP = (*NORTH, "-s", "sku=LAMP")


@dataclass(frozen=True, slots=True)
class Shell:
    """Runs the command line with an installation's settings, for a tenant of its own."""

    environment: Mapping[str, str]
    tenant: str

    def run(self, *arguments: str, text: str = "") -> tuple[int, str, str]:
        """Return exit status, output and error output of one command, run in this process."""
        done = CliRunner().invoke(application(), arguments, env=self._variables(), input=text)
        if done.exception is not None and not isinstance(done.exception, SystemExit):
            raise done.exception
        return done.exit_code, done.stdout, done.stderr

    def run_process(self, *arguments: str) -> tuple[int, str, str]:
        """Return the same of a process of its own, which also tells its failures."""
        done = subprocess.run(
            [sys.executable, "-m", "stockledger", *arguments],
            env=self._variables(),
            capture_output=True,
            text=True,
            timeout=90,
            check=False,
        )
        return done.returncode, done.stdout, done.stderr

    def _variables(self) -> dict[str, str]:
        return {**self.environment, "INVENTORY_TENANT": self.tenant, "COLUMNS": "200"}

    def send(self, *arguments: str) -> dict[str, Any]:
        """Send one command and return its answer."""
        _, out, error = self.run("send", *arguments, "--as-json")
        assert out, error
        answer: dict[str, Any] = json.loads(out)
        return answer

    def with_settings(self, **changed: str) -> "Shell":
        """Return a shell with other settings."""
        return replace(self, environment={**self.environment, **changed})


@pytest.fixture(scope="module")
def quiet(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Topics and tables, and nobody who answers."""
    folder = tmp_path_factory.mktemp("quiet")
    installation = Installation(stack.addresses, folder, PARTITIONS).create()
    yield installation
    installation.close()


@pytest.fixture(scope="module")
def living(stack: Stack, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Installation]:
    """Everything that answers."""
    folder = tmp_path_factory.mktemp("living")
    installation = Installation(stack.addresses, folder, PARTITIONS).create()
    services = [installation.handler(), installation.projector()]
    for service in services:
        service.wait_ready()
    yield installation
    installation.close()


@pytest.fixture
def shell(quiet: Installation) -> Shell:
    return Shell(quiet.environment, "acme")


@pytest.fixture
def living_shell(living: Installation) -> Shell:
    return Shell(living.environment, f"acme-{uuid.uuid4().hex[:8]}")


def lamps_move(shell: Shell) -> dict[str, Any]:
    shell.send("CreateWarehouse", *NORTH, "-s", "name=North")
    shell.send("ReceiveStock", *LAMP, "-s", "quantity=10", "-s", "unit_cost=3.3333")
    order = ("-s", "reference.type=order", "-s", "reference.id=0815")
    return shell.send("IssueStock", *LAMP, "-s", "quantity=2.5", *order)


def test_topics_and_migrations_that_are_there_already_are_left_alone(shell: Shell) -> None:
    status, out, _ = shell.run("topics", "--json")
    assert (status, json.loads(out)["created"], json.loads(out)["partitions"]) == (0, [], 4)
    status, out, _ = shell.run("migrate", "--json")
    assert (status, json.loads(out)) == (0, {"applied": []})


def test_topics_of_another_shape_are_refused(shell: Shell) -> None:
    status, _, error = shell.with_settings(INVENTORY_PARTITIONS="5").run_process("topics")
    assert status == 2
    assert "has 4 partitions, INVENTORY_PARTITIONS says 5" in error


def test_a_command_is_sent_and_its_answer_is_shown(living_shell: Shell) -> None:
    lamps_move(living_shell)
    accepted = living_shell.run("send", "IssueStock", *LAMP, "-s", "quantity=1")
    assert accepted[0] == 0
    assert f"IssueStock {living_shell.tenant} accepted item/NORTH/LAMP v4" in accepted[1]
    refused = living_shell.run("send", "IssueStock", *LAMP, "-s", "quantity=100")
    assert refused[0] == 1
    assert "refused INVENTORY_INSUFFICIENT_STOCK" in refused[1]


def test_the_same_id_again_gets_the_same_answer(living_shell: Shell) -> None:
    lamps_move(living_shell)
    once = living_shell.send("IssueStock", *LAMP, "-s", "quantity=1", "--id", "sale-1")
    again = living_shell.send("IssueStock", *LAMP, "-s", "quantity=1", "--id", "sale-1")
    assert once == again


def test_a_file_of_commands_is_sent_in_order(living_shell: Shell, tmp_path: Path) -> None:
    lamps_move(living_shell)
    data = {"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 1}
    sale = {"type": "IssueStock", "tenant": living_shell.tenant, "data": data}
    event = {"specversion": "1.0", "type": "IssueStock", "data": data}
    lines = [*[sale] * 7, event, sale]
    file = tmp_path / "sales.jsonl"
    file.write_text("\n\n".join(json.dumps(line) for line in lines))
    status, out, error = living_shell.run("send", "--file", str(file))
    assert (status, out.splitlines()[-1]) == (1, "7 accepted, 2 refused"), error
    with pytest.raises(NotACommand, match="line 2: not JSON"):
        living_shell.run("send", "--file", "-", text=f"{json.dumps(sale)}\nnonsense\n")


def test_no_answer_in_time_is_status_three(shell: Shell) -> None:
    status, _, error = shell.run("send", "SetDefaultWarehouse", *NORTH, "--timeout", "1")
    assert status == 3
    assert "no answer within 1 s" in error


def test_a_server_that_is_not_there_is_status_two(shell: Shell) -> None:
    nowhere = shell.with_settings(INVENTORY_KAFKA_BOOTSTRAP_SERVERS="127.0.0.1:1")
    status, _, error = nowhere.run_process("send", "MoveBin")
    assert status == 2
    assert "no Kafka answers at 127.0.0.1:1" in error


def test_tail_shows_results_events_and_levels(living_shell: Shell) -> None:
    issued = lamps_move(living_shell)
    tenant = living_shell.tenant

    def tail(stream: str, *more: str) -> str:
        first = ("--from-beginning", "-n", "1", "--tenant", tenant)
        return living_shell.run("tail", stream, *first, *more)[1]

    place = f"{issued['partition']}-{issued['position']}"
    assert f"{place} {tenant} IssueStock accepted" in tail("results", "--type", "IssueStock")
    moved = "StockIssued item/NORTH/LAMP v3  available -2.5 = 7.5  customer +2.5 = 2.5"
    assert moved in tail("events", "--type", "StockIssued")
    assert f"{tenant}/NORTH/LAMP version" in tail("levels")
    assert json.loads(tail("events", "--as-json"))["headers"]["ce_tenantid"] == tenant


def test_verify_finds_nothing_in_a_right_ledger(living_shell: Shell) -> None:
    lamps_move(living_shell)
    living_shell.run("send", "IssueStock", *LAMP, "-s", "quantity=100")
    status, out, error = living_shell.run("verify", "--kafka")
    assert status == 0, out + error
    assert "nothing found" in out
    status, out, _ = living_shell.run("verify", "--json", "--tenant", living_shell.tenant)
    assert (status, json.loads(out)["clean"]) == (0, True)


def test_verify_without_a_database_is_status_two(shell: Shell) -> None:
    nowhere = shell.with_settings(INVENTORY_POSTGRES_DSN="postgresql://127.0.0.1:1/x")
    status, _, error = nowhere.run_process("verify")
    assert status == 2
    assert "no PostgreSQL answers" in error
