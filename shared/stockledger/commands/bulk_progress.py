"""Progress bars of imports and exports: on a terminal only, beside what the command says."""

from collections.abc import Callable, Generator
from contextlib import contextmanager

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn


@contextmanager
def row_progress(title: str, total: int | None) -> Generator[Callable[[int], None]]:
    """Give what is told of so many more rows."""
    console = Console(stderr=True)
    if not console.is_terminal:
        yield lambda _rows: None
        return
    columns = (TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, TimeElapsedColumn(), console=console, transient=True) as progress:
        task = progress.add_task(title, total=total)
        yield lambda rows: progress.advance(task, rows)
