"""The search of events, put together."""

from dataclasses import dataclass

from gateway.bootstrap.parts import Parts
from gateway.captions.events.event_cameras_repository import EventCameras
from gateway.captions.events.event_minutes import EventMinutes
from gateway.captions.events.event_search import EventSearch


@dataclass(frozen=True, slots=True)
class Events:
    """What the routes stand on."""

    search: EventSearch
    minutes: EventMinutes


def build_events(parts: Parts) -> Events:
    """Put the room together. To be called after the fork: the graph's driver has threads."""
    cameras = EventCameras(parts.engine)
    return Events(EventSearch(parts.graph, cameras), EventMinutes(parts.graph, cameras))
