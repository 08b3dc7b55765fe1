"""Tries cameras that somebody names, a few at a time: recording comes first."""

import base64

from shared.contracts.probe import PictureAnswer, ProbeAnswer, ProbeRequest
from shared.ffmpeg.camera_places import CameraPlaces
from shared.ffmpeg.picture_grab import grab_picture
from shared.ffmpeg.stream_address import StreamAddress
from shared.ffmpeg.stream_probe import probe_stream

AT_ONCE = 8


class CameraProbe:
    """Both raise UnavailableError (`too_many_probes`) where `at_once` cameras are being tried already, and
    OSError where this machine cannot. What goes wrong at the camera is the answer."""

    def __init__(self, at_once: int = AT_ONCE) -> None:
        self._places = CameraPlaces(at_once)

    def probe(self, asked: ProbeRequest) -> ProbeAnswer:
        """Whether the camera answers, how fast, and with what picture."""
        with self._places.taken():
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
        with self._places.taken():
            found = grab_picture(_address(asked), asked.timeout_s, thumbnail_width=asked.thumbnail_width)
        return PictureAnswer(
            code=found.code,
            message=found.message,
            latency_ms=found.latency_ms,
            jpeg=base64.b64encode(found.jpeg).decode(),
            thumbnail=base64.b64encode(found.thumbnail).decode(),
        )


def _address(asked: ProbeRequest) -> StreamAddress:
    return StreamAddress(asked.url, asked.username, asked.password)
