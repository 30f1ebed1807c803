"""The embedded stack on its own: started, used, restarted, killed, orphaned, refused."""

import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager, suppress
from pathlib import Path

import asyncpg
import psutil
import pytest
from confluent_kafka import KafkaError, KafkaException
from confluent_kafka.admin import AdminClient

from stockledger.dev import kafka_jars
from stockledger.dev.child_processes import StackFailed
from stockledger.dev.ports import free_ports
from stockledger.dev.stack import EmbeddedStack, start_embedded_stack
from tests.support.stack_clients import consume, create_topic, execute, produce

REPOSITORY = Path(__file__).parents[2]
SECONDS_MAX = 30.0
FROZEN_SECONDS = 1.0


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("stack")


@pytest.fixture(scope="module")
def stack(folder: Path) -> Generator[EmbeddedStack]:
    started = start_embedded_stack(folder, environment=os.environ, report=print)
    yield started
    started.stop()


async def test_postgres_answers_a_query_durably_and_on_the_loopback_only(
    stack: EmbeddedStack,
) -> None:
    connection = await asyncpg.connect(stack.addresses.postgres)
    answers = [
        await connection.fetchval("select 1"),
        await connection.fetchval("show fsync"),
        await connection.fetchval("show listen_addresses"),
    ]
    await connection.close()
    assert answers == [1, "on", "127.0.0.1"]


async def test_postgres_asks_for_the_password(stack: EmbeddedStack) -> None:
    with pytest.raises(asyncpg.InvalidPasswordError):
        await asyncpg.connect(stack.addresses.postgres, password="guessed")


def test_kafka_keeps_a_message_for_a_foreign_consumer(stack: EmbeddedStack) -> None:
    create_topic(stack, "lamps")
    produce(stack, "lamps", b"LAMP received in NORTH")
    assert consume(stack, "lamps") == b"LAMP received in NORTH"


def test_kafka_creates_no_topic_by_itself(stack: EmbeddedStack) -> None:
    with pytest.raises(KafkaException) as refused:
        produce(stack, "lmaps", b"LAMP")
    assert refused.value.args[0].code() == KafkaError.UNKNOWN_TOPIC_OR_PART


@pytest.mark.long
def test_two_stacks_at_once_share_neither_ports_nor_processes(
    stack: EmbeddedStack, tmp_path: Path
) -> None:
    other = start_embedded_stack(tmp_path, environment=os.environ, report=print)
    try:
        assert other.addresses.kafka != stack.addresses.kafka
        assert {other.kafka.pid, other.postgres.pid}.isdisjoint(pids(stack))
    finally:
        other.stop()
    assert all(lives(pid) for pid in pids(stack))


def test_a_second_starter_in_the_same_folder_is_refused(stack: EmbeddedStack, folder: Path) -> None:
    with pytest.raises(StackFailed, match="Another process runs its servers in"):
        start_embedded_stack(folder, environment=os.environ, report=print)
    assert all(lives(pid) for pid in pids(stack))


@pytest.mark.parametrize("end", [pytest.param("stopped", marks=pytest.mark.long), "killed"])
async def test_restarted_servers_keep_their_addresses_and_data(
    stack: EmbeddedStack, end: str
) -> None:
    addresses, before = stack.addresses, pids(stack)
    create_topic(stack, f"lamps-{end}")
    produce(stack, f"lamps-{end}", b"LAMP")
    await execute(stack, "create table shelf as select 'LAMP' as sku")
    if end == "killed":
        stack.kafka.kill()
        stack.postgres.kill()
    stack.kafka.restart()
    stack.postgres.restart()
    assert stack.addresses == addresses
    assert before.isdisjoint(pids(stack))
    assert consume(stack, f"lamps-{end}") == b"LAMP"
    assert await execute(stack, "select sku from shelf") == "LAMP"
    await execute(stack, "drop table shelf")


def test_a_frozen_kafka_is_silent_until_it_is_thawed(stack: EmbeddedStack) -> None:
    client = AdminClient({"bootstrap.servers": stack.addresses.kafka})
    client.list_topics(timeout=SECONDS_MAX)
    stack.kafka.freeze()
    with pytest.raises(KafkaException):
        client.list_topics(timeout=FROZEN_SECONDS)
    stack.kafka.thaw()
    assert client.list_topics(timeout=SECONDS_MAX).brokers


def test_servers_that_outlive_a_killed_parent_are_ended_by_the_next_start(tmp_path: Path) -> None:
    # Frozen, they cannot end by themselves when their parent dies.
    with stack_owner(tmp_path, "freeze") as (owner, orphans):
        owner.kill()
        owner.wait()
        assert all(lives(pid) for pid in orphans)
    reports: list[str] = []
    stack = start_embedded_stack(tmp_path, environment=os.environ, report=reports.append)
    stack.stop()
    assert reports[:2] == [
        f"ending the orphaned kafka (process {orphans[0]})",
        f"ending the orphaned postgres (process {orphans[1]})",
    ]
    assert not any(lives(pid) for pid in orphans)


