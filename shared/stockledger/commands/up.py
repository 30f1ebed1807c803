"""`stockledger up`: everything on this machine, with a demo shop."""

from pathlib import Path
from typing import Annotated

import typer

from stockledger.errors import ConfigurationError


def up(
    *,
    data: Annotated[
        Path, typer.Option(help="Folder that keeps data and logs between runs.")
    ] = Path(".stockledger"),
    orders: Annotated[
        float, typer.Option(min=0.1, max=2_000, help="Orders per second, on the average of a day.")
    ] = 40.0,
    day_minutes: Annotated[
        float, typer.Option(min=0.2, help="Minutes that a day of the shop takes.")
    ] = 4.0,
    seed: Annotated[int, typer.Option(help="The same seed gives the same demand.")] = 2026,
) -> None:
    """Start Kafka, PostgreSQL, the services and a demo shop; Ctrl-C ends all of them.

    Addresses in the environment are used instead of servers of its own. Kafka and PostgreSQL are
    downloaded the first time.

    For example:

        stockledger up --orders 200 --day-minutes 2
    """
    try:
        # Only here: the demo needs packages that a service's image does not have.
        from stockledger.dev.up import DemoOptions, run_demo  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise ConfigurationError(
            f"{error.name} is missing: install the extra, stockledger[dev]"
        ) from error
    run_demo(DemoOptions(data, orders, day_minutes, seed))
