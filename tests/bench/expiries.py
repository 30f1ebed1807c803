"""Reservations that expire, as the log has them: watched while they do, counted afterwards."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from tests.bench.ledger_figures import LedgerFigures

STATEMENT: Final = Path(__file__).with_name("expiries.sql")


@dataclass(frozen=True, slots=True)
class Expired:
    """How many reservations expired, when (seconds, as `time.time`), and how late (s)."""

    reservations: int
    seconds: float
    first_at: float
    last_at: float
    late_p50: float
    late_p99: float
    late_max: float


class Expiries:
    """Watches the log from now on; each look reads only what came since the one before."""

    def __init__(self, ledger: LedgerFigures) -> None:
        self._ledger = ledger
        self._begin = self._seen = ledger.heads()
        self._count = 0

    def count(self) -> int:
        """Return how many reservations expired so far."""
        heads = self._ledger.heads()
        self._count += self._between(self._seen, heads).reservations
        self._seen = heads
        return self._count

    def all(self) -> Expired:
        """Return the figures of all that was counted."""
        return self._between(self._begin, self._seen)

    def _between(self, after: Mapping[int, int], last: Mapping[int, int]) -> Expired:
        arguments = list(after), list(after.values()), [last[one] for one in after]
        (row,) = self._ledger.fetch(STATEMENT.read_text(), *arguments)
        return Expired(*row)
