"""A camera of the catalogue, which of them somebody asks for, and what is said of one that is not there."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, get_args

from gateway.cameras.camera_address import shown
from gateway.hosts.host_states import HostLimits, HostState, host_state
from shared.contracts.heartbeat import Detection
from shared.errors import NotFoundError

Status = Literal["live", "degraded", "offline", "idle", "error"]
ManagedBy = Literal["gateway", "host"]
SortKey = Literal[
    "name", "external_id", "status", "location", "group", "host", "last_connected", "createdAt", "updatedAt"
]
STATUSES: tuple[Status, ...] = get_args(Status)
MANAGERS: tuple[ManagedBy, ...] = get_args(ManagedBy)
SORT_KEYS: tuple[SortKey, ...] = get_args(SortKey)


@dataclass(frozen=True, slots=True)
class Camera:
    """A camera. `host` records it as `device_name`, or would if it were active; None: nobody does.

    `managed_by`: "host": the settings of that host say how it is recorded; "gateway": this row does.
    `enable_detection`, `detection_sensitivity`: as they are set here; of a host's own device None: as its
    host says. `own_detection`: how that host's settings have it, `detection_in_force`: how it is analysed
    there now; None: not told. `is_reported`: whether its host has it now.
    `address`: without login, but as the camera must be asked; nobody is shown it (`rtsp_url` is for that).
    `heard_at`: when its host reported last. `host_revoked`: whether that host's credential was revoked.
    `latency_ms`: that its last check measured; None where none did.
    `note`: what whoever assigned it should know; filled in for those who are shown the camera.
    """

    id: str
    external_id: str
    name: str
    address: str = field(repr=False)
    username: str | None
    password_encrypted: str | None = field(repr=False)
    preview_address: str | None = field(repr=False)
    resolution: str | None
    fps: int | None
    codec: str | None
    location: str | None
    status: str
    is_active: bool
    enable_detection: bool | None
    detection_sensitivity: float | None
    group_id: str | None
    group: str | None
    host_id: str | None
    host: str | None
    device_name: str | None
    managed_by: str
    last_connected: datetime | None
    checked_at: datetime | None
    problem_code: str | None
    problem: str | None
    failures_in_row: int
    created_at: datetime
    updated_at: datetime
    heard_at: datetime | None = None
    host_revoked: bool = False
    latency_ms: int | None = None
    note: str | None = None
    own_detection: Detection | None = None
    detection_in_force: Detection | None = None
    is_reported: bool = False

    @property
    def rtsp_url(self) -> str:
        """The address for answers, logs and people."""
        return shown(self.address)

    @property
    def preview_url(self) -> str | None:
        """The sub-stream's address for answers, logs and people."""
        return None if self.preview_address is None else shown(self.preview_address)

    @property
    def has_password(self) -> bool:
        return self.password_encrypted is not None

    @property
    def device(self) -> str | None:
        """`lab-1/door`; None where no host is to record it."""
        return None if self.host is None or self.device_name is None else f"{self.host}/{self.device_name}"

    @property
    def is_recorded_by_assignment(self) -> bool:
        """Whether its host is told to record it."""
        return self.managed_by == "gateway" and self.is_active and self.host_id is not None

    @property
    def overrides(self) -> list[str]:
        """What is set here over the settings of the host whose own device it is."""
        set_here = {
            "enable_detection": self.enable_detection,
            "detection_sensitivity": self.detection_sensitivity,
        }
        return [name for name, value in set_here.items() if self.managed_by == "host" and value is not None]

    @property
    def is_analysed(self) -> bool | None:
        """Whether its pictures are to be analysed; None: its host says that, and has not told."""
        if self.enable_detection is None and self.own_detection is not None:
            return self.own_detection.enabled
        return self.enable_detection

    @property
    def sensitivity(self) -> float | None:
        """How small a motion is to count, 0 to 1; None as in `is_analysed`."""
        if self.detection_sensitivity is None and self.own_detection is not None:
            return self.own_detection.sensitivity
        return self.detection_sensitivity

    @property
    def is_deletable(self) -> bool:
        """Whether it may be deleted here: its host's next report would bring its own device back. A revoked
        host's are not heard any more."""
        return self.managed_by != "host" or not self.is_reported or self.host_revoked

    def host_state(self, now: datetime, limits: HostLimits) -> HostState | None:
        """The state of its host; None where it has none."""
        if self.host_id is None:
            return None
        return host_state(self.heard_at, now, limits, is_revoked=self.host_revoked)


@dataclass(frozen=True, slots=True)
class CameraFilter:
    """Which cameras are listed and in which order. `host`: a name. `search`: in names, ids, places, the
    hosts of addresses, groups, hosts and devices."""

    active_only: bool = False
    status: str | None = None
    group_id: str | None = None
    host_id: str | None = None
    host: str | None = None
    managed_by: str | None = None
    search: str | None = None
    sort: SortKey = "name"
    descending: bool = False


def unknown_camera(which: str) -> NotFoundError:
    """The same for a camera that is not there and for one that the caller may not see."""
    return NotFoundError(
        f"There is no camera {which}.", remedy="GET /api/v1/cameras lists the cameras.", code="unknown_camera"
    )
