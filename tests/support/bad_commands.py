"""Commands that name themselves and yet cannot be decided, and what their refusals say."""

import json
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from tests.support.shop import ACME, command_headers

LAMPS: Final = {"warehouse_id": "NORTH", "sku": "LAMP", "quantity": 1, "unit_cost": 2.5}
GOOD: Final = json.dumps(LAMPS).encode()
VALIDATION: Final = "INVENTORY_VALIDATION_ERROR"
NOW: Final = datetime.now(UTC)

Headers = list[tuple[str, bytes | None]]


def headers_with(command_id: str, **changed: bytes | None) -> Headers:
    """Return a receipt's headers with some changed, or (None) left out."""
    headers = dict(command_headers("ReceiveStock", command_id, ACME))
    merged: dict[str, bytes | None] = {**headers, **changed}
    return [(name, value) for name, value in merged.items() if value is not None]


@dataclass(frozen=True)
class Refused:
    """A command with a readable tenant, source and id: it is answered."""

    case: str
    value: bytes | None
    says: str
    headers: dict[str, bytes | None]
    code: str = VALIDATION


def data(case: str, says: str, **changed: object) -> Refused:
    """Return a receipt with other data."""
    return Refused(case, json.dumps({**LAMPS, **changed}).encode(), says, {})


def raw(case: str, value: bytes | None, says: str) -> Refused:
    """Return a receipt whose data is any bytes."""
    return Refused(case, value, says, {})


def attribute(case: str, name: str, value: bytes, says: str, code: str = VALIDATION) -> Refused:
    """Return a receipt with another header."""
    return Refused(case, GOOD, says, {name: value}, code)


def text_of(time: datetime) -> bytes:
    """Return a time as a header has it."""
    return time.isoformat().encode()


REFUSED: Final = (
    raw("not-json", b"ten lamps, please", "not JSON"),
    raw("half-json", GOOD[:-9], "not JSON"),
    raw("not-utf-8", GOOD.replace(b"LAMP", b"L\xffMP"), "not JSON"),
    raw("empty", b"", "the data is empty"),
    raw("tombstone", None, "there is no data"),
    raw("json-null", b"null", "must be a JSON object"),
    raw("a-list", b"[" + GOOD + b"]", "must be a JSON object"),
    raw("nested-deeply", b"[" * 5_000 + b"]" * 5_000, "not JSON"),
    raw("nan", GOOD.replace(b'"quantity": 1', b'"quantity": NaN'), "not JSON"),
    raw("infinity", GOOD.replace(b'"quantity": 1', b'"quantity": Infinity'), "not JSON"),
    raw("lone-surrogate", GOOD.replace(b"LAMP", b"\\ud800"), "not JSON"),
    raw("sixteen-digits", GOOD.replace(b": 1,", b": 1234567890123.456,"), "15 significant"),
    raw("huge-exponent", GOOD.replace(b": 1,", b": 1e400,"), "JSON"),
    data("zero-character", "sku must match", sku="LA\0MP"),
    data("text-quantity", "quantity", quantity="ten"),
    data("boolean-quantity", "quantity", quantity=True),
    data("number-sku", "sku must be a string", sku=7),
    data("no-sku", "sku must be a string", sku=None),
    data("negative-quantity", "quantity", quantity=-1),
    data("no-quantity-at-all", "quantity", quantity=0),
    data("over-precise-quantity", "quantity has more than 3", quantity=1.0005),
    data("over-precise-cost", "unit_cost has more than 4", unit_cost=0.00001),
    data("too-large-quantity", "quantity", quantity=1e15),
    data("unknown-field", "colour is not a known field", colour="red"),
    data("over-long-sku", "sku must match", sku="L" * 65),
    data("effective-tomorrow", "future", effective_at=(NOW + timedelta(days=1)).isoformat()),
    attribute("unknown-type", "ce_type", b"stockledger.BuyLamps.v1", "Unknown command type"),
    attribute("unknown-version", "ce_type", b"stockledger.ReceiveStock.v9", "Unknown version"),
    attribute("no-type", "ce_type", b"", "ce_type"),
    attribute("other-specversion", "ce_specversion", b"0.3", "ce_specversion"),
    attribute("a-picture", "content-type", b"image/png", "content type"),
    attribute("no-time", "ce_time", b"yesterday", "ce_time"),
    attribute("the-future", "ce_time", text_of(NOW + timedelta(hours=1)), "future"),
    attribute(
        "eight-days-ago",
        "ce_time",
        text_of(NOW - timedelta(days=8)),
        "days old",
        "INVENTORY_COMMAND_TOO_OLD",
    ),
    attribute("broken-correlation", "ce_correlationid", b"\xff\xfe", "ce_correlationid"),
    attribute("over-long-actor", "ce_actor", b"a" * 257, "ce_actor"),
    attribute("broken-reply-topic", "kafka_replyTopic", b"no such/topic", "reply topic"),
    attribute("over-long-type", "ce_type", b"t" * 129, "ce_type"),
)
