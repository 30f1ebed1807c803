"""`python -m tests.support.careless_handler`: a command handler that promises what is not there.

For tests of the auditor, which must not take its word for anything.
"""

import sys

from stockledger.amounts import Quantity
from stockledger_command_handler.app import main
from stockledger_command_handler.domain.drafts import ItemDraft

DREAMT_OF = 5_000
"""So much more of every item (1/1000 units) it believes to have."""

_honest = ItemDraft.available


def _believed(draft: ItemDraft) -> Quantity:
    return Quantity(_honest.__get__(draft) + DREAMT_OF)


if __name__ == "__main__":
    setattr(ItemDraft, "available", property(_believed))  # noqa: B010 - it is read only to a checker
    sys.exit(main())
