"""`bench-results.json`: every benchmark's last figures, with the command and the machine that made them."""

import json
from pathlib import Path
from typing import Any

from shared.atomic_write import write_atomically
from tests.benchmarks.figure import Figure, Outcome


def entry(
    outcome: Outcome, *, asks: str, command: str, started: str, took_s: float, machine: dict[str, object]
) -> dict[str, Any]:
    """What the file says of one benchmark."""
    return {
        "asks": asks,
        "command": command,
        "started": started,
        "took_s": round(took_s, 1),
        "machine": machine,
        "figures": [_figure(figure) for figure in outcome.figures],
        "notes": outcome.notes,
    }


def _figure(figure: Figure) -> dict[str, Any]:
    target = figure.target
    return {
        "name": figure.name,
        "unit": figure.unit,
        "median": figure.middle,
        "min": figure.lowest,
        "max": figure.highest,
        "values": list(figure.values),
        "target": None
        if target is None
        else {"at_most": target.at_most, "at_least": target.at_least, "met": figure.is_met},
    }


def read_results(path: Path) -> dict[str, Any]:
    """What an earlier run wrote, by name of the benchmark; nothing where it cannot be read."""
    try:
        told = json.loads(path.read_text())
    except (OSError, ValueError):
        return {}
    return told if isinstance(told, dict) else {}


def write_result(path: Path, name: str, told: dict[str, Any]) -> None:
    """Put one benchmark's entry in the place of its last one; the others stay. Raises OSError."""
    results = {**read_results(path), name: told}
    write_atomically(path, json.dumps(results, indent=2, ensure_ascii=False) + "\n")
