"""Debian's `motion`, fetched for a measurement: its program is unpacked beside our state, not installed.

An installed one would bring a service that starts by itself and takes a camera. Only the libraries it
needs come with apt, as root or through sudo; what is missing is named before.
"""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.apt import as_root, status
from tests.benchmarks.bench import CannotMeasureError

PACKAGE = "motion"


def provide_motion(kept: Path) -> Path:
    """Return a `motion` that runs. Raises CannotMeasureError with what a person can do."""
    on_path = shutil.which("motion")
    if on_path is not None:
        return Path(on_path)
    folder = kept / PACKAGE
    program = folder / "usr" / "bin" / "motion"
    if not program.exists():
        _unpack(folder)
    missing = _missing_libraries(program)
    if missing:
        print(f"bench: the peer {PACKAGE} needs {', '.join(missing)}: installing with apt", flush=True)
        depends = _output(["dpkg-deb", "-f", str(_package_file(folder)), "Depends"])
        as_root(["apt-get", "satisfy", "-y", "-q", "--no-install-recommends", depends])
        missing = _missing_libraries(program)
    if missing:
        raise CannotMeasureError(f"The peer {PACKAGE} lacks {', '.join(missing)}: apt-get install {PACKAGE}.")
    return program


def motion_version(program: Path) -> str:
    """What it calls itself, such as `motion Version 4.5.1`."""
    told = subprocess.run([str(program), "-h"], capture_output=True, text=True, check=False)
    return next((line for line in told.stdout.splitlines() if "ersion" in line), "motion").strip(" ,")


def _unpack(folder: Path) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    if shutil.which("apt-get") is None:
        raise CannotMeasureError(f"The peer {PACKAGE} comes with apt, which this system has not.")
    print(f"bench: fetching the Debian package {PACKAGE} to measure against", flush=True)
    fetch = ["apt-get", "download", "-q", PACKAGE]
    if status(fetch, folder) != 0:
        as_root(["apt-get", "update", "-q"])
        if status(fetch, folder) != 0:
            raise CannotMeasureError(
                f"The peer {PACKAGE} cannot be fetched: apt-get install {PACKAGE}, and run this again."
            )
    subprocess.run(["dpkg", "-x", str(_package_file(folder)), str(folder)], check=True)


def _package_file(folder: Path) -> Path:
    return next(folder.glob(f"{PACKAGE}_*.deb"))


def _missing_libraries(program: Path) -> list[str]:
    lines = _output(["ldd", str(program)]).splitlines()
    return [line.split()[0] for line in lines if "not found" in line]


def _output(command: Sequence[str]) -> str:
    return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
