"""The catalogue of cameras, put together."""

from dataclasses import dataclass

from gateway.bootstrap.captions import build_departing_cameras
from gateway.bootstrap.hosts import host_limits
from gateway.bootstrap.parts import Parts, new_id
from gateway.cameras.assignment_repository import AssignmentRepository
from gateway.cameras.assignments import HostAssignments
from gateway.cameras.camera_changes_repository import CameraChangesRepository
from gateway.cameras.camera_repository import CameraRepository
from gateway.cameras.cameras import Cameras
from gateway.cameras.credentials import Credentials
from gateway.cameras.health_history_repository import HealthStretches
from gateway.cameras.health_report_repository import HealthHistory
from gateway.cameras.health_reports import HealthReports
from gateway.cameras.snapshot_repository import SnapshotRepository
from gateway.cameras.snapshot_store import SnapshotStore
from gateway.catalogue.repository import Catalogue


@dataclass(frozen=True, slots=True)
class CameraRooms:
    """What the routes of cameras, and other rooms of theirs, stand on."""

    repository: CameraRepository
    credentials: Credentials
    cameras: Cameras
    snapshots: SnapshotStore
    health: HealthReports


def build_assignments(parts: Parts) -> HostAssignments:
    """What hosts are told to record, for whoever takes their heartbeats."""
    return HostAssignments(AssignmentRepository(parts.engine), Credentials(parts.secrets))


def build_cameras(parts: Parts, catalogue: Catalogue) -> CameraRooms:
    """Put the room together."""
    repository = CameraRepository(parts.engine)
    credentials = Credentials(parts.secrets)
    snapshots = SnapshotStore(
        SnapshotRepository(parts.engine),
        parts.storage,
        parts.clock,
        new_id,
        kept_days=parts.settings.cameras.snapshots_kept_days,
    )
    departing = build_departing_cameras(parts)
    cameras = Cameras(
        repository,
        CameraChangesRepository(parts.engine),
        catalogue,
        credentials,
        parts.clock,
        host_limits(parts),
        new_id,
        delete_snapshots=snapshots.delete_of_camera,
        move_captions=lambda camera_id: departing.move(repository.camera(camera_id, None).external_id),
        move_late_captions=departing.move_rest,
    )
    health = HealthReports(
        repository, HealthHistory(parts.engine), HealthStretches(parts.engine), parts.clock
    )
    return CameraRooms(repository, credentials, cameras, snapshots, health)
