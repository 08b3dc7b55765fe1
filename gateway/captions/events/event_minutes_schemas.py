"""Minutes with events, as they cross the wire."""

from typing import Any

import marshmallow as ma
from marshmallow import fields

from gateway.captions.events.found_event import MinutesOfEvents
from shared.http.fields import UtcTime
from shared.spans import iso_ms


class DeviceMinutesSchema(ma.Schema):
    """When a camera saw something."""

    camera_id = fields.String(required=True, metadata={"description": "The camera's external_id."})
    camera = fields.String(required=True)
    device = fields.String(
        required=True, allow_none=True, metadata={"description": "host/device that recorded it; null: none."}
    )
    minutes = fields.List(
        fields.Integer(),
        required=True,
        metadata={"description": "Begins of UTC minutes that an event touches, ms since 1970, ascending."},
    )
    events = fields.Integer(required=True)


class EventMinutesSchema(ma.Schema):
    """Minutes in which events are, device by device."""

    start = UtcTime(required=True, data_key="from")
    end = UtcTime(required=True, data_key="to")
    devices = fields.List(
        fields.Nested(DeviceMinutesSchema),
        required=True,
        metadata={"description": "Only those with events, by name; a camera that was moved has several."},
    )
    events = fields.Integer(required=True, metadata={"description": "How many events were looked at."})
    truncated = fields.Boolean(
        required=True,
        metadata={"description": "There are more events than one answer holds; the newest are told."},
    )
    complete_from = UtcTime(
        required=True, metadata={"description": "From here on nothing is left out; from, where nothing is."}
    )


MINUTES_EXAMPLE = {
    "from": "2025-10-29T00:00:00.000Z",
    "to": "2025-10-30T00:00:00.000Z",
    "devices": [
        {
            "camera_id": "lab-1__street",
            "camera": "Street",
            "device": "lab-1/street",
            "minutes": [1761742800000, 1761742860000, 1761742920000],
            "events": 1,
        }
    ],
    "events": 1,
    "truncated": False,
    "complete_from": "2025-10-29T00:00:00.000Z",
}


def minutes_body(found: MinutesOfEvents) -> dict[str, Any]:
    """EventMinutesSchema's answer. Not dumped by it: that would look at each of very many minutes."""
    return {
        "from": iso_ms(found.start),
        "to": iso_ms(found.end),
        "devices": [
            {
                "camera_id": device.camera_id,
                "camera": device.camera,
                "device": device.device,
                "minutes": list(device.minutes),
                "events": device.events,
            }
            for device in found.devices
        ],
        "events": found.events,
        "truncated": found.truncated,
        "complete_from": iso_ms(found.complete_from),
    }
