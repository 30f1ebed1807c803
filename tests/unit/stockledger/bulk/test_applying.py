"""An import is staged and applied, and says truthfully what became of it."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, cast

import orjson
import pytest

from stockledger.amounts import Quantity
from stockledger.bulk.applying import Applied, NoAnswer, Refused, apply_import
from stockledger.bulk.columns import Kind
from stockledger.bulk.rows import BadRow
from stockledger.bulk.staging import staged_import
from stockledger.commands.outgoing import OutgoingCommand, Stamp
from stockledger.commands.sending import Answer, CommandSender
from stockledger.messages.fields import Sku, WarehouseId
from stockledger.messages.results import ErrorCode
from stockledger.messages.stock_import import QuantityRow

ROWS = [
    QuantityRow(
        line=line, warehouse_id=WarehouseId("NORTH"), sku=Sku("LAMP"), change=Quantity(1_000)
    )
    for line in range(2, 703)
]
STAGED = staged_import("acme", Kind.QUANTITIES, ROWS)
STAGE, APPLY = "stockledger.StageQuantities.v1", "stockledger.ApplyImport.v1"
ACCEPTED: Answer = {
    "events": ["stockledger.ImportApplied.v1"],
    "outcome": {"import_id": STAGED.import_id, "rows": 701, "changed": 700},
    "position": 42,
}
REFUSED: Answer = {"code": ErrorCode.VALIDATION_ERROR, "message": "No.", "details": {}}


@dataclass
class Ledger:
    """Answers commands as it is told to; None: never."""

    answers: Callable[[OutgoingCommand], Answer | None]
    taken: list[OutgoingCommand] = field(default_factory=list[OutgoingCommand])

    async def send(self, command: OutgoingCommand) -> asyncio.Future[Answer]:
        self.taken.append(command)
        future: asyncio.Future[Answer] = asyncio.get_running_loop().create_future()
        answer = self.answers(command)
        if answer is not None:
            future.set_result(answer)
        return future


async def outcome_of(ledger: Ledger, advance: Callable[[int], None] = print) -> Applied | Refused:
    sender = cast("CommandSender", ledger)
    stamp = Stamp(tenant="acme", actor="eve")
    return await apply_import(sender, STAGED, "counted", stamp, seconds=0.05, advance=advance)


def data_of(command: OutgoingCommand) -> dict[str, Any]:
    return cast("dict[str, Any]", orjson.loads(command.value))


async def test_all_chunks_are_staged_before_they_are_applied() -> None:
    ledger, staged_rows = Ledger(lambda _: ACCEPTED), list[int]()

    outcome = await outcome_of(ledger, staged_rows.append)

    assert outcome == Applied(rows=701, changed=700, before=False, position=42)
    assert [command.type for command in ledger.taken] == [STAGE, STAGE, APPLY]
    assert data_of(ledger.taken[2]) == STAGED.apply_data("counted")
    assert staged_rows == [500, 201]
    assert len({command.id for command in ledger.taken}) == 3
    assert all(("ce_actor", b"eve") in command.headers for command in ledger.taken)


async def test_other_rows_under_the_id_of_an_applied_import_are_not_said_to_be_applied() -> None:
    def answer(command: OutgoingCommand) -> Answer:
        if command.type == STAGE:
            return REFUSED | {"code": ErrorCode.INVALID_MOVEMENT}
        return ACCEPTED | {"events": []}

    outcome = await outcome_of(Ledger(answer))

    assert outcome == Refused(ErrorCode.INVALID_MOVEMENT, "No.", [])


async def test_an_import_that_was_applied_before_is_said_to_be() -> None:
    outcome = await outcome_of(Ledger(lambda _: ACCEPTED | {"events": []}))

    assert outcome == Applied(rows=701, changed=700, before=True, position=42)


async def test_nothing_is_applied_when_a_chunk_is_refused() -> None:
    ledger = Ledger(lambda _: REFUSED)

    outcome = await outcome_of(ledger)

    assert outcome == Refused(ErrorCode.VALIDATION_ERROR, "No.", [])
    assert APPLY not in {command.type for command in ledger.taken}


async def test_every_bad_row_of_a_refusal_is_told_with_its_figures() -> None:
    code = "INVENTORY_INSUFFICIENT_STOCK"
    short = {"line": 7, "column": "change", "cause": code, "asked": 5, "available": 3}
    refused = REFUSED | {"details": {"bad_rows": 2, "rows": [short, {"line": 9, "cause": "gone"}]}}

    outcome = await outcome_of(
        Ledger(lambda command: refused if command.type == APPLY else ACCEPTED)
    )

    assert isinstance(outcome, Refused)
    assert outcome.bad == [
        BadRow(7, "change", f"not enough is there ({code})", {"asked": 5, "available": 3}),
        BadRow(9, "", "gone"),
    ]


@pytest.mark.parametrize("silent", [STAGE, APPLY])
async def test_an_answer_that_does_not_come_is_said_to_be_missing(silent: str) -> None:
    ledger = Ledger(lambda command: None if command.type == silent else ACCEPTED)

    with pytest.raises(NoAnswer, match="the same command again is safe"):
        await outcome_of(ledger)
