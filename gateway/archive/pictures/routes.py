"""Pictures of one device over HTTP, and what is known of them."""

import json
from datetime import datetime
from typing import Any

from flask import Response

from gateway.accounts.permissions import caller, requires
from gateway.archive.pictures.pictures import Picture, Pictures
from gateway.archive.pictures.schemas import (
    CAPTURES_EXAMPLE,
    DEVICE_HEATMAP_EXAMPLE,
    THUMBNAILS_EXAMPLE,
    CaptureFactsSchema,
    DeviceHeatmapSchema,
    FrameQuerySchema,
    ScreenshotQuerySchema,
    ThumbnailsQuerySchema,
    ThumbnailsSchema,
)
from shared.http.blueprint import BINARY
from shared.http.envelope import EnvelopeBlueprint
from shared.http.fields import SpanQuerySchema
from shared.http.provided import provided
from shared.http.sent_text import send_text
from shared.spans import Span, iso_ms

blp = EnvelopeBlueprint(
    "pictures", __name__, url_prefix="/api/v1", description="Pictures of a device, and what is known of them."
)
_DEVICE = "/devices/<host_name:host>/<device_name:device>"
_TEXT = {"type": "string"}
_TAKEN = {
    "Last-Modified": {"description": "When it was taken, to the second.", "schema": _TEXT},
    "X-Frame-Time": {"description": "When it was taken, to the millisecond.", "schema": _TEXT},
}
_AGE = {"X-Frame-Age": {"description": "Seconds since then.", "schema": _TEXT}}
_SOURCE = {"X-Frame-Source": {"description": "capture or segment.", "schema": _TEXT}}


@blp.get(f"{_DEVICE}/screenshot")
@requires("archive:read")
@blp.query(ScreenshotQuerySchema)
@blp.answer(200, BINARY, description="A JPEG.", content_type="image/jpeg", headers={**_TAKEN, **_AGE})
@blp.errors(404, 502, 503)
def device_screenshot(query: dict[str, float | None], host: str, device: str) -> Response:
    """The newest picture of a device

    Where it is older than 3 s, or than three frame intervals, it is no picture of now: 503 with its age,
    unless `max_age` allows it.
    """
    return _send(provided(Pictures).screenshot(host, device, caller().scope, max_age_s=query["max_age"]))


@blp.get(f"{_DEVICE}/frame")
@requires("archive:read")
@blp.query(FrameQuerySchema)
@blp.answer(200, BINARY, description="A JPEG.", content_type="image/jpeg", headers={**_TAKEN, **_SOURCE})
@blp.errors(404, 502, 503)
def device_frame(query: dict[str, datetime], host: str, device: str) -> Response:
    """The picture nearest to a time, whatever it must be taken from

    In a gap the nearest one up to five seconds away; beyond that a 404 that names the gap's reason.
    """
    return _send(provided(Pictures).frame(host, device, caller().scope, at=iso_ms(query["at"])))


@blp.get(f"{_DEVICE}/thumbnails/<hour:hour>")
@requires("archive:read")
@blp.query(ThumbnailsQuerySchema)
@blp.data(ThumbnailsSchema, description="By number; may be empty.", example=THUMBNAILS_EXAMPLE)
@blp.also(304, description="The caller has it already.")
@blp.errors(404, 502, 503)
def device_thumbnails(query: dict[str, int | None], host: str, device: str, hour: str) -> Response:
    """An hour's thumbnails, by number

    The running hour includes those that are still hot. `every` thins them by time.
    """
    pictures = provided(Pictures)
    return _send_data(pictures.thumbnails(host, device, caller().scope, hour, every_s=query["every"]))


@blp.get(f"{_DEVICE}/metadata/<hour:hour>")
@requires("archive:read")
@blp.data(CaptureFactsSchema, description="By number; may be empty.", example=CAPTURES_EXAMPLE, many=True)
@blp.also(304, description="The caller has it already.")
@blp.errors(404, 502, 503)
def device_metadata(host: str, device: str, hour: str) -> Response:
    """What is known of each capture of an hour, by number"""
    return _send_data(provided(Pictures).metadata(host, device, caller().scope, hour))


@blp.get(f"{_DEVICE}/heatmap")
@requires("archive:read")
@blp.query(SpanQuerySchema)
@blp.data(DeviceHeatmapSchema, description="Oldest first; may be empty.", example=DEVICE_HEATMAP_EXAMPLE)
@blp.also(304, description="The caller has it already.")
@blp.errors(404, 502, 503)
def device_heatmap(span: Span, host: str, device: str) -> Response:
    """Minute by minute, as the device's host has it, with mosaics of the hours"""
    return _send_data(provided(Pictures).heatmap(host, device, caller().scope, span))


def _send(picture: Picture) -> Response:
    response = Response(picture.jpeg, content_type="image/jpeg")
    response.headers.update(picture.headers)
    return response


def _send_data(data: Any) -> Response:
    # Checked already; a schema would look at each of 18,000 addresses once more.
    text = json.dumps({"success": True, "data": data}, ensure_ascii=False, separators=(",", ":"))
    return send_text(text, content_type="application/json", cache_control="private, no-cache")
