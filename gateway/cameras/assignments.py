"""What a host is told to record, with the logins that it needs for that."""

import structlog

from gateway.cameras.assignment import AssignedRow, OverrideRow, assignment_digest, device_settings
from gateway.cameras.assignment_repository import AssignmentRepository
from gateway.cameras.credentials import Credentials
from gateway.hosts.heartbeats import Assignment
from shared.contracts.heartbeat import AssignedCamera, DetectionOverride
from shared.errors import SettingsError

# An agent reads 1 MiB of an answer, and takes none of a longer one: neither commands nor receipts of minutes.
LARGEST_ASSIGNMENT_BYTES = 900_000


class HostAssignments:
    """Looked at with every heartbeat: one query, and nothing is decrypted unless it must be told."""

    def __init__(self, repository: AssignmentRepository, credentials: Credentials) -> None:
        self._repository = repository
        self._credentials = credentials

    def assignment(self, host_id: str, known: str) -> Assignment | None:
        """The cameras that a host is to record, and what is set here over its own settings; None where
        `known`, the digest that it has, says these."""
        rows = self._repository.assigned(host_id)
        digest = assignment_digest(rows)
        if digest == known:
            return None
        # A host that is told less than all would stop recording the rest: it goes on with what it has.
        try:
            cameras = [self._camera(row) for row in rows.cameras]
        except SettingsError as error:
            structlog.get_logger().error("assignment_not_told", host_id=host_id, error=str(error))
            return None
        overrides = [_override(row) for row in rows.overrides]
        size_bytes = sum(len(each.model_dump_json()) for each in (*cameras, *overrides))
        if size_bytes > LARGEST_ASSIGNMENT_BYTES:
            structlog.get_logger().error(
                "assignment_not_told", host_id=host_id, error=f"It has {size_bytes} bytes; shorten addresses."
            )
            return None
        return Assignment(cameras, digest, overrides)

    def _camera(self, row: AssignedRow) -> AssignedCamera:
        return AssignedCamera(
            name=row.device_name,
            settings=device_settings(row, self._credentials.open(row.password_encrypted)),
        )


def _override(row: OverrideRow) -> DetectionOverride:
    return DetectionOverride(
        name=row.device_name,
        enable_detection=row.enable_detection,
        detection_sensitivity=row.detection_sensitivity,
    )
