"""Calls a model's server over HTTP: nothing that answers there can keep, fill or mislead this process."""

from collections.abc import Mapping, Sequence
from urllib.parse import urlsplit

import httpcore

from host_agent.captioner.model_failure import (
    ModelBusyError,
    ModelError,
    ModelKeyRefusedError,
    ModelNonsenseError,
    ModelRefusedError,
    ModelUnreachableError,
)
from host_agent.captioner.model_network import ModelNetwork, NotAllowedError, trusted_here
from host_agent.fleet.request_deadline import RequestDeadline
from shared.ffmpeg.address_lookup import Resolve, resolve

CONNECT_WITHIN_S = 5.0
LARGEST_ANSWER_BYTES = 1 << 20
_KEPT_IDLE_S = 4.0
_LONGEST_PATIENCE_S = 600.0
_PROBLEMS_OF_NETWORKS = (
    httpcore.NetworkError,
    httpcore.ProtocolError,
    httpcore.TimeoutException,
    httpcore.UnsupportedProtocol,
    httpcore.ProxyError,
    OSError,
)


class ModelClient:
    """One connection to the server below `base_url`. For one thread at a time.

    Follows no redirect (the key and the picture are for one address), reads no proxy from the environment,
    takes no more than 1 MiB, and comes back within `answer_within_s`. Raises ModelError.
    """

    def __init__(
        self,
        base_url: str,
        key: str,
        networks: Sequence[str] = (),
        *,
        answer_within_s: float,
        resolve_name: Resolve = resolve,
    ) -> None:
        self._base_url = base_url
        self._headers = [(b"Accept", b"application/json"), (b"Accept-Encoding", b"identity")]
        if key:
            self._headers.append((b"Authorization", f"Bearer {key}".encode()))
        self._answer_within_s = answer_within_s
        self._deadline = RequestDeadline(answer_within_s)
        self._pool = httpcore.ConnectionPool(
            ssl_context=trusted_here(),
            max_connections=1,
            keepalive_expiry=_KEPT_IDLE_S,
            network_backend=ModelNetwork(networks, resolve_name),
        )

    def post(self, path: str, body: bytes) -> bytes:
        """The body of what is answered to a question."""
        return self._call("POST", path, body)

    def get(self, path: str) -> bytes:
        """The same of what is only looked at."""
        return self._call("GET", path, b"")

    def close(self) -> None:
        """Give the connection back."""
        self._pool.close()

    def _call(self, method: str, path: str, body: bytes) -> bytes:
        try:
            with self._deadline:
                status, headers, answer = self._exchange(method, path, body)
        except NotAllowedError as error:
            raise ModelRefusedError(
                f"{self._shown} may not be asked: {error}",
                code="model_not_allowed",
                remedy="Correct [captions] base_url or allowed_networks.",
            ) from None
        except _PROBLEMS_OF_NETWORKS as error:
            raise self._unreachable(error) from None
        return self._judged(status, headers, answer)

    def _exchange(self, method: str, path: str, body: bytes) -> tuple[int, Mapping[bytes, bytes], bytes]:
        headers = [(b"Host", urlsplit(self._base_url).netloc.encode()), *self._headers]
        if body:
            headers += [(b"Content-Type", b"application/json"), (b"Content-Length", str(len(body)).encode())]
        request = httpcore.Request(
            method,
            self._base_url + path,
            headers=headers,
            content=body or None,
            extensions={
                "timeout": {
                    "connect": min(CONNECT_WITHIN_S, self._answer_within_s),
                    "read": self._answer_within_s,
                    "write": self._answer_within_s,
                    "pool": self._answer_within_s,
                },
                "trace": self._deadline.trace,
            },
        )
        response = self._pool.handle_request(request)
        try:
            read = bytearray()
            for chunk in response.iter_stream():
                read += chunk
                if len(read) > LARGEST_ANSWER_BYTES:
                    raise ModelNonsenseError(
                        f"{self._shown} answers with more than {LARGEST_ANSWER_BYTES >> 20} MiB.",
                        remedy="Check that [captions] base_url is an OpenAI-compatible server's.",
                    )
            return response.status, {name.lower(): value for name, value in response.headers}, bytes(read)
        finally:
            response.close()

    def _judged(self, status: int, headers: Mapping[bytes, bytes], answer: bytes) -> bytes:
        if 200 <= status < 300:
            return answer
        if status in (401, 403):
            raise ModelKeyRefusedError(
                f"{self._shown} does not accept the key (status {status}).",
                remedy="Correct [captions] key (or embeddings_key), and reload the agent (SIGHUP).",
            )
        if status == 429 or (status == 503 and b"retry-after" in headers):
            raise ModelBusyError(
                f"{self._shown} is asked too much (status {status}).",
                remedy="Raise [captions] every_s, or lower at_once.",
                retry_after_s=_seconds(headers.get(b"retry-after", b"")),
            )
        if status >= 500:
            raise ModelUnreachableError(
                f"{self._shown} is not well (status {status}).", remedy="See the log of the model's server."
            )
        if 300 <= status < 400:
            raise ModelRefusedError(
                f"{self._shown} sends this agent somewhere else (status {status}).",
                remedy="Set [captions] base_url to the address where the server itself is.",
            )
        raise ModelRefusedError(
            f"{self._shown} refuses the question (status {status}).",
            remedy="Check [captions] base_url and model: the server may not have that model, or not one that"
            " takes pictures.",
        )

    def _unreachable(self, error: Exception) -> ModelError:
        if self._deadline.has_passed or isinstance(error, httpcore.TimeoutException | TimeoutError):
            within_s = (
                CONNECT_WITHIN_S if isinstance(error, httpcore.ConnectTimeout) else self._answer_within_s
            )
            why = f"no whole answer within {within_s:g} s"
        else:
            why = str(error)[:200] or type(error).__name__
        return ModelUnreachableError(
            f"{self._shown} cannot be reached: {why}.",
            remedy="Check that the model's server runs, [captions] base_url and timeout_s.",
        )

    @property
    def _shown(self) -> str:
        parts = urlsplit(self._base_url)
        return f"{parts.scheme}://{parts.netloc}"


def _seconds(text: bytes) -> float:
    """What Retry-After says in seconds (RFC 9110, 10.2.3); a date and nonsense are taken for a minute."""
    if not text:
        return 0.0
    if text.isdigit() and len(text) < 10:
        return min(_LONGEST_PATIENCE_S, float(text))
    return 60.0
