"""Whether the graph of captions' events answers."""

from gateway.bootstrap.caption_stores import event_graph
from gateway.captions.troubles import WHAT_TO_SET
from gateway.settings import GatewaySettings
from shared.errors import ColdframeError
from shared.finding import Finding, ok, problem


def examine_graph(settings: GatewaySettings) -> Finding:
    """Ask it once. Where none is set, nothing is wrong: captions are off."""
    graph = event_graph(settings)
    if graph is None:
        return ok("graph", f"is not set: captions are off. {WHAT_TO_SET}")
    try:
        graph.check()
    except ColdframeError as error:
        return problem("graph", error.message, error.remedy)
    return ok("graph", f"{settings.graph.uri} answers.")
