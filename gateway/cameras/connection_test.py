"""Tests the connection to a camera, from where it is recorded."""

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Protocol

from gateway.cameras.asked_host import AskedHost, is_of_host
from gateway.cameras.camera import Camera
from gateway.cameras.credentials import Credentials
from gateway.catalogue.device import Scope
from gateway.hosts.host_status import HostStatus
from shared.contracts.heartbeat import DeviceReport
from shared.errors import ColdframeError
from shared.ffmpeg.camera_places import CameraPlaces
from shared.ffmpeg.stream_address import StreamAddress
from shared.ffmpeg.stream_probe_failure import OK, StreamProbe

GATEWAY = "gateway"

# (address, timeout in seconds) → what it came to
Probe = Callable[[StreamAddress, float], StreamProbe]
# (id or external_id, scope) → the camera. Raises NotFoundError.
FindCamera = Callable[[str, Scope], Camera]


class Reports(Protocol):
    """What hosts reported last: `FleetReports`."""

    def reports(self, names: Collection[str] | None = None) -> Mapping[str, HostStatus]: ...


@dataclass(frozen=True, slots=True)
class ConnectionTest:
    """What a test came to. `code`: ok, or why not. `message`: a sentence; where it failed, with what to do.

    `tested_by`: "gateway", or the name of the host that tested, or whose report answers for it.
    """

    success: bool
    camera_id: str
    message: str
    latency_ms: int | None
    resolution: str | None
    fps: float | None
    codec: str | None
    code: str
    tested_by: str


class ConnectionTests:
    """`probe`: from this machine. Safe to be used by many threads."""

    def __init__(
        self,
        find: FindCamera,
        credentials: Credentials,
        hosts: AskedHost,
        reports: Reports,
        probe: Probe,
        places: CameraPlaces,
    ) -> None:
        self._find = find
        self._credentials = credentials
        self._hosts = hosts
        self._reports = reports
        self._probe = probe
        self._places = places

    def test(
        self, which: str, scope: Scope, *, timeout_s: float, check_credentials: bool = True
    ) -> tuple[Camera, ConnectionTest]:
        """Try the camera: on its host where it has one, else from here. Without `check_credentials` without
        its login.

        Raises NotFoundError, UnavailableError where too many are being tried, SettingsError. A camera, or a
        host, that does not answer is a result.
        """
        camera = self._find(which, scope)
        if camera.managed_by == "host":
            return camera, self._as_reported(camera)
        address = self._credentials.stream_address(camera, with_login=check_credentials)
        with self._places.taken():
            return camera, self._tested(camera, address, timeout_s)

    def _tested(self, camera: Camera, address: StreamAddress, timeout_s: float) -> ConnectionTest:
        if camera.host is None:
            return probed(camera, self._probe(address, timeout_s), GATEWAY)
        try:
            return probed(camera, self._hosts.probe(camera.host, address, timeout_s), camera.host)
        except ColdframeError as error:
            if not is_of_host(error):
                raise
            return probed(camera, StreamProbe(error.code, str(error)), camera.host)

    def _as_reported(self, camera: Camera) -> ConnectionTest:
        """Its host has it open and says how it is; most capture devices cannot be opened twice."""
        host = camera.host or ""
        status = self._reports.reports([host]).get(host) if host else None
        return reported(camera, status)


def probed(camera: Camera, found: StreamProbe, tested_by: str) -> ConnectionTest:
    """A probe, for people."""
    return ConnectionTest(
        success=found.is_ok,
        camera_id=camera.id,
        message=f"Successfully connected to {camera.name}" if found.is_ok else found.message,
        latency_ms=found.latency_ms,
        resolution=found.resolution,
        fps=found.fps,
        codec=found.codec,
        code=found.code,
        tested_by=tested_by,
    )


def reported(camera: Camera, status: HostStatus | None) -> ConnectionTest:
    """What the last report of its host says of the camera. `status`: None where there is no such host."""
    device = None if status is None else status.devices.get(camera.device_name or "")
    host = camera.host or GATEWAY
    if status is None or status.is_silent:
        why = f"Host {host} has not reported for a while, so nothing is known of its cameras: check the host."
        return probed(camera, StreamProbe("host_unreachable", why), host)
    if device is None:
        why = f"Host {host} does not record this camera any more: its settings there were removed."
        return probed(camera, StreamProbe("not_recorded", why), host)
    return probed(camera, _probe_of(device), host)


def _probe_of(device: DeviceReport) -> StreamProbe:
    if device.state != "live":
        return StreamProbe(device.code or device.state, device.sentence or f"It is {device.state}.")
    return StreamProbe(OK, "", None, device.width, device.height, device.fps, device.codec)
