"""`stockledger topics`: creates the missing topics and checks the shape of all."""

import asyncio
from typing import Annotated

import orjson
import typer

from stockledger.config import Settings, load_settings
from stockledger.topics import Topics, ensure_topics


def topics(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False
) -> None:
    """Create the topics that are missing, and check the partitions of all.

    A topic with another number of partitions than INVENTORY_PARTITIONS is refused (status 2); the
    orders topic, which belongs to the shop systems, may have any.

    Example: INVENTORY_PARTITIONS=12 stockledger topics
    """
    settings = load_settings(Settings)
    created = asyncio.run(ensure_topics(settings))
    known = Topics.of(settings)
    names = list(known.configurations())
    if as_json:
        report = {"created": created, "topics": names, "partitions": settings.partitions}
        typer.echo(orjson.dumps(report).decode())
        return
    for name in names:
        state = "created" if name in created else "present"
        any_shape = name in known.of_any_shape and state == "present"
        typer.echo(f"{state}  {'any' if any_shape else settings.partitions} partitions  {name}")
