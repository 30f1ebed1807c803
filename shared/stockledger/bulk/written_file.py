"""A file that is there as a whole or not at all."""

import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO


@contextmanager
def replaced_file(path: Path) -> Generator[TextIO]:
    """Give a text file in UTF-8 that takes the path's place once it is written.

    It begins with a byte order mark, by which Excel knows UTF-8.
    """
    with whole_file(path) as place, place.open("w", encoding="utf-8-sig", newline="") as file:
        yield file


@contextmanager
def whole_file(path: Path) -> Generator[Path]:
    """Give a place beside the path for a file that takes its place once it is written."""
    place = _beside(path)
    try:
        yield place
        place.replace(path)
    finally:
        place.unlink(missing_ok=True)


def require_place(path: Path) -> None:
    """Raise OSError when there is no place for the file; to be asked before work is done for it."""
    place = _beside(path)
    place.touch()
    place.unlink()


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name}.{os.getpid()}.part")
