"""An import is decided in a batch of its own, so that nobody's answer waits for its rows."""

import pytest
from aiokafka import ConsumerRecord

from stockledger.messages.stock_import import ApplyImport
from stockledger.partitioning import partition_of
from stockledger_command_handler.decoding import Task, ToDecide, decided_together, decode
from tests.support.records import binary

PARTITIONS = 12
APPLY = {"import_id": "I1", "chunks": 1, "rows": 1, "reason": "stock-take"}


def receipt() -> Task:
    return _in_its_partition(binary())


def application() -> Task:
    return _in_its_partition(binary(APPLY, type=b"stockledger.ApplyImport.v1"))


def _in_its_partition(record: ConsumerRecord[bytes, bytes]) -> Task:
    record.partition = partition_of("acme", PARTITIONS)
    task = decode(record, PARTITIONS)
    assert isinstance(task, ToDecide)
    return task


@pytest.mark.parametrize(
    ("kinds", "taken"),
    [("rrr", 3), ("rra", 2), ("a", 1), ("arr", 1), ("rar", 1), ("aa", 1), ("", 0)],
)
def test_an_import_begins_and_ends_a_batch(kinds: str, taken: int) -> None:
    tasks = [application() if kind == "a" else receipt() for kind in kinds]
    assert decided_together(tasks) == tasks[:taken]


def test_what_is_told_apart_is_the_import_itself() -> None:
    task = application()
    assert isinstance(task, ToDecide)
    assert isinstance(task.command, ApplyImport)
