"""The command line: `stockledger <subcommand>`; services bring subcommands by entry point.

An entry point of the group `stockledger.commands` is named after its subcommand and gives either
the function that typer runs, or a `typer.Typer` with subcommands of its own.
"""

import logging
import sys
from collections.abc import Sequence
from importlib.metadata import entry_points
from typing import Final

import asyncpg
import typer
from aiokafka.errors import KafkaError

from stockledger.commands import (
    export_levels,
    import_rows,
    migrate,
    send,
    tail,
    topics,
    up,
    verify,
    webhook_secret,
)
from stockledger.errors import StockledgerError

ENTRY_POINTS: Final = "stockledger.commands"

COULD_NOT_RUN: Final = 2
"""Exit status when nothing could be done: wrong settings, no connection."""

OUTSIDE_FAILURES: Final = (
    StockledgerError,
    KafkaError,
    asyncpg.PostgresError,
    asyncpg.InterfaceError,
    OSError,
)
"""What a person is told in a sentence; of anything else, which is our bug, he sees all."""

INTERRUPTED: Final = 130
"""Exit status after Ctrl-C, as shells give it."""


def application() -> typer.Typer:
    """Return the application with every subcommand that is installed."""
    app = typer.Typer(
        name="stockledger",
        help="Keeps the stock of many tenants in many warehouses, over Kafka.",
        epilog="Settings come from the environment: INVENTORY_KAFKA_BOOTSTRAP_SERVERS, "
        "INVENTORY_POSTGRES_DSN, INVENTORY_TOPIC_PREFIX, INVENTORY_PARTITIONS and others.",
        no_args_is_help=True,
        pretty_exceptions_enable=False,
        rich_markup_mode=None,
    )
    app.command("up")(up.up)
    app.command("send")(send.send)
    app.command("tail")(tail.tail)
    app.command("topics")(topics.topics)
    app.command("migrate")(migrate.migrate)
    app.command("verify")(verify.verify)
    app.command("import")(import_rows.import_rows)
    app.command("export")(export_levels.export_levels)
    app.command("webhook-secret")(webhook_secret.show_webhook_secret)
    for entry in sorted(entry_points(group=ENTRY_POINTS), key=lambda entry: entry.name):
        subcommand = entry.load()
        if isinstance(subcommand, typer.Typer):
            app.add_typer(subcommand, name=entry.name)
        else:
            app.command(entry.name)(subcommand)
    return app


def main() -> None:
    """Run the subcommand that the arguments name, and exit with its status."""
    for client in ("aiokafka", "faststream"):
        logging.getLogger(client).setLevel(logging.CRITICAL)
    run(application(), sys.argv[1:])


def run(app: typer.Typer, arguments: Sequence[str]) -> None:
    """Run a subcommand and exit with its status; a failure of the outside is one sentence."""
    try:
        app(arguments)
    except OUTSIDE_FAILURES as error:
        typer.echo(f"stockledger: {str(error) or type(error).__name__}", err=True)
        sys.exit(COULD_NOT_RUN)
    except KeyboardInterrupt:
        sys.exit(INTERRUPTED)
