"""What a service asks for by itself is a command like any other, from a source of its own."""

from datetime import UTC, datetime

from stockledger.own_commands import OwnCommand, Sender, messages_of
from stockledger.publisher import OutgoingMessage

NOW = datetime(2026, 11, 21, 12, 0, 0, 250_000, UTC)
GARDENER = Sender(source="/stockledger/gardener", actor="gardener")


def watering(number: int, partition: int, tenant: str) -> OwnCommand:
    return OwnCommand(partition, tenant, f"W{number}", "stockledger.Water.v1", '{"litres":3}')


def test_it_is_a_cloud_event_of_its_tenant_with_the_service_as_its_source() -> None:
    messages = messages_of(GARDENER, [watering(1, partition=2, tenant="zoë")], NOW)
    assert messages == {
        2: [
            OutgoingMessage(
                key="zoë".encode(),
                value=b'{"litres":3}',
                headers=[
                    ("ce_specversion", b"1.0"),
                    ("ce_source", b"/stockledger/gardener"),
                    ("ce_actor", b"gardener"),
                    ("content-type", b"application/json"),
                    ("ce_id", b"W1"),
                    ("ce_type", b"stockledger.Water.v1"),
                    ("ce_time", b"2026-11-21T12:00:00.250000Z"),
                    ("ce_tenantid", "zoë".encode()),
                ],
                timestamp_ms=1_795_262_400_250,
            )
        ]
    }


def test_each_partition_gets_its_own_in_the_order_given() -> None:
    commands = [watering(1, 2, "acme"), watering(2, 0, "tents"), watering(3, 2, "acme")]
    messages = messages_of(GARDENER, commands, NOW)
    ids = {
        partition: [dict(each.headers)["ce_id"] for each in some]
        for partition, some in messages.items()
    }
    assert ids == {2: [b"W1", b"W3"], 0: [b"W2"]}
