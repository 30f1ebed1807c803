"""Where answers, forwards and dead letters go, and what is counted of them."""

from collections.abc import Callable, Iterable, Mapping, Sequence

from stockledger.broker import Record
from stockledger.dead_letters import dead_letter_message
from stockledger.envelope import CommandEnvelope, Reply
from stockledger.event_log.interface import NewResult, StoredResult
from stockledger.partitioning import murmur2
from stockledger.publisher import OutgoingMessage
from stockledger.topics import Topics
from stockledger_command_handler.batch import Addressed, Answered, Batch, add
from stockledger_command_handler.caution import PARKED
from stockledger_command_handler.decoding import ToDecide, ToForward
from stockledger_command_handler.metrics import CommandHandlerMetrics, known
from stockledger_command_handler.outgoing import Stamp, named, result_message
from stockledger_command_handler.settings import CommandHandlerSettings

PartitionsOf = Callable[[str], Sequence[int]]
"""The partitions of a topic as far as known; empty when there is no such topic."""


class Answering:
    """Addresses messages into a batch."""

    def __init__(
        self,
        settings: CommandHandlerSettings,
        partitions_of: PartitionsOf,
        metrics: CommandHandlerMetrics,
    ) -> None:
        self._topics = Topics.of(settings)
        self._group = settings.group
        self._reply_topics = frozenset(settings.reply_topics)
        self._partitions_of = partitions_of
        self._metrics = metrics

    def forward(self, batch: Batch, task: ToForward) -> None:
        """Send a command on to its partition, unchanged."""
        record = task.record
        message = OutgoingMessage(
            record.key, record.value, list(record.headers), max(record.timestamp, 0)
        )
        add(batch.before, self._topics.commands, task.partition, message)
        self._metrics.forwarded.inc()

    def dead_letter(
        self,
        batch: Batch,
        record: Record,
        reason: str,
        explanation: str,
        error: BaseException | None = None,
    ) -> None:
        """Set a record aside with its cause."""
        message = dead_letter_message(record, self._group, reason, explanation, error)
        add(batch.before, self._topics.commands_dead_letters, record.partition, message)
        self._metrics.dead_letters.labels(self._topics.commands, reason).inc()
        if reason == PARKED:
            self._metrics.parked.inc()

    def repeat(
        self,
        batch: Batch,
        task: ToDecide,
        known: NewResult | StoredResult,
        stamp: Stamp,
        *,
        uncommitted: bool,
    ) -> None:
        """Answer again what was answered before; an answer not yet committed waits for that."""
        self._metrics.repeats.inc()
        addressed = batch.after if uncommitted else batch.before
        self._address(addressed, task.envelope, task.record.partition, known, stamp)

    def refuse_unstored(self, batch: Batch, task: ToDecide, result: NewResult, code: str) -> None:
        """Answer a command once, without the answer being remembered."""
        self._metrics.commands.labels(known(task.envelope.type), code).inc()
        self._address(batch.before, task.envelope, task.record.partition, result, batch.stamp)

    def answers(self, batch: Batch) -> Mapping[str, Mapping[int, Iterable[OutgoingMessage]]]:
        """Return the messages of all answers of a committed batch, each made when asked for."""
        addressed: dict[str, dict[int, list[Answered]]] = {}
        for one in batch.answered.values():
            topic, partition = self._address_of(one.reply, one.partition, one.result)
            add(addressed, topic, partition, one)
        return {
            topic: {partition: map(_message, answers) for partition, answers in partitions.items()}
            for topic, partitions in addressed.items()
        }

    def _address(
        self,
        addressed: Addressed,
        envelope: CommandEnvelope,
        partition: int,
        result: NewResult | StoredResult,
        stamp: Stamp,
    ) -> None:
        self.address(addressed, named(envelope), envelope.reply, partition, result, stamp)

    def address(
        self,
        addressed: Addressed,
        command: str,
        reply: Reply | None,
        partition: int,
        result: NewResult | StoredResult,
        stamp: Stamp,
    ) -> None:
        """Put an answer where it belongs: to the reply topic, when it is allowed and there."""
        topic, partition = self._address_of(reply, partition, result)
        add(addressed, topic, partition, result_message(result, command, stamp, _echoed(reply)))

    def _address_of(
        self, reply: Reply | None, partition: int, result: NewResult | StoredResult
    ) -> tuple[str, int]:
        if reply is not None and reply.topic in self._reply_topics:
            partitions = self._partitions_of(reply.topic)
            if partitions:
                return reply.topic, _reply_partition(reply, result, partitions)
        return self._topics.results, partition


def _message(answered: Answered) -> OutgoingMessage:
    return result_message(
        answered.result, answered.command, answered.stamp, _echoed(answered.reply)
    )


def _echoed(reply: Reply | None) -> list[tuple[str, bytes]]:
    return [] if reply is None else list(reply.headers)


def _reply_partition(
    reply: Reply, result: NewResult | StoredResult, partitions: Sequence[int]
) -> int:
    if reply.partition is not None and reply.partition in partitions:
        return reply.partition
    hashed = murmur2(result.tenant_id.encode()) & 0x7FFFFFFF
    return sorted(partitions)[hashed % len(partitions)]