@pytest.mark.parametrize(
    ("sent", "status"), [(signal.SIGINT, -signal.SIGINT), (signal.SIGTERM, 128 + signal.SIGTERM)]
)
def test_ctrl_c_and_sigterm_end_the_servers_cleanly(
    tmp_path: Path, sent: signal.Signals, status: int
) -> None:
    with stack_owner(tmp_path) as (owner, servers):
        owner.send_signal(sent)
        assert owner.wait(SECONDS_MAX) == status
        assert not any(lives(pid) for pid in servers)
    assert "database system is shut down" in (tmp_path / "postgres/postgres.log").read_text()
    assert (tmp_path / "kafka/data/.kafka_cleanshutdown").exists()
    assert list((tmp_path / "processes").iterdir()) == []


def test_when_postgres_cannot_start_its_log_is_shown_and_kafka_is_not_left_behind(
    tmp_path: Path,
) -> None:
    damaged = tmp_path / "postgres/data"
    damaged.mkdir(mode=0o700, parents=True)
    (damaged / "PG_VERSION").write_text("12\n")
    (tmp_path / "postgres/password").write_text("forgotten")
    with pytest.raises(StackFailed, match=r"postgres ended with status \d. The end of .+log:\n.+"):
        start_embedded_stack(tmp_path, environment=os.environ, report=print)
    assert list((tmp_path / "processes").iterdir()) == []
    assert not processes_naming(tmp_path)


def test_a_tampered_jar_is_refused_before_anything_starts(tmp_path: Path) -> None:
    genuine = kafka_jars.cache_folder(os.environ)
    copied = kafka_jars.cache_folder({"XDG_CACHE_HOME": str(tmp_path)})
    copied.mkdir(parents=True)
    for jar in kafka_jars.locked_jars(genuine, report=print):
        (copied / jar.name).symlink_to(jar)
    tampered = copied / "kafka_2.13-4.3.1.jar"
    contents = tampered.read_bytes()
    tampered.unlink()
    tampered.write_bytes(contents[:-1] + b"\xff")
    with pytest.raises(StackFailed, match=r"kafka_2\.13-4\.3\.1\.jar is not the jar"):
        start_embedded_stack(
            tmp_path / "stack", environment={"XDG_CACHE_HOME": str(tmp_path)}, report=print
        )
    assert not processes_naming(tmp_path)


def test_a_download_that_fails_says_what_to_do(tmp_path: Path) -> None:
    (nobody,) = free_ports(1)
    settings = {
        "HTTPS_PROXY": f"http://127.0.0.1:{nobody}",
        "M2_REPO": str(tmp_path / "maven"),
        "XDG_CACHE_HOME": str(tmp_path / "cache"),
    }
    ended = subprocess.run(
        [sys.executable, "-m", "tests.support.stack_owner", str(tmp_path / "stack")],
        cwd=REPOSITORY,
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        check=False,
        timeout=SECONDS_MAX,
    )
    assert ended.returncode == 1
    assert "Wanted: org.apache.kafka:kafka_2.13:4.3.1" in ended.stderr
    assert "JGO_CONFIG_FILE" in ended.stderr
    assert "INVENTORY_KAFKA_BOOTSTRAP_SERVERS" in ended.stderr


@contextmanager
def stack_owner(
    folder: Path, *options: str
) -> Generator[tuple[subprocess.Popen[str], tuple[int, int]]]:
    """Run the owner of a stack in a process of its own; give it and its servers' pids."""
    owner = subprocess.Popen(
        [sys.executable, "-m", "tests.support.stack_owner", str(folder), *options],
        cwd=REPOSITORY,
        # A Java elsewhere must not matter.
        env={**os.environ, "JAVA_HOME": str(folder / "no-java"), "CLASSPATH": "nowhere.jar"},
        stdout=subprocess.PIPE,
        text=True,
    )
    with owner:
        assert owner.stdout is not None
        kafka, postgres = owner.stdout.readline().split()
        try:
            yield owner, (int(kafka), int(postgres))
        finally:
            owner.kill()


def lives(pid: int) -> bool:
    """Tell whether it runs; one that only waits to be reaped does not."""
    try:
        return psutil.Process(pid).status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False


def pids(stack: EmbeddedStack) -> set[int]:
    return {stack.kafka.pid, stack.postgres.pid}


def processes_naming(folder: Path) -> list[int]:
    """Return the processes whose command line names something in `folder`."""
    found: list[int] = []
    for process in psutil.process_iter():
        with suppress(psutil.NoSuchProcess):
            if any(str(folder) in argument for argument in process.cmdline()):
                found.append(process.pid)
    return found
