"""What connects to cameras: tests of their connections, and snapshots. Put together."""

from dataclasses import dataclass

from gateway.bootstrap.cameras import CameraRooms
from gateway.bootstrap.hosts import Fleet
from gateway.bootstrap.parts import Parts
from gateway.cameras.asked_host import AskedHost
from gateway.cameras.camera_pictures import CameraPictures
from gateway.cameras.connection_test import ConnectionTests
from gateway.cameras.snapshots import Snapshots
from shared.ffmpeg.camera_places import CameraPlaces
from shared.ffmpeg.picture_grab import GrabbedPicture, grab_picture
from shared.ffmpeg.stream_address import StreamAddress
from shared.ffmpeg.stream_probe import probe_stream
from shared.ffmpeg.stream_probe_failure import StreamProbe

# Of the threads that answer requests, so many are left for everything else for each that asks a camera.
_THREADS_PER_PLACE = 4


@dataclass(frozen=True, slots=True)
class CameraProbes:
    """What the routes stand on."""

    connection_tests: ConnectionTests
    snapshots: Snapshots


def build_camera_probes(parts: Parts, cameras: CameraRooms, fleet: Fleet) -> CameraProbes:
    """Put the room together."""
    settings = parts.settings
    networks = settings.cameras.allowed_networks
    places = CameraPlaces(
        max(1, min(settings.cameras.checks_at_once, settings.web.threads // _THREADS_PER_PLACE))
    )

    def probe(address: StreamAddress, timeout_s: float) -> StreamProbe:
        return probe_stream(address, timeout_s, networks=networks)

    def grab(address: StreamAddress, timeout_s: float, thumbnail_width: int | None) -> GrabbedPicture:
        return grab_picture(address, timeout_s, thumbnail_width=thumbnail_width, networks=networks)

    pictures = CameraPictures(fleet.client, cameras.credentials, grab, places, parts.clock)
    return CameraProbes(
        ConnectionTests(
            cameras.repository.camera,
            cameras.credentials,
            AskedHost(fleet.client),
            fleet.reports,
            probe,
            places,
        ),
        Snapshots(cameras.repository.camera, pictures, cameras.snapshots),
    )
