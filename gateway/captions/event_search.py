"""Events of the graph, searched."""

from gateway.captions.event_cameras_repository import EventCameras
from gateway.captions.event_graph import EventGraph
from gateway.captions.event_query import EventQuery
from gateway.captions.found_event import EventDetails, EventNeighbours, EventPage
from gateway.captions.troubles import captions_off
from gateway.catalogue.device import Scope


class EventSearch:
    """Answers within what somebody may see. `graph` None: captions are off, and everything says so.

    Everything raises UnavailableError `graph_unreachable` where the graph cannot be asked.
    """

    def __init__(self, graph: EventGraph | None, cameras: EventCameras) -> None:
        self._graph = graph
        self._cameras = cameras

    def page(self, asked: EventQuery, scope: Scope) -> EventPage:
        """A page of the events that match. Raises NotFoundError, ConflictError, BadRequestError."""
        raise captions_off()

    def event(self, event_id: str, scope: Scope) -> EventDetails:
        """One event whole. Raises NotFoundError, also where its camera is not in `scope`."""
        raise captions_off()

    def neighbours(self, event_id: str, scope: Scope, *, before: int, after: int) -> EventNeighbours:
        """Events around one. Raises NotFoundError as `event` does."""
        raise captions_off()
