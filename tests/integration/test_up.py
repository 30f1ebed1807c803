"""`stockledger up` brings everything up, works, survives a service, and leaves nothing behind."""

import os
import re
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import psutil
import pytest

from stockledger.messages.shop_events import SHOP_EVENTS
from tests.support.installation import Installation
from tests.support.published_contract import published_types
from tests.support.waiting import wait_until

SERVICES = 4

EVENTS = (
    "ReservationExpired",
    "HoldsExpired",
    "StockIssued",
    "OrderAccepted",
    "StockReturned",
    "TransferStockMoved",
    "TransferReceived",
    "TransferOverdue",
    "AdjustmentRequested",
    "AdjustmentApproved",
    "StockDamaged",
    "CapacityWarned",
    "AlertRaised",
    "AlertResolved",
    "SupplierOrderCreated",
    "RecipientVerified",
)
PUBLISHED = {*SHOP_EVENTS, *(f"stockledger.{name}.v1" for name in EVENTS)}
"""What a busy shop says, and what becomes of it."""

STOP_SECONDS_MAX = 20
"""Fifteen, and what a loaded machine takes longer."""


class Demo:
    """A running `stockledger up`, on the servers of an installation."""

    def __init__(self, installation: Installation, folder: Path) -> None:
        self.log = folder / "up.log"
        options = ["--data", str(folder / "data"), "--orders", "60", "--day-minutes", "1"]
        with self.log.open("wb") as output:
            self._process = subprocess.Popen(
                [sys.executable, "-m", "stockledger", "up", *options],
                env=installation.environment,
                stdout=output,
                stderr=subprocess.STDOUT,
            )

    @property
    def services(self) -> list[psutil.Process]:
        return psutil.Process(self._process.pid).children(recursive=True)

    def lines(self) -> list[str]:
        """Return the lines with figures, one every five seconds."""
        return [line for line in self.log.read_text().splitlines() if "commands/s" in line]

    def wait_for(self, pattern: str) -> None:
        def is_said() -> bool:
            assert self._process.poll() is None, self.log.read_text()
            return any(re.search(pattern, line) for line in self.lines())

        wait_until(is_said, f"{pattern} in {self.log}", 90)

    def end(self, number: signal.Signals) -> int:
        """Send a signal and return the exit status."""
        if self._process.poll() is None:
            os.kill(self._process.pid, number)
        try:
            return self._process.wait(STOP_SECONDS_MAX)
        finally:
            self._process.kill()


@pytest.fixture
def demo(installation: Installation, tmp_path: Path) -> Iterator[Demo]:
    running = Demo(installation, tmp_path)
    yield running
    running.end(signal.SIGTERM)


@pytest.mark.timeout(240)
def test_the_demo_sells_keeps_to_the_contract_and_ends_with_all_its_processes(
    demo: Demo, installation: Installation
) -> None:
    demo.wait_for(r"[1-9]\d* commands/s .* [1-9]\d* answered")
    demo.wait_for(r"[1-9]\d* holds active, [1-9]\d* expired .* [1-9]\d* sold")
    demo.wait_for(r"[1-9]\d* orders, [1-9]\d* cancelled, [1-9]\d* returned")
    demo.wait_for(r"[1-9]\d* done, [1-9]\d* late, .* [1-9]\d* approved \| [1-9]\d* damaged")
    demo.wait_for(r"WEST [1-9]\d* % full")
    demo.wait_for(r"[1-9]\d* raised, [1-9]\d* acknowledged")
    demo.wait_for(r"delivered: [1-9]\d* mails, [1-9]\d* webhooks \|")
    demo.wait_for(r"supplier: [1-9]\d* ordered")
    demo.wait_for(r"[1-9][\d,]* buyers on [1-9]\d* units, [1-9]\d* served, all answered")
    services = demo.services
    assert len(services) == SERVICES
    assert demo.end(signal.SIGINT) == 0
    assert not any(service.is_running() for service in services)
    assert "stopped; nothing runs any more" in demo.log.read_text()
    types, breaches = published_types(installation.settings)
    assert breaches == set()
    assert types >= PUBLISHED


def test_a_service_that_dies_is_started_again_and_said_so(demo: Demo) -> None:
    demo.wait_for("commands/s")
    handler = next(each for each in demo.services if "command_handler" in " ".join(each.cmdline()))
    handler.kill()
    demo.wait_for("command-handler died; started again")
    already = len(demo.lines())
    wait_until(lambda: len(demo.lines()) > already + 1, "two more lines", 30)
    demo.wait_for(r"[1-9]\d* commands/s .* \| \d unanswered .* [1-9]\d* answered")
    services = demo.services
    assert len(services) == SERVICES
    assert demo.end(signal.SIGTERM) == 0
    assert not any(service.is_running() for service in services)
