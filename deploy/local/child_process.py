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
    folder: Path | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    prefix: Sequence[str] = (),
) -> subprocess.Popen[bytes]:
    """Start `command` so that the kernel ends it (`death_signal`) when the calling **thread** ends.

    It gets a session of its own: Ctrl-C in a terminal reaches only the parent, which stops its children
    in order. What it prints is appended to `log`, or is read from `stdout` with `pipe_stdout`. It works
    in `folder`, else where the caller does. `prefix` makes it another user's: it goes first, since who
    changes the user forgets the signal. Raises UnavailableError where `setpriv` (util-linux) is missing.
    """
    bound = ("setpriv", "--pdeathsig", death_signal.name.removeprefix("SIG"), "--")
    with log.open("ab") as output:
        try:
            return subprocess.Popen(
                [*prefix, *bound, *map(str, command)],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE if pipe_stdout else output,
                stderr=output,
                cwd=folder,
                env=None if environment is None else dict(environment),
                start_new_session=True,
            )
        except FileNotFoundError:
            raise UnavailableError(
                "setpriv is missing.", remedy="Install it: apt-get install util-linux."
            ) from None


def stop(
    process: subprocess.Popen[bytes],
    *,
    within_s: float = KILL_AFTER_S,
    number: signal.Signals = signal.SIGTERM,
) -> int:
    """Ask `process` to end with the signal `number`, wake it where it is paused, kill it after `within_s`.

    Returns its exit status; a process that has ended is left alone.
    """
    if process.poll() is None:
        process.send_signal(number)
        process.send_signal(signal.SIGCONT)
        try:
            process.wait(within_s)
        except subprocess.TimeoutExpired:
            process.kill()
    return process.wait()
