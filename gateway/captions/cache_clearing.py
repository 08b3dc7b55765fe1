"""Empties the cache of a camera, and loses nothing that nobody said should be lost."""

from dataclasses import dataclass

from gateway.captions.troubles import captions_off
from gateway.catalogue.device import Scope


@dataclass(frozen=True, slots=True)
class Cleared:
    """`migrated`: captions that are in events now; `deleted`: that were thrown away. `cached`: that came
    meanwhile."""

    camera_id: str
    migrated: int
    deleted: int
    events_created: int
    events_extended: int
    cached: int


class CacheClearing:
    """Raises UnavailableError where captions are off."""

    def clear(self, which: str, scope: Scope, *, migrate_first: bool, confirm: str | None) -> Cleared:
        """Of one camera. Raises NotFoundError."""
        raise captions_off()
