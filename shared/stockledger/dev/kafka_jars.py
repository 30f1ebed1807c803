"""The jars of Apache Kafka: fetched once from the Maven registry, verified at every start.

What may run is decided by `kafka_jars.lock` beside this file: one line a jar, SHA-256 and name.
"""

import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path

import jgo
from jgo.config import GlobalSettings

from stockledger.dev.child_processes import StackFailed

# 4.4.0 is incomplete as published. Without a logger Kafka would fail in silence.
COORDINATES = "org.apache.kafka:kafka_2.13:4.3.1+org.slf4j:slf4j-simple:1.7.36"
LOCK_FILE = Path(__file__).with_name("kafka_jars.lock")
CACHE_FOLDER_NAME = "kafka-4.3.1"


def cache_folder(environment: Mapping[str, str]) -> Path:
    """Where the jars stay between runs: below XDG_CACHE_HOME, else ~/.cache."""
    named = environment.get("XDG_CACHE_HOME", "")
    cache_home = Path(named) if Path(named).is_absolute() else Path.home() / ".cache"
    return cache_home / "stockledger" / CACHE_FOLDER_NAME


def locked_jars(folder: Path, report: Callable[[str], None]) -> tuple[Path, ...]:
    """Return the verified jars in `folder`, fetched into it when it does not exist yet.

    Raises StackFailed when they cannot be fetched, or when one is not what the lock says.
    """
    checksums = read_lock(LOCK_FILE)
    if not folder.is_dir():
        report("fetching Apache Kafka 4.3.1 (once, about 45 MB)")
        _fetch_into(folder, checksums)
    verify(folder, checksums)
    return tuple(folder / name for name in checksums)


def read_lock(file: Path) -> dict[str, str]:
    """Return SHA-256 (hexadecimal) by jar name."""
    lines = file.read_text(encoding="ascii").splitlines()
    pairs = (line.split() for line in lines if line and not line.startswith("#"))
    return {name: checksum for checksum, name in pairs}


def verify(folder: Path, checksums: Mapping[str, str]) -> None:
    """Compare every jar of the lock with the one in `folder`; refuse at the first difference."""
    for name, expected in checksums.items():
        found = _checksum(folder / name)
        if found != expected:
            raise StackFailed(
                f"Refused: {folder / name} is not the jar that {LOCK_FILE.name} names.\n"
                f"  expected SHA-256 {expected}\n  found            {found}\n"
                f"Find out why; then delete {folder} to fetch it again."
            )


def fetch(folder: Path) -> None:
    """Let jgo resolve the coordinates and copy all jars, flat, into `folder`."""
    settings = GlobalSettings.load()
    with tempfile.TemporaryDirectory(prefix="stockledger-kafka-") as resolved:
        environment = jgo.build(
            COORDINATES, cache_dir=Path(resolved), repositories=settings.repositories
        )
        for jar in environment.all_jars:
            shutil.copyfile(jar, folder / jar.name)


def lock_lines(folder: Path) -> list[str]:
    """Return the lines of a new lock for the jars in `folder`, to be written by hand."""
    return [f"{_checksum(jar)}  {jar.name}" for jar in sorted(folder.glob("*.jar"))]


def _fetch_into(folder: Path, checksums: Mapping[str, str]) -> None:
    """Fetch and verify beside `folder`, then rename: it is whole or absent."""
    folder.parent.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(dir=folder.parent, ignore_cleanup_errors=True) as beside:
        fetched = Path(beside) / CACHE_FOLDER_NAME
        fetched.mkdir()
        _fetch_or_explain(fetched)
        verify(fetched, checksums)
        try:
            os.rename(fetched, folder)  # noqa: PTH104 - Path.rename says no more
        except OSError:
            if not folder.is_dir():  # otherwise another start was first, with the same jars
                raise


def _fetch_or_explain(folder: Path) -> None:
    try:
        fetch(folder)
    except (OSError, RuntimeError, ValueError) as cause:
        raise StackFailed(
            f"Apache Kafka could not be fetched from the Maven registry: {cause}\n"
            f"Wanted: {COORDINATES}. The package jgo fetches it from Maven Central, or from the "
            "registries under [repositories] in its configuration file (~/.config/jgo.conf, "
            "or the one that JGO_CONFIG_FILE names); proxies come from HTTPS_PROXY, "
            "certificates from REQUESTS_CA_BUNDLE. Or give the addresses of running servers: "
            "INVENTORY_KAFKA_BOOTSTRAP_SERVERS and INVENTORY_POSTGRES_DSN."
        ) from cause


def _checksum(file: Path) -> str:
    if not file.is_file():
        return "nothing: the file is missing"
    with file.open("rb") as opened:
        return hashlib.file_digest(opened, "sha256").hexdigest()
