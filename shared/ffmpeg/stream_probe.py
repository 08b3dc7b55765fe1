"""Tries a camera's stream: does it answer, how fast, with what picture, and if not, why."""

import time
from collections.abc import Callable, Sequence

from shared.ffmpeg.address_lookup import Resolve, resolve
from shared.ffmpeg.playlist_fetch import with_lead
from shared.ffmpeg.stream_address import StreamAddress, Target
from shared.ffmpeg.stream_probe_failure import Asked, StreamProbe, failure, success
from shared.ffmpeg.stream_visit import visit
from shared.ffmpeg.watched_stream import WatchedStream

# Pictures that carry no times are counted for so long.
_COUNTED_S = 1.5
# As many are read of any stream; those with times come at once, since ffmpeg has read them already.
_PICTURES = 12


def probe_stream(
    address: StreamAddress,
    timeout_s: float,
    *,
    networks: Sequence[str] = (),
    resolve: Resolve = resolve,
    monotonic: Callable[[], float] = time.monotonic,
) -> StreamProbe:
    """Connect, log in, and read the first pictures. Comes back within `timeout_s`, and half a second.

    `networks` (CIDR): where cameras may be; none: anywhere. What goes wrong at the camera is the answer, not
    an exception. A camera may lead to another page of its own, and to no other host. ffmpeg ends with the
    thread that calls.
    """
    limit_s = monotonic() + timeout_s

    def look(target: Target, ip_address: str) -> tuple[StreamProbe, str]:
        asked = Asked(target.shown, bool(target.login), timeout_s)
        return _probe(target, ip_address, asked, limit_s, monotonic)

    return visit(
        address,
        look,
        StreamProbe,
        networks=networks,
        resolve=resolve,
        limit_s=limit_s,
        monotonic=monotonic,
    )


def _probe(
    target: Target, ip_address: str, asked: Asked, limit_s: float, monotonic: Callable[[], float]
) -> tuple[StreamProbe, str]:
    """What trying one address came to, and where it leads to."""
    read = ["-map", "0:v:0", "-c", "copy", "-frames:v", str(_PICTURES), "-f", "null", "-"]
    with WatchedStream(target, ip_address, read, asked.timeout_s, monotonic) as stream:
        while stream.goes_on(limit_s):
            found = success(stream.seen, stream.begun_s)
            if found is not None and (found.fps is not None or stream.since_picture_s() > _COUNTED_S):
                return found, ""
        status = stream.status()
        found = success(stream.seen, stream.begun_s)
        if found is not None:
            return found, ""
        seen = with_lead(stream.seen, target, ip_address, limit_s, monotonic)
        return failure(seen, asked, status=status, out_of_time=stream.is_late), seen.moved_to
