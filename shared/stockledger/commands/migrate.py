"""`stockledger migrate`: brings the tables to this release."""

import asyncio
from typing import Annotated

import orjson
import typer

from stockledger.config import Settings, load_settings
from stockledger.migrate import migrate as apply_migrations


def migrate(
    *, as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False
) -> None:
    """Apply the migrations that PostgreSQL does not have yet; safe to run twice at once.

    Example: INVENTORY_POSTGRES_DSN=postgresql://db/stockledger stockledger migrate
    """
    applied = asyncio.run(apply_migrations(load_settings(Settings)))
    if as_json:
        typer.echo(orjson.dumps({"applied": applied}).decode())
        return
    for version in applied:
        typer.echo(f"applied {version}")
    if not applied:
        typer.echo("nothing to apply: the tables are those of this release")
