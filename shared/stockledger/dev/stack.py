"""Which Kafka and PostgreSQL are used: the one place that decides.

1. Addresses in the environment: those.
2. INVENTORY_STACK=containers and a Docker API that answers: containers.
3. Otherwise: embedded, as children of this process, with their data in a folder.
"""

import contextlib
import fcntl
import signal
import threading
import time
from collections.abc import Callable, Generator, Mapping
from concurrent.futures import ThreadPoolExecutor, as_completed
from dataclasses import dataclass
from pathlib import Path
from types import FrameType
from typing import IO, Protocol

from stockledger.dev import kafka_jars
from stockledger.dev.child_processes import ChildSpawner, ProcessRecords, StackFailed
from stockledger.dev.embedded_kafka import EmbeddedKafka
from stockledger.dev.embedded_postgres import EmbeddedPostgres
from stockledger.dev.ports import free_ports
from stockledger.dev.testcontainers_stack import ContainerServers, docker_answers

KAFKA_VARIABLE = "INVENTORY_KAFKA_BOOTSTRAP_SERVERS"
POSTGRES_VARIABLE = "INVENTORY_POSTGRES_DSN"
STACK_VARIABLE = "INVENTORY_STACK"

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class StackAddresses:
    """Where the servers answer: `kafka` as "host:port", `postgres` as the DSN of an owner."""

    kafka: str
    postgres: str


class Stack(Protocol):
    """A Kafka and a PostgreSQL that answer."""

    @property
    def addresses(self) -> StackAddresses: ...

    def stop(self) -> None: ...


@dataclass(frozen=True, slots=True)
class GivenStack:
    """Servers that somebody else runs: `stop` leaves them alone."""

    addresses: StackAddresses

    def stop(self) -> None:
        return


class ContainerStack:
    """Containers that were started for this process, and that `stop` removes."""

    __slots__ = ("_servers",)

    def __init__(self, servers: ContainerServers) -> None:
        self._servers = servers

    @property
    def addresses(self) -> StackAddresses:
        return StackAddresses(
            kafka=self._servers.kafka_address, postgres=self._servers.postgres_dsn
        )

    def stop(self) -> None:
        self._servers.stop()


class EmbeddedStack:
    """Both servers as children of this process; chaos tests kill, freeze and restart them."""

    __slots__ = ("_lock", "_spawner", "kafka", "postgres")

    def __init__(
        self, kafka: EmbeddedKafka, postgres: EmbeddedPostgres, spawner: ChildSpawner, lock: IO[str]
    ) -> None:
        self.kafka = kafka
        self.postgres = postgres
        self._spawner = spawner
        self._lock = lock

    @property
    def addresses(self) -> StackAddresses:
        return StackAddresses(kafka=self.kafka.bootstrap_servers, postgres=self.postgres.dsn)

    def start(self, report: Report) -> None:
        """Start both at once; when one fails or the caller is interrupted, stop both."""
        with contextlib.ExitStack() as when_it_fails:
            when_it_fails.callback(self.stop)
            with ThreadPoolExecutor(max_workers=2, thread_name_prefix="stack-start") as threads:
                self._start_both(threads, report)
            when_it_fails.pop_all()

    def stop(self) -> None:
        """End both at once and free the data folder; stopping twice is harmless."""
        try:
            with ThreadPoolExecutor(max_workers=2, thread_name_prefix="stack-stop") as threads:
                ends = [threads.submit(self.kafka.stop), threads.submit(self.postgres.stop)]
            for end in ends:
                end.result()
        finally:
            self._spawner.close()
            self._lock.close()

    def _start_both(self, threads: ThreadPoolExecutor, report: Report) -> None:
        began = time.monotonic()
        cancelled = threading.Event()

        def start(name: str, server: EmbeddedKafka | EmbeddedPostgres) -> None:
            server.start(cancelled)
            report(f"{name} on port {server.port} after {time.monotonic() - began:.1f} s")

        with contextlib.ExitStack() as in_any_case:
            in_any_case.callback(cancelled.set)
            starts = [
                threads.submit(start, "PostgreSQL", self.postgres),
                threads.submit(start, "Kafka", self.kafka),
            ]
            for finished in as_completed(starts):
                finished.result()


