"""Cameras with what is known of their captions."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import Protocol

from gateway.captions.cache.cache_counts import CameraCounts
from gateway.captions.known_cameras_repository import KnownCamera, KnownCameras
from gateway.captions.rules_repository import CaptionRules
from gateway.captions.troubles import captions_off
from gateway.catalogue.device import Scope
from shared.clock import Clock
from shared.paging import Page, PageQuery
from shared.spans import utc_ms


class Cache(Protocol):
    """Captions that are not merged yet. Every method raises UnavailableError."""

    def cameras(self) -> Sequence[str]: ...

    def camera_counts(self, camera_ids: Sequence[str], now_ms: int) -> Mapping[str, CameraCounts]: ...


@dataclass(frozen=True, slots=True)
class NewestCaption:
    """The newest that is cached, UTC ms."""

    captured_ms: int
    text: str


@dataclass(frozen=True, slots=True)
class CaptionedCamera:
    """`newest` None: none is shown any more. `events` None: the graph cannot be asked."""

    camera: KnownCamera
    counts: CameraCounts
    newest: NewestCaption | None
    events: int | None
    has_rules: bool


class CaptionedCameras:
    """`newest`: the newest caption of a camera. `event_counts`: of the cameras that the graph knows; None
    where it does not answer. `is_on`: captions are."""

    def __init__(
        self,
        cameras: KnownCameras,
        cache: Cache,
        newest: Callable[[str], NewestCaption | None],
        event_counts: Callable[[Collection[str]], Mapping[str, int] | None],
        rules: CaptionRules,
        clock: Clock,
        *,
        is_on: bool,
    ) -> None:
        self._cameras = cameras
        self._cache = cache
        self._newest = newest
        self._event_counts = event_counts
        self._rules = rules
        self._clock = clock
        self._is_on = is_on

    def page(
        self,
        scope: Scope,
        asked: PageQuery,
        *,
        cached_only: bool,
        camera_id: str | None = None,
        search: str | None = None,
    ) -> Page[CaptionedCamera]:
        """Cameras in `scope`, by name; `search`: in names and external ids. Raises UnavailableError where
        captions are off or their Redis does not answer."""
        if not self._is_on:
            raise captions_off()
        known = self._cameras.among(scope) if camera_id is None else self._cameras.named([camera_id], scope)
        if cached_only:
            cached = self._cache.cameras()
            known = {camera_id: known[camera_id] for camera_id in cached if camera_id in known}
        found = [camera for camera in known.values() if search is None or matches(camera, search)]
        ordered = sorted(found, key=lambda camera: (camera.name.casefold(), camera.camera_id))
        shown = ordered[asked.offset : asked.offset + asked.page_size]
        return Page(self._captioned(shown), len(ordered), asked)

    def _captioned(self, cameras: Sequence[KnownCamera]) -> list[CaptionedCamera]:
        ids = [camera.camera_id for camera in cameras]
        if not ids:
            return []
        counts = self._cache.camera_counts(ids, utc_ms(self._clock.now()))
        events = self._event_counts(ids)
        own = self._rules.own_of(ids)
        return [
            CaptionedCamera(
                camera=camera,
                counts=counts[camera.camera_id],
                newest=self._newest(camera.camera_id) if counts[camera.camera_id].cached else None,
                events=None if events is None else events.get(camera.camera_id, 0),
                has_rules=camera.camera_id in own,
            )
            for camera in cameras
        ]


def matches(camera: KnownCamera, search: str) -> bool:
    """Whether a camera is called so, in part, by either of its names."""
    sought = search.casefold()
    return sought in camera.name.casefold() or sought in camera.camera_id.casefold()
