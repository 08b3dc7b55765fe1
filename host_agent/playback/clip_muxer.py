"""An ffmpeg that is fed by us: never waited for without an end, and gone when nobody wants it."""

import os
import select
import subprocess
import time
from collections import deque
from collections.abc import Callable, Sequence
from contextlib import suppress
from fcntl import F_SETPIPE_SZ, fcntl

from shared.ffmpeg.masking import mask_secrets

_LOOK_EVERY_S = 0.2
_STUCK_AFTER_S = 60.0
# Moving the index to the front copies the whole file once, at the speed of the disk.
_FINISH_WITHIN_S = 3600.0
_LINES_KEPT = 20
# Fewer and larger hand-overs: a segment of some Mbit/s at once.
_PIPE_BYTES = 1 << 20


class MuxFailedError(Exception):
    """ffmpeg could not write the file; the text is a sentence without credentials."""


class NotWantedError(Exception):
    """The clip was cancelled meanwhile."""


class ClipMuxer:
    """Started by its constructor, from the thread that feeds it. Raises OSError where it cannot be.

    `is_wanted` is asked several times a second while there is nothing else to do; `monotonic` tells the
    seconds by which it is given up.
    """

    def __init__(
        self, arguments: Sequence[str], is_wanted: Callable[[], bool], monotonic: Callable[[], float]
    ) -> None:
        self._is_wanted = is_wanted
        self._monotonic = monotonic
        self._lines: deque[str] = deque(maxlen=_LINES_KEPT)
        self._process = subprocess.Popen(
            arguments,
            stdin=subprocess.PIPE,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            start_new_session=True,
            bufsize=0,
        )
        if self._process.stdin is None or self._process.stderr is None:
            raise OSError("ffmpeg has no pipes")
        self._input, self._errors = self._process.stdin, self._process.stderr
        with suppress(PermissionError):  # of a user whose share of pipe memory is used up
            fcntl(self._input.fileno(), F_SETPIPE_SZ, _PIPE_BYTES)
        os.set_blocking(self._input.fileno(), False)
        os.set_blocking(self._errors.fileno(), False)

    def feed(self, data: bytes) -> None:
        """Hand all of `data` over. Raises MuxFailedError, NotWantedError; ffmpeg is gone then."""
        rest = memoryview(data)
        stuck_at = self._monotonic() + _STUCK_AFTER_S
        while rest:
            self._check_wanted()
            if self._monotonic() > stuck_at:
                self.kill()
                raise MuxFailedError(f"ffmpeg took nothing for {_STUCK_AFTER_S:.0f} s.")
            self._wait(writable=True)
            try:
                taken = os.write(self._input.fileno(), rest)
            except BlockingIOError:
                continue
            except BrokenPipeError:
                self.finish()
                raise MuxFailedError(self._last_words()) from None
            rest = rest[taken:]
            stuck_at = self._monotonic() + _STUCK_AFTER_S

    def finish(self) -> None:
        """Let it write the end of the file. Raises MuxFailedError, NotWantedError."""
        self._input.close()
        give_up_at = self._monotonic() + _FINISH_WITHIN_S
        while self._process.poll() is None:
            self._check_wanted()
            if self._monotonic() > give_up_at:
                self.kill()
                raise MuxFailedError("ffmpeg did not come to an end.")
            self._wait(writable=False)
        self._drain()
        self._errors.close()
        if self._process.returncode != 0:
            raise MuxFailedError(self._last_words())

    def kill(self) -> None:
        """End it at once and reap it; fine where it has ended."""
        if self._process.poll() is None:
            self._process.kill()
        self._process.wait()
        self._input.close()
        if not self._errors.closed:
            self._drain()
            self._errors.close()

    def _check_wanted(self) -> None:
        if not self._is_wanted():
            self.kill()
            raise NotWantedError

    def _wait(self, *, writable: bool) -> None:
        poll = select.poll()
        poll.register(self._errors.fileno(), select.POLLIN)
        if writable:
            poll.register(self._input.fileno(), select.POLLOUT)
        for descriptor, event in poll.poll(_LOOK_EVERY_S * 1000):
            if descriptor == self._errors.fileno():
                self._drain()
                if event & select.POLLHUP and not writable:
                    time.sleep(0.005)  # it has closed its end and is about to be reapable

    def _drain(self) -> None:
        try:
            while data := os.read(self._errors.fileno(), 65536):
                self._lines.extend(line[:500] for line in data.decode(errors="replace").splitlines())
        except BlockingIOError:
            return

    def _last_words(self) -> str:
        text = " ".join(self._lines)
        if "No space left" in text or "Disk quota exceeded" in text:
            return "The disk is full."
        last = mask_secrets(self._lines[-1].strip()) if self._lines else ""
        return f"ffmpeg could not write it: {last or f'it ended with {self._process.returncode}'}."
