"""Imports of many rows, staged in chunks and applied as a whole: commands, then events."""

from typing import Annotated, ClassVar, Final

from pydantic import ConfigDict, FailFast, Field

from stockledger.messages.fields import (
    Days,
    Flag,
    IdField,
    Name,
    Percent,
    Place,
    PositiveQuantity,
    SignedQuantity,
    SkuField,
    SomeQuantity,
    StreamName,
    Text,
    WarehouseIdField,
)
from stockledger.messages.message import Command, Event, message
from stockledger.messages.streams import import_stream

CHUNK_ROWS_MAX: Final = 500
"""Rows of one chunk: with the longest ids far below 900 KB."""

ROWS_MAX: Final = 10_000
"""Rows of one import, all of them decided in one append."""

CHUNKS_MAX: Final = ROWS_MAX
"""Chunks of one import: a chunk has at least one row."""

Line = Annotated[int, Field(strict=True, ge=1, le=10_000_000)]
Chunk = Annotated[int, Field(strict=True, ge=1, le=CHUNKS_MAX)]
Rows = Annotated[int, Field(strict=True, ge=1, le=ROWS_MAX)]


@message
class QuantityRow:
    """A row that changes an item's available by `change`, or states what is on hand: `actual`."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    line: Line
    warehouse_id: WarehouseIdField
    sku: SkuField
    change: SignedQuantity | None = None
    actual: SomeQuantity | None = None
    reason: Text | None = None


@message
class SettingsRow:
    """A row that sets what is given of an item's settings; an item that is not there begins."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    line: Line
    warehouse_id: WarehouseIdField
    sku: SkuField
    name: Name | None = None
    category: Name | None = None
    unit: Name | None = None
    unit_volume: SomeQuantity | None = None
    reorder_point: SomeQuantity | None = None
    reorder_quantity: PositiveQuantity | None = None
    maximum: PositiveQuantity | None = None
    safety_stock: SomeQuantity | None = None
    low_stock_percent: Percent | None = None
    lead_time_days: Days | None = None
    count_frequency_days: Days | None = None
    supplier_id: IdField | None = None
    reorder_automatically: Flag | None = None
    bin: Place | None = None
    aisle: Place | None = None
    shelf: Place | None = None


QuantityRows = Annotated[
    tuple[QuantityRow, ...], Field(min_length=1, max_length=CHUNK_ROWS_MAX), FailFast()
]
SettingsRows = Annotated[
    tuple[SettingsRow, ...], Field(min_length=1, max_length=CHUNK_ROWS_MAX), FailFast()
]


@message
class ImportCommand(Command):
    """A command about one import."""

    import_id: IdField


@message
class StageQuantities(ImportCommand):
    """Keep a chunk of rows about quantities until the import is applied."""

    chunk: Chunk
    rows: QuantityRows


@message
class StageSettings(ImportCommand):
    """Keep a chunk of rows about settings until the import is applied."""

    chunk: Chunk
    rows: SettingsRows


@message
class ApplyImport(ImportCommand):
    """Apply all staged rows or none: of so many chunks, with so many rows in all.

    `reason` is that of rows which give none.
    """

    chunks: Chunk
    rows: Rows
    reason: Text  # pyright: ignore[reportGeneralTypeIssues] - here it is obligatory


@message
class ImportEvent(Event):
    """An event of one import."""

    import_id: str

    @property
    def stream(self) -> StreamName:
        return import_stream(self.import_id)


@message
class QuantitiesStaged(ImportEvent):
    """A chunk of rows is kept."""

    chunk: int
    rows: tuple[QuantityRow, ...]


@message
class SettingsStaged(ImportEvent):
    """A chunk of rows is kept."""

    chunk: int
    rows: tuple[SettingsRow, ...]


@message
class ImportApplied(ImportEvent):
    """All rows were decided in one go: so many changed something, the others were so already.

    The items' events carry the reference {type: import, id}.
    """

    rows: int
    changed: int
