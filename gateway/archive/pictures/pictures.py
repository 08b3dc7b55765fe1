"""Pictures of a device and what is known of them, fetched from its host."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.archive.pictures.host_answers import captures_of, heatmap_of, thumbnails_of
from gateway.catalogue.device import Scope
from gateway.hosts.host_client import HostClient
from gateway.hosts.host_client_answer import nonsense
from shared.errors import BadRequestError
from shared.spans import Span, iso_ms

LARGEST_PICTURE_BYTES = 16 * 1024 * 1024
LARGEST_FACTS_BYTES = 16 * 1024 * 1024
_JPEG_BEGIN = b"\xff\xd8\xff"
_PASSED = ("last-modified", "x-frame-time", "x-frame-age", "x-frame-source")
_LONGEST_HEADER = 100
# Letters, digits and what an hour is written with; which hours there are, the host says.
_LONGEST_HOUR = 13

# Raises NotFoundError for a device that is not there or not in the scope: host, device, scope.
CheckDevice = Callable[[str, str, Scope], object]


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG. `headers`: when it was taken, and how old it is."""

    jpeg: bytes
    headers: dict[str, str]


class Pictures:
    """Asks hosts for pictures. All of it raises NotFoundError for what is not in `scope`, and what
    `HostClient.call_json` raises."""

    def __init__(self, client: HostClient, check_device: CheckDevice) -> None:
        self._client = client
        self._check_device = check_device

    def screenshot(self, host: str, device: str, scope: Scope, *, max_age_s: float | None) -> Picture:
        """The newest capture."""
        params = {} if max_age_s is None else {"max_age": f"{max_age_s:f}"}
        return self._picture(host, device, scope, "screenshot", params)

    def frame(self, host: str, device: str, scope: Scope, *, at: str) -> Picture:
        """The picture nearest to a time (ISO 8601)."""
        return self._picture(host, device, scope, "frame", {"at": at})

    def thumbnails(
        self, host: str, device: str, scope: Scope, hour: str, *, every_s: int | None
    ) -> dict[str, Any]:
        """An hour's thumbnails, with the gateway's addresses."""
        params = {} if every_s is None else {"every": str(every_s)}
        told = self._facts(host, device, scope, f"thumbnails/{device}/{_checked_hour(hour)}", params)
        return thumbnails_of(host, device, told)

    def metadata(self, host: str, device: str, scope: Scope, hour: str) -> list[dict[str, Any]]:
        """What is known of each capture of an hour."""
        told = self._facts(host, device, scope, f"metadata/{device}/{_checked_hour(hour)}", {})
        return captures_of(host, told)

    def heatmap(self, host: str, device: str, scope: Scope, span: Span) -> dict[str, Any]:
        """Minutes and mosaics, with the gateway's addresses."""
        params = {"from": iso_ms(span.start), "to": iso_ms(span.end)}
        told = self._facts(host, device, scope, f"heatmap/{device}", params)
        return {"host": host, "device": device, **heatmap_of(host, device, told)}

    def _picture(self, host: str, device: str, scope: Scope, what: str, params: Mapping[str, str]) -> Picture:
        self._check_device(host, device, scope)
        answer = self._client.get_bytes(
            host, f"/api/host/{what}/{device}", params=params, max_bytes=LARGEST_PICTURE_BYTES
        )
        if not answer.body.startswith(_JPEG_BEGIN):
            raise nonsense(host, "a picture that is none")
        headers = {
            name: answer.headers[name]
            for name in _PASSED
            if name in answer.headers and _is_plain(answer.headers[name])
        }
        return Picture(answer.body, headers)

    def _facts(self, host: str, device: str, scope: Scope, path: str, params: Mapping[str, str]) -> Any:
        self._check_device(host, device, scope)
        return self._client.call_json(
            host, "GET", f"/api/host/{path}", params=params, max_bytes=LARGEST_FACTS_BYTES
        )


def _checked_hour(hour: str) -> str:
    if len(hour) <= _LONGEST_HOUR and hour.isascii() and hour.replace("-", "").isalnum() and hour[0] != "-":
        return hour
    raise BadRequestError(
        f"{hour[:40]!r} is no hour.",
        remedy="Name an hour of UTC as 0 to 23, the last such hour, or as 2026-11-21T14.",
    )


def _is_plain(value: str) -> bool:
    return len(value) <= _LONGEST_HEADER and value.isascii() and value.isprintable()
