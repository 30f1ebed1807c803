"""YAML of plain data, in block style: every scalar is JSON, which YAML contains.

Enough for one document, and it keeps a YAML library out of the installed product.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Final, cast

_PLAIN_KEY: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$./-]*\Z")
_NOT_PLAIN: Final = frozenset({"y", "n", "yes", "no", "on", "off", "true", "false", "null"})


def yaml_text(data: Mapping[str, object]) -> str:
    """Return the YAML text of nested mappings, sequences and scalars."""
    return "".join(f"{line}\n" for line in _lines(data))


def _lines(data: object) -> list[str]:
    if isinstance(data, Mapping) and data:
        pairs = cast("Mapping[str, object]", data).items()
        return [line for key, value in pairs for line in _entry(f"{_key(key)}:", value)]
    if isinstance(data, Sequence) and not isinstance(data, str) and data:
        items = cast("Sequence[object]", data)
        return [line for item in items for line in _item(item)]
    return [json.dumps(data, ensure_ascii=False)]


def _entry(label: str, value: object) -> list[str]:
    lines = _lines(value)
    if isinstance(value, Mapping | list | tuple) and value:
        return [label, *(f"  {line}" for line in lines)]
    return [f"{label} {lines[0]}"]


def _item(item: object) -> list[str]:
    first, *rest = _lines(item)
    return [f"- {first}", *(f"  {line}" for line in rest)]


def _key(key: str) -> str:
    plain = _PLAIN_KEY.match(key) and key.lower() not in _NOT_PLAIN
    return key if plain else json.dumps(key, ensure_ascii=False)
