"""What a migration would make of a camera's cached captions, without making it."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.captions.event import Event
from gateway.captions.merging import Rules
from gateway.captions.troubles import captions_off
from gateway.catalogue.device import Scope


@dataclass(frozen=True, slots=True)
class Trial:
    """Limits to try; None: as the camera's rules say."""

    similarity_threshold: float | None = None
    min_duration_s: float | None = None
    max_duration_s: float | None = None


@dataclass(frozen=True, slots=True)
class PreviewEvent:
    """`extends`: the graph has its beginning."""

    event: Event
    extends: bool


@dataclass(frozen=True, slots=True)
class Preview:
    """`events`: the first of them, in order of time. `from_graph`: whether the graph answered."""

    camera_id: str
    captions: int
    created: int
    extended: int
    late: int
    repeated: int
    events: Sequence[PreviewEvent]
    rules: Rules
    from_graph: bool


class MigrationPreviews:
    """Raises UnavailableError where captions are off."""

    def preview(self, which: str, scope: Scope, trial: Trial, *, limit: int) -> Preview:
        """Of one camera. Raises NotFoundError."""
        raise captions_off()
