"""Figures as a table that a person reads in a terminal."""

from collections.abc import Sequence

from tests.benchmarks.figure import Figure, Outcome

_HEADS = ("benchmark", "figure", "median (min–max)", "unit", "target", "")


def table_text(outcomes: Sequence[tuple[str, Outcome]]) -> str:
    """One line a figure, the name of its benchmark at the first; notes below."""
    rows: list[tuple[str, ...]] = [_HEADS]
    for name, outcome in outcomes:
        for index, figure in enumerate(outcome.figures):
            rows.append((name if index == 0 else "", *_cells(figure)))
    widths = [max(len(row[column]) for row in rows) for column in range(len(_HEADS))]
    lines = ["  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)) for row in rows]
    lines.insert(1, "  ".join("─" * width for width in widths))
    notes = [f"{name}: {note}" for name, outcome in outcomes for note in outcome.notes]
    return "\n".join([*(line.rstrip() for line in lines), *([""] if notes else []), *notes]) + "\n"


def _cells(figure: Figure) -> tuple[str, str, str, str, str]:
    verdict = {None: "", True: "met", False: "MISSED"}[figure.is_met]
    target = "" if figure.target is None else str(figure.target)
    return figure.name, spread(figure), figure.unit, target, verdict


def spread(figure: Figure) -> str:
    """`3.1 (2.9–3.4)`; a single value stands alone."""
    if len(figure.values) == 1:
        return number(figure.middle)
    return f"{number(figure.middle)} ({number(figure.lowest)}–{number(figure.highest)})"


def number(value: float) -> str:
    """Three significant digits, whole numbers whole."""
    if (value == int(value) and abs(value) >= 1) or abs(value) >= 1000:
        return f"{round(value):,}"
    return f"{value:.3g}"
