"""A pytest plugin that prints how long each test file took."""

from collections import defaultdict

import pytest


class FileTimes:
    """Sums seconds of set-up, call and tear-down by test file."""

    def __init__(self) -> None:
        self._seconds: defaultdict[str, float] = defaultdict(float)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._seconds[report.nodeid.partition("::")[0]] += report.duration

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.write_sep("-", "seconds by file")
        for path, seconds in sorted(self._seconds.items(), key=lambda entry: -entry[1]):
            terminalreporter.write_line(f"{seconds:8.2f}  {path}")


def pytest_configure(config: pytest.Config) -> None:
    config.pluginmanager.register(FileTimes(), "file-times")
