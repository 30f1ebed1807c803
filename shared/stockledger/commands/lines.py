"""Messages as one readable line each; what comes from outside cannot move the cursor."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, Final, cast

import orjson
from rich.text import Text

from stockledger.topic_tail import TopicRecord, header

_SHOWN_MAX: Final = 160
"""Characters shown of a message that cannot be read, or of an explanation."""

LINES_SHOWN: Final = 5
"""Lines shown of a reservation or an order: more would hide what else a message says."""


def short_type(type_name: str) -> str:
    """Return a type's name without what is the same for all, as in `ReceiveStock`."""
    parts = type_name.split(".")
    return parts[1] if len(parts) == 3 and parts[0] == "stockledger" else type_name  # noqa: PLR2004 - product, name, version


def printable(text: str) -> str:
    """Return a text without control characters: they stand as escapes."""
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)


def data_of(record: TopicRecord) -> dict[str, Any]:
    """Return the JSON object of a record's value; empty when it is none."""
    try:
        parsed = orjson.loads(record.value or b"")
    except orjson.JSONDecodeError:
        return {}
    return cast("dict[str, Any]", parsed) if isinstance(parsed, dict) else {}


def result_line(record: TopicRecord) -> Text:
    """Return the line of an answer."""
    data = data_of(record)
    line = _begin(record, f"{data.get('partition', '?')}-{data.get('position', '?')}")
    line.append(f"{short_type(str(data.get('command_type', '?')))} ", style="bold")
    append_outcome(line, data)
    line.append(f" ({data.get('command_source', '?')}/{data.get('command_id', '?')})", style="dim")
    return clean(line)


def event_line(record: TopicRecord) -> Text:
    """Return the line of an event."""
    data = data_of(record)
    line = _begin(record, header(record, "ce_id") or "?")
    line.append(f"{short_type(header(record, 'ce_type') or '?')} ", style="bold cyan")
    stream, version = header(record, "ce_stream"), header(record, "ce_streamversion")
    line.append(f"{stream} v{version}")
    for entry in data.get("entries", ()):
        line.append(f"  {entry['bucket']} {entry['change']:+} = {entry['after']}")
    return clean(_append_lines(line, data))


def shop_event_line(record: TopicRecord) -> Text:
    """Return the line of what a shop system said; structured events say it in their value."""
    said = data_of(record)
    inner = said.get("data") if "specversion" in said else said
    data = cast("dict[str, Any]", inner) if isinstance(inner, dict) else {}
    line = _begin(record, f"{record.partition}-{record.offset}")
    line.append(f"{header(record, 'ce_type') or said.get('type', '?')} ", style="bold cyan")
    named = (data[name] for name in ("order_id", "cart_id", "sku", "quantity") if name in data)
    line.append(" ".join(str(value) for value in named)[:_SHOWN_MAX])
    return clean(_append_lines(line, data))


def level_line(record: TopicRecord) -> Text:
    """Return the line of an item's level."""
    key = (record.key or b"").decode(errors="replace")
    line = Text(f"{_time(record)} {key} ", style="")
    if record.value is None:
        return clean(line.append("removed", style="dim"))
    data = data_of(record)
    figures = {name: value for name, value in _flat(data).items() if name in _LEVEL_FIGURES}
    line.append("  ".join(f"{name} {value}" for name, value in figures.items()))
    return clean(line)


def dead_letter_line(record: TopicRecord) -> Text:
    """Return the line of a dead letter."""
    line = _begin(record, f"{record.partition}-{record.offset}")
    line.append(header(record, "kafka_dlt-exception-fqcn") or "unknown cause", style="bold red")
    line.append(f" {header(record, 'kafka_dlt-exception-message') or ''}"[:_SHOWN_MAX])
    value = (record.value or b"")[:_SHOWN_MAX].decode(errors="replace")
    return clean(line.append(f"  {value}", style="dim"))


def append_outcome(line: Text, data: Mapping[str, Any]) -> None:
    """Append what an answer says: accepted and where to, or refused and why."""
    if "code" in data:
        line.append(f"refused {data['code']}", style="bold red")
        line.append(f" {data.get('message', '')}")
        return
    line.append("accepted", style="bold green")
    outcome = data.get("outcome")
    if isinstance(outcome, dict) and "status" in outcome:
        line.append(f" {cast('dict[str, Any]', outcome)['status']}")
    for stream in data.get("streams", ()):
        line.append(f" {stream['stream']} v{stream['version']}")
    if not data.get("events"):
        line.append(" nothing to do")


def clean(line: Text) -> Text:
    """Return the line with control characters as escapes, its colours kept where they were."""
    if line.plain.isprintable():
        return line
    cleaned = Text()
    for span in line.divide(sorted({end for part in line.spans for end in (part.start, part.end)})):
        style = span.spans[0].style if span.spans else ""
        cleaned.append(printable(span.plain), style=style)
    return cleaned


def _append_lines(line: Text, data: Mapping[str, Any]) -> Text:
    """Append what a message says of lines, a deadline and a reason."""
    lines = data.get("lines")
    for each in cast("list[object]", lines)[:LINES_SHOWN] if isinstance(lines, list) else ():
        if isinstance(each, dict):
            named = cast("dict[str, Any]", each)
            place = f"{named['warehouse_id']}/" if named.get("warehouse_id") else ""
            line.append(f"  {place}{named.get('sku')} {named.get('quantity')}")
    if data.get("expires_at"):
        line.append(f"  until {str(data['expires_at'])[11:19]}")
    if data.get("reason"):
        line.append(f"  {str(data['reason'])[:_SHOWN_MAX]}", style="italic")
    return line


_LEVEL_FIGURES: Final = frozenset(
    {"version", "available", "reserved", "damaged", "quarantined", "in_transit", "on_hand", "value"}
)


def _flat(data: Mapping[str, Any]) -> dict[str, Any]:
    nested = data.get("levels")
    return {**data, **(cast("dict[str, Any]", nested) if isinstance(nested, dict) else {})}


def _begin(record: TopicRecord, place: str) -> Text:
    line = Text(f"{_time(record)} ", style="")
    line.append(f"{place} ", style="dim")
    tenant = header(record, "ce_tenantid") or (record.key or b"?").decode(errors="replace")
    return line.append(f"{tenant} ", style="magenta")


def _time(record: TopicRecord) -> str:
    stated = header(record, "ce_time")
    if stated:
        return stated[11:23]
    time = datetime.fromtimestamp(record.timestamp / 1_000, UTC)
    return time.strftime("%H:%M:%S.%f")[:12]
