"""Keeps spreadsheets from running what is only a text: a name that begins with `=` is no formula.

A text that begins with one of these characters gets a quote before it, in CSV. One that begins
with quotes before such a character gets one more, so that an import can take it away again.
"""

import re
from typing import Final

# the last four are the wide forms of the first four, which spreadsheets take for them
_STARTERS: Final = r"[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]"
_WOULD_RUN: Final = re.compile("'*" + _STARTERS)
_GUARDED: Final = re.compile("'+" + _STARTERS)


def guarded(text: str) -> str:
    """Return the text as a spreadsheet shows it, and never runs it."""
    return f"'{text}" if _WOULD_RUN.match(text) else text


def unguarded(text: str) -> str:
    """Return the text that was guarded; any other as it is."""
    return text[1:] if _GUARDED.match(text) else text
