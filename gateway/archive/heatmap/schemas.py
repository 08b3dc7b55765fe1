"""The fleet's heatmap as it crosses the wire."""

import base64
import re
from typing import Any

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import OneOf, Regexp

from gateway.archive.heatmap.cells import NOT_KNOWN
from gateway.archive.heatmap.heatmap import DeviceRow, Heatmap, HeatmapQuery
from gateway.catalogue.full_names_field import FullNames
from shared.contracts.enrolment import HOST_NAME_PATTERN
from shared.http.fields import QueryInteger, SpanKeysSchema, UtcTime
from shared.spans import from_utc_ms, iso_ms

MOST_NAMED_DEVICES = 100
CELL_LENGTHS_MINUTES = (1, 5, 10, 15, 30, 60)


class HeatmapQuerySchema(SpanKeysSchema):
    """Which devices, which minutes; loads to a HeatmapQuery."""

    every = QueryInteger(
        load_default=1,
        validate=OneOf(CELL_LENGTHS_MINUTES),
        metadata={"description": "Minutes a cell.", "example": 1},
    )
    host = fields.String(
        validate=Regexp(HOST_NAME_PATTERN, flags=re.ASCII),
        metadata={"description": "Only of this host.", "example": "lab-1"},
    )
    group = fields.String(
        validate=Regexp(r"^[^\0]{1,36}\Z"),
        metadata={"description": "Only of the camera group with this id.", "example": "yard"},
    )
    devices = FullNames(
        most=MOST_NAMED_DEVICES,
        metadata={
            "description": f"Only these, with commas between; {MOST_NAMED_DEVICES} at most.",
            "type": "string",
            "example": "lab-1/street,lab-2/pattern",
        },
    )

    thumbnails = fields.Boolean(
        load_default=False,
        truthy={"true"},
        falsy={"false"},
        metadata={
            "description": "Whether to tell at which second of each minute most moved.",
            "example": "true",
        },
    )

    @ma.post_load
    def to_query(self, data: dict[str, Any], **_kwargs: Any) -> HeatmapQuery:
        return HeatmapQuery(
            self.span_of(data),
            data["every"],
            data.get("host"),
            data.get("group"),
            data.get("devices"),
            data["thumbnails"],
        )


def _series(description: str) -> fields.String:
    return fields.String(metadata={"description": description, "format": "byte"})


class HeatmapDeviceSchema(ma.Schema):
    """A device's row. Each series is base64 of one byte a cell, the first at `from`; 255: not known."""

    device = fields.String(required=True, metadata={"description": "Its name in the fleet."})
    label = fields.String(required=True)
    group_id = fields.String(required=True, allow_none=True)
    group = fields.String(required=True, allow_none=True)
    removed = fields.Boolean(required=True, metadata={"description": "Its host does not report it any more."})
    frames = _series(
        "Pictures a minute, 254: that or more. 255: nothing is known of the cell, and neither in the other"
        " series. Absent: nothing is known at all."
    )
    motion_mean = _series(
        "Mean share m (0–1) of the picture that moved, as round(254 · √m): m = (byte / 254)². 255: not"
        " analysed. Absent: nothing was analysed."
    )
    motion_peak = _series("The largest such share.")
    black_s = _series(
        "Seconds of a minute that were black, rounded up; the mean over a longer cell's known minutes. 255:"
        " not analysed. Absent: none."
    )
    frozen_s = _series("Seconds of a minute that were frozen, in the same way.")
    missing_s = _series("Seconds of a minute without footage, in the same way.")
    thumbnail_s = _series(
        "The second of the minute at which most moved: ask for the frame there. 255: no picture. Only with"
        " `thumbnails`, and where a cell is a minute. Absent: no pictures."
    )
    known_minutes = _series("How many minutes of a longer cell are known. Absent: all of them.")


class HeatmapSchema(ma.Schema):
    """Devices by name, and their cells."""

    start = UtcTime(required=True, data_key="from", metadata={"description": "Where the first cell begins."})
    end = UtcTime(required=True, data_key="to", metadata={"description": "Where the last cell ends."})
    every_minutes = fields.Integer(required=True, metadata={"description": "Minutes a cell."})
    cells = fields.Integer(required=True, metadata={"description": "How many cells each series has."})
    devices = fields.List(fields.Nested(HeatmapDeviceSchema), required=True)


def heatmap_body(found: Heatmap) -> dict[str, Any]:
    """HeatmapSchema's answer. Not dumped by the schema: that would look at each of 8,000 texts once more."""
    grid = found.grid
    return {
        "from": iso_ms(from_utc_ms(grid.first * 60_000)),
        "to": iso_ms(from_utc_ms(grid.end * 60_000)),
        "every_minutes": grid.every_minutes,
        "cells": grid.count,
        "devices": [_row(row) for row in found.rows],
    }


def _row(row: DeviceRow) -> dict[str, Any]:
    device = row.device
    return {
        "device": device.full_name,
        "label": device.label,
        "group_id": device.group_id,
        "group": device.group,
        "removed": device.removed,
        **{name: base64.b64encode(values).decode() for name, values in row.series.items()},
    }


def _example(*values: int) -> str:
    return base64.b64encode(bytes(values)).decode()


HEATMAP_EXAMPLE = {
    "from": "2026-11-21T14:00:00.000Z",
    "to": "2026-11-21T14:04:00.000Z",
    "every_minutes": 1,
    "cells": 4,
    "devices": [
        {
            "device": "lab-1/street",
            "label": "Street",
            "group_id": None,
            "group": None,
            "removed": False,
            "frames": _example(120, 120, 61, NOT_KNOWN),
            "motion_mean": _example(12, 40, 9, NOT_KNOWN),
            "motion_peak": _example(31, 118, 20, NOT_KNOWN),
            "missing_s": _example(0, 0, 29, NOT_KNOWN),
            "thumbnail_s": _example(14, 52, 3, NOT_KNOWN),
        }
    ],
}
