"""Server processes of the embedded stack: started, recorded, stopped, and ended when orphaned.

Every child leads a session of its own, so that a Ctrl-C in the terminal reaches the parent only
and the parent decides the order of the end.
"""

import contextlib
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path

import psutil

from stockledger.errors import StockledgerError

# A clean stop takes about a second; on a loaded machine several. Beyond this it is SIGKILL.
STOP_SECONDS_MAX = 15.0
# The workers of a killed process notice its death by themselves, mostly within milliseconds.
WORKERS_SECONDS_MAX = 5.0
POLL_SECONDS = 0.01
LOG_TAIL_BYTES = 4_000


class StackFailed(StockledgerError):
    """The stack cannot run here; the message says what to do."""


class StartCancelled(StackFailed):
    """The start was given up because its other half failed or the caller was interrupted."""


@dataclass(frozen=True, slots=True)
class ChildCommand:
    """How to start one server: `prefix` changes the account, `log_file` takes both outputs."""

    name: str
    arguments: tuple[str, ...]
    environment: Mapping[str, str]
    log_file: Path
    stop_signal: signal.Signals
    prefix: tuple[str, ...] = ()


def start_mark(pid: int) -> str | None:
    """Tell a process from a later one with the same pid; None when there is none.

    On Linux the kernel's own tick count and the boot it counts from: steps of the clock, which
    shift the computed start time, do not change it.
    """
    try:
        if not sys.platform.startswith("linux"):
            return repr(psutil.Process(pid).create_time())
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
        after_name = Path(f"/proc/{pid}/stat").read_bytes().rpartition(b")")[2]
        return f"{boot}/{after_name.split()[19].decode('ascii')}"
    except (FileNotFoundError, ProcessLookupError, psutil.NoSuchProcess):
        return None


class ProcessRecords:
    """One small file a running child: what a next start needs to find and end an orphan."""

    __slots__ = ("_folder",)

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        folder.mkdir(parents=True, exist_ok=True)

    def add(self, name: str, pid: int, stop_signal: signal.Signals) -> None:
        record = {"pid": pid, "start_mark": start_mark(pid), "stop_signal": stop_signal.name}
        written = self._folder / f"{name}.writing"
        written.write_text(json.dumps(record), encoding="utf-8")
        written.replace(self._folder / f"{name}.json")

    def remove(self, name: str) -> None:
        (self._folder / f"{name}.json").unlink(missing_ok=True)

    def end_orphans(self, report: Callable[[str], None]) -> None:
        """End what an earlier parent left behind; call only while holding the folder's lock."""
        for file in sorted(self._folder.glob("*.json")):
            record = json.loads(file.read_text(encoding="utf-8"))
            pid, mark = record["pid"], record["start_mark"]
            if mark is not None and start_mark(pid) == mark:
                report(f"ending the orphaned {file.stem} (process {pid})")
                _end(pid, signal.Signals[record["stop_signal"]], STOP_SECONDS_MAX)
            file.unlink()


class ChildSpawner:
    """Starts children from one thread that lives as long as the stack.

    Linux ties "tell me when my parent died" to the parent's *thread*: this one ends with the
    process (kill -9 included) or with `close`, never earlier.
    """

    __slots__ = ("_thread",)

    def __init__(self) -> None:
        self._thread = ThreadPoolExecutor(max_workers=1, thread_name_prefix="child-spawner")

    def spawn(self, command: ChildCommand) -> subprocess.Popen[bytes]:
        return self._thread.submit(self._spawn, command).result()

    def close(self) -> None:
        self._thread.shutdown()

    @staticmethod
    def _spawn(command: ChildCommand) -> subprocess.Popen[bytes]:
        arguments = [*command.prefix, *_end_with_parent(command), *command.arguments]
        with command.log_file.open("ab") as log:
            return subprocess.Popen(
                arguments,
                env=dict(command.environment),
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )


