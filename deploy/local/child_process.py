"""Processes that end with the one that started them."""

import signal
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from shared.errors import UnavailableError

KILL_AFTER_S = 10.0


def start_bound(
    command: Sequence[str | Path],
    *,
    log: Path,
    pipe_stdout: bool = False,
    environment: Mapping[str, str] | None = None,
) -> subprocess.Popen[bytes]:
    """Start `command` so that the kernel ends it (SIGTERM) when the calling **thread** ends.

    It gets a session of its own: Ctrl-C in a terminal reaches only the parent, which stops its children
    in order. What it prints is appended to `log`, or is read from `stdout` with `pipe_stdout`. Raises
    UnavailableError where `setpriv` (util-linux) is missing.
    """
    with log.open("ab") as output:
        try:
            return subprocess.Popen(
                ["setpriv", "--pdeathsig", "TERM", "--", *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if pipe_stdout else output,
                stderr=output,
                env=None if environment is None else dict(environment),
                start_new_session=True,
            )
        except FileNotFoundError:
            raise UnavailableError(
                "setpriv is missing.", remedy="Install it: apt-get install util-linux."
            ) from None


def stop(process: subprocess.Popen[bytes], *, within_s: float = KILL_AFTER_S) -> int:
    """Ask `process` to end, wake it where it is paused, kill it when it takes longer than `within_s`.

    Returns its exit status; a process that has ended is left alone.
    """
    if process.poll() is None:
        process.send_signal(signal.SIGTERM)
        process.send_signal(signal.SIGCONT)
        try:
            process.wait(within_s)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()
