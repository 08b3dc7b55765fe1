"""The client to hosts: every call that the gateway makes of an agent goes through here."""

import json as json_text
import ssl
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import Any

import httpcore

from gateway.hosts.host_address import OutsideNetworksError, is_host_path
from gateway.hosts.host_client_answer import (
    HeldAnswer,
    nonsense,
    parse_json,
    refusal,
    unreachable,
)
from gateway.hosts.host_client_crowd import Crowd
from gateway.hosts.host_client_failure import failure_of, is_disconnect
from gateway.hosts.host_client_fan_out import Answer, FanOut, HostCall, Key
from gateway.hosts.host_client_memory import HostMemory
from gateway.hosts.host_client_network import HostNetwork, Moment, NotProvenError, Resolve, resolve_by_system
from gateway.hosts.host_client_request import host_request
from gateway.hosts.host_client_stream import HostStream, has_two_lengths
from gateway.hosts.host_directory import FindHost, KnownHost
from shared.errors import ColdframeError, NotFoundError

LARGEST_ANSWER_BYTES = 16 * 1024 * 1024
LARGEST_ERROR_BYTES = 64 * 1024
# Fewer seconds than the agent keeps an idle connection, so that it is never closed under a request.
_KEPT_IDLE_S = 10.0
FAN_OUT_THREADS = 64
_RESOLVER_THREADS = 8
# Not answering in less says nothing about a host.
_ENOUGH_S = 0.9
_SHORT_CONNECT_S = 0.5
_SHORT_ANSWER_S = 2.0
_ASKED_AGAIN = frozenset({"GET", "HEAD"})
_METHODS = frozenset({"GET", "HEAD", "POST", "DELETE"})

Headers = Mapping[str, str]


@dataclass(frozen=True, slots=True)
class CallLimits:
    """`connections`: at most so many in this process, to all hosts. `stall_s`: how long a stream may send
    nothing."""

    connect_s: float = 2.0
    answer_s: float = 10.0
    stall_s: float = 10.0
    connections: int = 256


@dataclass(frozen=True, slots=True)
class FrontTarget:
    """Where a server in front of the gateway finds a host. `address`: the one it must connect to, `name`
    what its certificate and Host header say."""

    scheme: str
    address: str
    port: int
    name: str
    netloc: str
    secret: str = field(repr=False)


