"""What was measured: a figure has one value a run; a target compares figures run by run."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from statistics import median
from typing import Final

SPREAD_MAX: Final = 0.25
"""Share of the median between a figure's lowest and highest run; above it the figure is flagged."""

FOREIGN_SHARE_MAX: Final = 0.1
"""Share of all cores that others may use meanwhile; above it the figure is flagged."""


def shown(value: float) -> str:
    """Return a figure to read: three digits, or all of a large one."""
    return f"{value:,.0f}" if abs(value) >= 1_000 else f"{value:.3g}"


@dataclass(frozen=True, slots=True)
class Values:
    """One figure's values, a run each.

    `parts` are what a rate is made of, by part and run: processor time (µs) a command.
    `foreign_shares` say how much of all cores was used by others, a run each.
    """

    unit: str
    runs: Sequence[float]
    parts: Mapping[str, Sequence[float]] = field(default_factory=dict[str, Sequence[float]])
    foreign_shares: Sequence[float] = ()

    @property
    def median(self) -> float:
        """The middle of the runs: one disturbed run does not move it."""
        return median(self.runs)

    @property
    def spread(self) -> float:
        """Highest minus lowest run, as a share of the median."""
        middle = self.median
        return (max(self.runs) - min(self.runs)) / middle if middle else 0.0

    @property
    def is_unsteady(self) -> bool:
        """Whether the runs differ so much that the figure says little."""
        return self.spread > SPREAD_MAX

    @property
    def is_disturbed(self) -> bool:
        """Whether others used so much of the machine that the figure says little."""
        return bool(self.foreign_shares) and median(self.foreign_shares) > FOREIGN_SHARE_MAX


@dataclass(frozen=True, slots=True)
class Target:
    """A bound on a figure, or on the ratio of a figure to another of the same run."""

    sentence: str
    figure: str
    bound: float
    at_least: bool = True
    divided_by: str | None = None


@dataclass(frozen=True, slots=True)
class Verdict:
    """A target and what was measured for it, the median of the runs."""

    target: Target
    value: float

    @property
    def is_kept(self) -> bool:
        """Whether the target was reached."""
        if self.target.at_least:
            return self.value >= self.target.bound
        return self.value <= self.target.bound


@dataclass(slots=True)
class Figures:
    """All figures by name, in the order in which they were first measured."""

    _units: dict[str, str] = field(default_factory=dict[str, str])
    _runs: dict[str, dict[int, float]] = field(
        default_factory=lambda: defaultdict[str, dict[int, float]](dict)
    )

    _parts: dict[str, dict[str, list[float]]] = field(
        default_factory=lambda: defaultdict[str, dict[str, list[float]]](dict)
    )
    _foreign_shares: dict[str, list[float]] = field(
        default_factory=lambda: defaultdict[str, list[float]](list)
    )

    def add(self, run: int, name: str, value: float, unit: str) -> None:
        """Write a run's value of a figure down."""
        self._units[name] = unit
        self._runs[name][run] = value

    def add_parts(self, name: str, parts: Mapping[str, float], foreign_share: float) -> None:
        """Write down what the value just added is made of, and what others used meanwhile."""
        for part, used in parts.items():
            self._parts[name].setdefault(part, []).append(used)
        self._foreign_shares[name].append(foreign_share)

    def latest(self, name: str) -> float | None:
        """Return the value of the last run that measured this figure."""
        runs = self._runs.get(name)
        return runs[max(runs)] if runs else None

    def all(self) -> Mapping[str, Values]:
        """Return every figure."""
        return {
            name: Values(
                unit,
                list(self._runs[name].values()),
                self._parts.get(name, {}),
                self._foreign_shares.get(name, ()),
            )
            for name, unit in self._units.items()
        }

    def verdict(self, target: Target) -> Verdict | None:
        """Return whether a target was reached; None when it was not measured."""
        runs = self._runs.get(target.figure)
        if not runs:
            return None
        if target.divided_by is None:
            return Verdict(target, median(runs.values()))
        others = self._runs.get(target.divided_by, {})
        ratios = [value / others[run] for run, value in runs.items() if others.get(run)]
        return Verdict(target, median(ratios)) if ratios else None
