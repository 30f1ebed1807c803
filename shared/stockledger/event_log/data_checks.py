"""What PostgreSQL's columns refuse, so that the log in memory refuses it too."""

from collections.abc import Iterable
from dataclasses import fields
from typing import Final

import orjson

from stockledger.errors import DataRefused
from stockledger.event_log.columns import SEPARATOR
from stockledger.event_log.interface import NewEvent, NewResult, PartitionAppend

INTEGER_MAX: Final = 2**63 - 1
"""PostgreSQL's bigint."""


def check_data(part: PartitionAppend) -> None:
    """Raise `DataRefused` for what the columns do not take."""
    records: list[NewEvent | NewResult] = [*part.events, *part.results]
    for record in records:
        for value in (getattr(record, each.name) for each in fields(record)):
            _check_value(value)
        for text in _json_texts(record):
            _check_json(text)


def _json_texts(record: NewEvent | NewResult) -> Iterable[str]:
    yield from (record.data, record.metadata)
    if isinstance(record, NewResult) and record.reply is not None:
        yield record.reply


def _check_value(value: object) -> None:
    if isinstance(value, str):
        try:
            characters = value.encode()
        except UnicodeEncodeError as error:
            raise DataRefused(str(error)) from error
        if b"\0" in characters:
            raise DataRefused("PostgreSQL stores no text with a null character.")
        if SEPARATOR in value:
            raise DataRefused("A text with the separator of texts would be taken apart.")
    if isinstance(value, int) and abs(value) > INTEGER_MAX:
        raise DataRefused(f"{value} is no bigint.")


def _check_json(text: str) -> None:
    try:
        orjson.loads(text)
    except orjson.JSONDecodeError as error:
        raise DataRefused(str(error)) from error