class HostClient:
    """Calls enrolled hosts at fixed paths, with the secret of each; follows no redirect, uses no proxy.

    A host's name is resolved at each connection, and every address must be in the networks of its
    enrolment; TLS is verified by name. Every call has deadlines for connecting and for the whole answer,
    which a host that sends a byte a second does not move, and a largest size. A host that failed three
    times in a row is tried every two seconds, with little patience, and other calls to it fail at once;
    before that at most 24 calls wait for it, so that others have threads left.
    To be made after the fork; safe to be used by many threads.
    """

    def __init__(
        self,
        find: FindHost,
        monotonic: Callable[[], float],
        limits: CallLimits,
        *,
        trust: ssl.SSLContext | None = None,
        resolve: Resolve = resolve_by_system,
        fan_out_threads: int = FAN_OUT_THREADS,
    ) -> None:
        self._find = find
        self._monotonic = monotonic
        self._limits = limits
        self._memory = HostMemory(monotonic)
        self._crowd = Crowd()
        self._resolvers = ThreadPoolExecutor(_RESOLVER_THREADS, "resolve")
        self._askers = ThreadPoolExecutor(fan_out_threads, "fan-out")
        self._network = HostNetwork(monotonic, self._resolvers, resolve)
        self._fan_out = FanOut(self._askers, monotonic)
        self._pool = httpcore.ConnectionPool(
            ssl_context=trust or ssl.create_default_context(),
            max_connections=limits.connections,
            max_keepalive_connections=limits.connections,
            keepalive_expiry=_KEPT_IDLE_S,
            network_backend=self._network,
        )

    def close(self) -> None:
        """Close every connection; calls that go on fail."""
        self._askers.shutdown(wait=False, cancel_futures=True)
        self._resolvers.shutdown(wait=False, cancel_futures=True)
        self._pool.close()

    # -- calls -------------------------------------------------------------------------------

    def call_json(
        self,
        host: str,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        json: object = None,
        timeout_s: float | None = None,
        max_bytes: int = LARGEST_ANSWER_BYTES,
    ) -> Any:
        """The JSON value that the host answers with; `json`: the body, none where it is None.

        Raises what HostDirectory raises; UnavailableError (`host_unreachable`); UpstreamError
        (`bad_upstream`, `host_refuses_gateway`); a host's own refusal with its code, sentence and remedy.
        Nothing else of the answer is checked: it comes from another program.
        """
        answer = self._held(host, method, path, params, json, timeout_s, max_bytes)
        return parse_json(host, answer)

    def get_bytes(
        self,
        host: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        timeout_s: float | None = None,
        max_bytes: int = LARGEST_ANSWER_BYTES,
    ) -> HeldAnswer:
        """A good answer of any type, whole. Raises as `call_json`."""
        return self._held(host, "GET", path, params, None, timeout_s, max_bytes)

    def stream(
        self,
        host: str,
        method: str,
        path: str,
        *,
        params: Mapping[str, str] | None = None,
        headers: Headers | None = None,
    ) -> HostStream:
        """An answer of any status as it comes; to be closed. `headers`: further ones of the request.

        Raises as `call_json` before the answer begins; statuses are the caller's to judge.
        """
        known, is_usual = self._admitted(host)
        timeouts = self._timeouts(self._limits.answer_s, is_usual=is_usual)
        extra = {"Accept-Encoding": "identity", **(headers or {})}
        stream = self._ask(known, method, path, params, b"", extra, timeouts)
        # From here on it is a player's to say how long it takes; only silence has a limit.
        timeouts["read"] = self._limits.stall_s
        return stream

    def fan_out(
        self, calls: Mapping[Key, HostCall[Answer]], deadline_s: float
    ) -> dict[Key, Answer | ColdframeError]:
        """Ask many hosts at once; what each came to, after `deadline_s` at most.

        See `FanOut` for what bounds it. `client.fan_out({"lab-1": HostCall("lab-1", lambda left_s:
        client.call_json("lab-1", "GET", "/api/host/devices", timeout_s=left_s))}, 3.0)`
        """
        return self._fan_out.gather(calls, deadline_s)

    def front_target(self, host: str) -> FrontTarget:
        """Where a front server fetches from; the name is resolved and checked now. Raises as `stream`."""
        known, is_usual = self._admitted(host)
        limit = Moment(self._monotonic() + (self._limits.connect_s if is_usual else _SHORT_CONNECT_S))
        try:
            found = self._network.addresses(known.destination.encode(), known.url.port, limit)
        except (httpcore.ConnectError, httpcore.ConnectTimeout, OutsideNetworksError) as error:
            raise self._failed(host, error) from None
        if not found:
            raise unreachable(host, "its name has no address")
        url = known.url
        return FrontTarget(url.scheme, found[0], url.port, url.name, url.netloc, known.secret)

    # -- inside ------------------------------------------------------------------------------

    def _held(
        self,
        host: str,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        json: object,
        timeout_s: float | None,
        max_bytes: int,
    ) -> HeldAnswer:
        known, is_usual = self._admitted(host)
        given_s = self._limits.answer_s if timeout_s is None else timeout_s
        timeouts = self._timeouts(given_s, is_usual=is_usual)
        headers = {"Accept-Encoding": "gzip"}
        body = b""
        if json is not None:
            body = json_text.dumps(json).encode()
            headers["Content-Type"] = "application/json"
        with self._ask(known, method, path, params, body, headers, timeouts) as stream:
            if stream.status >= 400:
                raise refusal(host, stream.held(LARGEST_ERROR_BYTES))
            if not 200 <= stream.status < 300:
                raise nonsense(host, f"status {stream.status}")
            return stream.held(max_bytes)

    def _admitted(self, host: str) -> tuple[KnownHost, bool]:
        """The host, and whether it is worth the usual patience."""
        known = self._find(host)
        return known, self._memory.admit(host) and not known.is_silent

    def _timeouts(self, answer_s: float, *, is_usual: bool) -> dict[str, float]:
        """For httpcore; all of them are moments."""
        now_s = self._monotonic()
        answer_s = answer_s if is_usual else min(answer_s, _SHORT_ANSWER_S)
        connect_s = min(answer_s, self._limits.connect_s if is_usual else _SHORT_CONNECT_S)
        answer = Moment(now_s + answer_s)
        return {"connect": Moment(now_s + connect_s), "read": answer, "write": answer, "pool": connect_s}

    def _ask(
        self,
        known: KnownHost,
        method: str,
        path: str,
        params: Mapping[str, str] | None,
        body: bytes,
        headers: Headers,
        timeouts: dict[str, float],
    ) -> HostStream:
        if method not in _METHODS or not is_host_path(path):
            raise NotFoundError(
                "Hosts have nothing at this address.", remedy="/docs lists the addresses that exist."
            )
        request = host_request(known, method, path, params, body, headers, timeouts)
        begun_s = self._monotonic()
        answer_by_s = timeouts["read"]
        try:
            with self._crowd.waiting(known.name):
                response = self._sent(request, method, answer_by_s)
        except (
            httpcore.TimeoutException,
            httpcore.NetworkError,
            httpcore.ProtocolError,
            OutsideNetworksError,
            NotProvenError,
        ) as error:
            had_enough = answer_by_s - begun_s >= _ENOUGH_S
            raise self._failed(known.name, error, counts=had_enough) from None
        self._memory.answered(known.name)
        if has_two_lengths(response):
            response.close()
            raise nonsense(known.name, "it says in two ways how long it is")
        return HostStream(known.name, response, self._check_of(known.name, timeouts))

    def _sent(self, request: httpcore.Request, method: str, answer_by_s: float) -> httpcore.Response:
        """The answer's head. A connection that the host closed while it was idle is no failure of its."""
        try:
            return self._pool.handle_request(request)
        except (httpcore.ReadError, httpcore.WriteError, httpcore.RemoteProtocolError) as error:
            closed = not isinstance(error, httpcore.RemoteProtocolError) or is_disconnect(error)
            if method not in _ASKED_AGAIN or not closed or self._monotonic() >= answer_by_s:
                raise
        return self._pool.handle_request(request)

    def _check_of(self, host: str, timeouts: Mapping[str, float]) -> Callable[[], None]:
        def check() -> None:
            limit = timeouts["read"]
            if isinstance(limit, Moment) and self._monotonic() > limit:
                self._memory.failed(host)
                raise unreachable(host, "its answer took too long")

        return check

    def _failed(self, host: str, error: Exception, *, counts: bool = True) -> ColdframeError:
        is_ours = isinstance(error, httpcore.PoolTimeout)
        if not is_ours and (counts or not isinstance(error, httpcore.TimeoutException)):
            self._memory.failed(host)
        return failure_of(host, error)
