"""Commands of the set-up: what they print goes to a log, whose end is told where one fails.

Runs before anything is installed: the standard library only.
"""

import os
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path


class SetUpError(Exception):
    """Something that a person has to do first; the text says what."""


def say(text: str) -> None:
    print(f"set-up: {text}", flush=True)


def output_of(command: Sequence[str]) -> str:
    """What `command` prints; nothing where there is no such program."""
    try:
        return subprocess.run(command, capture_output=True, text=True, check=False).stdout.strip()
    except FileNotFoundError:
        return ""


class QuietCommands:
    """Logs stand in `logs`. Programs in `programs` are found before those of the path."""

    def __init__(self, logs: Path, programs: Path) -> None:
        self._logs = logs
        self._programs = programs

    def run(
        self,
        log: str,
        command: Sequence[str],
        remedy: str,
        *,
        environment: Mapping[str, str] | None = None,
        folder: Path | None = None,
    ) -> None:
        """Run `command` to its end. Raises SetUpError with the end of what it said where it fails."""
        path = f"{self._programs}{os.pathsep}{os.environ.get('PATH', os.defpath)}"
        with self.log(log).open("ab") as output:
            status = subprocess.run(
                command,
                stdout=output,
                stderr=subprocess.STDOUT,
                env={**os.environ, "PATH": path, **(environment or {})},
                cwd=folder,
                check=False,
            ).returncode
        if status != 0:
            tail = "\n".join(self.log(log).read_text(errors="replace").splitlines()[-15:])
            raise SetUpError(f"{tail}\n\nThis failed: {' '.join(command)}\n{remedy}")

    def log(self, name: str) -> Path:
        """The file that commands of this name are logged in."""
        self._logs.mkdir(parents=True, exist_ok=True)
        return self._logs / f"set-up-{name}.log"
