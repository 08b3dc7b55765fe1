"""Events of the graph with what the catalogue knows of their cameras."""

from collections.abc import Mapping, Sequence

from gateway.captions.events.event_cameras_repository import EventCameras
from gateway.captions.events.event_links import EventCamera, device_at, picture_address, player_address
from gateway.captions.events.found_event import FoundEvent
from gateway.captions.events.search_words import Search
from gateway.captions.events.snippets import snippet_of
from gateway.captions.graph.graph_event import GraphEvent
from shared.spans import from_utc_ms


class ShownEvents:
    """Whoever asks has seen to it that the events may be seen."""

    def __init__(self, cameras: EventCameras) -> None:
        self._cameras = cameras

    def shown(self, events: Sequence[GraphEvent], search: Search) -> list[FoundEvent]:
        """The same events in the same order."""
        cameras = self._cameras.named({event.camera_id for event in events})
        return [found_event(event, cameras.get(event.camera_id), search) for event in events]

    def recorded_by(self, events: Sequence[GraphEvent], host: str) -> list[GraphEvent]:
        """Those whose camera this host recorded when they began."""
        cameras = self._cameras.named({event.camera_id for event in events})
        return [event for event in events if _host_of(event, cameras) == host]


def found_event(event: GraphEvent, camera: EventCamera | None, search: Search) -> FoundEvent:
    """`camera` None: it was deleted."""
    start = from_utc_ms(event.start_ms)
    device = None if camera is None else device_at(camera, start)
    return FoundEvent(
        event_id=event.event_id,
        camera_id=event.camera_id,
        camera=event.camera_id if camera is None else camera.name,
        group_id=None if camera is None else camera.group_id,
        group=None if camera is None else camera.group,
        device=None if device is None else "/".join(device),
        caption=event.caption,
        snippet=snippet_of((event.caption, *event.variants), search),
        start_time=start,
        end_time=from_utc_ms(event.end_ms),
        duration_seconds=event.duration_seconds,
        frame_count=event.frame_count,
        brief=event.brief,
        model=event.model,
        frame=event.frame,
        score=event.score,
        picture_url=None if device is None else picture_address(device, start),
        player_url=None if device is None else player_address(device, start),
    )


def _host_of(event: GraphEvent, cameras: Mapping[str, EventCamera]) -> str | None:
    camera = cameras.get(event.camera_id)
    device = None if camera is None else device_at(camera, from_utc_ms(event.start_ms))
    return None if device is None else device[0]
