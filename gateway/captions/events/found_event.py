"""Events as they are shown to whoever searches them. Plain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from gateway.captions.events.snippets import SnippetPiece


@dataclass(frozen=True, slots=True)
class FoundEvent:
    """An event with what the catalogue knows of its camera.

    `camera_id`: the camera's external id; `camera`: its name, or that id where the camera was deleted.
    `device`: `host/device` that recorded it, None: nothing is known of one. `frame`: what its first caption
    named as its frame, in the words of whoever sent it; may be empty. `score`: how well it matches, of
    searches by text or likeness in order of that. `picture_url`, `player_url`: of the device then.
    """

    event_id: str
    camera_id: str
    camera: str
    group_id: str | None
    group: str | None
    device: str | None
    caption: str
    snippet: Sequence[SnippetPiece]
    start_time: datetime
    end_time: datetime
    duration_seconds: float
    frame_count: int
    brief: bool
    model: str
    frame: str
    score: float | None
    picture_url: str | None
    player_url: str | None


@dataclass(frozen=True, slots=True)
class VariantTimes:
    """One of the texts of an event, and when each caption said it, in order of time."""

    text: str
    times: Sequence[datetime]


@dataclass(frozen=True, slots=True)
class EventDetails:
    """An event, every text of it, and the ones before and after it of the same camera. `has_embedding`:
    others can be found that are like it."""

    event: FoundEvent
    variants: Sequence[VariantTimes]
    previous: FoundEvent | None
    next: FoundEvent | None
    has_embedding: bool


@dataclass(frozen=True, slots=True)
class EventNeighbours:
    """Events of the camera of `event_id` around it, each list in order of time."""

    event_id: str
    before: Sequence[FoundEvent]
    after: Sequence[FoundEvent]


@dataclass(frozen=True, slots=True)
class EventPage:
    """Events in the order that was asked for. `next_cursor` None: these are the last."""

    events: Sequence[FoundEvent]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class DeviceMinutes:
    """When something was seen by a camera: begins of UTC minutes in ms, ascending. `events`: how many."""

    camera_id: str
    camera: str
    device: str | None
    minutes: Sequence[int]
    events: int


@dataclass(frozen=True, slots=True)
class MinutesOfEvents:
    """Devices by name. `complete_from`: before that there may be more than is told, `truncated` says so."""

    start: datetime
    end: datetime
    devices: Sequence[DeviceMinutes]
    events: int
    truncated: bool
    complete_from: datetime
