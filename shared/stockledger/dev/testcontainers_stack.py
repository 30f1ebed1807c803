"""The stack in containers (testcontainers), with the settings of the embedded servers."""

import contextlib
import secrets
from collections.abc import Callable, Mapping

import docker  # type: ignore[import-untyped] # published without types
from docker.errors import DockerException  # type: ignore[import-untyped] # the same
from testcontainers.community.postgres import PostgresContainer
from testcontainers.core.container import DockerContainer
from testcontainers.core.wait_strategies import LogMessageWaitStrategy

from stockledger.dev import embedded_kafka, embedded_postgres
from stockledger.dev.child_processes import StackFailed
from stockledger.dev.ports import free_ports

KAFKA_IMAGE = "apache/kafka:4.3.1"
POSTGRES_IMAGE = "postgres:18"
# Where the broker listens inside its container; outside it is a free port.
KAFKA_PORT_INSIDE = 9092
CONTROLLER_PORT_INSIDE = 9093
# Includes pulling neither image: docker does that before it starts a container.
READY_SECONDS_MAX = 120
# What the image decides itself: where to listen inside its container.
SETTINGS_OF_THE_IMAGE = frozenset({"listen_addresses", "unix_socket_directories"})


class ContainerServers:
    """One Kafka and one PostgreSQL container; `stop` removes both with their data."""

    __slots__ = ("_running", "kafka_address", "postgres_dsn")

    def __init__(self, report: Callable[[str], None]) -> None:
        with contextlib.ExitStack() as started:
            self._running = started
            try:
                report(f"starting {POSTGRES_IMAGE} in a container")
                self.postgres_dsn = self._start_postgres()
                report(f"starting {KAFKA_IMAGE} in a container")
                self.kafka_address = self._start_kafka()
            except DockerException as cause:
                raise StackFailed(
                    f"A container did not start: {cause}\nCan docker pull {KAFKA_IMAGE} and "
                    f"{POSTGRES_IMAGE}? Without INVENTORY_STACK=containers none is needed."
                ) from cause
            self._running = started.pop_all()

    def stop(self) -> None:
        self._running.close()

    def _start_postgres(self) -> str:
        container = PostgresContainer(
            POSTGRES_IMAGE,
            username=embedded_postgres.USER,
            password=secrets.token_urlsafe(embedded_postgres.PASSWORD_BYTES),
            dbname=embedded_postgres.DATABASE,
            driver=None,
        )
        container.with_command(["postgres", *_postgres_options()])
        self._running.callback(container.stop)
        container.start()
        return container.get_connection_url()

    def _start_kafka(self) -> str:
        container = DockerContainer(KAFKA_IMAGE)
        # The broker tells clients where to come back to: the port must be known before it starts.
        (port,) = free_ports(1)
        address = f"{container.get_docker_client().host()}:{port}"
        container.with_bind_ports(KAFKA_PORT_INSIDE, port)
        container.with_envs(**kafka_variables(address))
        container.waiting_for(
            LogMessageWaitStrategy("Kafka Server started").with_startup_timeout(READY_SECONDS_MAX)
        )
        self._running.callback(container.stop)
        container.start()
        return address


def docker_answers(environment: Mapping[str, str]) -> bool:
    """Whether a Docker API answers, the one that DOCKER_HOST names or the usual socket."""
    try:
        with contextlib.closing(docker.from_env(environment=dict(environment))) as client:
            return bool(client.ping())  # pyright: ignore[reportUnknownMemberType] # no types
    except DockerException:
        return False


def kafka_variables(address: str) -> dict[str, str]:
    """Return the settings in the form of the image: KAFKA_ and the name in capitals.

    `address` ("host:port") is where clients outside the container reach the broker.
    """
    settings = {
        **embedded_kafka.SETTINGS,
        "listeners": f"PLAINTEXT://:{KAFKA_PORT_INSIDE},CONTROLLER://:{CONTROLLER_PORT_INSIDE}",
        "advertised.listeners": f"PLAINTEXT://{address}",
        "controller.quorum.voters": f"1@localhost:{CONTROLLER_PORT_INSIDE}",
    }
    return {f"KAFKA_{name.upper().replace('.', '_')}": value for name, value in settings.items()}


def _postgres_options() -> list[str]:
    return [
        text
        for name, value in embedded_postgres.SETTINGS.items()
        if name not in SETTINGS_OF_THE_IMAGE
        for text in ("-c", f"{name}={value}")
    ]
