"""Calls the gateway over HTTP: nothing that answers there can keep, fill or mislead this process."""

import gzip
import socket
import ssl
from typing import TypeVar
from urllib.parse import urlsplit

import httpx
from pydantic import BaseModel

from host_agent.fleet.assignment_answer import ReadAnswer
from host_agent.fleet.gateway_answer import (
    GatewayNonsenseError,
    GatewayUnreachableError,
    read_answer,
)
from host_agent.fleet.request_deadline import RequestDeadline
from shared.contracts.captions import CaptionReports, CaptionsTaken
from shared.contracts.enrolment import EnrolmentAnswer, EnrolmentRequest
from shared.contracts.heartbeat import Heartbeat

CONNECT_WITHIN_S = 5.0
ANSWER_WITHIN_S = 15.0
LARGEST_ANSWER_BYTES = 1 << 20
COMPRESS_FROM_BYTES = 1024
# Shorter than a server keeps an idle connection: a request on one that is being closed fails.
_IDLE_S = 12.0
_Answer = TypeVar("_Answer", bound=BaseModel)


class GatewayClient:
    """One connection, kept between reports. For one thread.

    Follows no redirect (the credential is for one address), reads no proxy from the environment, takes
    no more than 1 MiB, and comes back within `answer_within_s`. Raises GatewayUnreachableError,
    GatewayNonsenseError, GatewayRefusedError.
    """

    def __init__(self, *, answer_within_s: float = ANSWER_WITHIN_S) -> None:
        self._answer_within_s = answer_within_s
        self._deadline = RequestDeadline(answer_within_s)
        self._http = httpx.Client(
            timeout=httpx.Timeout(answer_within_s, connect=CONNECT_WITHIN_S),
            limits=httpx.Limits(max_connections=1, keepalive_expiry=_IDLE_S),
            follow_redirects=False,
            trust_env=False,
            verify=trusted_here(),
        )

    def enrol(self, url: str, request: EnrolmentRequest) -> EnrolmentAnswer:
        """Trade a token for a credential; the same request again gets the same answer."""
        return self._post(url, "", request, EnrolmentAnswer)

    def heartbeat(self, url: str, credential: str, report: Heartbeat) -> ReadAnswer:
        """Report."""
        return self._post(url, credential, report, ReadAnswer)

    def captions(self, url: str, credential: str, reports: CaptionReports) -> CaptionsTaken:
        """Send captions; those that the gateway has already are taken again and kept once."""
        return self._post(url, credential, reports, CaptionsTaken)

    def close(self) -> None:
        """Give the connection back."""
        self._http.close()

    def _post(self, url: str, credential: str, message: BaseModel, kind: type[_Answer]) -> _Answer:
        body = message.model_dump_json().encode()
        headers = {"Content-Type": "application/json", "Accept-Encoding": "identity"}
        if credential:
            headers["Authorization"] = f"Bearer {credential}"
        if len(body) > COMPRESS_FROM_BYTES:
            body = gzip.compress(body, compresslevel=5, mtime=0)
            headers["Content-Encoding"] = "gzip"
        try:
            with self._deadline:
                status, answer = self._exchange(url, headers, body)
        except (httpx.HTTPError, httpx.InvalidURL, ValueError) as error:
            raise self._unreachable(url, error) from error
        if 300 <= status < 400:
            raise GatewayNonsenseError(
                f"{_shown(url)} sends this agent somewhere else (status {status}).",
                remedy="Set [gateway] url to the address where the gateway itself is.",
            )
        return read_answer(kind, status, answer)

    def _exchange(self, url: str, headers: dict[str, str], body: bytes) -> tuple[int, bytes]:
        request = self._http.build_request(
            "POST", url, headers=headers, content=body, extensions={"trace": self._deadline.trace}
        )
        response = self._http.send(request, stream=True)
        try:
            read = bytearray()
            for chunk in response.iter_raw():
                read += chunk
                if len(read) > LARGEST_ANSWER_BYTES:
                    raise GatewayNonsenseError(
                        f"{_shown(url)} answers with more than {LARGEST_ANSWER_BYTES >> 20} MiB.",
                        remedy="Check that [gateway] url is a gateway's.",
                    )
            return response.status_code, bytes(read)
        finally:
            response.close()

    def _unreachable(self, url: str, error: Exception) -> GatewayUnreachableError:
        if self._deadline.has_passed or isinstance(error, httpx.TimeoutException):
            within_s = CONNECT_WITHIN_S if isinstance(error, httpx.ConnectTimeout) else self._answer_within_s
            why = f"no whole answer within {within_s:g} s"
        else:
            why = str(error) or type(error).__name__
        return GatewayUnreachableError(
            f"{_shown(url)} cannot be reached: {why}.",
            remedy="Check that the gateway runs, [gateway] url, the name server and the firewall.",
        )


def trusted_here() -> ssl.SSLContext:
    """Trust whom this machine trusts: a site's own authority is in its store, not in a library's."""
    return ssl.create_default_context()


def own_address_towards(url: str) -> str:
    """The address of this machine that packets to `url` leave from; nothing is sent. Raises OSError."""
    parts = urlsplit(url)
    port = parts.port or (443 if parts.scheme == "https" else 80)
    for family, kind, protocol, _name, address in socket.getaddrinfo(
        parts.hostname, port, type=socket.SOCK_DGRAM
    ):
        with socket.socket(family, kind, protocol) as probe:
            probe.connect(address)
            return str(probe.getsockname()[0])
    raise OSError(f"{parts.hostname} has no address")


def _shown(url: str) -> str:
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
