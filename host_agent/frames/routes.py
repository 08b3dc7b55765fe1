"""Pictures over HTTP: the newest ones, an hour's, what is known of each, and the heatmap."""

from datetime import datetime
from typing import Any

from flask import Response, jsonify
from werkzeug.http import http_date

from host_agent.frames.heatmap import HeatmapReader
from host_agent.frames.hour_listing import numbers_of_hour, thin, times_of_hour
from host_agent.frames.metadata_array import metadata_of_hour
from host_agent.frames.schemas import (
    HEATMAP_EXAMPLE,
    METADATA_EXAMPLE,
    THUMBNAILS_EXAMPLE,
    CaptureMetadataSchema,
    HeatmapSchema,
    ScreenshotQuerySchema,
    ThumbnailsQuerySchema,
    ThumbnailsSchema,
    WallQuerySchema,
)
from host_agent.frames.screenshot import OLD_AFTER_S, newest_picture, oldest_allowed_s
from host_agent.frames.wall import (
    CONTENT_TYPE,
    encode_cursor,
    encode_wall,
    next_cursor,
    parse_cursor,
    wall_frame,
)
from host_agent.hour_address import parse_hour_address
from host_agent.ring.layout import MINUTES_NAME, MOSAIC_NAME, Kind, name_format
from host_agent.served_devices import ServedDevices
from host_agent.stored_file import CONTENT_TYPES, open_stored
from shared.errors import NotFoundError, UnavailableError
from shared.http.blueprint import BINARY, ApiBlueprint
from shared.http.fields import SpanQuerySchema
from shared.http.permissions import requires
from shared.http.provided import provided
from shared.http.sent_file import send_stored
from shared.http.sent_text import stream_text
from shared.spans import Span, from_utc_ms, iso_ms

blp = ApiBlueprint(
    "frames", __name__, description="Pictures: the newest, an hour's, and what is known of them."
)
_PICTURE_HEADERS = {
    "Last-Modified": {"description": "When it was taken, to the second.", "schema": {"type": "string"}},
    "X-Frame-Time": {"description": "When it was taken, to the millisecond.", "schema": {"type": "string"}},
    "X-Frame-Age": {"description": "Seconds since then.", "schema": {"type": "string"}},
}


@blp.get("/api/host/screenshot/<device:device>")
@requires("archive:read")
@blp.query(ScreenshotQuerySchema)
@blp.answer(200, BINARY, description="A JPEG.", content_type="image/jpeg", headers=_PICTURE_HEADERS)
@blp.errors(404, 503)
def screenshot(query: dict[str, float], device: str) -> Response:
    """The newest capture of a device

    Where it is older than 3 s, or than three frame intervals, it is no picture of now: 503 with its
    age, unless `max_age` allows it.
    """
    devices = provided(ServedDevices)
    store = devices.store(device)
    picture = newest_picture(store, Kind.CAPTURES)
    if picture is None:
        raise UnavailableError(
            f"{device} has no picture now.",
            remedy="GET /api/host/devices has its state; /api/host/frame finds older pictures.",
        )
    taken = from_utc_ms(picture.taken_utc_ms)
    age_s = (devices.clock.now() - taken).total_seconds()
    allowed_s = query.get("max_age", OLD_AFTER_S)
    if age_s > allowed_s and "max_age" not in query:
        # Only now: what a healthy device may be late by is asked of the journal.
        allowed_s = oldest_allowed_s(devices.picture_settings(device), devices.journal.states(device))
    if age_s > allowed_s:
        raise UnavailableError(
            f"The newest picture of {device} is {age_s:.1f} s old; up to {allowed_s:g} s would do.",
            code="picture_too_old",
            remedy=f"GET /api/host/devices has its state; ?max_age={int(age_s) + 5} takes it as it is.",
        )
    return _send_picture(picture.jpeg, taken, age_s, {})


@blp.get("/api/host/frames")
@requires("archive:read")
@blp.query(WallQuerySchema)
@blp.answer(200, BINARY, description="Head and pictures, see above.", content_type=CONTENT_TYPE)
@blp.errors(404, 503)
def wall(query: dict[str, str]) -> Response:
    """The newest thumbnails of many devices in one answer

    Four bytes, big-endian: the length of the head. Then the head, a JSON object
    `{"cursor": "…", "frames": [{"device", "state", "time", "number", "length"}]}`. Then the JPEGs in
    the head's order, each of its `length` bytes; 0: unchanged since `after`, or there is none. Send
    the cursor as `after` the next time.
    """
    devices = provided(ServedDevices)
    asked = query.get("devices")
    names = devices.names() if asked is None else list(dict.fromkeys(asked.split(",")))
    stores = [devices.store(name) for name in names]
    cursor = parse_cursor(query.get("after", ""))
    states = devices.states(names)
    frames = [wall_frame(store, states[store.device].state, cursor) for store in stores]
    has = next_cursor(frames, cursor, devices.stores)
    return Response(encode_wall(frames, encode_cursor(has)), content_type=CONTENT_TYPE)


