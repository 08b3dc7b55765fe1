"""Tries cameras that somebody names, a few at a time: recording comes first."""

import base64
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from shared.contracts.probe import PictureAnswer, ProbeAnswer, ProbeRequest
from shared.errors import UnavailableError
from shared.ffmpeg.picture_grab import grab_picture
from shared.ffmpeg.stream_address import StreamAddress
from shared.ffmpeg.stream_probe import probe_stream

AT_ONCE = 8
_RETRY_AFTER_S = 2


class CameraProbe:
    """Both raise UnavailableError (`too_many_probes`) where `at_once` cameras are being tried already, and
    OSError where this machine cannot. What goes wrong at the camera is the answer."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._at_once = at_once
        self._places = threading.BoundedSemaphore(at_once)

    def probe(self, asked: ProbeRequest) -> ProbeAnswer:
        """Whether the camera answers, how fast, and with what picture."""
        with self._place():
            found = probe_stream(_address(asked), asked.timeout_s)
        return ProbeAnswer(
            code=found.code,
            message=found.message,
            latency_ms=found.latency_ms,
            width=found.width,
            height=found.height,
            fps=found.fps,
            codec=found.codec,
        )

    def picture(self, asked: ProbeRequest) -> PictureAnswer:
        """One picture of the camera."""
        with self._place():
            found = grab_picture(_address(asked), asked.timeout_s, thumbnail_width=asked.thumbnail_width)
        return PictureAnswer(
            code=found.code,
            message=found.message,
            latency_ms=found.latency_ms,
            jpeg=base64.b64encode(found.jpeg).decode(),
            thumbnail=base64.b64encode(found.thumbnail).decode(),
        )

    @contextmanager
    def _place(self) -> Iterator[None]:
        if not self._places.acquire(blocking=False):
            raise UnavailableError(
                f"This host tries {self._at_once} cameras already.",
                code="too_many_probes",
                remedy="Try again in a moment.",
                details={"retry_after_s": _RETRY_AFTER_S},
            )
        try:
            yield
        finally:
            self._places.release()


def _address(asked: ProbeRequest) -> StreamAddress:
    return StreamAddress(asked.url, asked.username, asked.password)
