"""gunicorn (gthread) around the application: one worker, many threads, no client that holds one for ever."""

import errno
import json
import logging
import os
import resource
import signal
import socket
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import FrameType
from typing import Any

import structlog
from flask import Flask
from gunicorn import util
from gunicorn.app.base import BaseApplication
from gunicorn.arbiter import Arbiter
from gunicorn.glogging import Logger
from gunicorn.http.errors import LimitRequestHeaders, LimitRequestLine
from gunicorn.workers.gthread import TConn, ThreadWorker

from shared.errors import ColdframeError, UnavailableError
from shared.http.errors import ErrorForm
from shared.kernel import die_with_parent

# A client that neither reads nor writes for so long has gone.
SOCKET_TIMEOUT_S = 30.0
# A request has come as a whole by then, head and body; bodies here are small. A byte now and then is no sign
# of life: a handful of such clients would have every thread.
REQUEST_WITHIN_S = 30.0
KEEPALIVE_S = 15
# A worker whose main thread is stuck is replaced.
WORKER_TIMEOUT_S = 60
# Of the ten seconds that an agent may take to stop.
GRACEFUL_TIMEOUT_S = 5
MAX_LINE_BYTES = 8190
MAX_HEADERS = 60
ADDRESS_WITHIN_S = 5.0
_ADDRESS_POLL_S = 0.2
_CONNECTIONS_PER_THREAD = 16
_OTHER_FILES = 256  # logs, databases, whatever is being sent


@dataclass(frozen=True, slots=True)
class Served:
    """What a worker serves. `reload`: called on SIGHUP in the worker; takes changed settings over and
    returns at once. It may raise ColdframeError: then the old ones stay in force."""

    app: Flask
    reload: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Server:
    """How to serve. `listen`: address and port. `threads`: requests answered at the same time, by each of
    `workers` processes. `form`: how to write the error for what is no request at all.

    `connections`: how many clients may keep one between requests, each worker; others wait until one is
    free. None: as fits for clients of which only some ask at any time."""

    listen: str
    threads: int
    form: ErrorForm
    workers: int = 1
    connections: int | None = None

    @property
    def most_connections(self) -> int:
        """Of each worker."""
        return self.connections or self.threads * _CONNECTIONS_PER_THREAD


def serve(build: Callable[[], Served], server: Server) -> None:
    """Serve until SIGTERM or SIGINT; then exits the process, as gunicorn does.

    `build` is called after the fork, in the process that answers: connections, threads and clocks
    that it opens are that process' own. To be called in the main thread. SIGHUP reloads in place, so
    that nothing that is being sent is cut off; address and threads are taken over by a restart. Raises
    UnavailableError where the address cannot be had.
    """
    _wait_for_address(server.listen)
    _allow_open_files(server.most_connections + _OTHER_FILES)
    _Arbiter(_Application(build, server)).run()


def _wait_for_address(listen: str) -> None:
    """Return when the address is free: who was killed a moment ago may still be closing.

    Raises UnavailableError where it stays taken, or is none of this machine's.
    """
    host, _, port = listen.rpartition(":")
    family = socket.AF_INET6 if host.startswith("[") else socket.AF_INET
    until = time.monotonic() + ADDRESS_WITHIN_S
    while True:
        with socket.socket(family) as trial:
            trial.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                trial.bind((host.strip("[]"), int(port)))
            except OSError as error:
                if time.monotonic() > until or error.errno != errno.EADDRINUSE:
                    raise UnavailableError(
                        f"Nothing can listen on {listen}: {error.strerror}.",
                        remedy=f"Set another listen, or see who has it: ss -ltnp 'sport = :{port}'",
                    ) from None
            else:
                return
        time.sleep(_ADDRESS_POLL_S)


def _allow_open_files(count: int) -> None:
    """A service may be allowed fewer open files than it is allowed to ask for."""
    allowed, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    wanted = count if most == resource.RLIM_INFINITY else min(count, most)
    if allowed != resource.RLIM_INFINITY and allowed < wanted:
        resource.setrlimit(resource.RLIMIT_NOFILE, (wanted, most))


class _Application(BaseApplication):
    """gunicorn's settings from ours, and nothing from its command line or files."""

    def __init__(self, build: Callable[[], Served], server: Server) -> None:
        self._build = build
        self._server = server
        super().__init__()

    def load_config(self) -> None:
        settings: dict[str, Any] = {
            "bind": self._server.listen,
            "workers": self._server.workers,
            "worker_class": _worker_class(self._server.form),
            "threads": self._server.threads,
            "worker_connections": self._server.most_connections,
            "timeout": WORKER_TIMEOUT_S,
            "graceful_timeout": GRACEFUL_TIMEOUT_S,
            "keepalive": KEEPALIVE_S,
            "limit_request_line": MAX_LINE_BYTES,
            "limit_request_fields": MAX_HEADERS,
            "limit_request_field_size": MAX_LINE_BYTES,
            "worker_tmp_dir": "/dev/shm" if os.access("/dev/shm", os.W_OK) else None,
            "preload_app": False,
            "logger_class": _StructuredLog,
            "accesslog": None,  # the application writes its own
            "control_socket_disable": True,
            "post_fork": _bind_to_parent,
        }
        for name, value in settings.items():
            self.cfg.set(name, value)

    def load(self) -> Any:
        served = self._build()
        _reload_on_hangup(served.reload)
        return served.app


