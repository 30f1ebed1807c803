"""What Stockledger relies on of FastStream and aiokafka: the contract of `TopicReader`."""

from collections.abc import Mapping, Sequence
from typing import Any

import pytest
from aiokafka.conn import AIOKafkaConnection
from aiokafka.errors import KafkaError
from aiokafka.protocol.fetch import FetchRequest

from stockledger.broker import Record, TopicReader
from stockledger.publisher import OutgoingMessage, PartitionPublisher
from stockledger.topics import Topics
from tests.support.installation import Installation
from tests.support.waiting import wait_until_async


class Positions:
    """An assignment that starts where it is told, and notes what it is given."""

    def __init__(self, start: int) -> None:
        self.start = start
        self.given: list[list[int]] = []
        self.taken_away: list[list[int]] = []

    async def assigned(self, partitions: Sequence[int]) -> Mapping[int, int]:
        """Start the second partition where it is told, the empty ones at their beginning."""
        self.given.append(list(partitions))
        return {partition: self.start if partition == 2 else 0 for partition in partitions}

    async def revoked(self, partitions: Sequence[int]) -> None:
        """Note what is given up."""
        self.taken_away.append(list(partitions))


async def publish(installation: Installation, values: Sequence[bytes]) -> None:
    """Publish values to partition 2 of the commands topic."""
    publisher = PartitionPublisher(installation.settings)
    messages = [OutgoingMessage(b"acme", value, [("name", b"\xff")], None) for value in values]
    await publisher.publish(Topics.of(installation.settings).commands, {2: messages})
    await publisher.stop()


async def read(reader: TopicReader, count: int) -> list[bytes | None]:
    """Return the next values."""
    taken: list[Record] = []

    async def enough() -> bool:
        taken.extend(await reader.take(records_max=100, wait_seconds=0.2))
        return len(taken) >= count

    await wait_until_async(enough, f"{count} records taken")
    return [record.value for record in taken]


async def test_a_reader_starts_where_its_assignment_says_and_hands_over_when_another_joins(
    installation: Installation,
) -> None:
    topic = Topics.of(installation.settings).commands
    await publish(installation, [b"one", b"two", b"three"])
    first = Positions(start=1)
    reader = TopicReader(installation.settings, topic, "contract", first)
    await reader.start()
    assert await read(reader, 2) == [b"two", b"three"]
    assert first.given == [[0, 1, 2, 3]]
    assert reader.has_joined
    assert reader.owned == {0, 1, 2, 3}

    reader.rewind({2: 0})
    assert await read(reader, 3) == [b"one", b"two", b"three"]
    assert (await reader.positions())[2] == (await reader.end_offsets([2]))[2] == 3
    assert (await reader.beginning_offsets([2])) == {2: 0}

    assert await reader.committed_offsets([1, 2]) == {}
    assert await reader.commit({2: 3})
    assert await reader.committed_offsets([1, 2]) == {2: 3}
    reader.take_over_again()
    assert await read(reader, 2) == [b"two", b"three"]
    assert first.given == [[0, 1, 2, 3]] * 2

    second = Positions(start=3)
    other = TopicReader(installation.settings, topic, "contract", second)
    await other.start()

    async def shared() -> bool:
        await reader.take(records_max=100, wait_seconds=0.1)
        await other.take(records_max=100, wait_seconds=0.1)
        return len(reader.owned) == len(other.owned) == 2

    await wait_until_async(shared, "the partitions are shared", 40)
    assert first.taken_away[-1] == [0, 1, 2, 3]
    assert reader.owned | other.owned == {0, 1, 2, 3}
    await other.stop()
    await reader.stop()


async def test_a_client_that_has_given_up_fetching_ends_the_reading(
    installation: Installation, monkeypatch: pytest.MonkeyPatch
) -> None:
    topic = Topics.of(installation.settings).commands
    await publish(installation, [b"one"])
    reader = TopicReader(installation.settings, topic, "given-up", Positions(start=0))
    await reader.start()
    assert await read(reader, 1) == [b"one"]
    send: Any = vars(AIOKafkaConnection)["send"]

    def write_after_close(self: AIOKafkaConnection, request: object, **how: object) -> object:
        if isinstance(request, FetchRequest):
            message = "unable to perform operation on <TCPTransport closed=True>"
            raise RuntimeError(message)  # noqa: TRY004 - as uvloop has it
        return send(self, request, **how)

    monkeypatch.setattr(AIOKafkaConnection, "send", write_after_close)

    with pytest.raises(KafkaError, match="given up fetching"):
        await read(reader, 1)
    await reader.stop()
