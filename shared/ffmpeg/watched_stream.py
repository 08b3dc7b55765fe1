"""An ffmpeg that reads a camera's stream while it is watched: where it connects to, when packets come."""

from collections.abc import Callable, Sequence
from types import TracebackType
from typing import Self

from shared.ffmpeg.process import FfmpegProcess
from shared.ffmpeg.stream_address import Target, stream_input
from shared.ffmpeg.stream_observation import STREAM_OPTIONS, Observed, log_level

_LOOK_EVERY_S = 0.05
_GRACE_S = 0.3
_MORE_PATIENCE_S = 5.0


class WatchedStream:
    """To be used in one thread, which ffmpeg dies with; leaving the block ends it.

    `outputs`: ffmpeg's arguments behind the input. `timeout_s`: the caller's patience, which ffmpeg's own
    outlasts: it says less of why.
    """

    def __init__(
        self,
        target: Target,
        ip_address: str,
        outputs: Sequence[str],
        timeout_s: float,
        monotonic: Callable[[], float],
        *,
        decoder: Sequence[str] = (),
    ) -> None:
        source, script = stream_input(
            target, ip_address, patience_s=timeout_s + _MORE_PATIENCE_S, options=STREAM_OPTIONS
        )
        arguments = ["ffmpeg", *log_level(is_rtsp=target.is_rtsp), *decoder, *source, *outputs]
        self.seen = Observed()
        self.begun_s = monotonic()
        self.is_late = False
        self._ip_address = ip_address
        self._monotonic = monotonic
        self._process: FfmpegProcess | None = None
        self._process = FfmpegProcess(arguments, script=script, on_line=self._see)

    def _see(self, line: str) -> None:
        self.seen = self.seen.after(line, self._monotonic(), self._ip_address)
        if self.seen.strayed_to and self._process is not None:
            # Here and now: what it has not been connected to yet is not asked anything.
            self._process.ask_to_end()

    def goes_on(self, limit_s: float) -> bool:
        """Wait a moment; False once it has ended or strayed, or `limit_s` has come."""
        left_s = limit_s - self._monotonic()
        self.is_late = left_s <= 0
        if self.is_late:
            return False
        return not self._running.wait(min(left_s, _LOOK_EVERY_S)) and not self.seen.strayed_to

    def since_picture_s(self) -> float:
        """Seconds since the first packet; 0 before it."""
        packets_s = self.seen.packets_s
        return self._monotonic() - packets_s[0] if packets_s else 0.0

    def status(self) -> int | None:
        """Its exit status, when all that it said is seen; None where it has not ended by itself."""
        return self._running.status()

    @property
    def _running(self) -> FfmpegProcess:
        assert self._process is not None
        return self._process

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        # Asked first: it takes its leave of the camera, which may not serve many.
        self._running.ask_to_end()
        self._running.wait(_GRACE_S)
        self._running.kill()
