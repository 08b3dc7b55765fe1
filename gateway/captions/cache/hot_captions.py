"""Answers what cameras show now, from captions of the last hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.captions.cache.caption_cache import CaptionCache
from gateway.captions.cache.journal_form import ShownCaption
from gateway.captions.known_cameras_repository import KnownCameras
from gateway.captions.troubles import captions_off
from gateway.catalogue.device import Scope
from shared.clock import Clock
from shared.spans import from_utc_ms, utc_ms

# Frames of now may be of a clock that is ahead.
_AHEAD_MS = 120_000


@dataclass(frozen=True, slots=True)
class CaptionQuestion:
    """`camera`: one camera's external id; None: all. `group_id`: only of cameras in that group. `start`,
    `end`: of frames; None: all that are shown. `text`: words that all occur."""

    camera: str | None
    group_id: str | None
    start: datetime | None
    end: datetime | None
    text: str | None
    limit: int


@dataclass(frozen=True, slots=True)
class HotCaption:
    """As it is shown; `camera`: the camera's name."""

    id: str
    camera_id: str
    camera: str
    captured_at: datetime
    received_at: datetime
    expires_at: datetime
    text: str
    model: str
    frame: str
    has_embedding: bool


@dataclass(frozen=True, slots=True)
class HotAnswer:
    """Newest first. `searched_to`: older ones were not looked at, there were too many; None: all were."""

    captions: Sequence[HotCaption]
    searched_to: datetime | None


class HotCaptions:
    """`is_on`: whether captions are taken at all."""

    def __init__(self, cache: CaptionCache, known: KnownCameras, clock: Clock, *, is_on: bool) -> None:
        self._cache = cache
        self._known = known
        self._clock = clock
        self._is_on = is_on

    def answer(self, asked: CaptionQuestion, scope: Scope) -> HotAnswer:
        """What is shown of cameras in `scope`. Raises NotFoundError for another camera, UnavailableError
        (captions_off, captions_unavailable)."""
        if not self._is_on:
            raise captions_off()
        if asked.camera is not None:
            cameras = {asked.camera: self._known.camera(asked.camera, scope)}
        else:
            cameras = dict(self._known.named(self._cache.cameras(), scope))
        if asked.group_id is not None:
            cameras = {id_: one for id_, one in cameras.items() if one.group_id == asked.group_id}
        found = self._cache.recent(
            sorted(cameras),
            0 if asked.start is None else utc_ms(asked.start),
            utc_ms(self._clock.now()) + _AHEAD_MS if asked.end is None else utc_ms(asked.end),
            limit=asked.limit,
            text=asked.text,
        )
        searched_to = None if found.searched_to_ms is None else from_utc_ms(found.searched_to_ms)
        return HotAnswer(
            [_hot(caption, cameras[caption.camera_id].name) for caption in found.captions], searched_to
        )


def _hot(caption: ShownCaption, camera: str) -> HotCaption:
    return HotCaption(
        id=caption.id,
        camera_id=caption.camera_id,
        camera=camera,
        captured_at=from_utc_ms(caption.captured_ms),
        received_at=from_utc_ms(caption.received_ms),
        expires_at=from_utc_ms(caption.expires_ms),
        text=caption.text,
        model=caption.model,
        frame=caption.frame,
        has_embedding=caption.has_embedding,
    )
