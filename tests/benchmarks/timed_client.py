"""An HTTP client that times what it gets."""

import http.client
import time
from collections.abc import Mapping
from dataclasses import dataclass
from urllib.parse import urlencode


@dataclass(frozen=True, slots=True)
class TimedAnswer:
    """`took_ms`: from before the request is sent until the last byte is here."""

    took_ms: float
    status: int
    body: bytes


class TimedClient:
    """One kept connection to an agent or a gateway; `headers` go with every request."""

    def __init__(self, port: int, headers: Mapping[str, str] | None = None) -> None:
        self._headers = dict(headers or {})
        self._connection = http.client.HTTPConnection("127.0.0.1", port, timeout=60)

    def get(self, path: str, **query: str) -> TimedAnswer:
        """Raises OSError or http.client.HTTPException where there is no answer."""
        target = f"{path}?{urlencode(query)}" if query else path
        before = time.perf_counter()
        self._connection.request("GET", target, headers=self._headers)
        answer = self._connection.getresponse()
        body = answer.read()
        return TimedAnswer((time.perf_counter() - before) * 1000, answer.status, body)

    def good(self, path: str, **query: str) -> TimedAnswer:
        """An answer that must be a 200. Raises RuntimeError with what it was instead."""
        answer = self.get(path, **query)
        if answer.status != 200:
            raise RuntimeError(f"{path}: {answer.status} {answer.body[:300]!r}")
        return answer

    def close(self) -> None:
        self._connection.close()
