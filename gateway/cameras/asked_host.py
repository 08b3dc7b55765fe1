"""Has a host try a camera: it may see cameras that the gateway does not."""

import base64
import binascii
from typing import Any, Protocol, TypeVar

from pydantic import BaseModel, ValidationError

from gateway.hosts.host_client_answer import HeldAnswer, nonsense
from shared.contracts.probe import PictureAnswer, ProbeAnswer, ProbeRequest
from shared.errors import ColdframeError, NotFoundError, UnavailableError, UpstreamError
from shared.ffmpeg.picture_grab import GrabbedPicture
from shared.ffmpeg.stream_address import StreamAddress
from shared.ffmpeg.stream_probe_failure import OK, StreamProbe

# On its way, and for ffmpeg to end.
_MORE_THAN_ASKED_S = 4.0
_LARGEST_PICTURE_BYTES = 24 * 1024 * 1024
_JPEG_BEGIN = b"\xff\xd8\xff"
_Told = TypeVar("_Told", bound=BaseModel)


class HostCaller(Protocol):
    """Calls hosts: `HostClient`."""

    def call_json(
        self,
        host: str,
        method: str,
        path: str,
        *,
        json: object = None,
        timeout_s: float | None = None,
        max_bytes: int = ...,
    ) -> Any:
        """The JSON value that the host answers with. Raises ColdframeError."""
        ...

    def get_bytes(
        self, host: str, path: str, *, timeout_s: float | None = None, max_bytes: int = ...
    ) -> HeldAnswer:
        """A good answer of any type, whole. Raises ColdframeError."""
        ...


class AskedHost:
    """All of it raises UnavailableError and UpstreamError where the host cannot be asked; what goes wrong at
    the camera is the answer."""

    def __init__(self, caller: HostCaller) -> None:
        self._caller = caller

    def probe(self, host: str, address: StreamAddress, timeout_s: float) -> StreamProbe:
        """What the host's test of the camera came to."""
        told = self._told(host, "/api/host/probe", _request(address, timeout_s), ProbeAnswer, 64 * 1024)
        return StreamProbe(
            told.code, told.message, told.latency_ms, told.width, told.height, told.fps, told.codec
        )

    def picture(
        self, host: str, address: StreamAddress, timeout_s: float, thumbnail_width: int | None
    ) -> GrabbedPicture:
        """A picture that the host took of the camera now."""
        asked = _request(address, timeout_s, thumbnail_width)
        told = self._told(host, "/api/host/picture", asked, PictureAnswer, _LARGEST_PICTURE_BYTES)
        try:
            jpeg = base64.b64decode(told.jpeg, validate=True)
            thumbnail = base64.b64decode(told.thumbnail, validate=True)
        except binascii.Error:
            raise nonsense(host, "a picture that is none") from None
        if any(part and not part.startswith(_JPEG_BEGIN) for part in (jpeg, thumbnail)):
            raise nonsense(host, "a picture that is none")
        if told.code == OK and not jpeg:
            raise nonsense(host, "a picture that is empty")
        return GrabbedPicture(told.code, told.message, told.latency_ms, jpeg, thumbnail)

    def _told(self, host: str, path: str, asked: ProbeRequest, kind: type[_Told], max_bytes: int) -> _Told:
        try:
            told = self._caller.call_json(
                host,
                "POST",
                path,
                json=asked.model_dump(),
                timeout_s=asked.timeout_s + _MORE_THAN_ASKED_S,
                max_bytes=max_bytes,
            )
        except NotFoundError as error:
            if error.code == "unknown_host":
                raise
            raise UpstreamError(
                f"The agent of host {host} is too old to try cameras.",
                code="host_outdated",
                remedy=f"Update the agent of {host}.",
                details={"host": host},
            ) from None
        try:
            return kind.model_validate(told)
        except ValidationError:
            raise nonsense(host, "a test in a form that is not known here") from None


def is_of_host(error: ColdframeError) -> bool:
    """Whether it says that a host cannot be asked, rather than that it is busy."""
    return isinstance(error, UpstreamError) or (
        isinstance(error, UnavailableError) and error.code.startswith("host_")
    )


def _request(address: StreamAddress, timeout_s: float, thumbnail_width: int | None = None) -> ProbeRequest:
    return ProbeRequest(
        url=address.url,
        username=address.username,
        password=address.password,
        timeout_s=timeout_s,
        thumbnail_width=thumbnail_width,
    )
