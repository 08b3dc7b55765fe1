"""The form of every benchmark, and where it works."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

from tests.benchmarks.figure import Outcome

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Setting:
    """What a benchmark is given: a folder of its own on the disk that is measured, and how long to take.

    `kept`: for what several runs use, such as an encoded clip. `clips`: real footage, if installed.
    """

    folder: Path
    kept: Path
    clips: Path
    quick: bool

    def choose(self, full: T, quick: T) -> T:
        """`full`, or `quick` in a short run."""
        return quick if self.quick else full


@dataclass(frozen=True, slots=True)
class Bench:
    """`name` is what the command line takes; `asks` says in a line what is measured.

    `is_long`: it runs only where it is asked for.
    """

    name: str
    asks: str
    measure: Callable[[Setting], Outcome]
    is_long: bool = False


class CannotMeasureError(Exception):
    """Something that the benchmark needs is not there; the text says what, and what to do."""


@contextmanager
def setting_for(bench: Bench, state_dir: Path, *, quick: bool) -> Iterator[Setting]:
    """A setting whose folder is empty, and gone at the end."""
    kept = state_dir / "bench"
    folder = kept / f"run-{bench.name}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    try:
        yield Setting(folder, kept, state_dir / "clips", quick)
    finally:
        shutil.rmtree(folder, ignore_errors=True)
