"""What becomes of the captions of a camera that is deleted: they go into the graph, before and after."""

import structlog

from gateway.captions.cache.caption_cache import CaptionCache
from gateway.captions.migration.migration import CaptionMigration
from gateway.captions.troubles import WHAT_TO_SET
from shared.errors import ColdframeError, ConflictError, UnavailableError


class DepartingCameras:
    """`migration`: None where captions are off."""

    def __init__(self, cache: CaptionCache, migration: CaptionMigration | None) -> None:
        self._cache = cache
        self._migration = migration

    def move(self, camera_id: str) -> None:
        """Merge all that is cached of the camera (its external id) into events, which outlive it.

        Raises UnavailableError or ConflictError where that cannot be done: the camera must stay.
        """
        if self._migration is None:
            self._check_empty(camera_id)
            return
        try:
            self._migration.migrate_now(camera_id, trigger="camera_deleted")
        except (UnavailableError, ConflictError) as error:
            raise _stopped(error) from error

    def move_rest(self, camera_id: str) -> None:
        """Merge what came while the camera was being deleted, which it is by now: whatever stops that stops
        nothing, as captions are merged when they are due at the latest."""
        if self._migration is None:
            return
        try:
            self._migration.migrate_now(camera_id, trigger="camera_deleted")
        except (UnavailableError, ConflictError) as error:
            structlog.get_logger().warning(
                "captions_left_until_due", camera_id=camera_id, error=error.message
            )

    def _check_empty(self, camera_id: str) -> None:
        try:
            end = self._cache.end_of_journal(camera_id)
        except UnavailableError as error:
            # Where captions are off there are none in all likelihood; if there are, they wait there.
            structlog.get_logger().warning(
                "captions_not_looked_for", camera_id=camera_id, error=error.message
            )
            return
        if end is not None:
            raise ConflictError(
                "The camera is not deleted: it has captions that are in no event yet, and captions are off.",
                remedy=WHAT_TO_SET,
                code="captions_off",
            )


def _stopped(error: ColdframeError) -> ColdframeError:
    return type(error)(
        f"The camera is not deleted, as its captions must be merged into events first: {error.message}",
        remedy=error.remedy,
        code=error.code,
    )
