"""Takes one picture of a camera's stream."""

import tempfile
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from shared.ffmpeg.address_lookup import Resolve, resolve
from shared.ffmpeg.playlist_fetch import with_lead
from shared.ffmpeg.stream_address import StreamAddress, Target
from shared.ffmpeg.stream_probe_failure import OK, Asked, failure, latency_ms
from shared.ffmpeg.stream_visit import visit
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

    def look(target: Target, ip_address: str) -> tuple[GrabbedPicture, str]:
        asked = Asked(target.shown, bool(target.login), timeout_s)
        with tempfile.TemporaryDirectory(prefix="coldframe-picture-") as folder:
            return _grab(target, ip_address, asked, Path(folder), thumbnail_width, limit_s, monotonic)

    return visit(
        address,
        look,
        GrabbedPicture,
        networks=networks,
        resolve=resolve,
        limit_s=limit_s,
        monotonic=monotonic,
    )


def _grab(
    target: Target,
    ip_address: str,
    asked: Asked,
    folder: Path,
    thumbnail_width: int | None,
    limit_s: float,
    monotonic: Callable[[], float],
) -> tuple[GrabbedPicture, str]:
    """A picture of one address, and where it leads to."""
    picture, thumbnail = folder / "picture.jpg", folder / "thumbnail.jpg"
    outputs = _output(picture)
    if thumbnail_width is not None:
        outputs += _output(thumbnail, "-vf", f"scale='min({thumbnail_width},iw)':-2")
    # Without the flag the decoder shows grey where it has come in between two key frames.
    decoder = ["-threads", "1", "-flags:v", "-output_corrupt"]
    with WatchedStream(target, ip_address, outputs, asked.timeout_s, monotonic, decoder=decoder) as stream:
        while stream.goes_on(limit_s):
            pass
        status, seen = stream.status(), stream.seen
        jpeg = _read(picture)
        if jpeg and not stream.is_late and not seen.strayed_to:
            return GrabbedPicture(OK, "", latency_ms(seen, stream.begun_s), jpeg, _read(thumbnail)), ""
        seen = with_lead(seen, target, ip_address, limit_s, monotonic)
        why = failure(seen, asked, status=status, out_of_time=stream.is_late)
        return GrabbedPicture(why.code, why.message), seen.moved_to


def _output(path: Path, *filters: str) -> list[str]:
    return [
        *("-map", "0:v:0", *filters, "-frames:v", "1", "-c:v", "mjpeg", "-q:v", "3"),
        *("-pix_fmt", "yuvj420p", "-strict", "unofficial"),
        *("-f", "image2", "-update", "1", "-atomic_writing", "1", str(path)),
    ]


def _read(path: Path) -> bytes:
    """A whole JPEG; empty where there is none."""
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return b""
    return data if data.startswith(_JPEG_BEGIN) and data.endswith(_JPEG_END) else b""
