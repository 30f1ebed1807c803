"""What is known of an import, and how each of its events changes that."""

from dataclasses import dataclass, field, replace
from hashlib import blake2b
from typing import Final, assert_never

from stockledger.messages.codec import encode_event
from stockledger.messages.stock_import import (
    ImportApplied,
    QuantitiesStaged,
    QuantityRow,
    SettingsRow,
    SettingsStaged,
)

Event = QuantitiesStaged | SettingsStaged | ImportApplied

FOLD_VERSION: Final = 2
"""Raised when `ImportState` or `evolve` changes, so that older snapshots are not used."""

DIGEST_BYTES: Final = 16
"""Bytes by which a chunk is known again: two different ones never have the same."""


@dataclass(frozen=True, slots=True)
class Applied:
    """What an import came to: so many rows, of which so many changed something."""

    rows: int
    changed: int


@dataclass(slots=True)
class ImportState:
    """An import: its rows by chunk, of either kind; once it is applied, only their digests."""

    quantities: dict[int, tuple[QuantityRow, ...]] = field(
        default_factory=dict[int, tuple[QuantityRow, ...]]
    )
    settings: dict[int, tuple[SettingsRow, ...]] = field(
        default_factory=dict[int, tuple[SettingsRow, ...]]
    )
    digests: dict[int, str] = field(default_factory=dict[int, str])
    staged_rows: int = 0
    applied: Applied | None = None


def initial() -> ImportState:
    """Return an import of which nothing is staged; a new one each time, to be evolved."""
    return ImportState()


def evolve(state: ImportState, event: Event) -> ImportState:
    match event:
        case QuantitiesStaged():
            state.quantities[event.chunk] = event.rows
            _keep(state, event)
        case SettingsStaged():
            state.settings[event.chunk] = event.rows
            _keep(state, event)
        case ImportApplied():
            state.applied = Applied(event.rows, event.changed)
            state.quantities.clear()
            state.settings.clear()
        case _:
            assert_never(event)
    return state


def digest_of(staged: QuantitiesStaged | SettingsStaged) -> str:
    """Return by what a chunk is known again: the same rows, however they were staged."""
    rows = encode_event(replace(staged, effective_at=None, reason=None, reference=None))
    return blake2b(rows.encode(), digest_size=DIGEST_BYTES).hexdigest()


def _keep(state: ImportState, staged: QuantitiesStaged | SettingsStaged) -> None:
    state.digests[staged.chunk] = digest_of(staged)
    state.staged_rows += len(staged.rows)
