"""Which stack is taken, as far as no server is needed to see it."""

from pathlib import Path

import pytest

from stockledger.dev import kafka_jars
from stockledger.dev.child_processes import StackFailed
from stockledger.dev.ports import free_ports
from stockledger.dev.stack import StackAddresses, start_stack
from stockledger.dev.testcontainers_stack import docker_answers, kafka_variables

KAFKA = {"INVENTORY_KAFKA_BOOTSTRAP_SERVERS": "north:9092"}
POSTGRES = {"INVENTORY_POSTGRES_DSN": "postgresql://keeper@north/stock"}


def test_addresses_in_the_environment_win_and_nothing_is_started(tmp_path: Path) -> None:
    environment = {**KAFKA, **POSTGRES, "INVENTORY_STACK": "containers"}
    stack = start_stack(tmp_path / "data", environment=environment, report=print)
    stack.stop()
    assert stack.addresses == StackAddresses("north:9092", "postgresql://keeper@north/stock")
    assert not (tmp_path / "data").exists()


@pytest.mark.parametrize(
    ("given", "missing"),
    [(KAFKA, "INVENTORY_POSTGRES_DSN"), (POSTGRES, "INVENTORY_KAFKA_BOOTSTRAP_SERVERS")],
)
def test_half_of_the_addresses_is_refused(
    tmp_path: Path, given: dict[str, str], missing: str
) -> None:
    with pytest.raises(StackFailed, match=f"{missing} is missing"):
        start_stack(tmp_path, environment=given, report=print)


def test_an_unknown_kind_of_stack_is_refused(tmp_path: Path) -> None:
    with pytest.raises(StackFailed, match="may be embedded or containers"):
        start_stack(tmp_path, environment={"INVENTORY_STACK": "cloud"}, report=print)


def test_a_docker_api_that_does_not_answer_is_no_error() -> None:
    (nobody,) = free_ports(1)
    assert not docker_answers({"DOCKER_HOST": f"tcp://127.0.0.1:{nobody}"})


def test_the_container_runs_with_the_settings_of_the_embedded_broker() -> None:
    variables = kafka_variables("north:29092")
    assert variables["KAFKA_AUTO_CREATE_TOPICS_ENABLE"] == "false"
    assert variables["KAFKA_ADVERTISED_LISTENERS"] == "PLAINTEXT://north:29092"


def test_free_ports_differ_and_stay_below_those_of_outgoing_connections() -> None:
    ports = free_ports(20)
    assert len(set(ports)) == 20
    assert all(20_000 <= port < 30_000 for port in ports)


def test_the_lock_names_every_jar_once_with_a_checksum_and_no_address() -> None:
    checksums = kafka_jars.read_lock(kafka_jars.LOCK_FILE)
    assert {"kafka_2.13-4.3.1.jar", "slf4j-simple-1.7.36.jar"} <= checksums.keys()
    assert all(len(checksum) == 64 for checksum in checksums.values())
    assert "//" not in kafka_jars.LOCK_FILE.read_text(encoding="ascii")


@pytest.mark.parametrize("contents", [b"LAMP, tampered", None])
def test_a_jar_that_differs_or_is_missing_is_refused(
    tmp_path: Path, contents: bytes | None
) -> None:
    (tmp_path / "lamp.jar").write_bytes(b"LAMP")
    (line,) = kafka_jars.lock_lines(tmp_path)
    (tmp_path / "lock").write_text(f"# made here\n{line}\n")
    checksums = kafka_jars.read_lock(tmp_path / "lock")
    kafka_jars.verify(tmp_path, checksums)
    (tmp_path / "lamp.jar").unlink()
    if contents is not None:
        (tmp_path / "lamp.jar").write_bytes(contents)
    with pytest.raises(StackFailed, match=r"lamp\.jar is not the jar"):
        kafka_jars.verify(tmp_path, checksums)
