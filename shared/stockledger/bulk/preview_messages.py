"""What an import would change: the question over HTTP, and its answer.

`POST /v1/tenants/<tenant>/imports/preview`. Nothing is kept by asking.
"""

from typing import Annotated, ClassVar, Final

from pydantic import ConfigDict, Field

from stockledger.messages.message import message
from stockledger.messages.stock_import import CHUNK_ROWS_MAX, QuantityRow, SettingsRow

PREVIEW_ROWS_MAX: Final = CHUNK_ROWS_MAX
"""Rows of one question; whoever has more asks again, with all rows of an item in one question."""

Shown = str | bool | int | float | None
"""A quantity, a text, a number of days or a flag, as on the wire; None: it is not set."""


@message
class PreviewRequest:
    """Rows of one kind, in the order of the file; those of one item see each other."""

    __pydantic_config__: ClassVar[ConfigDict] = ConfigDict(extra="forbid")

    quantities: Annotated[tuple[QuantityRow, ...], Field(max_length=PREVIEW_ROWS_MAX)] = ()
    settings: Annotated[tuple[SettingsRow, ...], Field(max_length=PREVIEW_ROWS_MAX)] = ()


@message
class FieldChange:
    """A figure or a setting (`available`, `on_hand`, `maximum` …) before and after the row."""

    field: str
    before: Shown
    after: Shown


@message
class RowPreview:
    """What one row would do by what the views know now; no changes: it is so already.

    `problem` says why the row would be refused; it changes nothing then.
    """

    line: int
    warehouse_id: str
    sku: str
    problem: str | None = None
    changes: list[FieldChange]


@message
class PreviewAnswer:
    """One preview a row, in the order asked; and the position that the views had reached."""

    rows: list[RowPreview]
    position: int
