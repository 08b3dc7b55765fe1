"""An ffmpeg that never outlives us, whose pipes are always drained, and that ends when it is asked to."""

import os
import subprocess
import threading
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress

from shared.bound_command import bound_command

LINES_KEPT = 60


class FfmpegProcess:
    """One running ffmpeg.

    The kernel's parent-death signal follows the *thread* that started it: start it in the thread that
    lives as long as it shall. `on_line` is called in the draining thread with every line of its
    standard error; it must not block.
    """

    def __init__(
        self,
        arguments: Sequence[str],
        *,
        script: str | None = None,
        on_line: Callable[[str], None] | None = None,
    ) -> None:
        self.last_lines: deque[str] = deque(maxlen=LINES_KEPT)
        self._on_line = on_line
        # Its own session: a Ctrl-C at the terminal is the agent's to handle, which ends ffmpeg in order.
        self._process = subprocess.Popen(
            bound_command(arguments, os.getpid()),
            stdin=subprocess.DEVNULL if script is None else subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
        )
        if script is not None and self._process.stdin is not None:
            # Where it has ended already, its status and last lines say why.
            with suppress(BrokenPipeError), self._process.stdin as pipe:
                pipe.write(script.encode())
        self._drain = threading.Thread(target=self._read_lines, name="ffmpeg-stderr", daemon=True)
        self._drain.start()

    def _read_lines(self) -> None:
        assert self._process.stderr is not None
        with self._process.stderr as raw_lines:
            for raw in raw_lines:
                line = raw.decode(errors="replace").rstrip()
                self.last_lines.append(line)
                if self._on_line is not None:
                    self._on_line(line)

    @property
    def pid(self) -> int:
        return self._process.pid

    def status(self) -> int | None:
        """The exit status, negative for a signal; None while it runs. All its lines are read by then."""
        status = self._process.poll()
        if status is not None:
            self._drain.join(timeout=1)
        return status

    def ask_to_end(self) -> None:
        """Ask it to finish its last segment and end."""
        if self._process.poll() is None:
            self._process.terminate()

    def kill(self) -> None:
        """End it at once and reap it."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._drain.join(timeout=1)

    def wait(self, timeout_s: float) -> bool:
        """Whether it has ended within `timeout_s`."""
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        return True
