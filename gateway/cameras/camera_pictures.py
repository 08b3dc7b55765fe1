"""Gets a picture of a camera: from its host's newest frame, else from its stream."""

from collections.abc import Callable
from datetime import UTC, datetime

from gateway.cameras.asked_host import AskedHost, HostCaller
from gateway.cameras.camera import Camera
from gateway.cameras.credentials import Credentials
from gateway.cameras.snapshot import THUMBNAIL_WIDTH, TakenPicture
from gateway.hosts.host_client_answer import nonsense
from shared.clock import Clock
from shared.errors import ColdframeError, NotFoundError, UnavailableError, UpstreamError
from shared.ffmpeg.camera_places import CameraPlaces
from shared.ffmpeg.picture_grab import GrabbedPicture
from shared.ffmpeg.smaller_picture import smaller_picture
from shared.ffmpeg.stream_address import StreamAddress
from shared.ffmpeg.stream_probe_failure import OK
from shared.http.fields import parse_time

LARGEST_PICTURE_BYTES = 16 * 1024 * 1024
_JPEG_BEGIN = b"\xff\xd8\xff"

# (address, timeout in seconds, width of the thumbnail or None) → the picture, taken by this machine
Grab = Callable[[StreamAddress, float, int | None], GrabbedPicture]


class CameraPictures:
    """Safe to be used by many threads."""

    def __init__(
        self,
        caller: HostCaller,
        credentials: Credentials,
        grab: Grab,
        places: CameraPlaces,
        clock: Clock,
    ) -> None:
        self._caller = caller
        self._hosts = AskedHost(caller)
        self._credentials = credentials
        self._grab = grab
        self._places = places
        self._clock = clock

    def take(self, camera: Camera, *, timeout_s: float, with_thumbnail: bool) -> TakenPicture:
        """A picture of now.

        Raises UpstreamError (`camera_refused`, `camera_unauthorised`, …; `camera_timeout` is a 504) where
        the camera gives none, UnavailableError where its host cannot be asked or too many are being tried,
        SettingsError.
        """
        width = THUMBNAIL_WIDTH if with_thumbnail else None
        with self._places.taken():
            recorded = self._newest_frame(camera, timeout_s, width)
            return recorded if recorded is not None else self._from_stream(camera, timeout_s, width)

    def _newest_frame(self, camera: Camera, timeout_s: float, width: int | None) -> TakenPicture | None:
        """What the host has without a second connection to the camera; None where it has none of now."""
        if camera.host is None or camera.device_name is None:
            return None
        path = f"/api/host/screenshot/{camera.device_name}"
        try:
            answer = self._caller.get_bytes(
                camera.host, path, timeout_s=timeout_s, max_bytes=LARGEST_PICTURE_BYTES
            )
        except (NotFoundError, UnavailableError) as error:
            # Of a device that the host's own settings name, no more is known than the host says.
            if camera.managed_by == "host" or error.code == "unknown_host" or error.code.startswith("host_"):
                raise
            return None
        if not answer.body.startswith(_JPEG_BEGIN):
            raise nonsense(camera.host, "a picture that is none")
        thumbnail = b"" if width is None else smaller_picture(answer.body, width)
        taken_at = self._time_of(answer.headers.get("x-frame-time", ""))
        return TakenPicture(answer.body, thumbnail, taken_at, "host")

    def _from_stream(self, camera: Camera, timeout_s: float, width: int | None) -> TakenPicture:
        address = self._credentials.stream_address(camera)
        if camera.host is None:
            found = self._grab(address, timeout_s, width)
        else:
            found = self._hosts.picture(camera.host, address, timeout_s, width)
        if found.code != OK:
            raise no_picture(camera, found)
        return TakenPicture(found.jpeg, found.thumbnail, self._clock.now(), "stream", found.latency_ms)

    def _time_of(self, told: str) -> datetime:
        try:
            return parse_time(told)
        except ValueError:
            return self._clock.now().astimezone(UTC)


def no_picture(camera: Camera, found: GrabbedPicture) -> ColdframeError:
    """Why a camera gives no picture. The code is the probe's with `camera_` before it: another one's
    `unauthorised` would have a browser sign out."""
    sentence, colon, remedy = found.message.rpartition(": ")
    return UpstreamError(
        f"There is no picture of {camera.name}: {sentence if colon else found.message.removesuffix('.')}.",
        code=f"camera_{found.code}",
        remedy=f"{remedy[:1].upper()}{remedy[1:]}" if colon else "Test the connection to the camera.",
        details={"camera_id": camera.id},
    )
