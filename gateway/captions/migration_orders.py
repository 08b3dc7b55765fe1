"""Migrations that somebody asks for, put into the queue."""

from dataclasses import dataclass

from gateway.captions.troubles import captions_off
from gateway.catalogue.device import Scope


@dataclass(frozen=True, slots=True)
class JobsBegun:
    """`camera_id`: of the camera that was asked for; empty: of all."""

    camera_id: str
    job_ids: tuple[str, ...]


class MigrationOrders:
    """Raises UnavailableError where captions are off."""

    def trigger(self, scope: Scope) -> JobsBegun:
        """Have what is due of the cameras in `scope` merged."""
        raise captions_off()

    def migrate(self, which: str, scope: Scope, *, force: bool) -> JobsBegun:
        """Have what is due of one camera merged; `force`: all of it. Raises NotFoundError."""
        raise captions_off()
