"""`stockledger tail`: shows results, events, levels, orders or dead letters as they come."""

import asyncio
from collections.abc import Callable
from enum import StrEnum
from typing import Annotated, Any, Final

import orjson
import typer
from rich.console import Console
from rich.text import Text

from stockledger.commands.lines import (
    data_of,
    dead_letter_line,
    event_line,
    level_line,
    result_line,
    shop_event_line,
    short_type,
)
from stockledger.config import Settings, load_settings
from stockledger.topic_tail import TopicRecord, TopicTail, header
from stockledger.topics import Topics


class Stream(StrEnum):
    """What can be watched."""

    RESULTS = "results"
    EVENTS = "events"
    LEVELS = "levels"
    ORDERS = "orders"
    DEAD_LETTERS = "dead-letters"
    ORDER_DEAD_LETTERS = "order-dead-letters"


_LINES: Final[dict[Stream, Callable[[TopicRecord], Text]]] = {
    Stream.RESULTS: result_line,
    Stream.EVENTS: event_line,
    Stream.LEVELS: level_line,
    Stream.ORDERS: shop_event_line,
    Stream.DEAD_LETTERS: dead_letter_line,
    Stream.ORDER_DEAD_LETTERS: dead_letter_line,
}


def tail(
    stream: Annotated[Stream, typer.Argument(help="What to show.")],
    *,
    tenant: Annotated[str | None, typer.Option("--tenant", "-t", help="Of one tenant.")] = None,
    type_name: Annotated[
        str | None,
        typer.Option("--type", help="Of one type: StockReceived, CommandRejected, ReceiveStock …"),
    ] = None,
    from_beginning: Annotated[
        bool, typer.Option("--from-beginning", help="Everything that the topic still has, first.")
    ] = False,
    count: Annotated[
        int | None, typer.Option("--count", "-n", min=1, help="End after so many.")
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--as-json", help="One JSON object a line, headers included.")
    ] = False,
) -> None:
    """Show messages as they come, one readable line each, until Ctrl-C.

    For example:

        stockledger tail results --tenant acme

        stockledger tail events --type StockIssued --from-beginning -n 20

        stockledger tail dead-letters --as-json
    """
    settings = load_settings(Settings)
    console = Console(highlight=False, soft_wrap=True)

    def show(record: TopicRecord) -> None:
        if as_json:
            typer.echo(orjson.dumps(as_object(record)))
        else:
            console.print(_LINES[stream](record))

    def wanted(record: TopicRecord) -> bool:
        return _is_of(record, tenant) and _is_a(record, type_name)

    topic_tail = TopicTail(settings, _topic(stream, settings), from_beginning=from_beginning)
    asyncio.run(_follow(topic_tail, show, wanted, count))


def as_object(record: TopicRecord) -> dict[str, Any]:
    """Return a record as one JSON object; a value that is not JSON as a text."""
    value = (record.value or b"").decode(errors="replace")
    return {
        "partition": record.partition,
        "offset": record.offset,
        "key": (record.key or b"").decode(errors="replace"),
        "headers": {name: (text or b"").decode(errors="replace") for name, text in record.headers},
        "data": data_of(record) or value,
    }


async def _follow(
    topic_tail: TopicTail,
    show: Callable[[TopicRecord], None],
    wanted: Callable[[TopicRecord], bool],
    count: int | None,
) -> None:
    shown = 0
    async with topic_tail:
        async for record in topic_tail.records():
            if wanted(record):
                show(record)
                shown += 1
                if shown == count:
                    return


def _topic(stream: Stream, settings: Settings) -> str:
    topics = Topics.of(settings)
    match stream:
        case Stream.RESULTS:
            return topics.results
        case Stream.EVENTS:
            return topics.events
        case Stream.LEVELS:
            return topics.levels
        case Stream.ORDERS:
            return topics.orders
        case Stream.DEAD_LETTERS:
            return topics.commands_dead_letters
        case Stream.ORDER_DEAD_LETTERS:
            return topics.orders_dead_letters


def _is_of(record: TopicRecord, tenant: str | None) -> bool:
    if tenant is None:
        return True
    stated = header(record, "ce_tenantid")
    key = (record.key or b"").decode(errors="replace")
    return tenant == (stated or key.partition("/")[0])


def _is_a(record: TopicRecord, type_name: str | None) -> bool:
    if type_name is None:
        return True
    names = {header(record, "ce_type") or "", str(data_of(record).get("command_type", ""))}
    return type_name in names | {short_type(name) for name in names}
