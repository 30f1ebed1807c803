"""The report of a benchmark: a text to read and a JSON of the same figures to compare."""

import json
import os
import platform
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from statistics import median
from typing import Any

from tests.bench.figures import (
    FOREIGN_SHARE_MAX,
    SPREAD_MAX,
    Figures,
    Target,
    Values,
    Verdict,
    shown,
)


@dataclass(frozen=True, slots=True)
class Report:
    """Figures, and the verdicts on those targets that were measured."""

    begun: datetime
    runs: int
    is_quick: bool
    figures: Figures
    targets: Sequence[Target]

    @property
    def verdicts(self) -> list[Verdict]:
        """Return the verdicts in the order of the targets."""
        found = (self.figures.verdict(target) for target in self.targets)
        return [verdict for verdict in found if verdict is not None]

    @property
    def all_kept(self) -> bool:
        """Whether no target was missed."""
        return all(verdict.is_kept for verdict in self.verdicts)

    def text(self) -> str:
        """Return the report to read."""
        size = "quick, " if self.is_quick else ""
        begun = self.begun.isoformat(timespec="seconds")
        lines = [f"Stockledger benchmark, {begun}, {size}{self.runs} run(s), {_machine()}", ""]
        lines.append(f"{'':62}{'min':>10}{'median':>10}{'max':>10}")
        for name, values in self.figures.all().items():
            lines.append(_figure_line(name, values))
            if values.parts:
                lines.append(_parts_line(values))
        lines.append("")
        lines += [_verdict_line(verdict) for verdict in self.verdicts]
        if any(values.is_unsteady for values in self.figures.all().values()):
            lines.append(f"! lowest and highest run differ by more than {SPREAD_MAX:.0%}")
        if any(values.is_disturbed for values in self.figures.all().values()):
            lines.append(f"~ others used more than {FOREIGN_SHARE_MAX:.0%} of the machine")
        return "\n".join(lines) + "\n"

    def as_json(self) -> str:
        """Return the same as JSON."""
        report: dict[str, Any] = {
            "begun": self.begun.isoformat(),
            "runs": self.runs,
            "quick": self.is_quick,
            "machine": _machine(),
            "figures": {name: _figure(values) for name, values in self.figures.all().items()},
            "targets": [
                {**asdict(verdict.target), "value": verdict.value, "kept": verdict.is_kept}
                for verdict in self.verdicts
            ],
        }
        return json.dumps(report, indent=2) + "\n"

    def write(self, folder: Path, json_file: Path | None) -> Path:
        """Write text and JSON side by side; return the text's file."""
        folder.mkdir(exist_ok=True)
        stamp = self.begun.astimezone(UTC).strftime("%Y%m%dT%H%M%SZ")
        text_file = folder / f"{stamp}.txt"
        text_file.write_text(self.text())
        for file in (text_file.with_suffix(".json"), json_file):
            if file is not None:
                file.write_text(self.as_json())
        return text_file


def _figure(values: Values) -> Mapping[str, Any]:
    return {
        "unit": values.unit,
        "runs": list(values.runs),
        "min": min(values.runs),
        "median": values.median,
        "max": max(values.runs),
        "spread": values.spread,
        "unsteady": values.is_unsteady,
        "processor_microseconds": values.parts,
        "foreign_shares": values.foreign_shares,
    }


def _figure_line(name: str, values: Values) -> str:
    numbers = "".join(
        f"{shown(value):>10}" for value in (min(values.runs), values.median, max(values.runs))
    )
    mark = (" !" if values.is_unsteady else "") + (" ~" if values.is_disturbed else "")
    return f"{name + ' (' + values.unit + ')':62}{numbers}{mark}"


def _parts_line(values: Values) -> str:
    used = ", ".join(f"{part} {median(runs):.0f}" for part, runs in values.parts.items())
    return f"    processor time, µs a command: {used}"


def _verdict_line(verdict: Verdict) -> str:
    target = verdict.target
    word = "kept  " if verdict.is_kept else "MISSED"
    bound = f"{'at least' if target.at_least else 'at most'} {target.bound:g}"
    return f"{word}  {target.sentence}: {shown(verdict.value)} ({bound})"


def _machine() -> str:
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}"
