"""How PostgreSQL would read the tables of a statement."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import asyncpg
import orjson


@dataclass(frozen=True, slots=True)
class Scan:
    """One table: how it is read, by what condition of an index, and what is then left out."""

    table: str
    way: str
    condition: str
    left_out: str


async def scans_of(
    session: asyncpg.Connection, statement: str, arguments: Sequence[object]
) -> list[Scan]:
    """Return the scans that a statement is planned with."""
    plan = await session.fetchval(f"explain (format json) {statement}", *arguments)
    return list(_scans(orjson.loads(plan)[0]["Plan"]))


def _scans(node: Mapping[str, Any]) -> Iterator[Scan]:
    below = node.get("Plans", [])
    if "Relation Name" in node:
        found = [node, *(each for each in below if each["Node Type"] == "Bitmap Index Scan")]
        condition = " ".join(each.get("Index Cond", "") for each in found)
        yield Scan(node["Relation Name"], node["Node Type"], condition, node.get("Filter", ""))
    for each in below:
        yield from _scans(each)
