"""How many records to take when some record makes batches fail, or ends its owner."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from stockledger.broker import Record

ALONE_AFTER: Final = 3
"""Begun attempts at a record after which its batch holds nothing else."""

PARK_AFTER: Final = 5
"""Begun attempts, the last two of them alone, after which a record is set aside unread."""

PARKED: Final = "parked"
"""Why a record that ended its owner again and again is set aside."""


@dataclass(frozen=True, slots=True)
class SetAside:
    """Why a record is not decided."""

    reason: str
    explanation: str


class Caution:
    """The size of the next batch, and the records that must not be decided.

    A batch that PostgreSQL refuses is begun again with half the records, until the one at fault
    stands alone; with each success the size doubles. After a record ended its owner, batches hold
    one record until a full batch's worth has passed.
    """

    def __init__(self, records_max: int) -> None:
        self._full = records_max
        self._size = records_max
        self._alone_left = 0
        self._set_aside: dict[tuple[int, int], SetAside] = {}

    @property
    def records_max(self) -> int:
        """How many records the next batch may hold."""
        return 1 if self._alone_left else self._size

    def why_set_aside(self, record: Record) -> SetAside | None:
        """Return why this record must not be decided; None for nearly all."""
        if not self._set_aside:
            return None
        return self._set_aside.get((record.partition, record.offset))

    def refused(self, records: Sequence[tuple[int, int]], error: Exception) -> None:
        """Learn that PostgreSQL refused a batch of these (partition, offset)."""
        if len(records) == 1:
            self._set_aside[records[0]] = SetAside("data_refused", str(error))
        self._size = max(1, len(records) // 2)

    def taken_over(self, attempts: int) -> None:
        """Learn how often the worst of the next records was begun in vain before."""
        if attempts >= ALONE_AFTER - 1:
            self._alone_left = self._full

    def attempted(self, partition: int, offset: int, attempts: int) -> None:
        """Learn how often a record was begun, this time included; all but this time in vain."""
        if attempts >= PARK_AFTER:
            explanation = f"begun {attempts - 1} times, and each time its process ended"
            self._set_aside[partition, offset] = SetAside(PARKED, explanation)

    def succeeded(self) -> None:
        """Learn that a batch is in the log."""
        self._alone_left = max(0, self._alone_left - 1)
        self._size = min(self._full, self._size * 2)
