"""As of a past time: what was where, and what it was worth, by either clock.

As we knew it then (recorded): an item's last movement by that time says it; a warehouse's figures
are those at the end of an earlier block, and what moved since. As it was (effective): the same,
and what had taken effect by then but was recorded later.
"""

from pathlib import Path
from typing import Final

from stockledger.statements import load_statements

SQL: Final = load_statements(Path(__file__).with_suffix(".sql"))
