"""Pictures, their lists and metadata as they cross the wire."""

from typing import Any

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import Length, Range

from host_agent.frames.wall import LONGEST_CURSOR, parse_cursor
from shared.http.fields import QueryInteger, QueryNumber, UtcTime

_LONGEST_AGE_S = 366 * 86_400


class ScreenshotQuerySchema(ma.Schema):
    """How old a picture may be."""

    max_age = QueryNumber(
        validate=Range(min=0, max=_LONGEST_AGE_S),
        metadata={
            "description": "Seconds. Default: 3, or three frame intervals where those are longer.",
            "example": 10,
        },
    )


class WallQuerySchema(ma.Schema):
    """Which devices, and what the caller has already."""

    devices = fields.String(
        validate=Length(max=LONGEST_CURSOR),
        metadata={"description": "Names, with commas between them. Default: all.", "example": "capture1"},
    )
    after = fields.String(
        metadata={
            "description": "The cursor of the last answer: unchanged pictures are left out.",
            "example": "MSxjYXB0dXJlMT0xMjM",
        },
    )

    @ma.validates("after")
    def _is_cursor(self, value: str, **_kwargs: Any) -> None:
        try:
            parse_cursor(value)
        except ValueError as error:
            raise ma.ValidationError(f"{error}; send the last answer's, or none.") from None


class ThumbnailsQuerySchema(ma.Schema):
    """How many of an hour's thumbnails."""

    every = QueryInteger(
        validate=Range(min=1, max=3600),
        metadata={"description": "One for every so many seconds. Default: all.", "example": 60},
    )


class ThumbnailsSchema(ma.Schema):
    """An hour's thumbnails."""

    hour = fields.Integer(required=True, validate=Range(min=0, max=23))
    date = fields.Date(required=True, metadata={"description": "The hour's date, UTC."})
    count = fields.Integer(required=True)
    thumbnails = fields.List(
        fields.String(), required=True, metadata={"description": "Addresses, by number: oldest first."}
    )


class CaptureMetadataSchema(ma.Schema):
    """What is known of one capture. The fields from `brightness` on are there where it was analysed."""

    number = fields.Integer(required=True, metadata={"description": "The capture's number."})
    captured_at = UtcTime(required=True)
    width = fields.Integer(required=True)
    height = fields.Integer(required=True)
    bytes = fields.Integer(required=True)
    thumbnail = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Number of the thumbnail nearest in time: the two have their own numbers."},
    )
    brightness = fields.Float(metadata={"description": "0 to 255."})
    blackscreen = fields.Boolean()
    freeze = fields.Boolean()
    freeze_seconds = fields.Float()
    motion = fields.Float(metadata={"description": "0 to 1: share of the picture that changed."})
    sharpness = fields.Float()


class MinuteSchema(ma.Schema):
    """One minute. Motion, black and frozen are null where no picture was analysed."""

    start = UtcTime(required=True)
    frames = fields.Integer(required=True, attribute="values.frames")
    analysed = fields.Boolean(required=True, attribute="values.analysed")
    motion_mean = fields.Float(required=True, allow_none=True, attribute="values.motion_mean")
    motion_peak = fields.Float(required=True, allow_none=True, attribute="values.motion_peak")
    black_s = fields.Float(required=True, allow_none=True, attribute="values.black_s")
    frozen_s = fields.Float(required=True, allow_none=True, attribute="values.frozen_s")
    missing_s = fields.Float(required=True, attribute="values.missing_s")
    thumbnail = fields.Integer(
        required=True,
        allow_none=True,
        attribute="values.thumbnail",
        metadata={"description": "Number of the thumbnail at the moment of most motion."},
    )
    revision = fields.Integer(required=True, attribute="values.revision")


class MosaicSchema(ma.Schema):
    """An hour's picture of 60 tiles: minute m is in column m % columns, row m // columns."""

    hour = fields.String(required=True)
    url = fields.String(required=True)
    sealed = fields.Boolean(required=True, metadata={"description": "False: it changes every minute."})


class HeatmapSchema(ma.Schema):
    """Minutes and mosaics of a range, oldest first; minutes of which nothing is known are left out."""

    device = fields.String(required=True)
    start = UtcTime(required=True, data_key="from")
    end = UtcTime(required=True, data_key="to")
    minutes = fields.List(fields.Nested(MinuteSchema), required=True)
    mosaics = fields.List(fields.Nested(MosaicSchema), required=True)
    columns = fields.Integer(required=True)
    rows = fields.Integer(required=True)
    tile_width = fields.Integer(required=True)
    tile_height = fields.Integer(required=True)


HEATMAP_EXAMPLE = {
    "device": "capture1",
    "from": "2026-11-21T14:00:00.000Z",
    "to": "2026-11-21T15:00:00.000Z",
    "minutes": [
        {
            "start": "2026-11-21T14:00:00.000Z",
            "frames": 60,
            "analysed": True,
            "motion_mean": 0.012,
            "motion_peak": 0.31,
            "black_s": 0.0,
            "frozen_s": 0.0,
            "missing_s": 0.0,
            "thumbnail": 1234,
            "revision": 1,
        }
    ],
    "mosaics": [
        {
            "hour": "2026-11-21T14",
            "url": "/host/stream/capture1/heatmap/2026-11-21T14/mosaic.jpg",
            "sealed": True,
        }
    ],
    "columns": 10,
    "rows": 6,
    "tile_width": 160,
    "tile_height": 90,
}
THUMBNAILS_EXAMPLE = {
    "hour": 14,
    "date": "2026-11-21",
    "count": 1,
    "thumbnails": ["/host/stream/capture1/thumbnails/14/capture_000000123_thumbnail.jpg"],
}
METADATA_EXAMPLE = [
    {
        "number": 123,
        "captured_at": "2026-11-21T14:00:00.250Z",
        "width": 1280,
        "height": 720,
        "bytes": 93_412,
        "thumbnail": 307,
        "brightness": 104.2,
        "blackscreen": False,
        "freeze": False,
        "freeze_seconds": 0.0,
        "motion": 0.031,
        "sharpness": 12.4,
    }
]
