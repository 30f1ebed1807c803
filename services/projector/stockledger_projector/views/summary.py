"""The summary: a tenant's stock in a few figures, asked of `stock_levels`.

A query and not counters kept with each batch: it can never differ from the levels, adds nothing
to the projector's hot path, has no row that all batches of a tenant wait for, and counters could
not count products without a row for every SKU. 100,000 items of one tenant take 70 ms, measured on
two cores with other work to do.
"""

from pathlib import Path
from typing import Final

from stockledger.statements import load_statements

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
