"""Cameras with what is known of their captions."""

from dataclasses import dataclass
from datetime import datetime

from gateway.captions.troubles import captions_off
from gateway.catalogue.device import Scope
from shared.paging import Page, PageQuery


@dataclass(frozen=True, slots=True)
class NewestCaption:
    """The newest that is cached."""

    captured_at: datetime
    text: str


@dataclass(frozen=True, slots=True)
class CaptionedCamera:
    """`camera_id`: its external id, `camera` its name. `events` None: the graph cannot be asked."""

    camera_id: str
    camera: str
    group_id: str | None
    group: str | None
    cached: int
    due: int
    oldest_due_seconds: float
    newest: NewestCaption | None
    events: int | None
    has_rules: bool


class CaptionedCameras:
    """Raises UnavailableError where captions are off."""

    def page(self, scope: Scope, asked: PageQuery, *, cached_only: bool) -> Page[CaptionedCamera]:
        """Cameras in `scope`, by name."""
        raise captions_off()
