"""`stockledger import`: takes a file of quantities or settings, all of it or nothing."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Final

import typer
from pydantic import TypeAdapter, ValidationError

from stockledger.bulk.applying import Applied, NoAnswer, Refused, apply_import
from stockledger.bulk.columns import Kind, layout_of
from stockledger.bulk.opening import open_table
from stockledger.bulk.preview_messages import RowPreview, Shown
from stockledger.bulk.queries import query_service
from stockledger.bulk.result_rows import RowResult, write_results
from stockledger.bulk.rows import BadRow, CheckedRows, checked_rows
from stockledger.bulk.staging import StagedImport, staged_import
from stockledger.bulk.tables import UnusableFile
from stockledger.bulk.written_file import require_place
from stockledger.commands.bulk_progress import row_progress
from stockledger.commands.lines import printable
from stockledger.commands.outgoing import SOURCE_DEFAULT, Stamp
from stockledger.commands.sending import command_sender
from stockledger.config import Settings, load_settings
from stockledger.messages.fields import IdField, TenantIdField, Text

REFUSED: Final = 1
"""Exit status when rows are bad, or would be refused, or the import was refused."""

UNANSWERED: Final = 3
"""Exit status when an answer did not come in time."""

QUERIES_DEFAULT: Final = "http://127.0.0.1:8080"
"""Where the query service is, as it starts by itself."""

TENANT: Final = TypeAdapter[str](TenantIdField)
_ID: Final = TypeAdapter[str](IdField)
_REASON: Final = TypeAdapter[str](Text)


@dataclass(frozen=True, slots=True)
class Wishes:
    """What to do with the rows, and how."""

    stamp: Stamp
    reason: str
    preview: bool
    apply: bool
    results: Path | None
    queries_url: str
    seconds: float


def import_rows(  # noqa: PLR0913 - one option each
    file: Annotated[Path, typer.Argument(exists=True, dir_okay=False, help="CSV or .xlsx.")],
    *,
    tenant: Annotated[
        str, typer.Option("--tenant", "-t", envvar="INVENTORY_TENANT", help="Whose stock.")
    ],
    preview: Annotated[
        bool, typer.Option("--preview", help="Show what would change, by what is known now.")
    ] = False,
    apply: Annotated[bool, typer.Option("--apply", help="Apply all rows, or none.")] = False,
    kind: Annotated[
        Kind | None, typer.Option(help="What the rows are about; else the columns tell.")
    ] = None,
    ignore: Annotated[
        list[str] | None,
        typer.Option("--ignore", metavar="COLUMN", help="Leave a column out; repeatable."),
    ] = None,
    sheet: Annotated[str | None, typer.Option(help="Which sheet of a workbook.")] = None,
    reason: Annotated[
        str | None, typer.Option(help="Why, for rows that do not say; else the file's name.")
    ] = None,
    results: Annotated[
        Path | None,
        typer.Option(dir_okay=False, help="Write what became of each row into this CSV file."),
    ] = None,
    import_id: Annotated[
        str | None, typer.Option("--id", help="Name the import; else its rows name it.")
    ] = None,
    actor: Annotated[str | None, typer.Option(help="Who wants it.")] = None,
    source: Annotated[str, typer.Option(help="Where the commands come from.")] = SOURCE_DEFAULT,
    queries_url: Annotated[
        str, typer.Option(envvar="INVENTORY_QUERIES_URL", help="The projector, for --preview.")
    ] = QUERIES_DEFAULT,
    timeout: Annotated[float, typer.Option(min=0.1, help="Seconds to wait for answers.")] = 60.0,
) -> None:
    """Import quantities or settings from a file: validate, preview, apply all rows or none.

    Quantities: columns warehouse_id, sku, and change (+/-) or actual (what is on hand); reason
    if wanted. Settings: warehouse_id, sku, and any settings of an item (name, category, maximum,
    reorder_point …); an empty cell leaves a setting as it is. The same rows have no second effect.

    Exit status: 0 all right, 1 bad rows or refused, 2 could not be done, 3 no answer in time.

    For example:

        stockledger import count.csv -t acme --preview

        stockledger import count.csv -t acme --apply --results results.csv
    """
    fitting(TENANT, tenant, "--tenant")
    fitting(_ID, import_id or "I1", "--id")
    why = fitting(_REASON, reason or printable(f"import of {file.name}"), "--reason")
    _require_place(results)
    rows = _checked(file, kind, ignore or [], sheet)
    stamp = Stamp(tenant=tenant, source=source, actor=actor)
    wishes = Wishes(stamp, why, preview, apply, results, queries_url, timeout)
    if rows.bad:
        raise typer.Exit(_refused(wishes, rows))
    staged = staged_import(tenant, rows.kind, rows.rows, import_id)
    raise typer.Exit(_carried_out(wishes, rows, staged))


def fitting(field: TypeAdapter[str], text: str, option: str) -> str:
    """Return an option's text when a command's field can hold it; else typer tells why."""
    try:
        return field.validate_python(text)
    except ValidationError as error:
        raise typer.BadParameter(f"{option}: {error.errors()[0]['msg']}") from error


def _require_place(results: Path | None) -> None:
    """Find out now, and not when the rows are applied, that their results cannot be written."""
    try:
        if results is not None:
            require_place(results)
    except OSError as error:
        raise typer.BadParameter(f"--results: {results}: {error.strerror}") from error


def _checked(
    file: Path, kind: Kind | None, ignored: Sequence[str], sheet: str | None
) -> CheckedRows:
    try:
        table = open_table(file, sheet)
        for remark in table.remarks:
            typer.echo(f"{file.name}: {remark}", err=True)
        return checked_rows(layout_of(table.header.cells, kind, ignored), table.rows)
    except UnusableFile as error:
        raise UnusableFile(printable(f"{file.name}: {error}")) from error


def _refused(wishes: Wishes, rows: CheckedRows) -> int:
    _tell_bad(rows.bad)
    _tell_results(wishes, rows, rows.bad, RowResult.NOT_APPLIED)
    return REFUSED


def _carried_out(wishes: Wishes, rows: CheckedRows, staged: StagedImport) -> int:
    if wishes.preview and _previewed(wishes, staged):
        _tell_results(wishes, rows, (), RowResult.VALID)
        return REFUSED
    if wishes.apply:
        return _applied(wishes, rows, staged)
    if not wishes.preview:
        typer.echo(f"{staged.rows:,} rows are valid; --preview shows what --apply would change")
    _tell_results(wishes, rows, (), RowResult.VALID)
    return 0


def _previewed(wishes: Wishes, staged: StagedImport) -> int:
    """Show what each row would change; return how many would be refused."""
    found: list[RowPreview] = []
    with (
        query_service(wishes.queries_url, staged.tenant) as service,
        row_progress("compared", staged.rows) as advance,
    ):
        for part in service.previews(staged):
            found += part
            advance(len(part))
    changing = [row for row in found if row.changes or row.problem]
    for row in sorted(changing, key=lambda row: row.line):
        typer.echo(printable(_preview_line(row)))
    refused = sum(row.problem is not None for row in found)
    typer.echo(
        f"{staged.rows:,} {staged.kind} rows: {len(changing) - refused:,} would change something, "
        f"{len(found) - len(changing):,} are so already, {refused:,} would be refused"
    )
    return refused


def _preview_line(row: RowPreview) -> str:
    place = f"line {row.line}  {row.warehouse_id}/{row.sku}  "
    if row.problem is not None:
        return f"{place}refused: {row.problem}"
    return place + ", ".join(
        f"{change.field} {_shown(change.before)} → {_shown(change.after)}" for change in row.changes
    )


def _shown(value: Shown) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return "unset" if value is None else str(value)


def _applied(wishes: Wishes, rows: CheckedRows, staged: StagedImport) -> int:
    try:
        outcome = asyncio.run(_sent(wishes, staged))
    except NoAnswer as error:
        typer.echo(f"stockledger: {error}", err=True)
        return UNANSWERED
    if isinstance(outcome, Refused):
        _tell_bad(outcome.bad)
        typer.echo(printable(f"nothing is applied: {outcome.code} {outcome.message}"))
        _tell_results(wishes, rows, outcome.bad, RowResult.NOT_APPLIED)
        return REFUSED
    when = "were applied before, and had no second effect" if outcome.before else "are applied"
    typer.echo(
        f"{outcome.rows:,} rows {when}: {outcome.changed:,} changed something; "
        f"import {staged.import_id}, position {outcome.position}"
    )
    result = RowResult.APPLIED_BEFORE if outcome.before else RowResult.APPLIED
    _tell_results(wishes, rows, (), result)
    return 0


async def _sent(wishes: Wishes, staged: StagedImport) -> Applied | Refused:
    with row_progress("sent", staged.rows) as advance:
        async with command_sender(load_settings(Settings), None) as sender:
            return await apply_import(
                sender,
                staged,
                wishes.reason,
                wishes.stamp,
                seconds=wishes.seconds,
                advance=advance,
            )


def _tell_bad(bad: Sequence[BadRow]) -> None:
    for fault in bad:
        column = f", column {fault.column}" if fault.column else ""
        figures = "".join(
            f", {name} {value}" for name, value in fault.figures.items() if value is not None
        )
        typer.echo(printable(f"line {fault.line}{column}: {fault.cause}{figures}"))
    if bad:
        lines = len({fault.line for fault in bad})
        typer.echo(f"{lines:,} bad rows; nothing is applied")


def _tell_results(
    wishes: Wishes, rows: CheckedRows, bad: Sequence[BadRow], others: RowResult
) -> None:
    if wishes.results is not None:
        write_results(wishes.results, rows.rows, bad, others)
