"""The gateway's API as the demo and the tests use it: log in, make a token, ask for hosts and devices."""

from collections.abc import Sequence
from types import TracebackType
from typing import Any, Self

import httpx

from shared.errors import UnavailableError

LOOPBACK = "127.0.0.0/8"
REQUEST_TIMEOUT_S = 10.0
_PAGE_SIZE = 100


class GatewayApi:
    """One login. `http` carries its bearer token; it is used for anything that has no method here.

    Every method raises UnavailableError where the gateway does not answer, or not with success.
    """

    def __init__(self, url: str, username: str, password: str) -> None:
        self.url = url
        self.http = httpx.Client(base_url=url, timeout=REQUEST_TIMEOUT_S)
        self._login = {"username": username, "password": password}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def close(self) -> None:
        self.http.close()

    def log_in(self) -> None:
        """Get an access token, and use it from now on."""
        token = _data(self._send("POST", "/api/v1/auth/login", json=self._login))["accessToken"]
        self.http.headers["Authorization"] = f"Bearer {token}"

    def enrolment_token(
        self, host: str, *, networks: Sequence[str] = (LOOPBACK,), replaces: bool = False
    ) -> str:
        """Make a token for the host of that name; `replaces`: also where there is one already."""
        asked = {"host_name": host, "networks": list(networks), "replaces_host": replaces}
        return str(_data(self._send("POST", "/api/v1/hosts/enrolment-tokens", json=asked))["token"])

    def withdraw_open_tokens(self) -> None:
        """Withdraw every enrolment token that no host has used."""
        for token in self._list("/api/v1/hosts/enrolment-tokens"):
            if token["used_at"] is None:
                _data(self._send("DELETE", f"/api/v1/hosts/enrolment-tokens/{token['id']}"))

    def hosts(self) -> list[dict[str, Any]]:
        return self._list("/api/v1/hosts")

    def devices(self) -> list[dict[str, Any]]:
        return self._list("/api/v1/devices")

    def _list(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        page = 1
        while True:
            query = {"page": page, "page_size": _PAGE_SIZE}
            answer = self._send("GET", path, params=query)
            if answer.status_code == 401:  # the access token is good for minutes only
                self.log_in()
                answer = self._send("GET", path, params=query)
            found += _data(answer)
            if page >= answer.json()["meta"]["totalPages"]:
                return found
            page += 1

    def _send(self, method: str, path: str, **more: Any) -> httpx.Response:
        try:
            return self.http.request(method, path, **more)
        except httpx.HTTPError as error:
            raise UnavailableError(
                f"The gateway does not answer {method} {path}: {error}.", remedy="Look at its logs."
            ) from None


def _data(answer: httpx.Response) -> Any:
    if not answer.is_success:
        raise UnavailableError(
            f"{answer.request.method} {answer.url} was answered with {answer.status_code}:"
            f" {answer.text[:500]}",
            remedy="Look at the gateway's logs.",
        )
    return answer.json()["data"]
