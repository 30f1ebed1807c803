"""The CloudEvent in a Kafka record: its attributes, in binary and in structured mode.

Header names compare without case; of a repeated header the last counts, as in Kafka's own
clients; a header without a value counts as absent. Nothing here raises, whatever the bytes are.
"""

import re
from collections.abc import Mapping, Sequence
from functools import lru_cache
from typing import Final, NamedTuple, Protocol, cast

import orjson

from stockledger.messages.generated import maker_of

REMEMBERED_TEXTS: Final = 4_096
"""Distinct tenants, sources and types kept decoded; each of them is at most 1 KiB of UTF-8."""

REMEMBERED_BYTES_MAX: Final = 1_024
"""Bytes of a text that is kept decoded."""

CONTENT_TYPE_LENGTH_MAX: Final = 256
"""Characters of a content type, with its parameters."""

TENANT_LENGTH_MAX: Final = 64
"""Characters of a tenant's id, as of every id (`fields.ID_PATTERN`)."""

_CONTROL: Final = re.compile(r"[\x00-\x1f\x7f-\x9f\ud800-\udfff]")
_JSON: Final = b"application/json"
_JSON_CONTENT: Final = re.compile(
    r"\s*(application|text)/([\w.-]+\+)?json\s*(;.*)?\Z", re.IGNORECASE
)
_STRUCTURED_CONTENT: Final = re.compile(rb"\s*application/cloudevents", re.IGNORECASE)


class Record(Protocol):
    """What is read of aiokafka's ConsumerRecord; `timestamp` in ms since 1970."""

    @property
    def value(self) -> bytes | None: ...
    @property
    def headers(self) -> Sequence[tuple[str, bytes | None]]: ...
    @property
    def timestamp(self) -> int: ...


class CloudEvent(NamedTuple):
    """Attributes under their header names in lower case; the whole event in structured mode.

    The value of an attribute is bytes or, in structured mode, whatever JSON had. `fault` says that
    header and event name different tenants: the header's counts, for it is what routes.
    """

    attributes: Mapping[str, object]
    event: Mapping[str, object] | None
    fault: str | None


_cloud_event: Final = maker_of(CloudEvent)


def open_record(record: Record) -> CloudEvent | None:
    """Return the CloudEvent of a record; None when a structured one is no JSON object.

    A value with a `specversion` needs no content type, if no header speaks of an id or a source:
    so one line of a console producer is a command.
    """
    headers: dict[str, object] = {name.lower(): value for name, value in record.headers}
    content_type = headers.get("content-type")
    if _is_structured(content_type):
        return _structured(headers, _json_object(record.value))
    if "ce_id" in headers or "ce_source" in headers:
        return _cloud_event(headers, None, None)
    event = _json_object(record.value) if content_type is None else None
    if event is None or "specversion" not in event:
        return _cloud_event(headers, None, None)
    return _structured(headers, event)


def _is_structured(content_type: object) -> bool:
    return (
        isinstance(content_type, bytes)
        and content_type != _JSON
        and _STRUCTURED_CONTENT.match(content_type) is not None
    )


def _structured(headers: dict[str, object], event: dict[str, object] | None) -> CloudEvent | None:
    if event is None:
        return None
    attributes = {name: value for name, value in headers.items() if name[:3] != "ce_"}
    attributes |= {f"ce_{name}": value for name, value in event.items()}
    attributes["content-type"] = event.get("datacontenttype")
    attributes.setdefault("traceparent", event.get("traceparent"))
    attributes.setdefault("tracestate", event.get("tracestate"))
    routed, inner = headers.get("ce_tenantid"), event.get("tenantid")
    if routed is None:
        return _cloud_event(attributes, event, None)
    attributes["ce_tenantid"] = routed
    differs = inner is not None and text_from(routed, TENANT_LENGTH_MAX) != inner
    return _cloud_event(attributes, event, "tenantid differs from ce_tenantid" if differs else None)


def _json_object(value: bytes | None) -> dict[str, object] | None:
    try:
        event: object = orjson.loads(value or b"")
    except orjson.JSONDecodeError:
        return None
    return cast("dict[str, object]", event) if isinstance(event, dict) else None


def recurring_text(value: object, length_max: int) -> str | None:
    """Return what `text_from` does, sooner for a text that comes with many commands."""
    if isinstance(value, bytes) and len(value) <= REMEMBERED_BYTES_MAX:
        return _remembered_text(value, length_max)
    return text_from(value, length_max)


@lru_cache(maxsize=REMEMBERED_TEXTS)
def _remembered_text(value: bytes, length_max: int) -> str | None:
    return text_from(value, length_max)


def text_from(value: object, length_max: int) -> str | None:
    """Return a text of 1 to `length_max` characters without control characters, else None."""
    if isinstance(value, bytes):
        try:
            value = value.decode()
        except UnicodeDecodeError:
            return None
    if not isinstance(value, str) or not 0 < len(value) <= length_max:
        return None
    return value if value.isprintable() or not _CONTROL.search(value) else None


def is_json(content_type: object) -> bool:
    """Tell whether the data is JSON by its content type; without one it is."""
    if content_type is None or content_type == _JSON:
        return True
    text = text_from(content_type, CONTENT_TYPE_LENGTH_MAX)
    return text is not None and _JSON_CONTENT.match(text) is not None
