"""Reorder proposals: what is to be ordered, of whom, and at what cost; out of other views."""

from pathlib import Path
from typing import Final

from stockledger.statements import load_statements

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
