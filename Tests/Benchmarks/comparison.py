"""Measures that several programs take in turn, round for round, as ratios of one round; what came of all of it."""

import json
import statistics
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

Values = dict[str, float]
COLOURS = {"portal": "#14295c", "C": "#7d8fb8", "PHP": "#c9a24b"}


@dataclass(frozen=True)
class Limit:
    """`least`: the value is to be at least the number, else at most."""

    number: float
    least: bool = False

    def holds(self, value: float) -> bool:
        return value >= self.number if self.least else value <= self.number

    def __str__(self) -> str:
        return f"at {'least' if self.least else 'most'} {self.number:g}"


@dataclass(frozen=True)
class Between:
    low: float
    high: float

    def holds(self, value: float) -> bool:
        return self.low <= value <= self.high

    def __str__(self) -> str:
        return f"{self.low:g} to {self.high:g}"


@dataclass(frozen=True)
class Line:
    """One line of the table: a ratio or a number, its limit where it has one, and what it comes from."""

    name: str
    value: float
    limit: Limit | Between | None = None
    details: str = ""
    unit: str = ""

    @property
    def holds(self) -> bool:
        return self.limit is None or self.limit.holds(self.value)

    def __str__(self) -> str:
        limit = f"{str(self.limit or ''):<14}" + ("" if self.holds else " MISSED")
        details = f"  ({self.details})" if self.details else ""
        return f"{self.name:<52} {f'{self.value:.2f}{self.unit}':>10}   {limit}{details}".rstrip()


def in_turn(names: list[str], rounds: int, measure: Callable[[str], Values]) -> dict[str, list[Values]]:
    """`measure` for each name in each round; another one is the first in each."""
    found: dict[str, list[Values]] = {name: [] for name in names}
    for turn in range(rounds):
        start = turn % len(names)
        for name in names[start:] + names[:start]:
            found[name].append(measure(name))
    return found


def span(values: list[float], decimals: int = 0) -> str:
    middle, low, high = statistics.median(values), min(values), max(values)
    return f"{middle:,.{decimals}f}, {low:,.{decimals}f} to {high:,.{decimals}f}"


@dataclass
class Report:
    """The lines of a run; printed as they come, written as JSON and SVG in the end."""

    lines: list[Line] = field(default_factory=list)
    rounds: dict[str, dict[str, list[Values]]] = field(default_factory=dict)

    def heading(self, text: str) -> None:
        print(f"\n{text}", flush=True)

    def add(
        self, name: str, value: float, limit: Limit | Between | None = None, details: str = "", unit: str = ""
    ) -> None:
        line = Line(name, value, limit, details, unit)
        self.lines.append(line)
        print(line, flush=True)

    def add_ratio(self, name: str, load: str, value: str, of: str, to: str, limit: Limit | None, decimals: int = 0) -> None:
        """The median of the ratios of each round."""
        pairs = [(one[value], other[value]) for one, other in zip(self.rounds[load][of], self.rounds[load][to])]
        ratio = statistics.median(one / other if other else float("inf") for one, other in pairs)
        details = f"{span([one for one, _ in pairs], decimals)}; {to} {span([other for _, other in pairs], decimals)}"
        self.add(name, ratio, limit, details)

    @property
    def missed(self) -> list[Line]:
        return [line for line in self.lines if not line.holds]

    def write(self, directory: Path, machine: dict[str, str], name: str = "portal") -> None:
        lines = [
            {
                "name": line.name, "value": line.value, "unit": line.unit, "limit": str(line.limit) if line.limit else None,
                "holds": line.holds, "details": line.details,
            }
            for line in self.lines
        ]  # fmt: skip
        text = json.dumps({"machine": machine, "lines": lines, "rounds": self.rounds}, indent=1)
        (directory / f"{name}.json").write_text(text + "\n")
        if name == "portal":
            (directory / f"{name}.svg").write_text(self._svg())

    def _svg(self) -> str:
        """Bars of requests a second, each with its span over the rounds; loads of the portal alone are left out."""
        loads = {
            load: {name: [values["rate"] for values in rounds] for name, rounds in found.items()}
            for load, found in self.rounds.items()
            if "portal" in found
        }
        parts, top, left, width = [], 30, 190, 560
        for load, found in loads.items():
            parts.append(f'<text x="{left - 10}" y="{top + 14 * len(found) / 2 + 4}" text-anchor="end">{load}</text>')
            scale = width / max(max(rates) for rates in found.values())
            for name, rates in found.items():
                middle, low, high = (of(rates) * scale for of in (statistics.median, min, max))
                parts.append(
                    f'<rect x="{left}" y="{top}" width="{middle:.1f}" height="11" fill="{COLOURS.get(name, "#888")}"/>'
                    f'<path d="M{left + low:.1f} {top + 5.5}H{left + high:.1f}" stroke="#c00" stroke-width="1.5"/>'
                    f'<text x="{left + high + 6:.1f}" y="{top + 10}">{name} {statistics.median(rates):,.0f}/s</text>'
                )
                top += 14
            top += 14
        style = "text{font:11px sans-serif}"
        return (
            f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + width + 120}" height="{top}"><style>{style}</style>'
            '<text x="10" y="18">Requests a second, medians; the red line is the span of the rounds</text>\n'
            + "\n".join(parts)
            + "\n</svg>\n"
        )
