"""One ffmpeg that makes frames: its pipes, its end, its last words. Never blocks its caller."""

import contextlib
import os
import select
import signal
import subprocess
from collections import deque
from collections.abc import Sequence
from fcntl import F_SETPIPE_SZ, fcntl
from pathlib import Path

from shared.ffmpeg.masking import mask_secrets

# Fewer and larger hand-overs; the kernel's limit for one user is shared by all devices.
_PIPE_BYTES = 512 * 1024
_LINES_KEPT = 20


class MakerProcess:
    """Started by its constructor, from the thread whose end is to be its own (parent-death signal).

    Raises OSError where the program cannot be started.
    """

    def __init__(self, argv: Sequence[str], folder: Path) -> None:
        self.folder = folder
        self._process = subprocess.Popen(
            argv,
            cwd=folder,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            bufsize=0,
        )
        if self._process.stdin is None or self._process.stderr is None:
            raise OSError("the frame maker has no pipes")
        self._input = self._process.stdin
        self._errors = self._process.stderr
        os.set_blocking(self._input.fileno(), False)
        os.set_blocking(self._errors.fileno(), False)
        # Refused where this user's share of pipe memory is used up: the default size works too.
        with contextlib.suppress(PermissionError):
            fcntl(self._input.fileno(), F_SETPIPE_SZ, _PIPE_BYTES)
        self._lines: deque[str] = deque(maxlen=_LINES_KEPT)
        self._unfinished_line = b""

    @property
    def pid(self) -> int:
        return self._process.pid

    def feed(self, data: bytes | memoryview) -> int:
        """Hand over the beginning of `data`; return how many bytes were taken now, 0 where the pipe is
        full. Raises BrokenPipeError where ffmpeg is gone."""
        try:
            return os.write(self._input.fileno(), data)
        except BlockingIOError:
            return 0

    def wait(self, timeout_s: float, *, writable: bool) -> None:
        """Wait until ffmpeg says something or ends, or (`writable`) takes more, at most `timeout_s`."""
        poll = select.poll()
        poll.register(self._errors.fileno(), select.POLLIN)
        if writable:
            poll.register(self._input.fileno(), select.POLLOUT)
        for descriptor, _event in poll.poll(timeout_s * 1000):
            if descriptor == self._errors.fileno():
                self._drain()

    def _drain(self) -> None:
        while True:
            try:
                data = os.read(self._errors.fileno(), 65536)
            except BlockingIOError:
                return
            if not data:
                # It closed its end: it is gone, or about to be. Without this pause a caller would spin.
                with contextlib.suppress(subprocess.TimeoutExpired):
                    self._process.wait(0.05)
                return
            *lines, self._unfinished_line = (self._unfinished_line + data).split(b"\n")
            self._unfinished_line = self._unfinished_line[-2000:]
            self._lines.extend(line.decode(errors="replace").strip()[:500] for line in lines if line.strip())

    def ended(self) -> bool:
        return self._process.poll() is not None

    @property
    def exit_status(self) -> int | None:
        """ffmpeg's exit status, negative for a signal; None while it runs."""
        return self._process.returncode

    def last_words(self) -> str:
        """What it said last, without credentials; empty where it said nothing."""
        self._drain_quietly()
        return mask_secrets(self._lines[-1]) if self._lines else ""

    def _drain_quietly(self) -> None:
        if not self._errors.closed:
            self._drain()

    def close_input(self) -> None:
        """No more segments: ffmpeg finishes the pictures it has and ends."""
        if not self._input.closed:
            self._input.close()

    def ask_to_end(self) -> None:
        """Have it take its leave of where it reads from."""
        self.close_input()
        if not self.ended():
            self._process.terminate()

    @property
    def last_lines(self) -> list[str]:
        """What it said last, as it said it: for `explain_failure`, which cuts credentials out."""
        return list(self._lines)

    def kill(self) -> None:
        """End it now."""
        self.close_input()
        if not self.ended():
            self._process.send_signal(signal.SIGKILL)

    def reap(self, timeout_s: float) -> bool:
        """Wait for its end; close what is open; return whether it has ended."""
        try:
            self._process.wait(timeout_s)
        except subprocess.TimeoutExpired:
            return False
        self._drain_quietly()
        self.close_input()
        self._errors.close()
        return True
