"""What the columns of a file are: recognised by their titles, never guessed from the values."""

from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any, Final

from pydantic import TypeAdapter

from stockledger.bulk.tables import Cell, Unreadable, UnusableFile
from stockledger.messages.stock_import import QuantityRow, SettingsRow


class Kind(StrEnum):
    """What the rows of a file are about."""

    QUANTITIES = "quantities"
    SETTINGS = "settings"


class Content(StrEnum):
    """What a column's cells hold."""

    TEXT = "text"
    NUMBER = "number"
    WHOLE_NUMBER = "whole number"
    FLAG = "true or false"


ROW_TYPES: Final[dict[Kind, type[QuantityRow] | type[SettingsRow]]] = {
    Kind.QUANTITIES: QuantityRow,
    Kind.SETTINGS: SettingsRow,
}
LINE: Final = "line"
ITEM_FIELDS: Final = ("warehouse_id", "sku")
"""What names the item of a row; every file has them."""

AMOUNT_FIELDS: Final = ("change", "actual")
"""A row about a quantity has one of them."""

_SYNONYMS: Final = {"warehouse": "warehouse_id"}
_CONTENTS: Final = {
    "integer": Content.WHOLE_NUMBER,
    "number": Content.NUMBER,
    "boolean": Content.FLAG,
}


@dataclass(frozen=True, slots=True)
class Column:
    """A column of the file; without a field it is left out."""

    title: str
    field: str | None
    content: Content = Content.TEXT


@dataclass(frozen=True, slots=True)
class Layout:
    """The columns of a file, from left to right, and what its rows are about."""

    kind: Kind
    columns: Sequence[Column]


def recognised(cells: Sequence[Cell]) -> int:
    """Return how many of the titles are columns of ours."""
    return sum(_field(cell) in _ALL_FIELDS for cell in cells)


def layout_of(cells: Sequence[Cell], kind: Kind | None, ignored: Collection[str]) -> Layout:
    """Return what the columns are; UnusableFile names everything that is wrong with them.

    A column whose title is `ignored` is left out; any other that is not known is refused, so that
    a mistyped one is not lost in silence.
    """
    titles = [_title(cell) for cell in cells]
    left_out = {_field(title) for title in ignored}
    fields = [None if _field(title) in left_out else _field(title) for title in titles]
    known = kind or _kind_of(fields)
    faults = list(_faults(titles, fields, known))
    if faults:
        raise UnusableFile("; ".join(faults))
    contents = FIELDS[known]
    return Layout(
        known,
        [
            Column(title, field or None, contents.get(field or "", Content.TEXT))
            for title, field in zip(titles, fields, strict=True)
        ],
    )


def _kind_of(fields: Sequence[str | None]) -> Kind:
    quantities = any(field in AMOUNT_FIELDS for field in fields)
    settings = any(field in _SETTINGS_ONLY for field in fields)
    if quantities and settings:
        raise UnusableFile(
            "it has columns of quantities and of settings: say --kind, and --ignore the others"
        )
    if not quantities and not settings:
        raise UnusableFile(
            "no column says what to import: change or actual for quantities; for settings "
            + ", ".join(sorted(_SETTINGS_ONLY))
        )
    return Kind.QUANTITIES if quantities else Kind.SETTINGS


def _faults(titles: Sequence[str], fields: Sequence[str | None], kind: Kind) -> list[str]:
    named = Counter(field for field in fields if field)
    faults = [f"there is no column {field}" for field in ITEM_FIELDS if field not in named]
    faults += [f"the column {field} is there {n} times" for field, n in named.items() if n > 1]
    faults += [
        f"no column of {kind} is called {title!r} (--ignore leaves it out)"
        for title, field in zip(titles, fields, strict=True)
        if field and field not in FIELDS[kind]
    ]
    if kind is Kind.QUANTITIES and not named.keys() & set(AMOUNT_FIELDS):
        faults.append("there is no column change or actual")
    return faults


def _title(cell: Cell) -> str:
    return cell.cause if isinstance(cell, Unreadable) else str(cell)


def _field(cell: Cell) -> str:
    """Return the name of the field that a title means: case, spaces and dashes do not matter."""
    name = "_".join(_title(cell).strip().lower().replace("-", " ").replace("_", " ").split())
    return _SYNONYMS.get(name, name)


def _contents_of(row_type: type[QuantityRow] | type[SettingsRow]) -> dict[str, Content]:
    properties: dict[str, Any] = TypeAdapter[object](row_type).json_schema()["properties"]
    return {
        name: next(
            (
                _CONTENTS[each["type"]]
                for each in described.get("anyOf", [described])
                if each.get("type") in _CONTENTS
            ),
            Content.TEXT,
        )
        for name, described in properties.items()
        if name != LINE
    }


FIELDS: Final = {kind: _contents_of(row_type) for kind, row_type in ROW_TYPES.items()}
"""The fields of each kind of rows, and what they hold."""

_ALL_FIELDS: Final = {field for fields in FIELDS.values() for field in fields}
_SETTINGS_ONLY: Final = FIELDS[Kind.SETTINGS].keys() - FIELDS[Kind.QUANTITIES].keys()
