"""Exports of a device's footage, made by its host."""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from gateway.archive.clips.host_answers import ToldClip, clip_of
from gateway.catalogue.device import Scope
from gateway.hosts.host_client import HostClient
from gateway.hosts.host_client_answer import nonsense
from gateway.hosts.media.carrier import Carried, MediaCarrier, Wanted
from shared.errors import ConflictError, NotFoundError
from shared.spans import Span, iso_ms

LARGEST_CLIP_FACTS_BYTES = 4 * 1024 * 1024
_CLIPS = "/api/host/clips"
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

# Raises NotFoundError for a device that is not there or not in the scope: host, device, scope.
CheckDevice = Callable[[str, str, Scope], object]


@dataclass(frozen=True, slots=True)
class DeviceOf:
    """Whose clips, for whom."""

    host: str
    device: str
    scope: Scope


@dataclass(frozen=True, slots=True)
class ClipOrder:
    """What a clip shall be made of."""

    span: Span
    format: str
    exact: bool


class Clips:
    """Asks hosts for clips. All of it raises NotFoundError for what is not in the scope, and what
    `HostClient.call_json` raises. A clip of another device of the same host is as good as not there."""

    def __init__(self, client: HostClient, carrier: MediaCarrier, check_device: CheckDevice) -> None:
        self._client = client
        self._carrier = carrier
        self._check_device = check_device

    def create(self, of: DeviceOf, order: ClipOrder) -> dict[str, Any]:
        """Have one made; returns it as it is now."""
        self._check(of)
        wanted = {
            "device": of.device,
            "from": iso_ms(order.span.start),
            "to": iso_ms(order.span.end),
            "format": order.format,
            **({"exact": True} if order.exact else {}),
        }
        told = self._client.call_json(
            of.host, "POST", _CLIPS, json=wanted, max_bytes=LARGEST_CLIP_FACTS_BYTES
        )
        clip = clip_of(of.host, told)
        if clip.device != of.device or not _ID.fullmatch(clip.id):
            raise nonsense(of.host, "a clip of another device")
        return _shown(of, clip)

    def get(self, of: DeviceOf, clip_id: str) -> dict[str, Any]:
        """A clip as it is now."""
        return _shown(of, self._clip(of, clip_id))

    def delete(self, of: DeviceOf, clip_id: str) -> dict[str, Any]:
        """Remove a clip; one that is being made is cancelled. Returns what it was."""
        self._clip(of, clip_id)
        told = self._client.call_json(
            of.host, "DELETE", f"{_CLIPS}/{clip_id}", max_bytes=LARGEST_CLIP_FACTS_BYTES
        )
        return _shown(of, clip_of(of.host, told))

    def file(self, of: DeviceOf, clip_id: str, method: str, headers: Mapping[str, str]) -> Carried:
        """The file of a finished clip. `headers`: those of the request that pass to the host.

        Raises ConflictError (`clip_not_done`), and what `MediaCarrier.carry` raises.
        """
        clip = self._clip(of, clip_id)
        if clip.file_name is None:
            raise ConflictError(
                f"The clip is not done: {clip.message or clip.state}",
                code="clip_not_done",
                remedy="Ask for the clip until its state is done.",
            )
        carried = self._carrier.carry(Wanted(of.host, f"{_CLIPS}/{clip_id}/file", method, headers=headers))
        if carried.location is not None:
            raise nonsense(of.host, "a way to somewhere else")
        disposition = f'attachment; filename="{_exported_name(of, clip.file_name)}"'
        return Carried(
            carried.status, {**carried.headers, "Content-Disposition": disposition}, carried.pieces
        )

    def _check(self, of: DeviceOf) -> None:
        self._check_device(of.host, of.device, of.scope)

    def _clip(self, of: DeviceOf, clip_id: str) -> ToldClip:
        self._check(of)
        if not _ID.fullmatch(clip_id):
            raise _unknown(clip_id)
        try:
            told = self._client.call_json(
                of.host, "GET", f"{_CLIPS}/{clip_id}", max_bytes=LARGEST_CLIP_FACTS_BYTES
            )
        except NotFoundError:
            # In the same words as for another device's: nobody learns which there are.
            raise _unknown(clip_id) from None
        clip = clip_of(of.host, told)
        if clip.device != of.device:
            raise _unknown(clip_id)
        return clip


def clip_address(of: DeviceOf, clip_id: str) -> str:
    """Where a clip is asked for."""
    return f"/api/v1/devices/{of.host}/{of.device}/clips/{clip_id}"


def _shown(of: DeviceOf, clip: ToldClip) -> dict[str, Any]:
    """The clip as the gateway's callers see it: with its host, and the gateway's addresses and names."""
    name = clip.file_name
    return {
        **clip.model_dump(by_alias=True),
        "host": of.host,
        "file_name": None if name is None else _exported_name(of, name),
        "file": None if name is None else f"{clip_address(of, clip.id)}/file",
    }


def _exported_name(of: DeviceOf, name: str) -> str:
    """Files from many hosts come together in one folder: `lab-1_street_2026-11-21T14-02-03Z.mp4`."""
    return f"{of.host}_{name}"


def _unknown(clip_id: str) -> NotFoundError:
    return NotFoundError(
        f"There is no clip {clip_id[:64]!r}.",
        remedy="It may have expired; make it again.",
        code="unknown_clip",
    )
