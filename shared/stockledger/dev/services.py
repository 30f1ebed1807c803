"""The services as child processes: started, started again when they die, ended in the end."""

import asyncio
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from signal import SIGTERM
from typing import Final

import httpx
from prometheus_client.parser import text_string_to_metric_families

from stockledger.dev.child_processes import (
    ChildCommand,
    ChildProcess,
    ChildSpawner,
    ProcessRecords,
    StackFailed,
    log_tail,
)
from stockledger.dev.ports import LOOPBACK, usual_or_free

RESTART_SECONDS: Final = (0.5, 1.0, 2.0, 5.0)
"""Pauses before a service that died is started again; the last one repeats."""

LOOK_SECONDS: Final = 0.5
"""How often it is looked whether a service still runs."""

READY_SECONDS_MAX: Final = 60.0
"""How long services may take until they are ready the first time."""

STOP_SECONDS_MAX: Final = 8.0
"""How long a service may finish its work; then it is killed, which loses nothing."""

ASK_SECONDS: Final = 1.0
"""How long a service on this machine may take to answer."""

_LAG: Final = "inventory_consumer_lag_records"


@dataclass(slots=True)
class Service:
    """One service: its module, its HTTP port, and how it does."""

    name: str
    module: str
    port: int
    log_file: Path
    restarts: int = 0
    lag: float | None = None
    process: ChildProcess | None = None

    @property
    def address(self) -> str:
        return f"http://{LOOPBACK}:{self.port}"


@dataclass(slots=True)
class Services:
    """All services of the demo. `notes` says what happened to them, the latest last."""

    folder: Path
    environment: Mapping[str, str]
    every: Sequence[Service] = ()
    notes: list[str] = field(default_factory=list[str])
    _spawner: ChildSpawner = field(default_factory=ChildSpawner)

    @classmethod
    def of(cls, folder: Path, environment: Mapping[str, str]) -> "Services":
        """Return the services, not started; their ports are the usual ones when free."""
        logs = folder / "logs"
        logs.mkdir(parents=True, exist_ok=True)
        every = [
            Service(name, module, usual_or_free(port), logs / f"{name}.log")
            for name, module, port in (
                ("command-handler", "stockledger_command_handler", 8081),
                ("projector", "stockledger_projector", 8082),
                ("scheduler", "stockledger_scheduler", 8083),
                ("notifier", "stockledger_notifier", 8084),
            )
        ]
        return cls(folder, environment, every)

    def start(self) -> None:
        """Start all of them."""
        for service in self.every:
            self._spawn(service)

    async def ready(self) -> None:
        """Wait until all are ready; StackFailed with the end of the log when one is not."""
        deadline = asyncio.get_running_loop().time() + READY_SECONDS_MAX
        async with httpx.AsyncClient(timeout=ASK_SECONDS) as client:
            for service in self.every:
                while not await _is_ready(client, service):
                    if asyncio.get_running_loop().time() > deadline:
                        raise StackFailed(
                            f"{service.name} is not ready. The end of {service.log_file}:\n"
                            f"{log_tail(service.log_file)}"
                        )
                    await asyncio.sleep(LOOK_SECONDS)

    async def keep_running(self) -> None:
        """Start again what dies, until cancelled."""
        async with asyncio.TaskGroup() as tasks:
            for service in self.every:
                tasks.create_task(self._keep(service))

    async def watch_lag(self) -> None:
        """Ask each service for its lag again and again, until cancelled."""
        async with httpx.AsyncClient(timeout=ASK_SECONDS) as client:
            while True:
                for service in self.every:
                    service.lag = await _lag(client, service)
                await asyncio.sleep(1.0)

    async def stop(self) -> None:
        """End all of them at once."""
        running = [service.process for service in self.every if service.process is not None]
        await asyncio.gather(
            *(asyncio.to_thread(process.stop, STOP_SECONDS_MAX) for process in running)
        )
        self._spawner.close()

    async def _keep(self, service: Service) -> None:
        while True:
            await asyncio.sleep(LOOK_SECONDS)
            process = service.process
            if process is None or process.is_running():
                continue
            pause = RESTART_SECONDS[min(service.restarts, len(RESTART_SECONDS) - 1)]
            self.notes.append(f"{service.name} died; started again after {pause:g} s")
            await asyncio.sleep(pause)
            process.stop()
            service.restarts += 1
            self._spawn(service)

    def _spawn(self, service: Service) -> None:
        command = ChildCommand(
            name=service.name,
            arguments=(sys.executable, "-m", service.module),
            environment={**self.environment, "INVENTORY_HTTP_PORT": str(service.port)},
            log_file=service.log_file,
            stop_signal=SIGTERM,
        )
        records = ProcessRecords(self.folder / "processes")
        service.process = ChildProcess(command, self._spawner, records)


async def _is_ready(client: httpx.AsyncClient, service: Service) -> bool:
    try:
        return (await client.get(f"{service.address}/readyz")).is_success
    except httpx.HTTPError:
        return False


async def _lag(client: httpx.AsyncClient, service: Service) -> float | None:
    try:
        text = (await client.get(f"{service.address}/metrics")).text
    except httpx.HTTPError:
        return None
    # The parser takes a millisecond for ten lines: only those that are looked for.
    lines = "\n".join(line for line in text.splitlines() if _LAG in line)
    return sum(
        sample.value
        for family in text_string_to_metric_families(lines)
        if family.name == _LAG
        for sample in family.samples
    )
