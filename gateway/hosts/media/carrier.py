"""Files of hosts on their way to callers: in pieces, a bounded number at a time."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from gateway.hosts.host_client import LARGEST_ERROR_BYTES, HostClient
from gateway.hosts.host_client_answer import nonsense, refusal
from gateway.hosts.host_client_stream import HostStream
from gateway.hosts.media.carried_headers import answered_headers, is_media_type
from gateway.hosts.media.media_path import is_numbered
from gateway.hosts.media.stream_slots import Slot, StreamSlots
from shared.errors import ColdframeError

_GOOD = frozenset({200, 206})
_MOVED = frozenset({301, 302, 307, 308})


class NoSuchBytesError(ColdframeError):
    """The file has none of the bytes that were asked for; `size_bytes`: how many it has, None: not said."""

    code = "range_not_satisfiable"

    def __init__(self, size_bytes: int | None) -> None:
        super().__init__("The file has no such bytes.", remedy="Content-Range says how many it has.")
        self.size_bytes = size_bytes


@dataclass(frozen=True, slots=True)
class Wanted:
    """A file of a host. `headers`: of the caller, those that may pass (`asked_headers`)."""

    host: str
    path: str
    method: str = "GET"
    params: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)


class Pieces:
    """The rest of a host's answer; holds a slot until it is closed."""

    def __init__(self, stream: HostStream, slot: Slot) -> None:
        self._stream = stream
        self._slot = slot

    def __iter__(self) -> Iterator[bytes]:
        yield from self._stream
        self.close()

    def close(self) -> None:
        """Also before the end: then the connection to the host is closed."""
        try:
            self._stream.close()
        finally:
            self._slot.give_back()


@dataclass(frozen=True, slots=True)
class Carried:
    """An answer for the caller: 200, 206, 304 or a redirection. `pieces` are to be closed; None: no body.

    `location`: where a redirection leads, as the host said it.
    """

    status: int
    headers: dict[str, str]
    pieces: Pieces | None
    location: str | None = None


class MediaCarrier:
    """Opens files of hosts. What fails before the first byte is an error of ours; later the answer ends."""

    def __init__(self, client: HostClient, slots: StreamSlots) -> None:
        self._client = client
        self._slots = slots

    def carry(self, wanted: Wanted) -> Carried:
        """Begin to fetch it.

        Raises what `HostClient.stream` raises, the host's refusals, NoSuchBytesError, UpstreamError for
        what no host sends, UnavailableError (`too_many_streams`).
        """
        slot = self._slots.take()
        try:
            stream = self._opened(wanted)
        except BaseException:
            slot.give_back()
            raise
        pieces = Pieces(stream, slot)
        try:
            carried = _judged(wanted, stream, pieces)
            if carried.pieces is None:
                stream.finish()
        except BaseException:
            pieces.close()
            raise
        if carried.pieces is None:
            pieces.close()
        return carried

    def _opened(self, wanted: Wanted) -> HostStream:
        stream = self._ask(wanted)
        if stream.status != 404 or not is_numbered(wanted.path):
            return stream
        # It may have moved from one folder to the next between two looks of the host.
        stream.held(LARGEST_ERROR_BYTES)
        stream.close()
        return self._ask(wanted)

    def _ask(self, wanted: Wanted) -> HostStream:
        return self._client.stream(
            wanted.host, wanted.method, wanted.path, params=wanted.params, headers=wanted.headers
        )


def _judged(wanted: Wanted, stream: HostStream, pieces: Pieces) -> Carried:
    host = wanted.host
    if stream.status in _GOOD:
        if not is_media_type(stream.headers.get("content-type", "")):
            raise nonsense(host, "a file of a type that it does not have")
        has_body = wanted.method != "HEAD"
        return Carried(stream.status, answered_headers(stream.headers), pieces if has_body else None)
    if stream.status == 304:
        return Carried(304, answered_headers(stream.headers), None)
    if stream.status in _MOVED:
        return Carried(stream.status, {}, None, stream.headers.get("location", ""))
    if stream.status == 416:
        size = stream.headers.get("content-range", "").removeprefix("bytes */")
        raise NoSuchBytesError(int(size) if size.isascii() and size.isdigit() and len(size) < 20 else None)
    raise refusal(host, stream.held(LARGEST_ERROR_BYTES))
