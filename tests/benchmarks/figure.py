"""What a benchmark says: figures with their spread, each against a target where the design names one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from statistics import median


@dataclass(frozen=True, slots=True)
class Target:
    """`at_most` or `at_least`, in the figure's own unit; one of them is None."""

    at_most: float | None = None
    at_least: float | None = None

    def is_met(self, value: float) -> bool:
        above = self.at_least is None or value >= self.at_least
        return above and (self.at_most is None or value <= self.at_most)

    def __str__(self) -> str:
        if self.at_most is not None:
            return f"≤ {self.at_most:g}"
        return f"≥ {self.at_least:g}" if self.at_least is not None else ""


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing. `values`: one a round, in `unit`; `target`: None where it only informs."""

    name: str
    unit: str
    values: tuple[float, ...]
    target: Target | None = None

    @property
    def middle(self) -> float:
        return median(self.values)

    @property
    def lowest(self) -> float:
        return min(self.values)

    @property
    def highest(self) -> float:
        return max(self.values)

    @property
    def is_met(self) -> bool | None:
        """Whether the median meets the target; None without a target."""
        return None if self.target is None else self.target.is_met(self.middle)


@dataclass(slots=True)
class Outcome:
    """Everything one benchmark found. `notes` are sentences: conditions, parts left out and why."""

    figures: list[Figure] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)

    def add(self, name: str, unit: str, values: Sequence[float], target: Target | None = None) -> None:
        """Add a figure; one without values is left out."""
        if values:
            self.figures.append(Figure(name, unit, tuple(values), target))


def quantile(values: Sequence[float], share: float) -> float:
    """The value that `share` (0–1) of `values` do not exceed (nearest rank). `values` is not empty."""
    ordered = sorted(values)
    return ordered[min(len(ordered) - 1, max(0, -(-int(share * 1_000_000) * len(ordered) // 1_000_000) - 1))]
