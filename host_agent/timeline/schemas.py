"""The time line as it crosses the wire."""

import marshmallow as ma
from marshmallow import fields

from shared.http.fields import SpanSchema, UtcTime


class GapSchema(ma.Schema):
    """A stretch without footage, and why."""

    start = UtcTime(required=True, data_key="from", attribute="span.start")
    end = UtcTime(required=True, data_key="to", attribute="span.end")
    code = fields.String(required=True, metadata={"description": "The reason, for programs."})
    sentence = fields.String(required=True, metadata={"description": "The reason, for people."})


class TimelineSchema(ma.Schema):
    """What is recorded of a device in a range. Recorded spans and gaps fill it without overlap."""

    device = fields.String(required=True)
    start = UtcTime(required=True, data_key="from")
    end = UtcTime(
        required=True,
        data_key="to",
        metadata={"description": "Earlier than asked for where the range is not over: the future is no gap."},
    )
    recorded = fields.List(fields.Nested(SpanSchema), required=True)
    gaps = fields.List(fields.Nested(GapSchema), required=True)


TIMELINE_EXAMPLE = {
    "device": "capture1",
    "from": "2026-11-21T14:00:00.000Z",
    "to": "2026-11-21T15:00:00.000Z",
    "recorded": [
        {"from": "2026-11-21T14:00:00.000Z", "to": "2026-11-21T14:20:11.040Z"},
        {"from": "2026-11-21T14:20:31.200Z", "to": "2026-11-21T15:00:00.000Z"},
    ],
    "gaps": [
        {
            "from": "2026-11-21T14:20:11.040Z",
            "to": "2026-11-21T14:20:31.200Z",
            "code": "source_unreachable",
            "sentence": "The camera did not answer: Connection refused.",
        }
    ],
}
