"""What the events of one command say of each other; both sides have to agree at its end."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from stockledger.audit.figures import MONEY, UNITS, shown
from stockledger.audit.findings import Kind
from stockledger.audit.rows import EventRow

ReservationKey = tuple[str, str]
"""Tenant and reservation."""

ItemPlace = tuple[str, str]
"""Warehouse and SKU, inside a tenant."""

Convict = Callable[[Kind, EventRow, object, object], None]
"""Takes what is wrong, at which event, what was expected, what was found."""


class Subject(NamedTuple):
    """Something that two events of one command speak of."""

    kind: Kind
    stream: str
    about: str


class Disagreement(NamedTuple):
    """A subject, what one event states of it, and what the others come to."""

    subject: Subject
    stated: str
    done: str


class Decision:
    """One command's events so far: which reservations they touch, and figures to be compared.

    `sold` tells of each reservation that they confirm whether all of it was; `to_be_sold`: those
    that an order without lines names, and its event.
    """

    def __init__(self, row: EventRow) -> None:
        self.command = command_of(row)
        self.last = row
        self.touched: dict[ReservationKey, None] = {}
        self.sold: dict[ReservationKey, bool] = {}
        self.to_be_sold: dict[ReservationKey, EventRow] = {}
        self._stated: dict[Subject, tuple[int, int]] = {}
        self._done: dict[Subject, tuple[int, int]] = {}

    def state(self, subject: Subject, quantity: int = UNITS, value: int = 0) -> None:
        """Take what an event says that the command does."""
        _add(self._stated, subject, quantity, value)

    def do(self, subject: Subject, quantity: int = UNITS, value: int = 0) -> None:
        """Take what an event of the command does."""
        _add(self._done, subject, quantity, value)

    def disagreements(self) -> Iterator[Disagreement]:
        """Yield what was stated otherwise than done."""
        if self._stated == self._done:
            return
        for subject in {**self._stated, **self._done}:
            stated = self._stated.get(subject, (0, 0))
            done = self._done.get(subject, (0, 0))
            if stated != done:
                yield Disagreement(subject, _shown(*stated), _shown(*done))


def command_of(row: EventRow) -> tuple[str, str, str]:
    """Return the name of the command that an event is of."""
    return row.tenant_id, row.command_source, row.command_id


def _add(figures: dict[Subject, tuple[int, int]], subject: Subject, *more: int) -> None:
    quantity, value = figures.get(subject, (0, 0))
    figures[subject] = (quantity + more[0], value + more[1])


def _shown(quantity: int, value: int) -> str:
    figure = shown(quantity, UNITS)
    return f"{figure} worth {shown(value, MONEY)}" if value else figure
