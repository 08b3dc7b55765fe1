"""The fleet's time line as it crosses the wire."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from marshmallow import fields

from gateway.archive.timeline.fleet_timeline import MOST_DEVICES, DeviceTimeline
from gateway.catalogue.full_names import FullName
from gateway.catalogue.full_names_field import FullNames
from shared.http.fields import SpanKeysSchema, SpanSchema, UtcTime
from shared.spans import Span, iso_ms


@dataclass(frozen=True, slots=True)
class TimelineQuery:
    """Which devices, which range."""

    devices: Sequence[FullName]
    span: Span


class TimelineQuerySchema(SpanKeysSchema):
    """`?device=&from=&to=`; loads to a TimelineQuery."""

    device = FullNames(
        most=MOST_DEVICES,
        required=True,
        metadata={
            "description": f"Devices of any hosts, with commas between; {MOST_DEVICES} at most.",
            "type": "string",
            "example": "lab-1/street,lab-2/pattern",
        },
    )

    @ma.post_load
    def to_query(self, data: dict[str, Any], **_kwargs: Any) -> TimelineQuery:
        return TimelineQuery(data["device"], self.span_of(data))


class FleetGapSchema(SpanSchema):
    """A stretch without footage, and why."""

    code = fields.String(required=True, metadata={"description": "The reason, for programs."})
    sentence = fields.String(required=True, metadata={"description": "The reason, for people."})


class UnreachableSchema(SpanSchema):
    """A stretch of which only the host knows, which cannot be asked now. It is no gap."""

    code = fields.String(required=True, metadata={"description": "Why not, for programs."})
    sentence = fields.String(required=True, metadata={"description": "Why not, for people."})
    since = UtcTime(
        required=True,
        allow_none=True,
        metadata={"description": "The host's last heartbeat. Null: it reports, and does not answer."},
    )


class DeviceTimelineSchema(ma.Schema):
    """A device in the range. Complete: `recorded` and `gaps` fill it without overlap."""

    device = fields.String(required=True)
    start = UtcTime(required=True, data_key="from")
    end = UtcTime(
        required=True,
        data_key="to",
        metadata={"description": "Earlier than asked for where the range is not over: the future is no gap."},
    )
    complete = fields.Boolean(
        required=True,
        metadata={"description": "Whether its host answered; else only the last two lists are."},
    )
    recorded = fields.List(fields.Nested(SpanSchema), required=True)
    gaps = fields.List(fields.Nested(FleetGapSchema), required=True)
    unreachable = fields.List(fields.Nested(UnreachableSchema), required=True)
    reported = fields.List(
        fields.Nested(SpanSchema),
        required=True,
        metadata={
            "description": "Within `unreachable`: whole minutes that the host had reported as recorded"
            " without a hole. Whether it keeps them still, and what was recorded beside them, is not known."
        },
    )


class FleetTimelineSchema(ma.Schema):
    """The devices in the order asked for."""

    complete = fields.Boolean(required=True, metadata={"description": "Whether all of them are."})
    devices = fields.List(fields.Nested(DeviceTimelineSchema), required=True)


def timeline_body(found: Sequence[DeviceTimeline]) -> dict[str, Any]:
    """FleetTimelineSchema's answer. Not dumped by the schema: a month of many devices has many spans."""
    return {
        "complete": all(one.is_complete for one in found),
        "devices": [
            {
                "device": one.device,
                **_ends(one.span),
                "complete": one.is_complete,
                "recorded": [_ends(span) for span in one.recorded],
                "gaps": [{**_ends(gap.span), "code": gap.code, "sentence": gap.sentence} for gap in one.gaps],
                "unreachable": [
                    {
                        **_ends(part.span),
                        "code": part.code,
                        "sentence": part.sentence,
                        "since": None if part.since is None else iso_ms(part.since),
                    }
                    for part in one.unreachable
                ],
                "reported": [_ends(span) for span in one.reported],
            }
            for one in found
        ],
    }


def _ends(span: Span) -> dict[str, str]:
    return {"from": iso_ms(span.start), "to": iso_ms(span.end)}


TIMELINE_EXAMPLE = {
    "complete": False,
    "devices": [
        {
            "device": "lab-1/street",
            "from": "2026-11-21T14:00:00.000Z",
            "to": "2026-11-21T15:00:00.000Z",
            "complete": True,
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
            "unreachable": [],
            "reported": [],
        },
        {
            "device": "lab-2/pattern",
            "from": "2026-11-21T14:00:00.000Z",
            "to": "2026-11-21T15:00:00.000Z",
            "complete": False,
            "recorded": [],
            "gaps": [],
            "unreachable": [
                {
                    "from": "2026-11-21T14:00:00.000Z",
                    "to": "2026-11-21T15:00:00.000Z",
                    "code": "host_unreachable",
                    "sentence": "Host lab-2 cannot be reached: it accepts no connection.",
                    "since": "2026-11-21T14:31:07.410Z",
                }
            ],
            "reported": [{"from": "2026-11-21T14:00:00.000Z", "to": "2026-11-21T14:30:00.000Z"}],
        },
    ],
}