def start_stack(data_dir: Path, *, environment: Mapping[str, str], report: Report) -> Stack:
    """Give a Kafka and a PostgreSQL that answer, started when nobody runs them yet.

    `data_dir` keeps the data of the embedded servers between runs. StackFailed says what to do
    when there is no stack to be had: half-given addresses, a failed download, a folder in use.
    """
    given = _given_addresses(environment)
    if given is not None:
        report("using the Kafka and PostgreSQL that the environment names")
        return GivenStack(given)
    if _containers_wanted(environment):
        if docker_answers(environment):
            return ContainerStack(ContainerServers(report))
        report("no Docker API answers: using the embedded servers")
    return start_embedded_stack(data_dir, environment=environment, report=report)


def start_embedded_stack(
    data_dir: Path, *, environment: Mapping[str, str], report: Report
) -> EmbeddedStack:
    """Start both embedded servers on free ports, with their data in `data_dir`."""
    folder = data_dir.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with contextlib.ExitStack() as when_it_fails:
        lock = when_it_fails.enter_context(_lock_folder(folder))
        spawner = when_it_fails.enter_context(contextlib.closing(ChildSpawner()))
        records = ProcessRecords(folder / "processes")
        records.end_orphans(report)
        jars = kafka_jars.locked_jars(kafka_jars.cache_folder(environment), report)
        ports = free_ports(3)
        kafka = EmbeddedKafka(
            folder / "kafka", ports[0], ports[1], jars=jars, spawner=spawner, records=records
        )
        postgres = EmbeddedPostgres(folder / "postgres", ports[2], spawner=spawner, records=records)
        stack = EmbeddedStack(kafka, postgres, spawner, lock)
        stack.start(report)
        when_it_fails.pop_all()
    return stack


@contextlib.contextmanager
def running_stack(
    data_dir: Path, *, environment: Mapping[str, str], report: Report
) -> Generator[Stack]:
    """Keep a stack for the length of a `with` block, ended also by Ctrl-C and SIGTERM."""
    with _termination_unwinds():
        stack = start_stack(data_dir, environment=environment, report=report)
        try:
            yield stack
        finally:
            stack.stop()


def _given_addresses(environment: Mapping[str, str]) -> StackAddresses | None:
    kafka, postgres = environment.get(KAFKA_VARIABLE), environment.get(POSTGRES_VARIABLE)
    if not kafka and not postgres:
        return None
    if not kafka or not postgres:
        missing = POSTGRES_VARIABLE if kafka else KAFKA_VARIABLE
        raise StackFailed(
            f"{missing} is missing: name both servers, with {KAFKA_VARIABLE} and "
            f"{POSTGRES_VARIABLE}, or neither, and both are started here."
        )
    return StackAddresses(kafka=kafka, postgres=postgres)


def _containers_wanted(environment: Mapping[str, str]) -> bool:
    wanted = environment.get(STACK_VARIABLE, "") or "embedded"
    if wanted not in {"embedded", "containers"}:
        raise StackFailed(f"{STACK_VARIABLE} is {wanted!r}: it may be embedded or containers.")
    return wanted == "containers"


def _lock_folder(folder: Path) -> IO[str]:
    """Lock `folder` for this process; the lock ends with the process, however it ends."""
    lock = (folder / "lock").open("a", encoding="utf-8")
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        lock.close()
        raise StackFailed(
            f"Another process runs its servers in {folder}: end it first, or use another folder."
        ) from None
    return lock


@contextlib.contextmanager
def _termination_unwinds() -> Generator[None]:
    """Let SIGTERM unwind the main thread as Ctrl-C does, unless somebody handles it already."""
    in_main_thread = threading.current_thread() is threading.main_thread()
    if not in_main_thread or signal.getsignal(signal.SIGTERM) is not signal.SIG_DFL:
        yield
        return
    signal.signal(signal.SIGTERM, _exit_terminated)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_DFL)


def _exit_terminated(number: int, _frame: FrameType | None) -> None:
    raise SystemExit(128 + number)