def _bind_to_parent(arbiter: Arbiter, _worker: ThreadWorker) -> None:
    die_with_parent(arbiter.pid)


def _reload_on_hangup(reload: Callable[[], None]) -> None:
    log = structlog.get_logger()

    def on_hangup(_signal: int, _frame: FrameType | None) -> None:
        try:
            reload()
            log.info("settings_reloaded")
        except ColdframeError as error:
            log.error("settings_refused", error=error.message, remedy=error.remedy)

    signal.signal(signal.SIGHUP, on_hangup)


class _Arbiter(Arbiter):
    """The parent: passes SIGHUP on instead of replacing its worker."""

    def handle_hup(self) -> None:
        self.kill_workers(signal.SIGHUP)


class _PatientSocket(socket.socket):
    """A socket that blocks for a while, not for ever.

    What is read of it must have come within a while since it began to block: since a thread began with a
    request."""

    _read_until_s = float("inf")

    def setblocking(self, flag: bool) -> None:
        self.settimeout(SOCKET_TIMEOUT_S if flag else 0.0)
        if flag:
            self._read_until_s = time.monotonic() + REQUEST_WITHIN_S

    def read_on(self) -> None:
        """Have what still is to come wait as long as a request does."""
        self._read_until_s = time.monotonic() + REQUEST_WITHIN_S

    def recv(self, size: int, flags: int = 0) -> bytes:
        """Raises TimeoutError."""
        allowed_s = self.gettimeout()
        if not allowed_s:
            return super().recv(size, flags)
        left_s = self._read_until_s - time.monotonic()
        if left_s <= 0:
            raise TimeoutError("the request did not come in time")
        self.settimeout(min(allowed_s, left_s))
        try:
            return super().recv(size, flags)
        finally:
            self.settimeout(allowed_s)


def read_on(environ: Mapping[str, object]) -> None:
    """Allow the body of this request, which is large and comes piece by piece, another REQUEST_WITHIN_S."""
    connection = environ.get("gunicorn.socket")
    if isinstance(connection, _PatientSocket):
        connection.read_on()


class _Worker(ThreadWorker):
    """gthread with a limit on how long a client may keep a thread waiting, and errors in our form."""

    def enqueue_req(self, conn: TConn) -> None:
        if not isinstance(conn.sock, _PatientSocket):
            conn.sock = _PatientSocket(fileno=conn.sock.detach())
        super().enqueue_req(conn)

    form: ErrorForm

    def handle_error(self, req: Any, client: socket.socket, addr: Any, exc: BaseException) -> None:
        """What could not be read as a request at all never reaches the application."""
        status, code, sentence = _refusal(exc)
        body = json.dumps(self.form.body(code, sentence, "Send a valid HTTP/1.1 request.")) + "\n"
        head = (
            f"HTTP/1.1 {status}\r\nConnection: close\r\nContent-Type: application/json\r\n"
            f"X-Content-Type-Options: nosniff\r\nContent-Length: {len(body)}\r\n\r\n"
        )
        self.log.info("Refused what is no request: %s", type(exc).__name__)
        try:
            util.write_nonblock(client, (head + body).encode())
        except OSError:
            self.log.debug("The client had gone.")


def _worker_class(form: ErrorForm) -> type[_Worker]:
    return type("Worker", (_Worker,), {"form": form})


def _refusal(error: BaseException) -> tuple[str, str, str]:
    if isinstance(error, LimitRequestLine):
        return "414 URI Too Long", "uri_too_long", f"The address is longer than {MAX_LINE_BYTES} bytes."
    if isinstance(error, LimitRequestHeaders):
        return "431 Request Header Fields Too Large", "headers_too_large", "The headers are too large."
    return "400 Bad Request", "bad_request", "This is no valid HTTP request."


class _StructuredLog(Logger):
    """gunicorn's words in our log."""

    def setup(self, cfg: Any) -> None:
        super().setup(cfg)
        for handler in list(self.error_log.handlers):
            self.error_log.removeHandler(handler)
        self.error_log.addHandler(_ToStructlog())


class _ToStructlog(logging.Handler):
    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        if isinstance(error, TimeoutError):
            # Nobody's fault here: it neither read nor wrote for SOCKET_TIMEOUT_S.
            structlog.get_logger().info("client_timed_out")
            return
        structlog.get_logger().log(
            record.levelno, "server", message=record.getMessage(), exc_info=record.exc_info or None
        )
