"""An answer of a host while it comes."""

from collections.abc import Callable, Iterator, Mapping
from types import TracebackType
from typing import Self

import httpcore

from gateway.hosts.host_client_answer import HeldAnswer, read_limited
from gateway.hosts.host_client_failure import failure_of


class HostStream:
    """An answer whose body is still with the host: pieces of up to 64 KiB come as they are asked for.

    To be closed; closing before the end closes the connection. `headers`: names in lower case.
    """

    def __init__(self, host: str, response: httpcore.Response, check: Callable[[], None]) -> None:
        self.status = response.status
        self.headers: Mapping[str, str] = _headers(response)
        self._host = host
        self._response = response
        self._check = check

    def __iter__(self) -> Iterator[bytes]:
        """Raises UnavailableError or UpstreamError where the host stalls, breaks off or dies."""
        try:
            for piece in self._response.iter_stream():
                self._check()
                yield piece
        except (httpcore.TimeoutException, httpcore.NetworkError, httpcore.ProtocolError) as error:
            raise failure_of(self._host, error) from None

    def held(self, limit: int) -> HeldAnswer:
        """Read it to its end. Raises as iterating does, and for more than `limit` bytes."""
        body = read_limited(self._host, self, self.headers, limit, lambda: None)
        return HeldAnswer(self.status, self.headers, body)

    def finish(self) -> None:
        """Read the end of an answer without a body, so that its connection can be used again."""
        next(iter(self), None)

    def close(self) -> None:
        self._response.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def has_two_lengths(response: httpcore.Response) -> bool:
    """Whether an answer claims a length and comes in chunks as well, which count (RFC 9112, 6.3). Passed on,
    the length would have our caller take a part of the next answer for the rest of this one."""
    names = {name.lower() for name, _value in response.headers}
    return {b"content-length", b"transfer-encoding"} <= names


def _headers(response: httpcore.Response) -> dict[str, str]:
    """Names in lower case; of a name that is there twice the first: hosts send none twice."""
    found: dict[str, str] = {}
    for name, value in response.headers:
        found.setdefault(name.decode("latin-1").lower(), value.decode("latin-1"))
    return found
