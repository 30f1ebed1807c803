"""The command handler under a sampling profiler: where its processor time goes.

From a SIGUSR1 on, the main thread's stack is looked at after every few milliseconds of processor
time. Time inside C (pydantic, orjson, asyncpg) counts for the line that called it. Written at the
end to the standard output, which is the process's log.
"""

import signal
import sys
from collections import Counter
from types import FrameType
from typing import Final

from stockledger_command_handler.app import main

SAMPLE_SECONDS: Final = 0.001
LINES_SHOWN: Final = 60
DEPTH_MAX: Final = 100
BEGIN: Final = "--- profile ---"


class Sampler:
    """Counts where the process was found at work."""

    def __init__(self) -> None:
        self._samples = 0
        self._own: Counter[str] = Counter()
        self._lines: Counter[str] = Counter()
        self._with_calls: Counter[str] = Counter()

    def start_when_told(self) -> None:
        """Sample from the next SIGUSR1 on."""
        signal.signal(signal.SIGPROF, self._sample)
        signal.signal(signal.SIGUSR1, self._start)

    def report(self) -> str:
        """Return the places, most costly first, as shares of all samples."""
        if not self._samples:
            return f"{BEGIN}\nno samples"
        parts = [f"{BEGIN}\n{self._samples} samples"]
        for title, counter in (
            ("in the function itself, and in C called from it", self._own),
            ("on the line itself, and in C called from it", self._lines),
            ("in the function and all that it calls", self._with_calls),
        ):
            shares = (
                f"{count / self._samples:7.1%}  {place}"
                for place, count in counter.most_common(LINES_SHOWN)
            )
            parts.append("\n".join([f"\n{title}", *shares]))
        return "\n".join(parts)

    def _start(self, _signal: int, _frame: FrameType | None) -> None:
        signal.setitimer(signal.ITIMER_PROF, SAMPLE_SECONDS, SAMPLE_SECONDS)

    def _sample(self, _signal: int, frame: FrameType | None) -> None:
        if frame is None:
            return
        self._samples += 1
        self._own[_place(frame)] += 1
        self._lines[f"{_place(frame)}:{frame.f_lineno}"] += 1
        self._with_calls.update(_callers(frame))


def _callers(frame: FrameType | None) -> set[str]:
    places = set[str]()
    depth = 0
    while frame is not None and depth < DEPTH_MAX:
        places.add(_place(frame))
        frame = frame.f_back
        depth += 1
    return places


def _place(frame: FrameType) -> str:
    folders = frame.f_code.co_filename.split("/")
    return f"{'/'.join(folders[-2:])} {frame.f_code.co_qualname}"


def report_and_exit(sampler: Sampler) -> None:
    """Report once the service is down: uvicorn raises the signal that ended it again then."""
    signal.setitimer(signal.ITIMER_PROF, 0)
    sys.stdout.write(sampler.report() + "\n")
    sys.exit(0)


def run() -> None:
    sampler = Sampler()
    sampler.start_when_told()
    signal.signal(signal.SIGTERM, lambda _signal, _frame: report_and_exit(sampler))
    main()


if __name__ == "__main__":
    run()
