"""Processor time by process: what a rate on shared cores is made of, and steadier than the rate."""

import contextlib
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import psutil

from stockledger.dev.stack import EmbeddedStack, Stack
from tests.support.installation import ServiceProcess


@dataclass(frozen=True, slots=True)
class Spent:
    """Processor time of each part (µs a command), and the share of all cores that others used."""

    microseconds: Mapping[str, float]
    foreign_share: float


class ProcessorTime:
    """What the parts of the whole have used since this was made."""

    def __init__(self, stack: Stack, services: Sequence[ServiceProcess]) -> None:
        self._groups = {"services": [service.pid for service in services]}
        if isinstance(stack, EmbeddedStack):
            self._groups |= {"Kafka": [stack.kafka.pid], "PostgreSQL": [stack.postgres.pid]}
        self._groups["load and reader"] = [psutil.Process().pid]
        self._begun = self._seconds()
        self._begun_machine = _machine()
        self._begun_at = time.monotonic()

    def spent(self, commands: int) -> Spent:
        """Return what was used for so many commands."""
        used = {part: end - self._begun[part] for part, end in self._seconds().items()}
        capacity = (time.monotonic() - self._begun_at) * (psutil.cpu_count() or 1)
        foreign = _machine() - self._begun_machine - sum(used.values())
        return Spent(
            {part: 1e6 * seconds / commands for part, seconds in used.items()},
            max(foreign, 0.0) / capacity,
        )

    def _seconds(self) -> Mapping[str, float]:
        return {
            part: sum(_with_children(pid) if part == "PostgreSQL" else _own(pid) for pid in pids)
            for part, pids in self._groups.items()
        }


def _machine() -> float:
    times = psutil.cpu_times()
    return times.user + times.nice + times.system


def _own(pid: int) -> float:
    times = psutil.Process(pid).cpu_times()
    return times.user + times.system


def _with_children(pid: int) -> float:
    process = psutil.Process(pid)
    seconds = _own(pid) + process.cpu_times().children_user + process.cpu_times().children_system
    for child in process.children():
        with contextlib.suppress(psutil.NoSuchProcess):
            seconds += _own(child.pid)
    return seconds
