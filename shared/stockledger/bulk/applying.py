"""Sends an import to Kafka, chunk by chunk, and waits for what becomes of it."""

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from stockledger.bulk.rows import BadRow
from stockledger.bulk.staging import StagedImport
from stockledger.commands.outgoing import OutgoingCommand, Stamp, binary_command
from stockledger.commands.sending import Answer, CommandSender
from stockledger.errors import StockledgerError
from stockledger.messages.results import ErrorCode

APPLY: Final = "ApplyImport"

_MEANINGS: Final[dict[str, str]] = {
    ErrorCode.NOT_FOUND: "there is no such item or warehouse",
    ErrorCode.INSUFFICIENT_STOCK: "not enough is there",
    ErrorCode.WAREHOUSE_INACTIVE: "the warehouse takes nothing new",
    ErrorCode.APPROVAL_REQUIRED: "another person has to approve it: adjust this item by itself",
    ErrorCode.VALIDATION_ERROR: "not a value that the item can have",
}
"""What the codes of bad rows mean: an answer has no room for a sentence a row."""

_ROW_FIGURES: Final = ("line", "column", "cause")


class NoAnswer(StockledgerError):
    """An answer did not come in time; applying the same file again is safe."""


@dataclass(frozen=True, slots=True)
class Applied:
    """All rows are in effect: `changed` of them changed something, now or `before`."""

    rows: int
    changed: int
    before: bool
    position: int


@dataclass(frozen=True, slots=True)
class Refused:
    """Nothing is in effect; the rows that are to blame, if it was rows."""

    code: str
    message: str
    bad: Sequence[BadRow]


async def apply_import(
    sender: CommandSender,
    staged: StagedImport,
    reason: str,
    stamp: Stamp,
    *,
    seconds: float,
    advance: Callable[[int], None],
) -> Applied | Refused:
    """Stage all chunks and apply them; `advance` hears of each chunk's rows.

    The commands have ids of their own each time: what was refused once is decided anew, and what
    took effect once the import itself knows: it takes the same chunks again, and refuses others.
    Raises NoAnswer.
    """
    staging = [
        await sender.send(_command(staged.stage_type, staged.stage_data(number), stamp))
        for number in range(1, len(staged.chunks) + 1)
    ]
    for chunk, future in zip(staged.chunks, staging, strict=True):
        refusal = _refusal(await _answered(future, seconds))
        if refusal is not None:
            return refusal
        advance(len(chunk))
    command = _command(APPLY, staged.apply_data(reason), stamp)
    answer = await _answered(await sender.send(command), seconds)
    return _refusal(answer) or _applied(answer, staged)


def _command(name: str, data: Mapping[str, Any], stamp: Stamp) -> OutgoingCommand:
    return binary_command({"type": name, "data": data}, stamp)


async def _answered(answer: asyncio.Future[Answer], seconds: float) -> Answer:
    try:
        async with asyncio.timeout(seconds):
            return await answer
    except TimeoutError as error:
        raise NoAnswer(
            f"no answer within {seconds:g} s; whether it is applied is unknown, and the same "
            "command again is safe"
        ) from error


def _refusal(answer: Answer) -> Refused | None:
    if "code" not in answer:
        return None
    details: Mapping[str, object] = answer.get("details") or {}
    listed = details.get("rows")
    rows = cast("list[dict[str, object]]", listed) if isinstance(listed, list) else []
    return Refused(answer["code"], answer["message"], [_bad_row(row) for row in rows])


def _bad_row(row: Mapping[str, object]) -> BadRow:
    line = row.get("line")
    code = str(row.get("cause") or "")
    return BadRow(
        line if isinstance(line, int) else 0,
        str(row.get("column") or ""),
        f"{_MEANINGS[code]} ({code})" if code in _MEANINGS else code,
        {name: value for name, value in row.items() if name not in _ROW_FIGURES},
    )


def _applied(answer: Answer, staged: StagedImport) -> Applied:
    outcome: Mapping[str, int] = answer["outcome"]
    return Applied(
        rows=outcome.get("rows", staged.rows),
        changed=outcome.get("changed", staged.rows),
        before=not answer["events"],
        position=answer["position"],
    )
