"""Valuation: what the stock is worth now, by warehouse or category, asked of `stock_levels`."""

from pathlib import Path
from typing import Final

from stockledger.statements import load_statements

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
