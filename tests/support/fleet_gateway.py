"""A small gateway on loopback that takes hosts and their reports, and misbehaves when it is told to."""

import gzip
import hashlib
import json
import ssl
import time
from collections import deque
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler
from typing import Any

from shared.contracts.enrolment import EnrolmentRequest
from shared.contracts.heartbeat import AssignedCamera, Command, DetectionOverride, Heartbeat
from shared.contracts.minutes import MinuteReport
from tests.support.loopback_http import LoopbackHttp

# Writes an answer of its own; the request was handled before, or not at all.
Behaviour = Callable[[BaseHTTPRequestHandler], None]


@dataclass(slots=True)
class KnownHost:
    """A host that was enrolled. `minutes`: the newest revision of each device's minute."""

    id: str
    name: str
    credential_sha256: str
    request: EnrolmentRequest
    is_revoked: bool = False
    minutes: dict[tuple[str, int], MinuteReport] = field(default_factory=dict)
    results: list[str] = field(default_factory=list)


class FleetGateway(LoopbackHttp):
    """Serves until the end of the block. `tokens`: each may be traded once.

    `context`: for HTTPS. `before`: what happens to the next requests instead of being handled. `after`:
    what is answered to the next ones that were handled, instead of the answer. Both are used up one a
    request. `cameras`: told as long as `assignment`, which names them, is not what the host says; with
    `overrides`.
    """

    def __init__(self, *tokens: str, interval_s: float = 10.0, context: ssl.SSLContext | None = None) -> None:
        super().__init__(context)
        self.tokens = set(tokens)
        self.interval_s = interval_s
        self.hosts: list[KnownHost] = []
        self.used: dict[str, KnownHost] = {}
        self.heartbeats: list[Heartbeat] = []
        self.enrolments: list[EnrolmentRequest] = []
        self.accepted = 0
        self.encodings: list[str] = []
        self.before: deque[Behaviour] = deque()
        self.after: deque[Behaviour] = deque()
        self.commands: list[Command] = []
        self.cameras: list[AssignedCamera] | None = None
        self.overrides: list[DetectionOverride] = []
        self.assignment = ""

    @property
    def host(self) -> KnownHost:
        """The only host."""
        assert len(self.hosts) == 1, self.hosts
        return self.hosts[0]

    def lose_database(self) -> None:
        """It is a new gateway from now on."""
        self.hosts.clear()
        self.used.clear()

    def deliveries(self) -> list[int]:
        """How many minutes each heartbeat carried."""
        return [len(heartbeat.minutes) for heartbeat in self.heartbeats]

    # -- handling ----------------------------------------------------------------------------

    def _handler(self) -> type[BaseHTTPRequestHandler]:
        gateway = self

        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"

            def setup(self) -> None:
                super().setup()
                with gateway._lock:
                    gateway._connections.add(self.connection)
                    gateway.accepted += 1

            def finish(self) -> None:
                with gateway._lock:
                    gateway._connections.discard(self.connection)
                with suppress(OSError):
                    super().finish()

            def do_POST(self) -> None:
                with suppress(OSError):  # the agent has had enough
                    gateway._handle(self)

            def log_message(self, *_words: object) -> None:
                pass

        return Handler

    def _handle(self, request: BaseHTTPRequestHandler) -> None:
        body = request.rfile.read(int(request.headers["Content-Length"]))
        if self.before:
            self.before.popleft()(request)
            return
        encoding = request.headers.get("Content-Encoding", "")
        if encoding == "gzip":
            body = gzip.decompress(body)
        with self._lock:
            self.encodings.append(encoding)
            if request.path == "/api/v1/hosts/enrol":
                status, answer = self._enrol(EnrolmentRequest.model_validate_json(body))
            else:
                assert request.path == "/api/v1/hosts/heartbeat", request.path
                authorisation = request.headers.get("Authorization", "")
                status, answer = self._heartbeat(authorisation, Heartbeat.model_validate_json(body))
            behaviour = self.after.popleft() if self.after else None
        if behaviour is not None:
            behaviour(request)
            return
        send_json(request, status, answer)

    def _enrol(self, asked: EnrolmentRequest) -> tuple[int, dict[str, Any]]:
        self.enrolments.append(asked)
        known = self.used.get(asked.token)
        if known is None and asked.token not in self.tokens:
            return refusal(401, "enrolment_token_unknown", "There is no such enrolment token.")
        if known is not None and known.credential_sha256 != asked.credential_sha256:
            return refusal(409, "enrolment_token_used", "This enrolment token was used already.")
        if known is None:
            identity = f"host-{len(self.hosts) + 1}-{time.monotonic_ns()}"
            known = KnownHost(identity, asked.name, asked.credential_sha256, asked)
            self.hosts.append(known)
            self.used[asked.token] = known
        heartbeat_url = f"{self.url}/api/v1/hosts/heartbeat"
        return success(host_id=known.id, heartbeat_url=heartbeat_url, interval_s=self.interval_s)

    def _heartbeat(self, authorisation: str, report: Heartbeat) -> tuple[int, dict[str, Any]]:
        digest = hashlib.sha256(authorisation.removeprefix("Bearer ").encode()).hexdigest()
        host = next((host for host in self.hosts if host.credential_sha256 == digest), None)
        if host is None:
            return refusal(401, "unauthorised", "This credential is not known here.")
        if host.is_revoked:
            return refusal(401, "revoked", "This host's credential was revoked.")
        self.heartbeats.append(report)
        for minute in report.minutes:
            held = host.minutes.get((minute.device, minute.minute))
            if held is None or minute.revision >= held.revision:
                host.minutes[minute.device, minute.minute] = minute
        host.results += [f"{result.id}: {result.done}" for result in report.command_results]
        return success(
            received_utc_ms=report.sent_utc_ms,
            interval_s=self.interval_s,
            minutes={"stored": len(report.minutes)},
            commands=[command.model_dump() for command in self.commands],
            cameras=None
            if self.cameras is None or (self.assignment and report.assignment == self.assignment)
            else [camera.model_dump() for camera in self.cameras],
            overrides=[override.model_dump() for override in self.overrides],
            assignment=self.assignment,
        )


