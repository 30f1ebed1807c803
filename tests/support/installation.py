"""One installation of Stockledger for a test: topics, a database, and its real processes."""

import asyncio
import os
import signal
import subprocess
import sys
import urllib.error
import urllib.request
import uuid
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from stockledger.config import Settings
from stockledger.dev.ports import free_ports
from stockledger.dev.stack import StackAddresses
from stockledger.topics import ensure_topics
from tests.support.databases import address_of, create_database, drop_database
from tests.support.waiting import wait_until

PARTITIONS: Final = 4
"""Enough to spread tenants over two handlers, few enough to be made quickly."""


class ServiceProcess:
    """One process of a service; its log goes to a file that a failing test shows."""

    def __init__(self, module: str, environment: Mapping[str, str], log_file: Path) -> None:
        (self.port,) = free_ports(1)
        self.log_file = log_file
        self._log = log_file.open("ab")
        self._process = subprocess.Popen(
            [sys.executable, "-m", module],
            env={**environment, "INVENTORY_HTTP_PORT": str(self.port)},
            stdout=self._log,
            stderr=subprocess.STDOUT,
        )

    @property
    def pid(self) -> int:
        """The process's id."""
        return self._process.pid

    @property
    def is_running(self) -> bool:
        """Whether the process is there, frozen ones included."""
        return self._process.poll() is None

    def get(self, path: str) -> tuple[int, str]:
        """Return status and body of one of the service's pages; status 0: no answer."""
        try:
            with urllib.request.urlopen(
                f"http://127.0.0.1:{self.port}{path}", timeout=6
            ) as response:
                return response.status, response.read().decode()
        except urllib.error.HTTPError as error:
            return error.code, error.read().decode()
        except (urllib.error.URLError, ConnectionError, TimeoutError):
            return 0, ""

    def wait_ready(self, seconds: float = 40) -> "ServiceProcess":
        """Wait until the service says that it is ready."""

        def is_ready() -> bool:
            assert self.is_running, f"ended: {self.log_file.read_text()[-3000:]}"
            return self.get("/readyz")[0] == 200

        wait_until(is_ready, f"{self.log_file.name} ready", seconds)
        return self

    def wait_ended(self, seconds: float = 30) -> int:
        """Wait until the process ended by itself; return its exit status."""
        wait_until(lambda: not self.is_running, f"{self.log_file.name} ended", seconds)
        return self._process.wait()

    def kill(self) -> None:
        """End the process at whatever instruction it is."""
        self._process.kill()
        self._process.wait()
        self._log.close()

    def freeze(self) -> None:
        """Stop the process where it is."""
        self._process.send_signal(signal.SIGSTOP)

    def thaw(self) -> None:
        """Let the process go on."""
        self._process.send_signal(signal.SIGCONT)

    def terminate(self, seconds: float = 30) -> int:
        """Ask the process to end, and return its exit status."""
        self._process.send_signal(signal.SIGCONT)
        self._process.terminate()
        try:
            return self._process.wait(seconds)
        finally:
            self.kill()


class Installation:
    """Topics under a prefix of their own and a database of its own, on a shared stack."""

    def __init__(self, addresses: StackAddresses, folder: Path, partitions: int) -> None:
        name = f"t{uuid.uuid4().hex[:10]}"
        self.admin_dsn = addresses.postgres
        self.dsn = address_of(addresses.postgres, name)
        self.database = name
        self._folder = folder
        self._services: list[ServiceProcess] = []
        self.environment = {
            **os.environ,
            "INVENTORY_KAFKA_BOOTSTRAP_SERVERS": addresses.kafka,
            "INVENTORY_POSTGRES_DSN": self.dsn,
            "INVENTORY_TOPIC_PREFIX": f"{name}.",
            "INVENTORY_PARTITIONS": str(partitions),
            "INVENTORY_LOG_LEVEL": "info",
        }
        self.settings = Settings.model_validate(
            {
                "kafka_bootstrap_servers": addresses.kafka,
                "postgres_dsn": self.dsn,
                "topic_prefix": f"{name}.",
                "partitions": partitions,
            }
        )

    def create(self) -> "Installation":
        """Make the database, its tables and the topics."""
        asyncio.run(self._create())
        return self

    def handler(self, **more: str) -> ServiceProcess:
        """Start a command handler, with further settings by their environment names."""
        return self.service("stockledger_command_handler", more)

    def projector(self, **more: str) -> ServiceProcess:
        """Start a projector, with further settings by their environment names."""
        return self.service("stockledger_projector", more)

    def scheduler(self, **more: str) -> ServiceProcess:
        """Start a scheduler, with further settings by their environment names."""
        return self.service("stockledger_scheduler", more)

    def notifier(self, **more: str) -> ServiceProcess:
        """Start a notifier, with further settings by their environment names."""
        return self.service("stockledger_notifier", more)

    def close(self) -> None:
        """End all processes and drop the database."""
        for service in self._services:
            service.kill()
        asyncio.run(drop_database(self.admin_dsn, self.database))

    def service(self, module: str, more: Mapping[str, str]) -> ServiceProcess:
        """Start any module as a process of this installation."""
        log_file = self._folder / f"{module}-{len(self._services)}.log"
        service = ServiceProcess(module, {**self.environment, **more}, log_file)
        self._services.append(service)
        return service

    async def _create(self) -> None:
        await create_database(self.admin_dsn, self.database, self.settings.partitions)
        await ensure_topics(self.settings)
