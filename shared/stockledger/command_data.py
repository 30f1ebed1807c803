"""The JSON data of a command: parsed, its digits counted, and made canonical for the hash."""

import base64
import re
from typing import Final

import orjson

SIGNIFICANT_DIGITS_MAX: Final = 15
"""Digits of a number that every double carries without loss."""

_DIGITS: Final = bytes(ord("0") if chr(byte) in "0123456789." else ord(" ") for byte in range(256))
_LONG_DIGITS: Final = b"0" * (SIGNIFICANT_DIGITS_MAX + 1)
_STRING_OR_NUMBER: Final = re.compile(rb'"[^"\\]*(?:\\.[^"\\]*)*"|([0-9.]{16,})', re.DOTALL)


def parsed(raw: bytes | None, faults: list[str]) -> tuple[object, bytes]:
    """Return the parsed data and the bytes that stand for it in the hash.

    What is wrong is added to `faults`; the raw bytes then stand for themselves.
    """
    if not raw:
        faults.append("there is no data" if raw is None else "the data is empty")
        return None, b""
    try:
        data: object = orjson.loads(raw)
    except orjson.JSONDecodeError as error:
        faults.append(f"the data is not JSON: {error}")
        return None, raw
    check_digits(raw, faults)
    return canonical(data, raw, faults)


def canonical(data: object, raw: bytes, faults: list[str]) -> tuple[object, bytes]:
    """Return parsed data with its canonical form: keys sorted, no spaces; else `raw`."""
    try:
        return data, orjson.dumps(data, option=orjson.OPT_SORT_KEYS)
    except orjson.JSONEncodeError:
        faults.append("the data is nested too deeply")
        return None, raw


def from_base64(text: object, faults: list[str]) -> tuple[object, bytes]:
    """Return what `parsed` does, of a CloudEvent's `data_base64`."""
    try:
        raw = base64.b64decode(text if isinstance(text, str) else "?", validate=True)
    except ValueError:
        faults.append("data_base64 is not base64")
        return None, b""
    return parsed(raw, faults)


def check_digits(raw: bytes, faults: list[str]) -> None:
    """Refuse valid JSON that holds a number of more digits than a double carries.

    Digits inside strings (a barcode) do not count. The first look costs 0.2 µs; only data with
    a long run of digits is looked at closely.
    """
    if _LONG_DIGITS in raw.translate(_DIGITS) and _has_long_number(raw):
        faults.append(f"a number has more than {SIGNIFICANT_DIGITS_MAX} significant digits")


def _has_long_number(raw: bytes) -> bool:
    return any(
        len(found[1].replace(b".", b"").strip(b"0")) > SIGNIFICANT_DIGITS_MAX
        for found in _STRING_OR_NUMBER.finditer(raw)
        if found[1] is not None
    )
