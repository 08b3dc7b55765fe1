"""What a host is told to record, with the logins that it needs for that."""

import structlog

from gateway.cameras.assignment import AssignedRow, assignment_digest, device_settings
from gateway.cameras.assignment_repository import AssignmentRepository
from gateway.cameras.credentials import Credentials
from gateway.hosts.heartbeats import Assignment
from shared.contracts.heartbeat import AssignedCamera
from shared.errors import SettingsError


class HostAssignments:
    """Looked at with every heartbeat: one query, and nothing is decrypted unless it must be told."""

    def __init__(self, repository: AssignmentRepository, credentials: Credentials) -> None:
        self._repository = repository
        self._credentials = credentials

    def assignment(self, host_id: str, known: str) -> Assignment | None:
        """The cameras that a host is to record; None where `known`, the digest that it has, says these."""
        rows = self._repository.assigned(host_id)
        digest = assignment_digest(rows)
        if digest == known:
            return None
        try:
            return Assignment([self._camera(row) for row in rows], digest)
        except SettingsError as error:
            # A host that is told less than all would stop recording the rest: it goes on with what it has.
            structlog.get_logger().error("assignment_not_told", host_id=host_id, error=str(error))
            return None

    def _camera(self, row: AssignedRow) -> AssignedCamera:
        return AssignedCamera(
            name=row.device_name,
            settings=device_settings(row, self._credentials.open(row.password_encrypted)),
        )
