"""Where answers, forwards and dead letters go, and what is counted of them."""

from collections.abc import Callable, Sequence

from stockledger.broker import Record
from stockledger.dead_letters import dead_letter_message
from stockledger.envelope import CommandEnvelope, Reply
from stockledger.event_log.interface import NewResult, StoredResult
from stockledger.partitioning import murmur2
from stockledger.publisher import OutgoingMessage
from stockledger.topics import Topics
from stockledger_command_handler.batch import Addressed, Batch, add
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

    def answers(self, batch: Batch) -> Addressed:
        """Return the messages of all answers of a committed batch."""
        addressed: Addressed = {}
        for answered in batch.answered.values():
            self.address(
                addressed,
                answered.command,
                answered.reply,
                answered.partition,
                answered.result,
                batch.stamp,
            )
        return addressed

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
        topic = self._topics.results
        if reply is not None and reply.topic in self._reply_topics:
            partitions = self._partitions_of(reply.topic)
            if partitions:
                topic, partition = reply.topic, _reply_partition(reply, result, partitions)
        echoed = list(reply.headers) if reply is not None else []
        add(addressed, topic, partition, result_message(result, command, stamp, echoed))


def _reply_partition(
    reply: Reply, result: NewResult | StoredResult, partitions: Sequence[int]
) -> int:
    if reply.partition is not None and reply.partition in partitions:
        return reply.partition
    hashed = murmur2(result.tenant_id.encode()) & 0x7FFFFFFF
    return sorted(partitions)[hashed % len(partitions)]
