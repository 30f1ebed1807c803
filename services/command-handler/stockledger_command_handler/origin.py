"""Where a message came from, as log lines name it."""

from stockledger.broker import Record
from stockledger.envelope import CommandEnvelope, Unreadable


def origin_of(record: Record, envelope: CommandEnvelope | Unreadable | None) -> dict[str, object]:
    """Return the fields of a log line about a message, as far as its envelope could be read."""
    place: dict[str, object] = {
        "topic": record.topic,
        "partition": record.partition,
        "offset": record.offset,
    }
    if not isinstance(envelope, CommandEnvelope):
        return place
    return {
        "tenant_id": envelope.tenant_id,
        "source": envelope.source,
        "id": envelope.id,
        "type": envelope.type,
        "correlation_id": envelope.correlation_id,
        **place,
    }
