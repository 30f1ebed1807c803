"""`make bench`: measures speed and memory, and says which targets were reached."""

import argparse
import contextlib
import fcntl
import os
import shutil
import sys
from collections.abc import Callable, Generator, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Final

from stockledger.dev.stack import running_stack
from tests.bench.alerts import measure_alerts
from tests.bench.as_of import measure_as_of
from tests.bench.bench import QUICK, Bench, Sizes
from tests.bench.deliveries import measure_deliveries
from tests.bench.expiring import measure_deadlines, measure_downtime
from tests.bench.filled_log import measure_filled_log
from tests.bench.flash_sale import measure_flash_sale
from tests.bench.imports import measure_imports
from tests.bench.latency import measure_latency
from tests.bench.many_holds import measure_many_holds
from tests.bench.memory import measure_memory
from tests.bench.naive import measure_naive, measure_naive_reservations
from tests.bench.projection import measure_projector
from tests.bench.report import Report
from tests.bench.reservations import (
    measure_reservation_latency,
    measure_reservations,
    measure_shared_reservations,
)
from tests.bench.targets import TARGETS
from tests.bench.throughput import (
    measure_forwarding,
    measure_handler,
    measure_two_handlers,
    warm_up,
)
from tests.bench.transfers import measure_transfers

FIGURES_FOLDER: Final = Path(".bench")
WORK_FOLDER: Final = Path(".stockledger") / "bench"
STACK_FOLDER: Final = WORK_FOLDER / "stack"

Measure = Callable[[Bench], None]

IN_EVERY_RUN: Final[Mapping[str, Measure]] = {
    "handler": measure_handler,
    "naive": measure_naive,
    "two-handlers": measure_two_handlers,
    "forwarding": measure_forwarding,
    "projector": measure_projector,
    "filled-log": measure_filled_log,
    "latency": measure_latency,
    "reservations": measure_reservations,
    "naive-reservations": measure_naive_reservations,
    "shared-reservations": measure_shared_reservations,
    "reservation-latency": measure_reservation_latency,
    "many-holds": measure_many_holds,
    "flash-sale": measure_flash_sale,
    "downtime": measure_downtime,
    "deadlines": measure_deadlines,
    "transfers": measure_transfers,
    "alerts": measure_alerts,
    "imports": measure_imports,
    "as-of": measure_as_of,
    "deliveries": measure_deliveries,
}
"""What is measured again in each run, one after the other, so that noise hits all alike."""

ONCE: Final[Mapping[str, Measure]] = {"memory": measure_memory}
"""What takes so long that it is measured once, after the runs."""


def main() -> int:
    """Measure what is asked for; return 1 when a target was missed."""
    asked = _arguments()
    with _alone():
        return 0 if _report(asked).all_kept else 1


def _report(asked: argparse.Namespace) -> Report:
    names = asked.only or [*IN_EVERY_RUN, *ONCE]
    begun = datetime.now(UTC)
    with running_stack(STACK_FOLDER, environment=os.environ, report=_say) as stack:
        sizes = QUICK if asked.quick else Sizes()
        bench = Bench(stack, WORK_FOLDER, sizes, profile=asked.profile, large=asked.large)
        report = Report(begun, asked.runs, asked.quick, bench.figures, TARGETS)
        try:
            _measure(bench, names, asked.runs)
        finally:
            file = report.write(FIGURES_FOLDER, asked.json)
            _say(f"\n{report.text()}\nwritten to {file} and, as JSON, beside it")
            bench.close()
    return report


@contextlib.contextmanager
def _alone() -> Generator[None]:
    """Let no other benchmark run meanwhile, and leave nothing but logs behind.

    The stack's folder is only removed once its servers were stopped: a run that was killed leaves
    in it what its servers are found and ended by.
    """
    WORK_FOLDER.mkdir(parents=True, exist_ok=True)
    with (WORK_FOLDER / "lock").open("a") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            sys.exit("Another benchmark is running here: two at once would measure each other.")
        for logs in WORK_FOLDER.glob("site-*"):
            shutil.rmtree(logs)
        try:
            yield
        finally:
            shutil.rmtree(STACK_FOLDER, ignore_errors=True)


def _measure(bench: Bench, names: Sequence[str], runs: int) -> None:
    _say("warming up")
    warm_up(bench)
    repeated = [name for name in names if name in IN_EVERY_RUN]
    for run in range(1, runs + 1 if repeated else 1):
        bench.run = run
        _say(f"run {run} of {runs}")
        for name in _turned(repeated, run):
            IN_EVERY_RUN[name](bench)
    for name in names:
        if name in ONCE:
            _say(name)
            ONCE[name](bench)


def _turned(names: Sequence[str], run: int) -> Sequence[str]:
    """Begin each run with another measurement: none always follows the same one."""
    begin = (run - 1) % len(names)
    return [*names[begin:], *names[:begin]]


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.bench", description=__doc__)
    parser.add_argument("--only", action="append", choices=[*IN_EVERY_RUN, *ONCE])
    parser.add_argument("--runs", type=int, default=5)
    parser.add_argument("--quick", action="store_true", help="smaller backlogs, rough figures")
    parser.add_argument("--json", type=Path, help="write the JSON to this file too")
    parser.add_argument(
        "--large", action="store_true", help="as-of: also with ten times the movements"
    )
    parser.add_argument("--profile", action="store_true", help="print the handler's hot spots")
    return parser.parse_args()


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
