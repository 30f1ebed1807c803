"""Notifications: what was told to whom. The notifier keeps them; here they are only asked about."""

from pathlib import Path
from typing import Final

from stockledger.statements import load_statements

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
