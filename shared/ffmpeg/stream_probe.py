"""Tries a camera's stream: does it answer, how fast, with what picture, and if not, why."""

import time
from collections.abc import Callable, Sequence

from shared.ffmpeg.address_lookup import NotReachedError, Resolve, choose_address, resolve
from shared.ffmpeg.stream_address import AddressError, StreamAddress, parse_target, stream_input
from shared.ffmpeg.stream_observation import LOG_LEVEL, STREAM_OPTIONS
from shared.ffmpeg.stream_probe_failure import Asked, StreamProbe, failure, success
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
    an exception. The ffmpeg that asks ends with the thread that calls; FileNotFoundError: there is none.
    """
    limit_s = monotonic() + timeout_s
    try:
        target = parse_target(address)
        ip_address = choose_address(target, networks, resolve, limit_s=limit_s, monotonic=monotonic)
    except AddressError as error:
        return StreamProbe("bad_address", str(error))
    except NotReachedError as error:
        return StreamProbe(error.code, error.sentence)
    asked = Asked(target.shown, bool(target.login), timeout_s)
    # ffmpeg's own patience must not be the one that ends: it says less of why.
    source, script = stream_input(target, ip_address, patience_s=timeout_s + 5, options=STREAM_OPTIONS)
    arguments = [
        *("ffmpeg", *LOG_LEVEL, *source),
        *("-map", "0:v:0", "-c", "copy", "-frames:v", str(_PICTURES), "-f", "null", "-"),
    ]
    with WatchedStream(arguments, script, ip_address, monotonic) as stream:
        while stream.goes_on(limit_s):
            found = success(stream.seen, stream.begun_s)
            if found is not None and (found.fps is not None or stream.since_picture_s() > _COUNTED_S):
                return found
        status = stream.status()
        found = success(stream.seen, stream.begun_s)
        return found or failure(stream.seen, asked, status=status, out_of_time=stream.is_late)