@blp.get("/api/host/thumbnails/<device:device>/<hour:hour>")
@requires("archive:read")
@blp.query(ThumbnailsQuerySchema)
@blp.answer(200, ThumbnailsSchema, description="By number; may be empty.", example=THUMBNAILS_EXAMPLE)
@blp.errors(404, 503)
def thumbnails(query: dict[str, int], device: str, hour: str) -> Response:
    """An hour's thumbnails, by number

    The running hour includes those that are still hot. `every` thins them by time.
    """
    devices = provided(ServedDevices)
    store = devices.store(device)
    address = parse_hour_address(hour, devices.clock.now())
    every_s = query.get("every")
    if every_s is None:
        numbers = numbers_of_hour(store, Kind.THUMBNAILS, address.hour)
    else:
        numbers = thin(times_of_hour(store, Kind.THUMBNAILS, address.hour), every_s)
    folder = f"/host/stream/{store.device}/{Kind.THUMBNAILS.value}/{address.text}"
    named = f"{folder}/{name_format(Kind.THUMBNAILS)}".format
    # Not dumped by the schema: it would look at each of 18,000 texts once more.
    return jsonify(
        hour=address.hour.number,
        date=address.hour.date.isoformat(),
        count=len(numbers),
        thumbnails=[named(number) for number in numbers],
    )


@blp.get("/api/host/metadata/<device:device>/<hour:hour>")
@requires("archive:read")
@blp.answer(
    200, CaptureMetadataSchema(many=True), description="By number; may be empty.", example=METADATA_EXAMPLE
)
@blp.errors(404, 503)
def metadata(device: str, hour: str) -> Response:
    """What is known of each capture of an hour, by number

    The running hour includes what is still hot.
    """
    devices = provided(ServedDevices)
    store = devices.store(device)
    address = parse_hour_address(hour, devices.clock.now())
    return stream_text(metadata_of_hour(store, address.hour), content_type="application/json")


@blp.get("/api/host/heatmap/<device:device>")
@requires("archive:read")
@blp.query(SpanQuerySchema)
@blp.answer(200, HeatmapSchema, description="Oldest first; may be empty.", example=HEATMAP_EXAMPLE)
@blp.errors(404, 503)
def heatmap(span: Span, device: str) -> dict[str, Any]:
    """Minute by minute: frames, motion, black, frozen and missing seconds, and mosaics of the hours"""
    store = provided(ServedDevices).store(device)
    found = provided(HeatmapReader).heatmap(store.device, span)
    return {
        "device": store.device,
        "start": span.start,
        "end": span.end,
        "minutes": found.minutes,
        "mosaics": [
            {
                "hour": str(mosaic.hour),
                "url": f"/host/stream/{store.device}/heatmap/{mosaic.hour}/{MOSAIC_NAME}",
                "sealed": mosaic.sealed,
            }
            for mosaic in found.mosaics
        ],
        "columns": found.columns,
        "rows": found.rows,
        "tile_width": found.tile_width,
        "tile_height": found.tile_height,
    }


@blp.get(f"/host/stream/<device:device>/heatmap/<hour:hour>/<any('{MOSAIC_NAME}','{MINUTES_NAME}'):name>")
@requires("archive:read")
@blp.sends_file(CONTENT_TYPES[".jpg"], CONTENT_TYPES[".json"])
@blp.errors(404, 503)
def heatmap_file(device: str, hour: str, name: str) -> Response:
    """An hour's mosaic of 60 tiles, or its minutes

    Those of the running hour change every minute.
    """
    devices = provided(ServedDevices)
    store = devices.store(device)
    address = parse_hour_address(hour, devices.clock.now())
    found = None
    for mosaic in provided(HeatmapReader).heatmap(store.device, address.hour.span).mosaics:
        found = open_stored(store.folders.base, mosaic.path.with_name(name))
    if found is None:
        raise NotFoundError(
            f"{store.device} has no {name} for the hour {address.hour}.",
            remedy="It is made a minute after the first pictures of the hour, and goes when it expires.",
        )
    return send_stored(
        found.opened,
        found.path,
        content_type=found.content_type,
        cache_control=devices.cache_control(is_numbered=False),
        front=devices.front_server(),
    )


def _send_picture(jpeg: bytes, taken: datetime, age_s: float, headers: dict[str, str]) -> Response:
    response = Response(jpeg, content_type="image/jpeg")
    response.headers["Last-Modified"] = http_date(taken)
    response.headers["X-Frame-Time"] = iso_ms(taken)
    response.headers["X-Frame-Age"] = f"{age_s:.3f}"
    response.headers.update(headers)
    return response
