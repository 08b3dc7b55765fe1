"""The time line over HTTP."""

from typing import Any

from host_agent.served_devices import ServedDevices
from host_agent.timeline.schemas import TIMELINE_EXAMPLE, TimelineSchema
from host_agent.timeline.timeline import TimelineService
from shared.http.blueprint import ApiBlueprint
from shared.http.fields import SpanQuerySchema
from shared.http.permissions import requires
from shared.http.provided import provided
from shared.spans import Span

blp = ApiBlueprint("timeline", __name__, description="What is recorded, and why the rest is not.")


@blp.get("/api/host/timeline/<device:device>")
@requires("archive:read")
@blp.query(SpanQuerySchema)
@blp.answer(200, TimelineSchema, description="Spans and gaps, each sorted.", example=TIMELINE_EXAMPLE)
@blp.errors(404, 503)
def timeline(span: Span, device: str) -> dict[str, Any]:
    """What is recorded of a device in a range, and each gap with its reason"""
    store = provided(ServedDevices).store(device)
    found = provided(TimelineService).timeline(store.device, span)
    return {
        "device": store.device,
        "start": found.span.start,
        "end": found.span.end,
        "recorded": found.recorded,
        "gaps": found.gaps,
    }
