"""The fleet's heatmap over HTTP."""

import json

from flask import Response

from gateway.accounts.permissions import caller, requires
from gateway.archive.heatmap.heatmap import FleetHeatmap, HeatmapQuery
from gateway.archive.heatmap.schemas import HEATMAP_EXAMPLE, HeatmapQuerySchema, HeatmapSchema, heatmap_body
from shared.http.envelope import EnvelopeBlueprint
from shared.http.provided import provided
from shared.http.sent_text import send_text

blp = EnvelopeBlueprint(
    "heatmap", __name__, url_prefix="/api/v1", description="Every device's minutes at a glance."
)


@blp.get("/heatmap")
@requires("archive:read")
@blp.query(HeatmapQuerySchema)
@blp.data(HeatmapSchema, description="Devices by name; may be none.", example=HEATMAP_EXAMPLE)
@blp.also(304, description="The caller has it already.")
@blp.errors(404, 503)
def fleet_heatmap(asked: HeatmapQuery) -> Response:
    """Devices × minutes: motion, black, frozen and missing seconds

    As far as the hosts have reported, whether they are up or not. Cells begin at whole minutes (with `every`
    at multiples of it), so the answer may begin a little before `from` and end after `to`. A series is base64
    of one byte a cell; one that would say nothing is left out. Ask again with `If-None-Match`.
    """
    found = provided(FleetHeatmap).heatmap(asked, caller().scope)
    body = json.dumps({"success": True, "data": heatmap_body(found)}, separators=(",", ":"))
    return send_text(body, content_type="application/json", is_dense=True)
