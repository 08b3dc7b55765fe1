"""One structured line a request, and an id that follows it from program to program."""

import re
import uuid
from collections.abc import Callable

import structlog
from flask import Flask, Response, g, request

REQUEST_ID_HEADER = "X-Request-ID"
_ACCEPTED_ID = re.compile(r"^[A-Za-z0-9._-]{1,64}$")
_QUIET = frozenset({"/healthz", "/readyz", "/metrics"})  # asked every few seconds, for ever


def accepted_request_id(offered: str | None, new_id: Callable[[], str]) -> str:
    """The caller's id where it is one, else a new one: it goes into logs and headers."""
    if offered is not None and _ACCEPTED_ID.fullmatch(offered):
        return offered
    return new_id()


def install_request_log(app: Flask, monotonic: Callable[[], float]) -> None:
    """Log every request of `app` with its id, status, size and time to the first byte."""

    def begin() -> None:
        g.began = monotonic()
        g.request_id = accepted_request_id(request.headers.get(REQUEST_ID_HEADER), lambda: uuid.uuid4().hex)
        structlog.contextvars.bind_contextvars(request_id=g.request_id)

    def end(response: Response) -> Response:
        response.headers[REQUEST_ID_HEADER] = g.request_id
        log = structlog.get_logger()
        say = log.debug if request.path in _QUIET and response.status_code < 400 else log.info
        say(
            "request",
            method=request.method,
            path=request.path[:512],
            query=request.query_string[:512].decode("latin-1"),
            status=response.status_code,
            size_bytes=response.content_length,
            duration_ms=round((monotonic() - g.began) * 1000, 2),
            remote=request.remote_addr,
            request_id=g.request_id,
        )
        return response

    def forget(_error: BaseException | None) -> None:
        # Threads are used again: the next request must not carry this one's id.
        structlog.contextvars.unbind_contextvars("request_id")

    app.before_request(begin)
    app.after_request(end)
    app.teardown_request(forget)
