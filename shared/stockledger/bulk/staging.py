"""An import as the commands that stage and apply it; its id follows from what is in it."""

import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final

import orjson
from pydantic import TypeAdapter

from stockledger.bulk.columns import ROW_TYPES, Kind
from stockledger.bulk.rows import ImportRow
from stockledger.messages.stock_import import CHUNK_ROWS_MAX

CHUNK_BYTES_MAX: Final = 400_000
"""Bytes of a chunk's rows as JSON: command and event stay below what a Kafka message holds."""

ID_DIGITS: Final = 40
"""Hexadecimal digits of an import's id: 160 bits."""

_STAGE: Final = {Kind.QUANTITIES: "StageQuantities", Kind.SETTINGS: "StageSettings"}
_WRITERS: Final[dict[Kind, TypeAdapter[Any]]] = {
    kind: TypeAdapter(row_type) for kind, row_type in ROW_TYPES.items()
}


@dataclass(frozen=True, slots=True)
class StagedImport:
    """Rows on their way: in chunks, each of them the JSON of its rows."""

    tenant: str
    import_id: str
    kind: Kind
    rows: int
    chunks: Sequence[Sequence[dict[str, Any]]]

    @property
    def stage_type(self) -> str:
        """The name of the command that stages a chunk."""
        return _STAGE[self.kind]

    def stage_data(self, number: int) -> dict[str, Any]:
        """Return the data of the command that stages a chunk, counted from 1."""
        return {"import_id": self.import_id, "chunk": number, "rows": self.chunks[number - 1]}

    def apply_data(self, reason: str) -> dict[str, Any]:
        """Return the data of the command that applies all chunks."""
        return {
            "import_id": self.import_id,
            "chunks": len(self.chunks),
            "rows": self.rows,
            "reason": reason,
        }


def staged_import(
    tenant: str, kind: Kind, rows: Sequence[ImportRow], import_id: str | None = None
) -> StagedImport:
    """Return the import of the rows.

    The same rows of the same tenant are the same import, whatever file they come from, so that
    it takes effect once; another `import_id` makes them another.
    """
    written = [row_data(kind, row) for row in rows]
    named = import_id or _id_of(tenant, kind, written)
    return StagedImport(tenant, named, kind, len(rows), list(_chunks(written)))


def row_data(kind: Kind, row: ImportRow) -> dict[str, Any]:
    """Return the JSON object of a row; what is not given is left out."""
    written: dict[str, Any] = _WRITERS[kind].dump_python(row, mode="json", exclude_none=True)
    return written


def _id_of(tenant: str, kind: Kind, rows: Sequence[dict[str, Any]]) -> str:
    content = orjson.dumps([tenant, kind, rows], option=orjson.OPT_SORT_KEYS)
    return f"file-{hashlib.sha256(content).hexdigest()[:ID_DIGITS]}"


def _chunks(rows: Sequence[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    chunk: list[dict[str, Any]] = []
    size = 0
    for row in rows:
        row_size = len(orjson.dumps(row)) + 1
        if chunk and (len(chunk) == CHUNK_ROWS_MAX or size + row_size > CHUNK_BYTES_MAX):
            yield chunk
            chunk, size = [], 0
        chunk.append(row)
        size += row_size
    yield chunk
