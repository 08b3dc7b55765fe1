"""Pictures' parameters and facts as they cross the wire."""

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import Range

from shared.http.fields import QueryInteger, QueryNumber, UtcTime

_LONGEST_AGE_S = 366 * 86_400


class ScreenshotQuerySchema(ma.Schema):
    """How old a picture may be."""

    max_age = QueryNumber(
        load_default=None,
        validate=Range(min=0, max=_LONGEST_AGE_S),
        metadata={
            "description": "Seconds. Default: 3, or three frame intervals where those are longer.",
            "example": 10,
        },
    )


class FrameQuerySchema(ma.Schema):
    """The picture of which time."""

    at = UtcTime(
        required=True,
        metadata={"description": "ISO 8601 with an offset.", "example": "2026-11-21T14:02:03.250Z"},
    )


class ThumbnailsQuerySchema(ma.Schema):
    """How many of an hour's thumbnails."""

    every = QueryInteger(
        load_default=None,
        validate=Range(min=1, max=3600),
        metadata={"description": "One for every so many seconds. Default: all.", "example": 60},
    )


class ThumbnailsSchema(ma.Schema):
    """An hour's thumbnails."""

    hour = fields.Integer(required=True, validate=Range(min=0, max=23))
    date = fields.String(required=True, metadata={"description": "The hour's date, UTC.", "format": "date"})
    count = fields.Integer(required=True)
    thumbnails = fields.List(
        fields.String(), required=True, metadata={"description": "Addresses, by number: oldest first."}
    )


class CaptureFactsSchema(ma.Schema):
    """What is known of one capture. The fields from `brightness` on are there where it was analysed."""

    number = fields.Integer(required=True, metadata={"description": "The capture's number."})
    captured_at = fields.String(required=True, metadata={"format": "date-time"})
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


class DeviceMinuteSchema(ma.Schema):
    """One minute. Motion, black and frozen are null where no picture was analysed."""

    start = fields.String(required=True, metadata={"format": "date-time"})
    frames = fields.Integer(required=True)
    analysed = fields.Boolean(required=True)
    motion_mean = fields.Float(required=True, allow_none=True)
    motion_peak = fields.Float(required=True, allow_none=True)
    black_s = fields.Float(required=True, allow_none=True)
    frozen_s = fields.Float(required=True, allow_none=True)
    missing_s = fields.Float(required=True)
    thumbnail = fields.Integer(
        required=True,
        allow_none=True,
        metadata={"description": "Number of the thumbnail at the moment of most motion."},
    )
    revision = fields.Integer(required=True)


class MosaicSchema(ma.Schema):
    """An hour's picture of 60 tiles: minute m is in column m % columns, row m // columns."""

    hour = fields.String(required=True)
    url = fields.String(required=True)
    sealed = fields.Boolean(required=True, metadata={"description": "False: it changes every minute."})


class DeviceHeatmapSchema(ma.Schema):
    """Minutes and mosaics of a range, oldest first; minutes of which nothing is known are left out."""

    host = fields.String(required=True)
    device = fields.String(required=True)
    start = fields.String(required=True, data_key="from", attribute="from", metadata={"format": "date-time"})
    end = fields.String(required=True, data_key="to", attribute="to", metadata={"format": "date-time"})
    minutes = fields.List(fields.Nested(DeviceMinuteSchema), required=True)
    mosaics = fields.List(fields.Nested(MosaicSchema), required=True)
    columns = fields.Integer(required=True)
    rows = fields.Integer(required=True)
    tile_width = fields.Integer(required=True)
    tile_height = fields.Integer(required=True)


THUMBNAILS_EXAMPLE = {
    "hour": 14,
    "date": "2026-11-21",
    "count": 1,
    "thumbnails": ["/media/lab-1/street/thumbnails/2026-11-21T14/capture_000000123_thumbnail.jpg"],
}
CAPTURES_EXAMPLE = [
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
DEVICE_HEATMAP_EXAMPLE = {
    "host": "lab-1",
    "device": "street",
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
            "url": "/media/lab-1/street/heatmap/2026-11-21T14/mosaic.jpg",
            "sealed": True,
        }
    ],
    "columns": 10,
    "rows": 6,
    "tile_width": 160,
    "tile_height": 90,
}
