"""The archiver's peer: a loop over renameat2 in C, compiled here and now."""

import shutil
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from tests.benchmarks.apt import install
from tests.benchmarks.bench import CannotMeasureError

SOURCE = Path(__file__).with_name("rename_loop.c")


@dataclass(frozen=True, slots=True)
class LoopTimes:
    """`listing_s`: reading the folders with a stat of each file; `renames_s`: the system calls alone."""

    files: int
    listing_s: float
    renames_s: float

    @property
    def files_a_second(self) -> float:
        return self.files / (self.listing_s + self.renames_s)

    @property
    def renames_a_second(self) -> float:
        return self.files / self.renames_s


def compile_loop(folder: Path) -> Path:
    """Return the program. Raises CannotMeasureError where there is no C compiler to be had."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if compiler is None:
        install(["gcc", "libc6-dev"], "compiles the loop that the archiver is measured against")
        compiler = "gcc"
    program = folder / "rename_loop"
    done = subprocess.run(
        [compiler, "-O2", "-o", str(program), str(SOURCE)], capture_output=True, text=True, check=False
    )
    if done.returncode:
        raise CannotMeasureError(f"{SOURCE.name} does not compile: {done.stderr[-500:]}")
    return program


def run_loop(program: Path, folders: Sequence[tuple[Path, Path]]) -> LoopTimes:
    """Move every file of each first folder into its second. Raises CalledProcessError."""
    pairs = [str(path) for pair in folders for path in pair]
    told = subprocess.run([str(program), *pairs], capture_output=True, text=True, check=True).stdout
    files, listing_ns, renames_ns = map(int, told.split())
    return LoopTimes(files, listing_ns / 1e9, renames_ns / 1e9)
