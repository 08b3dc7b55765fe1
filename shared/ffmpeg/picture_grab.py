"""Takes one picture of a camera's stream."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shared.ffmpeg.address_lookup import NotReachedError, Resolve, choose_address, resolve
from shared.ffmpeg.stream_address import AddressError, StreamAddress, parse_target, stream_input
from shared.ffmpeg.stream_observation import LOG_LEVEL, STREAM_OPTIONS
from shared.ffmpeg.stream_probe_failure import OK, Asked, failure, latency_ms
from shared.ffmpeg.watched_stream import WatchedStream

_JPEG_BEGIN, _JPEG_END = b"\xff\xd8", b"\xff\xd9"


@dataclass(frozen=True, slots=True)
class GrabbedPicture:
    """`code`, `message` and `latency_ms` as in StreamProbe; `jpeg` is empty unless the code is `ok`, and
    `thumbnail` where none was asked for."""

    code: str
    message: str = ""
    latency_ms: int | None = None
    jpeg: bytes = field(default=b"", repr=False)
    thumbnail: bytes = field(default=b"", repr=False)


def grab_picture(
    address: StreamAddress,
    timeout_s: float,
    *,
    thumbnail_width: int | None = None,
    networks: Sequence[str] = (),
    resolve: Resolve = resolve,
    monotonic: Callable[[], float] = time.monotonic,
) -> GrabbedPicture:
    """The first whole picture of the stream, which is one of now, as a JPEG of its size.

    Parameters, deadline and exceptions as of `probe_stream`; `thumbnail_width`: pixels of a smaller one.
    Also raises OSError where this machine has no room for it.
    """
    limit_s = monotonic() + timeout_s
    try:
        target = parse_target(address)
        ip_address = choose_address(target, networks, resolve, limit_s=limit_s, monotonic=monotonic)
    except AddressError as error:
        return GrabbedPicture("bad_address", str(error))
    except NotReachedError as error:
        return GrabbedPicture(error.code, error.sentence)
    asked = Asked(target.shown, bool(target.login), timeout_s)
    source, script = stream_input(target, ip_address, patience_s=timeout_s + 5, options=STREAM_OPTIONS)
    with tempfile.TemporaryDirectory(prefix="coldframe-picture-") as folder:
        picture, thumbnail = Path(folder, "picture.jpg"), Path(folder, "thumbnail.jpg")
        arguments = _arguments(source, picture, thumbnail, thumbnail_width)
        with WatchedStream(arguments, script, ip_address, monotonic) as stream:
            while stream.goes_on(limit_s):
                pass
            status = stream.status()
            jpeg = _read(picture)
            if jpeg and not stream.is_late and not stream.seen.strayed_to:
                latency = latency_ms(stream.seen, stream.begun_s)
                return GrabbedPicture(OK, "", latency, jpeg, _read(thumbnail))
            why = failure(stream.seen, asked, status=status, out_of_time=stream.is_late)
            return GrabbedPicture(why.code, why.message)


def _arguments(
    source: Sequence[str], picture: Path, thumbnail: Path, thumbnail_width: int | None
) -> list[str]:
    def output(path: Path, *filters: str) -> list[str]:
        return [
            *("-map", "0:v:0", *filters, "-frames:v", "1", "-c:v", "mjpeg", "-q:v", "3"),
            *("-pix_fmt", "yuvj420p", "-strict", "unofficial"),
            *("-f", "image2", "-update", "1", "-atomic_writing", "1", str(path)),
        ]

    smaller = (
        [] if thumbnail_width is None else output(thumbnail, "-vf", f"scale='min({thumbnail_width},iw)':-2")
    )
    # Without the flag the decoder shows grey where it has come in between two key frames.
    return [
        "ffmpeg",
        *LOG_LEVEL,
        "-threads",
        "1",
        "-flags:v",
        "-output_corrupt",
        *source,
        *output(picture),
        *smaller,
    ]


def _read(path: Path) -> bytes:
    """A whole JPEG; empty where there is none."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return b""
    return data if data.startswith(_JPEG_BEGIN) and data.endswith(_JPEG_END) else b""
