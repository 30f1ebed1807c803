"""The rows of an import take effect all together, or none of them does."""

from collections.abc import Sequence
from typing import Final, assert_never

from stockledger.messages.message import Event
from stockledger.messages.results import Accepted, DetailValue, ErrorCode, Figure, Rejection
from stockledger.messages.stock_import import (
    ROWS_MAX,
    ApplyImport,
    ImportApplied,
    QuantitiesStaged,
    QuantityRow,
    SettingsStaged,
    StageQuantities,
    StageSettings,
)
from stockledger.messages.streams import import_stream, item_stream
from stockledger_command_handler.domain.refusals import invalid
from stockledger_command_handler.domain.stock_import_rows import (
    ImportedRows,
    import_quantities,
    import_settings,
    suppliers_of,
)
from stockledger_command_handler.domain.stock_import_state import ImportState, digest_of
from stockledger_command_handler.domain.view import Decision, View

Command = StageQuantities | StageSettings | ApplyImport
Staged = QuantitiesStaged | SettingsStaged

FIGURED_ROWS_MAX: Final = 4_000
"""Bad rows up to which a refusal gives each one's figures: of all 10,000 they would not fit."""


def decide(command: Command, view: View) -> Decision:
    match command:
        case StageQuantities() | StageSettings():
            return _stage(command, view)
        case ApplyImport():
            return _apply(command, view)
        case _:
            assert_never(command)


def _stage(command: StageQuantities | StageSettings, view: View) -> Decision:
    """Keep a chunk. What its rows name is in memory when all are decided at once."""
    items = dict.fromkeys([item_stream(row.warehouse_id, row.sku) for row in command.rows])
    suppliers = suppliers_of(command.rows) if isinstance(command, StageSettings) else []
    view.require(import_stream(command.import_id), *items, *suppliers)
    state = view.stock_import(command.import_id)
    staged = _staged(command)
    known = state.digests.get(command.chunk)
    if known is not None and known == digest_of(staged):
        return Accepted([], _figures(command.import_id, state, 0, 0))
    if refusal := _refused_to_stage(command, state):
        return refusal
    return Accepted([staged], _figures(command.import_id, state, 1, len(command.rows)))


def _refused_to_stage(
    command: StageQuantities | StageSettings, state: ImportState
) -> Rejection | None:
    import_id, chunk = command.import_id, command.chunk
    if state.applied is not None:
        return Rejection(
            ErrorCode.INVALID_MOVEMENT,
            f"Import {import_id} is applied: nothing can be added to it.",
            {"import_id": import_id, "chunk": chunk},
        )
    if chunk in state.digests:
        return Rejection(
            ErrorCode.DUPLICATE_COMMAND,
            f"Chunk {chunk} of import {import_id} is staged already, with other rows.",
            {"import_id": import_id, "chunk": chunk},
        )
    if state.staged_rows + len(command.rows) > ROWS_MAX:
        return invalid("rows", f"an import has at most {ROWS_MAX} rows")
    if isinstance(command, StageSettings):
        return _refused_mixture(import_id) if state.quantities else None
    return _refused_mixture(import_id) if state.settings else _refused_quantities(command.rows)


def _refused_mixture(import_id: str) -> Rejection:
    return Rejection(
        ErrorCode.VALIDATION_ERROR,
        f"Import {import_id} has rows of the other kind already: an import has one kind.",
        {"import_id": import_id},
    )


def _refused_quantities(rows: Sequence[QuantityRow]) -> Rejection | None:
    for row in rows:
        if (row.change is None) == (row.actual is None):
            return Rejection(
                ErrorCode.VALIDATION_ERROR,
                f"Line {row.line}: must have either a change or an actual quantity.",
                {"line": row.line, "field": "change", "problem": "either change or actual"},
            )
    return None


def _apply(command: ApplyImport, view: View) -> Decision:
    view.require(import_stream(command.import_id))
    state = view.stock_import(command.import_id)
    if refusal := _refused_to_apply(command, state):
        return refusal
    if state.applied is not None:
        return Accepted([], _outcome(command.import_id, state.applied.rows, state.applied.changed))
    if state.quantities:
        rows = [row for chunk in sorted(state.quantities) for row in state.quantities[chunk]]
        imported = import_quantities(command, rows, view)
    else:
        lines = [row for chunk in sorted(state.settings) for row in state.settings[chunk]]
        imported = import_settings(command, lines, view)
    if imported.bad:
        return _refused_rows(command, imported)
    applied = ImportApplied(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        import_id=command.import_id,
        rows=command.rows,
        changed=imported.changed,
    )
    events: list[Event] = [applied, *imported.events]
    return Accepted(events, _outcome(command.import_id, command.rows, imported.changed))


def _refused_to_apply(command: ApplyImport, state: ImportState) -> Rejection | None:
    import_id, digests = command.import_id, state.digests
    missing = [chunk for chunk in range(1, command.chunks + 1) if chunk not in digests]
    if missing:
        return Rejection(
            ErrorCode.VALIDATION_ERROR,
            f"Import {import_id} lacks {len(missing)} of its {command.chunks} chunks.",
            {
                "import_id": import_id,
                "chunks": command.chunks,
                "missing": [{"chunk": chunk} for chunk in missing],
            },
        )
    if (len(digests), state.staged_rows) == (command.chunks, command.rows):
        return None
    figures: dict[str, Figure] = {
        "chunks": command.chunks,
        "staged_chunks": len(digests),
        "rows": command.rows,
        "staged_rows": state.staged_rows,
    }
    return Rejection(
        ErrorCode.VALIDATION_ERROR,
        f"Import {import_id} has {state.staged_rows} rows in {len(digests)} chunks, "
        f"not {command.rows} in {command.chunks}.",
        {"import_id": import_id, **figures},
    )


def _refused_rows(command: ApplyImport, imported: ImportedRows) -> Rejection:
    figured = len(imported.bad) <= FIGURED_ROWS_MAX
    return Rejection(
        ErrorCode.VALIDATION_ERROR,
        f"{len(imported.bad)} of {command.rows} rows of import {command.import_id} cannot be "
        "applied: nothing is.",
        {
            "import_id": command.import_id,
            "bad_rows": len(imported.bad),
            "rows": [bad.figures(figured=figured) for bad in imported.bad],
        },
    )


def _staged(command: StageQuantities | StageSettings) -> Staged:
    if isinstance(command, StageQuantities):
        return QuantitiesStaged(
            effective_at=command.effective_at,
            reason=command.reason,
            reference=command.reference,
            import_id=command.import_id,
            chunk=command.chunk,
            rows=command.rows,
        )
    return SettingsStaged(
        effective_at=command.effective_at,
        reason=command.reason,
        reference=command.reference,
        import_id=command.import_id,
        chunk=command.chunk,
        rows=command.rows,
    )


def _figures(
    import_id: str, state: ImportState, more_chunks: int, more_rows: int
) -> dict[str, DetailValue]:
    return {
        "import_id": import_id,
        "chunks": len(state.digests) + more_chunks,
        "rows": state.staged_rows + more_rows,
    }


def _outcome(import_id: str, rows: int, changed: int) -> dict[str, DetailValue]:
    return {"import_id": import_id, "rows": rows, "changed": changed}
