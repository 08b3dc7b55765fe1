"""Takes captions that people's programs send: all of a request, or none."""

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass

import structlog

from gateway.captions.cache.caption_cache import CaptionCache, CaptionsFullError, EmbeddingLengthError, Stored
from gateway.captions.intake.caption_request import AskedCaptions, checked, refused_cameras, refused_embedding
from gateway.captions.known_cameras_repository import KnownCamera, KnownCameras
from gateway.captions.troubles import captions_off
from gateway.catalogue.device import Scope
from shared.clock import Clock
from shared.errors import BadRequestError, ColdframeError, UnavailableError
from shared.spans import utc_ms


@dataclass(frozen=True, slots=True)
class TakenCaption:
    """`id`: of its key, behind `caption:`."""

    id: str
    camera_id: str
    captured_ms: int
    repeated: bool


@dataclass(frozen=True, slots=True)
class Taken:
    """`captions`: in the order of the request. `cameras`: those that they are of, by external id."""

    captions: Sequence[TakenCaption]
    cameras: dict[str, KnownCamera]

    @property
    def stored(self) -> int:
        return len(self.captions) - self.repeated

    @property
    def repeated(self) -> int:
        return sum(caption.repeated for caption in self.captions)


class CaptionIntake:
    """`is_on`: whether there is a graph that keeps their events."""

    def __init__(self, cache: CaptionCache, known: KnownCameras, clock: Clock, *, is_on: bool) -> None:
        self._cache = cache
        self._known = known
        self._clock = clock
        self._is_on = is_on

    def check_on(self) -> None:
        """Raises UnavailableError (captions_off)."""
        if not self._is_on:
            raise captions_off()

    def take(self, asked: AskedCaptions, scope: Scope) -> Taken:
        """Keep all of them, or none. The same request again is good: what is there stays.

        Captions are taken of cameras that are switched off as well: they may be late.
        Raises BadRequestError with the index and field of what is wrong (also of a camera that is not
        there or not in `scope`), CaptionsFullError, UnavailableError (captions_off, captions_unavailable).
        """
        self.check_on()
        try:
            return self._take(asked, scope)
        except (BadRequestError, CaptionsFullError) as error:
            self._count_refused(len(asked.items), error)
            raise

    def _take(self, asked: AskedCaptions, scope: Scope) -> Taken:
        now_ms = utc_ms(self._clock.now())
        captions = checked(asked, now_ms)
        cameras = dict(self._known.named({caption.camera_id for caption in captions}, scope))
        refused_cameras(asked, captions, cameras.__contains__)
        try:
            stored = self._cache.put(captions, now_ms)
        except EmbeddingLengthError as error:
            camera_id = captions[error.index].camera_id
            raise refused_embedding(asked, error.index, camera_id, error.expected) from None
        return Taken(
            [_taken(one, caption.captured_ms) for one, caption in zip(stored, captions, strict=True)],
            cameras,
        )

    def _count_refused(self, count: int, error: ColdframeError) -> None:
        structlog.get_logger().info("captions_refused", count=count, code=error.code, reason=error.message)
        # The sender is told of what is wrong with the captions, not of a count that is not kept.
        with suppress(UnavailableError):
            self._cache.count_refused(count)


def _taken(stored: Stored, captured_ms: int) -> TakenCaption:
    return TakenCaption(stored.id, stored.camera_id, captured_ms, stored.repeated)
