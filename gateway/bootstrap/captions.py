"""The rooms of captions put together."""

from gateway.bootstrap.parts import Parts
from gateway.captions.event_graph import EventGraph
from gateway.captions.troubles import captions_off


def graph_of(parts: Parts) -> EventGraph:
    """The graph. Raises UnavailableError `captions_off` where none is set."""
    if parts.graph is None:
        raise captions_off()
    return parts.graph
