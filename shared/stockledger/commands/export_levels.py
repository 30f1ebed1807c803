"""`stockledger export`: writes levels into a CSV file or an Excel workbook."""

from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Annotated, Any, Final

import typer

from stockledger.bulk.level_sheets import write_csv, write_excel
from stockledger.bulk.queries import query_service
from stockledger.commands.bulk_progress import row_progress
from stockledger.commands.import_rows import QUERIES_DEFAULT, TENANT, fitting
from stockledger.messages.level import LevelFlag

_WRITERS: Final[dict[str, Callable[[Path, Iterable[dict[str, Any]]], None]]] = {
    ".csv": write_csv,
    ".xlsx": write_excel,
}


def export_levels(  # noqa: PLR0913 - one option each
    file: Annotated[Path, typer.Argument(dir_okay=False, help="To be written: .csv or .xlsx.")],
    *,
    tenant: Annotated[
        str, typer.Option("--tenant", "-t", envvar="INVENTORY_TENANT", help="Whose stock.")
    ],
    warehouse: Annotated[str | None, typer.Option(help="Only this warehouse's.")] = None,
    sku: Annotated[str | None, typer.Option(help="Only this SKU's.")] = None,
    category: Annotated[str | None, typer.Option(help="Only this category's.")] = None,
    status: Annotated[
        list[LevelFlag] | None, typer.Option(help="Only items of which all of these hold.")
    ] = None,
    min_available: Annotated[
        float | None, typer.Option(help="Only items with at least so many available.")
    ] = None,
    max_available: Annotated[
        float | None, typer.Option(help="Only items with at most so many available.")
    ] = None,
    queries_url: Annotated[
        str, typer.Option(envvar="INVENTORY_QUERIES_URL", help="The projector.")
    ] = QUERIES_DEFAULT,
) -> None:
    """Write the levels of a tenant's items into a file, as a whole or not at all.

    For example:

        stockledger export levels.csv -t acme --warehouse NORTH --status LOW_STOCK

        stockledger export levels.xlsx -t acme --category lamps --max-available 10
    """
    fitting(TENANT, tenant, "--tenant")
    write = _WRITERS.get(file.suffix.lower())
    if write is None:
        raise typer.BadParameter("the file's name ends in .csv or .xlsx")
    named = {"warehouse_id": warehouse, "sku": sku, "category": category}
    filters: dict[str, str | list[str]] = {
        name: value for name, value in named.items() if value is not None
    }
    filters["flag"] = [flag.value for flag in status or ()]
    written = 0

    def within(pages: Iterable[list[dict[str, Any]]]) -> Iterator[dict[str, Any]]:
        nonlocal written
        for page in pages:
            for level in page:
                if _is_between(level["available_now"], min_available, max_available):
                    written += 1
                    yield level
            advance(len(page))

    with (
        query_service(queries_url, tenant) as service,
        row_progress("levels read", None) as advance,
    ):
        write(file, within(service.levels(filters)))
    typer.echo(f"{written:,} levels written to {file}")


def _is_between(number: float, least: float | None, most: float | None) -> bool:
    return (least is None or number >= least) and (most is None or number <= most)
