"""Names that random commands give, and speak of again."""

import random
from collections import defaultdict
from typing import Final

RECENT: Final = 30
"""So many of a tenant's latest names of a kind are spoken of again."""


class RandomNames:
    """Names by tenant and kind; `mark` sets them apart from those of others."""

    def __init__(self, chance: random.Random, mark: str) -> None:
        self._chance = chance
        self._mark = mark
        self._made = 0
        self._known: dict[tuple[str, str], list[str]] = defaultdict(list)

    def new(self, tenant: str, letter: str) -> str:
        """Return a name that was never given."""
        self._made += 1
        known = self._known[tenant, letter]
        known.append(f"{self._mark}{letter}{self._made}")
        return known[-1]

    def known(self, tenant: str, letter: str) -> str:
        """Return one of the latest names of a kind."""
        known = self._known[tenant, letter]
        return self._chance.choice(known[-RECENT:]) if known else self.new(tenant, letter)
