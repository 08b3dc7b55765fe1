"""What another retention would delete of a camera's events, before it is set."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from gateway.captions.known_cameras_repository import KnownCameras
from gateway.captions.migration.retention import kept_since
from gateway.captions.troubles import captions_off
from gateway.catalogue.device import Scope
from shared.clock import Clock
from shared.spans import from_utc_ms


@dataclass(frozen=True, slots=True)
class EndedEvents:
    """`retention_days`: that is asked about, 0: for ever. `before`: events that ended before then would go;
    None: none would. `events`: how many that are now; None: the graph does not say."""

    camera_id: str
    retention_days: int
    before: datetime | None
    events: int | None


class EndedEventsCount:
    """`count`: of a camera's events those that ended before a time (UTC ms), None where the graph does not
    answer. `of_all_days`: as the settings say. `is_on`: captions are."""

    def __init__(
        self,
        cameras: KnownCameras,
        count: Callable[[str, int], int | None],
        clock: Clock,
        *,
        of_all_days: int,
        is_on: bool,
    ) -> None:
        self._cameras = cameras
        self._count = count
        self._clock = clock
        self._of_all_days = of_all_days
        self._is_on = is_on

    def of(self, camera_id: str, scope: Scope, own_days: int | None) -> EndedEvents:
        """With `own_days` as the camera's own; None: as the settings say.

        Raises UnavailableError where captions are off, NotFoundError where there is no such camera in
        `scope`.
        """
        if not self._is_on:
            raise captions_off()
        self._cameras.camera(camera_id, scope)
        days = self._of_all_days if own_days is None else own_days
        before_ms = kept_since(own_days, self._of_all_days, self._clock.now())
        if before_ms is None:
            return EndedEvents(camera_id, days, None, 0)
        return EndedEvents(camera_id, days, from_utc_ms(before_ms), self._count(camera_id, before_ms))
