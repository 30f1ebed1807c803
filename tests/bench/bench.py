"""One run of the benchmark: what measurements get, and where they write their figures."""

import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path

from stockledger.dev.stack import Stack
from tests.bench.figures import Figures, shown
from tests.bench.site import Site
from tests.bench.traffic import Item, catalogue


@dataclass(frozen=True, slots=True)
class Sizes:
    """Commands or events of each measurement: enough for seconds of work."""

    backlog: int = 40_000
    naive_one: int = 5_000
    naive_eight: int = 12_000
    naive_hot: int = 3_000
    reservations: int = 40_000
    reservations_of_five: int = 15_000
    naive_reservations: int = 10_000
    naive_reservations_of_five: int = 5_000
    skus: int = 20_000
    many_holds: int = 100_000
    buyers: int = 20_000
    due_at_once: int = 100_000
    items: int = 2_000
    tenants: int = 24
    logged_events: int = 1_000_000
    paced_seconds: int = 15
    bare_commits: int = 2_000
    remembered_commands: int = 1_000_000
    remembered_items: int = 100_000
    movements: int = 1_000_000
    past_times: int = 300
    deliveries: int = 20_000


QUICK = Sizes(
    backlog=20_000,
    naive_one=2_000,
    naive_eight=5_000,
    naive_hot=1_000,
    reservations=20_000,
    reservations_of_five=6_000,
    naive_reservations=4_000,
    naive_reservations_of_five=2_000,
    skus=4_000,
    many_holds=20_000,
    due_at_once=20_000,
    logged_events=200_000,
    paced_seconds=5,
    bare_commits=500,
    remembered_commands=100_000,
    remembered_items=10_000,
    movements=100_000,
    past_times=100,
    deliveries=5_000,
)


@dataclass(slots=True)
class Bench:
    """The stack, the sizes and the figures; `run` counts from 1."""

    stack: Stack
    folder: Path
    sizes: Sizes
    profile: bool = False
    large: bool = False
    figures: Figures = field(default_factory=Figures)
    run: int = 1
    _sites: int = 0
    _kept: dict[str, Site] = field(default_factory=dict[str, Site])
    _closing: ExitStack = field(default_factory=ExitStack)

    def record(self, name: str, value: float, unit: str) -> None:
        """Write a figure of this run down, and show it."""
        self.figures.add(self.run, name, value, unit)
        sys.stdout.write(f"  {name}: {shown(value)} {unit}\n")
        sys.stdout.flush()

    def record_rate(self, name: str, rate: float, site: Site) -> None:
        """Write a backlog's rate down, and the processor time that each part used a command."""
        self.record(name, rate, "commands/s")
        spent = site.spent
        assert spent is not None
        self.figures.add_parts(name, spent.microseconds, spent.foreign_share)
        parts = ", ".join(f"{part} {used:.0f}" for part, used in spent.microseconds.items())
        sys.stdout.write(
            f"    processor time, µs a command: {parts}; others {spent.foreign_share:.0%}\n"
        )

    def site(self) -> Site:
        """Return a new installation."""
        self._sites += 1
        return Site(self.stack, self.folder / f"site-{self._sites}", seed=self._sites)

    def kept_site(self, name: str, prepare: Callable[[Site], None]) -> Site:
        """Return an installation that all runs share, prepared by the first of them."""
        if name not in self._kept:
            site = self._kept[name] = self._closing.enter_context(self.site())
            prepare(site)
        return self._kept[name]

    def close(self) -> None:
        """Remove the installations that all runs shared."""
        self._closing.close()

    def popular_items(self) -> list[Item]:
        """Return the items of one tenant that reservations are made of."""
        return catalogue("popular", 1, self.sizes.skus)

    def shared_popular_items(self) -> list[Item]:
        """Return as many of them, of many tenants."""
        return catalogue("mall", self.sizes.tenants, self.sizes.skus)

    def solo_items(self) -> list[Item]:
        """Return the items of one tenant."""
        return catalogue("solo", 1, self.sizes.items)

    def shared_items(self) -> list[Item]:
        """Return as many items, of many tenants."""
        return catalogue("shop", self.sizes.tenants, self.sizes.items)
