"""How far a group of readers has come in each partition of the log, kept beside what it wrote.

`advance` is the first statement of every transaction that folds events: a process that another
one has replaced fails there, before it writes (DESIGN section 5).
"""

from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

from stockledger.errors import OwnershipLost
from stockledger.rows import columns
from stockledger.statements import Connection, load_statements

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))


class Standing(NamedTuple):
    """The last position folded (0: none) and the offset to go on at, if one is known."""

    position: int
    next_offset: int | None


class Step(NamedTuple):
    """One partition's part of a batch: from where to where it takes the group."""

    partition: int
    before: int
    after: int
    next_offset: int | None


class Positions:
    """The positions of one group; every method runs in the caller's transaction."""

    def __init__(self, group: str) -> None:
        self.group: Final = group

    async def begin(
        self, connection: Connection, partitions: Sequence[int]
    ) -> Mapping[int, Standing]:
        """Return where the group stands in these partitions, 0 in those it never read."""
        await connection.execute(SQL["begin"], self.group, partitions)
        return _standings(await connection.fetch(SQL["read"], self.group, partitions))

    async def read(
        self, connection: Connection, partitions: Sequence[int]
    ) -> Mapping[int, Standing]:
        """Return where the group stands, without partitions that it never read."""
        return _standings(await connection.fetch(SQL["read"], self.group, partitions))

    async def lock(
        self, connection: Connection, partitions: Sequence[int]
    ) -> Mapping[int, Standing]:
        """Return where the group stands and keep it there until the transaction ends."""
        return _standings(await connection.fetch(SQL["lock"], self.group, partitions))

    async def advance(self, connection: Connection, steps: Sequence[Step]) -> None:
        """Move the group on.

        Raises:
            OwnershipLost: in some partition it does not stand where a step begins.
        """
        moved = await connection.fetch(SQL["advance"], self.group, *columns(steps))
        if len(moved) != len(steps):
            left = {step.partition for step in steps} - {row["partition"] for row in moved}
            raise OwnershipLost(f"{self.group}: others read on in partitions {sorted(left)}")


def _standings(rows: Iterable[Any]) -> Mapping[int, Standing]:
    return {row["partition"]: Standing(row["position"], row["next_offset"]) for row in rows}
