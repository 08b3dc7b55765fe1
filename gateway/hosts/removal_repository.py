"""A host that is taken out of the fleet, in PostgreSQL."""

from collections.abc import Callable
from datetime import datetime

from sqlalchemy import Engine, text

# Reports of the host, trades for it and assignments to it wait until the transaction ends.
_LOCK = text("SELECT id FROM hosts WHERE id = :host_id FOR NO KEY UPDATE")
_ENROLMENT = text("SELECT revoked_at FROM host_enrolments WHERE host_id = :host_id")
_LOCK_CAMERAS = text(
    """
    SELECT id FROM cameras WHERE host_id = :host_id AND managed_by = 'gateway' ORDER BY id FOR UPDATE
    """
)
_RELEASE_CAMERAS = text(
    """
    UPDATE cameras SET host_id = NULL, device_name = NULL
    WHERE host_id = :host_id AND managed_by = 'gateway'
    RETURNING external_id
    """
)
_REMOVE_DEVICES = text(
    "UPDATE devices SET removed_at = :now WHERE host_id = :host_id AND removed_at IS NULL RETURNING name"
)
# What is left of the host is its name and the devices that it had, with their minutes.
_FORGET = tuple(
    text(f"DELETE FROM {table} WHERE host_id = :host_id")
    for table in ("host_enrolments", "host_reports", "host_commands")
)


class RemovalRepository:
    """Writes."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def remove(
        self, host_id: str, now: datetime, check: Callable[[bool], None]
    ) -> tuple[list[str], list[str]]:
        """Take a host out of the fleet where `check` (of whether it has a credential that counts) lets it.

        Returns the names of the devices that are not there any more, and the external ids of the cameras that
        it recorded for the gateway and that have no host now. Raises what `check` raises.
        """
        which = {"host_id": host_id}
        with self._engine.begin() as connection:
            connection.execute(_LOCK, which)
            enrolment = connection.execute(_ENROLMENT, which).first()
            check(enrolment is not None and enrolment.revoked_at is None)
            connection.execute(_LOCK_CAMERAS, which)
            released = list(connection.execute(_RELEASE_CAMERAS, which).scalars())
            removed = list(connection.execute(_REMOVE_DEVICES, {**which, "now": now}).scalars())
            for statement in _FORGET:
                connection.execute(statement, which)
        return sorted(removed), sorted(released)
