"""In which minutes cameras have events, for the heatmap."""

from gateway.captions.event_cameras_repository import EventCameras
from gateway.captions.event_graph import EventGraph
from gateway.captions.event_query import MinutesQuery
from gateway.captions.found_event import MinutesOfEvents
from gateway.captions.troubles import captions_off
from gateway.catalogue.device import Scope


class EventMinutes:
    """Answers within what somebody may see. `graph` None: captions are off, and everything says so."""

    def __init__(self, graph: EventGraph | None, cameras: EventCameras) -> None:
        self._graph = graph
        self._cameras = cameras

    def minutes(self, asked: MinutesQuery, scope: Scope) -> MinutesOfEvents:
        """Device by device. Raises NotFoundError, UnavailableError `graph_unreachable`."""
        raise captions_off()