class ChildProcess:
    """One running server: its pid, its end, and what chaos tests do to it."""

    __slots__ = ("_command", "_process", "_records")

    def __init__(
        self, command: ChildCommand, spawner: ChildSpawner, records: ProcessRecords
    ) -> None:
        self._command = command
        self._records = records
        self._process = spawner.spawn(command)
        records.add(command.name, self._process.pid, command.stop_signal)

    @property
    def pid(self) -> int:
        return self._process.pid

    def is_running(self) -> bool:
        return self._process.poll() is None

    def stop(self, seconds_max: float = STOP_SECONDS_MAX) -> None:
        """End it cleanly, after `seconds_max` with SIGKILL; stopping twice is harmless."""
        if self.is_running():
            _end(self.pid, self._command.stop_signal, seconds_max)
        self._process.wait()
        self._records.remove(self._command.name)

    def kill(self) -> None:
        """Kill -9 the process, and wait until its workers are gone too."""
        if self.is_running():
            workers = _workers(self.pid)
            self._process.kill()
            self._process.wait()
            _end_workers(workers)
        self._records.remove(self._command.name)

    def freeze(self) -> None:
        """Stop every thread of the process itself, and return once they stand still."""
        self._process.send_signal(signal.SIGSTOP)
        os.waitpid(self.pid, os.WUNTRACED)

    def thaw(self) -> None:
        self._process.send_signal(signal.SIGCONT)

    def await_ready(
        self, is_ready: Callable[[], bool], seconds_max: float, cancelled: threading.Event
    ) -> None:
        """Wait until `is_ready`; StackFailed, with the end of the log, when that fails."""
        deadline = time.monotonic() + seconds_max
        while not is_ready():
            if cancelled.wait(POLL_SECONDS):
                raise StartCancelled(f"The start of {self._command.name} was given up.")
            if not self.is_running():
                raise StackFailed(self._failure(f"ended with status {self._process.returncode}"))
            if time.monotonic() > deadline:
                raise StackFailed(self._failure(f"was not ready within {seconds_max:.0f} s"))

    def _failure(self, what: str) -> str:
        log = self._command.log_file
        return f"{self._command.name} {what}. The end of {log}:\n{log_tail(log)}"


def log_tail(file: Path) -> str:
    with file.open("rb") as log:
        log.seek(max(0, file.stat().st_size - LOG_TAIL_BYTES))
        return log.read().decode("utf-8", errors="replace")


def _end_with_parent(command: ChildCommand) -> tuple[str, ...]:
    setpriv = shutil.which("setpriv") if sys.platform.startswith("linux") else None
    if setpriv is None:
        return ()
    # The account changes first: a change of account makes the kernel forget this wish.
    name = command.stop_signal.name.removeprefix("SIG")
    return (setpriv, f"--pdeathsig={name}")


def _end(pid: int, stop_signal: signal.Signals, seconds_max: float) -> None:
    workers = _workers(pid)
    with contextlib.suppress(psutil.NoSuchProcess):
        process = psutil.Process(pid)
        process.send_signal(signal.SIGCONT)
        process.send_signal(stop_signal)
        for survivor in _survivors([process], seconds_max):
            survivor.kill()
        _survivors([process], WORKERS_SECONDS_MAX)
    _end_workers(workers)


def _workers(pid: int) -> list[psutil.Process]:
    try:
        return psutil.Process(pid).children(recursive=True)
    except psutil.NoSuchProcess:
        return []


def _end_workers(workers: list[psutil.Process]) -> None:
    survivors = _survivors(workers, WORKERS_SECONDS_MAX)
    for survivor in survivors:
        with contextlib.suppress(psutil.NoSuchProcess):
            survivor.kill()
    _survivors(survivors, WORKERS_SECONDS_MAX)


def _survivors(processes: list[psutil.Process], seconds_max: float) -> list[psutil.Process]:
    """Wait until all have ended, at most `seconds_max`; return those that have not."""
    deadline = time.monotonic() + seconds_max
    alive = [process for process in processes if _lives(process)]
    while alive and time.monotonic() < deadline:
        time.sleep(POLL_SECONDS)
        alive = [process for process in alive if _lives(process)]
    return alive


def _lives(process: psutil.Process) -> bool:
    """Tell whether it still runs; one that only waits to be reaped, by whomever, does not."""
    try:
        return process.is_running() and process.status() != psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return False
