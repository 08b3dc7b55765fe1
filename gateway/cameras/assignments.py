"""What a host is told to record, with the logins that it needs for that."""

from gateway.cameras.assignment import AssignedRow, OverrideRow, assignment_digest, device_settings
from gateway.cameras.assignment_repository import AssignmentRepository
from gateway.cameras.credentials import Credentials
from gateway.cameras.untold_cameras import (
    LARGEST_ASSIGNMENT_BYTES,
    digest_without,
    too_long,
    unreadable_passwords,
    would_stop,
)
from gateway.hosts.heartbeats import Assignment, InForce, Told
from shared.contracts.heartbeat import AssignedCamera, DetectionOverride
from shared.errors import SettingsError


class HostAssignments:
    """Looked at with every heartbeat: one query, and nothing is decrypted unless it must be told."""

    def __init__(self, repository: AssignmentRepository, credentials: Credentials) -> None:
        self._repository = repository
        self._credentials = credentials

    def assignment(self, host_id: str, has: InForce) -> Told:
        """What a host is told: the cameras that it is to record, and what is set here over its own settings;
        nothing where what it `has` is named as this is."""
        rows = self._repository.assigned(host_id)
        if assignment_digest(rows) == has.digest:
            return Told()
        opened = [(row, self._camera(row)) for row in rows.cameras]
        unreadable = [row for row, camera in opened if camera is None]
        names = [row.device_name for row in unreadable]
        stopped = would_stop(names, has)
        untold = unreadable_passwords(unreadable, stopped)
        digest = digest_without(rows, names)
        if stopped or digest == has.digest:
            return Told(untold=untold)
        cameras = [camera for _row, camera in opened if camera is not None]
        overrides = [_override(row) for row in rows.overrides]
        size_bytes = sum(len(each.model_dump_json()) for each in (*cameras, *overrides))
        if size_bytes > LARGEST_ASSIGNMENT_BYTES:
            return Told(untold=too_long(size_bytes))
        return Told(Assignment(cameras, digest, overrides, names), untold)

    def _camera(self, row: AssignedRow) -> AssignedCamera | None:
        """None where its password cannot be read."""
        try:
            password = self._credentials.open(row.password_encrypted)
        except SettingsError:
            return None
        return AssignedCamera(name=row.device_name, settings=device_settings(row, password))


def _override(row: OverrideRow) -> DetectionOverride:
    return DetectionOverride(
        name=row.device_name,
        enable_detection=row.enable_detection,
        detection_sensitivity=row.detection_sensitivity,
    )
