"""The fleet's time line over HTTP."""

import json

from flask import Response

from gateway.accounts.permissions import caller, requires
from gateway.archive.timeline.fleet_timeline import FleetTimeline
from gateway.archive.timeline.schemas import (
    TIMELINE_EXAMPLE,
    FleetTimelineSchema,
    TimelineQuery,
    TimelineQuerySchema,
    timeline_body,
)
from shared.http.envelope import EnvelopeBlueprint
from shared.http.provided import provided
from shared.http.sent_text import send_text

blp = EnvelopeBlueprint(
    "timeline", __name__, url_prefix="/api/v1", description="What is recorded, and why the rest is not."
)


@blp.get("/timeline")
@requires("archive:read")
@blp.query(TimelineQuerySchema)
@blp.data(FleetTimelineSchema, description="In the order asked for.", example=TIMELINE_EXAMPLE)
@blp.also(304, description="The caller has it already.")
@blp.errors(404, 503)
def fleet_timeline(asked: TimelineQuery) -> Response:
    """What is recorded of devices of any hosts in a range, and each gap with its reason

    The hosts are asked side by side, and waited for up to a deadline. Of one that does not answer by then all
    is `unreachable`, with the reason, and its devices are not `complete`; the others are as they would be
    without it.
    """
    found = provided(FleetTimeline).timelines(asked.devices, asked.span, caller().scope)
    body = json.dumps({"success": True, "data": timeline_body(found)}, separators=(",", ":"))
    return send_text(body, content_type="application/json")
