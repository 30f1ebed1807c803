"""Kafka's produce request byte by byte, for records that no client agrees to send."""

import socket
import struct
import time
from typing import Final

from aiokafka.record.default_records import DefaultRecordBatchBuilder
from aiokafka.record.util import calc_crc32c

REQUEST_SECONDS: Final = 10
_PRODUCE: Final = 0
_VERSION: Final = 3
_CRC_AT: Final = 17
_CRC_FROM: Final = 21
_ERROR_FROM_END: Final = 22
"""Bytes from the error code to the end of an answer about one partition."""


def produce_with_header_name(
    address: str, topic: str, partition: int, name: bytes, value: bytes, key: bytes
) -> None:
    """Produce one record with one header, whose name may be any bytes."""
    builder = DefaultRecordBatchBuilder(
        magic=2,
        compression_type=0,
        is_transactional=0,
        producer_id=-1,
        producer_epoch=-1,
        base_sequence=-1,
        batch_size=100_000,
    )
    placeholder = "~" * len(name)
    builder.append(
        0, timestamp=int(time.time() * 1_000), key=key, value=value, headers=[(placeholder, b"1")]
    )
    batch = bytearray(bytes(builder.build()).replace(placeholder.encode(), name))
    struct.pack_into(">I", batch, _CRC_AT, calc_crc32c(bytes(batch[_CRC_FROM:])))
    _produce(address, topic, partition, bytes(batch))


def _produce(address: str, topic: str, partition: int, batch: bytes) -> None:
    head = struct.pack(">hhi", _PRODUCE, _VERSION, 1) + _text("wire")
    acknowledged = struct.pack(">hhi", -1, -1, REQUEST_SECONDS * 1_000)
    records = struct.pack(">iii", 1, partition, len(batch)) + batch
    request = head + acknowledged + struct.pack(">i", 1) + _text(topic) + records
    host, _, port = address.split(",", maxsplit=1)[0].rpartition(":")
    with socket.create_connection((host, int(port)), REQUEST_SECONDS) as connection:
        connection.sendall(struct.pack(">i", len(request)) + request)
        (length,) = struct.unpack(">i", _exactly(connection, 4))
        answer = _exactly(connection, length)
    (code,) = struct.unpack_from(">h", answer, length - _ERROR_FROM_END)
    assert code == 0, f"Kafka refused the record: error {code}"


def _text(text: str) -> bytes:
    return struct.pack(">h", len(text)) + text.encode()


def _exactly(connection: socket.socket, length: int) -> bytes:
    received = b""
    while len(received) < length:
        part = connection.recv(length - len(received))
        assert part, "Kafka closed the connection"
        received += part
    return received