def success(**data: object) -> tuple[int, dict[str, Any]]:
    return 200, {"success": True, "data": data}


def refusal(status: int, code: str, message: str) -> tuple[int, dict[str, Any]]:
    error = {"code": code, "message": message, "remedy": "Ask an admin.", "details": {}}
    return status, {"success": False, "error": error}


def send_json(request: BaseHTTPRequestHandler, status: int, answer: object) -> None:
    send(request, status, json.dumps(answer).encode())


def send(request: BaseHTTPRequestHandler, status: int, body: bytes, **headers: str) -> None:
    request.send_response(status)
    for name, value in headers.items():
        request.send_header(name.replace("_", "-"), value)
    request.send_header("Content-Length", str(len(body)))
    request.end_headers()
    request.wfile.write(body)


def answer_with(status: int, body: bytes, **headers: str) -> Behaviour:
    return lambda request: send(request, status, body, **headers)


def refuse_with(status: int, code: str) -> Behaviour:
    return lambda request: send_json(request, *refusal(status, code, f"It is {code}."))


def lose_answer(request: BaseHTTPRequestHandler) -> None:
    """The connection breaks before anything is answered."""
    request.close_connection = True


def keep_silent(request: BaseHTTPRequestHandler) -> None:
    """Nothing is answered, and the connection stays open until the other end gives up."""
    request.close_connection = True
    request.connection.recv(1)


def trickle_headers(request: BaseHTTPRequestHandler) -> None:
    """Headers without an end, each in time."""
    request.close_connection = True
    request.wfile.write(b"HTTP/1.1 200 OK\r\n")
    while True:
        request.wfile.write(b"X-More: to come\r\n")
        time.sleep(0.05)


def trickle_body(request: BaseHTTPRequestHandler) -> None:
    """A body that goes on, a byte at a time."""
    request.close_connection = True
    request.wfile.write(b"HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n{")
    while True:
        request.wfile.write(b" ")
        time.sleep(0.05)


def pour(request: BaseHTTPRequestHandler) -> None:
    """More than anybody can keep."""
    request.close_connection = True
    request.wfile.write(b"HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n")
    while True:
        request.wfile.write(b" " * 65_536)
