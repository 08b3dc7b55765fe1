"""From an event to its picture and the player: which device recorded it, and its addresses. Plain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote

from shared.spans import iso_ms


@dataclass(frozen=True, slots=True)
class Recorder:
    """A device of a host that a camera is, or was. `until` None: its host reports it still."""

    host: str
    device: str
    since: datetime
    until: datetime | None

    @property
    def full_name(self) -> str:
        return f"{self.host}/{self.device}"


@dataclass(frozen=True, slots=True)
class EventCamera:
    """What the catalogue knows of a camera. `camera_id`: its external id. `recorders`: in any order.
    `host`, `device`: where it is to be recorded now, None: nowhere."""

    camera_id: str
    name: str
    group_id: str | None
    group: str | None
    recorders: Sequence[Recorder] = ()
    host: str | None = None
    device: str | None = None


def device_at(camera: EventCamera, moment: datetime) -> tuple[str, str] | None:
    """The host and the device that recorded a camera at `moment` (aware).

    Of those that were reported then, the one that was so last: a camera that comes back to a host finds
    its old device there. Where none was, the device that it is now: a host may have footage of before it
    was known here.
    """
    then = [
        recorder
        for recorder in camera.recorders
        if recorder.since <= moment and (recorder.until is None or moment < recorder.until)
    ]
    if then:
        latest = max(then, key=lambda recorder: (recorder.since, recorder.full_name))
        return latest.host, latest.device
    if camera.host is not None and camera.device is not None:
        return camera.host, camera.device
    return None


def only_device(camera: EventCamera) -> tuple[str, str] | None:
    """What `device_at` says whatever the moment; None where that differs, or is none."""
    known = {(recorder.host, recorder.device) for recorder in camera.recorders}
    if camera.host is None or camera.device is None or not known <= {(camera.host, camera.device)}:
        return None
    return camera.host, camera.device


def picture_address(device: tuple[str, str], at: datetime) -> str:
    """The gateway's picture of a device at a moment."""
    return f"/api/v1/devices/{_below(device)}/frame?at={quote(iso_ms(at), safe='')}"


def player_address(device: tuple[str, str], at: datetime) -> str:
    """The page that plays a device from a moment on."""
    whole = at.astimezone(UTC)
    shown = iso_ms(whole).replace(".000Z", "Z")
    return f"/devices/{_below(device)}?t={shown}"


def _below(device: tuple[str, str]) -> str:
    host, name = device
    return f"{quote(host, safe='')}/{quote(name, safe='')}"
