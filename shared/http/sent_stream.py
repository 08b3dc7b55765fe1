"""Answers that another program makes while they are sent."""

from collections.abc import Iterator, Mapping
from typing import Protocol

from flask import Response


class ClosingPieces(Protocol):
    """Pieces of a body, closed when it is sent or its caller has gone."""

    def __iter__(self) -> Iterator[bytes]: ...

    def close(self) -> None: ...


def send_pieces(status: int, headers: Mapping[str, str], pieces: ClosingPieces | None) -> Response:
    """Answer with the pieces as they come, nothing kept: what the caller does not take is not fetched."""
    response = Response(status=status)
    # Only what is given: an answer without a type has none.
    del response.headers["Content-Type"]
    response.headers.update(headers)
    if pieces is not None:
        response.response = pieces
        response.direct_passthrough = True
    return response
