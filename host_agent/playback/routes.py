"""Media over HTTP: playlists, every media file, a picture of any time, clips."""

from datetime import datetime
from typing import Any

from flask import Response
from werkzeug.http import http_date

from host_agent.hour_address import parse_hour_address
from host_agent.playback.clip import CONTENT_TYPES as CLIP_TYPES
from host_agent.playback.clip import Clip
from host_agent.playback.clips import ClipService
from host_agent.playback.frame_at import FrameFinder
from host_agent.playback.hour_playlist import hour_playlist
from host_agent.playback.media import is_derived, open_derived, open_numbered
from host_agent.playback.range_playlist import RangePlaylists
from host_agent.playback.schemas import (
    CLIP_EXAMPLE,
    ORDER_EXAMPLE,
    ClipOrderSchema,
    ClipSchema,
    ClipsSchema,
    FrameQuerySchema,
    clip_address,
)
from host_agent.ring.layout import LIVE_PLAYLIST_NAME, Kind, parse_file_name
from host_agent.served_devices import ServedDevices
from host_agent.stored_file import CONTENT_TYPES, StoredFile
from shared.errors import NotFoundError, UnavailableError
from shared.http.blueprint import BINARY, TEXT, ApiBlueprint
from shared.http.fields import SpanQuerySchema
from shared.http.permissions import requires
from shared.http.provided import provided
from shared.http.sent_file import send_stored
from shared.http.sent_text import send_text, stream_text
from shared.opened_file import open_beneath
from shared.spans import Span, iso_ms

blp = ApiBlueprint(
    "playback", __name__, description="Playlists, media files, pictures of any time, and clips."
)
PLAYLIST_TYPE = CONTENT_TYPES[".m3u8"]
_NUMBERED_TYPES = (CONTENT_TYPES[".ts"], CONTENT_TYPES[".jpg"], CONTENT_TYPES[".json"])
_STREAM = "/host/stream/<device:device>"
_ADDRESS = {"description": "Its address.", "schema": {"type": "string"}}
_MOVED = {"Location": _ADDRESS}
_FRAME_HEADERS = {
    "X-Frame-Time": {"description": "When it was taken, to the millisecond.", "schema": {"type": "string"}},
    "X-Frame-Source": {
        "description": "What it was taken from.",
        "schema": {"type": "string", "enum": ["capture", "segment"]},
    },
}


@blp.get(f"{_STREAM}/segments/output.m3u8")
@requires("archive:read")
@blp.answer(200, TEXT, description="An HLS playlist.", content_type=PLAYLIST_TYPE)
@blp.also(304, description="Unchanged.")
@blp.errors(404, 503)
def live_playlist(device: str) -> Response:
    """The live playlist: the last seconds, with true dates

    It goes on through restarts of the recorder: media and discontinuity sequence never leap.
    """
    store = provided(ServedDevices).store(device)
    opened = open_beneath(store.folders.base, store.folders.live_playlist)
    if opened is None:
        raise UnavailableError(
            f"{store.device} is not live: nothing has been recorded yet.",
            remedy="GET /api/host/devices has its state and the reason.",
        )
    with opened:
        text = opened.read()
    if not text.startswith(b"#EXTM3U"):
        raise UnavailableError(
            f"The live playlist of {store.device} is torn.",
            code="torn_file",
            remedy="It is written anew with the next segment; ask again.",
        )
    return send_text(text, content_type=PLAYLIST_TYPE)


@blp.get(f"{_STREAM}/segments/<hour:hour>/archive.m3u8")
@requires("archive:read")
@blp.answer(200, TEXT, description="An HLS playlist.", content_type=PLAYLIST_TYPE)
@blp.also(304, description="Unchanged.")
@blp.errors(404, 503)
def archive_playlist(device: str, hour: str) -> Response:
    """An hour's playlist

    While the hour runs it is of type EVENT and includes what is still hot; it is only appended to.
    """
    devices = provided(ServedDevices)
    address = parse_hour_address(hour, devices.clock.now())
    return send_text(hour_playlist(devices.store(device), address.hour), content_type=PLAYLIST_TYPE)


@blp.get(f"{_STREAM}/playlist.m3u8")
@requires("archive:read")
@blp.query(SpanQuerySchema)
@blp.answer(200, TEXT, description="An HLS playlist.", content_type=PLAYLIST_TYPE)
@blp.errors(404, 409, 503)
def range_playlist(span: Span, device: str) -> Response:
    """A playlist of any range of time, across hours and gaps

    A range without footage is a 409 that names the gap's reason.
    """
    store = provided(ServedDevices).store(device)
    return stream_text(provided(RangePlaylists).render(store.device, span), content_type=PLAYLIST_TYPE)


@blp.get(f"{_STREAM}/<any(segments,captures,thumbnails,metadata):kind>/<name:name>")
@requires("archive:read")
@blp.sends_file(*_NUMBERED_TYPES)
@blp.also(308, description="A flat address of old players.", headers=_MOVED)
@blp.errors(404, 503)
def hot_file(device: str, kind: str, name: str) -> Response:
    """A numbered media file, wherever it lies now

    An address that was given once stays good until the file expires.
    """
    store = provided(ServedDevices).store(device)
    file = parse_file_name(name)
    if file is not None and file.kind is not Kind(kind):
        # captures/capture_N_thumbnail.jpg, as it was before each kind had a folder.
        return _moved_to(f"/host/stream/{store.device}/{file.kind.value}/{file.name}")
    return _send_media(open_numbered(store, Kind(kind), name, None), is_numbered=True)


@blp.get(f"{_STREAM}/<any(segments,captures,thumbnails,metadata):kind>/<hour:hour>/<name:name>")
@requires("archive:read")
@blp.sends_file(*_NUMBERED_TYPES, CONTENT_TYPES[".csv"])
@blp.errors(404, 503)
def hour_file(device: str, kind: str, hour: str, name: str) -> Response:
    """A media file of an hour, or what is derived from the hour

    Numbered files are found wherever they lie now. Derived ones: `times.csv` of segments
    and `metadata.json` of metadata.
    """
    devices = provided(ServedDevices)
    store = devices.store(device)
    address = parse_hour_address(hour, devices.clock.now())
    if is_derived(Kind(kind), name):
        return _send_media(open_derived(store, Kind(kind), name, address), is_numbered=False)
    return _send_media(open_numbered(store, Kind(kind), name, address.hour), is_numbered=True)


@blp.get(f"{_STREAM}/<name:name>")
@requires("archive:read")
@blp.deprecated()
@blp.answer(308, description="Where it is now.", headers=_MOVED)
@blp.errors(404)
def flat_address(device: str, name: str) -> Response:
    """The flat addresses of old players: `output.m3u8`, `segment_N.ts`"""
    store = provided(ServedDevices).store(device)
    file = parse_file_name(name)
    if name == LIVE_PLAYLIST_NAME:
        return _moved_to(f"/host/stream/{store.device}/segments/{LIVE_PLAYLIST_NAME}")
    if file is None:
        raise NotFoundError(
            "There is nothing at this address.", remedy="/docs lists the addresses that exist."
        )
    return _moved_to(f"/host/stream/{store.device}/{file.kind.value}/{file.name}")


@blp.get("/api/host/frame/<device:device>")
@requires("archive:read")
@blp.query(FrameQuerySchema)
@blp.answer(200, BINARY, description="A JPEG.", content_type="image/jpeg", headers=_FRAME_HEADERS)
@blp.errors(404, 503)
def frame_at(query: dict[str, datetime], device: str) -> Response:
    """The picture nearest to a time, whatever it must be taken from

    A capture where there is one, else a picture of the segment. In a gap the nearest one up to five
    seconds away; beyond that a 404 that names the gap's reason.
    """
    store = provided(ServedDevices).store(device)
    found = provided(FrameFinder).nearest(store.device, query["at"])
    response = Response(found.jpeg, content_type="image/jpeg")
    response.headers["Last-Modified"] = http_date(found.at)
    response.headers["X-Frame-Time"] = iso_ms(found.at)
    response.headers["X-Frame-Source"] = found.source
    return response


@blp.post("/api/host/clips")
@requires("archive:export")
@blp.body(ClipOrderSchema, example=ORDER_EXAMPLE)
@blp.answer(
    202, ClipSchema, description="It is being made.", example=CLIP_EXAMPLE, headers={"Location": _ADDRESS}
)
@blp.errors(404, 409, 503)
def create_clip(order: dict[str, Any]) -> tuple[Clip, int, dict[str, str]]:
    """Make an MP4 of a range, in the background, nothing encoded again

    It begins and ends with whole segments and plays on across gaps. Where codec or size change it
    becomes a zip of one MP4 a part. A range without footage is a 409 that names the gap's reason.
    """
    store = provided(ServedDevices).store(order["device"])
    clip = provided(ClipService).create(store.device, order["span"], order["format"], exact=order["exact"])
    return clip, 202, {"Location": clip_address(clip)}


@blp.get("/api/host/clips")
@requires("archive:export")
@blp.answer(200, ClipsSchema, description="Oldest first.", example={"clips": [CLIP_EXAMPLE]})
@blp.errors(503)
def all_clips() -> dict[str, list[Clip]]:
    """Every clip that has not expired"""
    return {"clips": provided(ClipService).all()}


@blp.get("/api/host/clips/<clip:clip>")
@requires("archive:export")
@blp.answer(200, ClipSchema, description="The clip.", example=CLIP_EXAMPLE)
@blp.errors(404, 503)
def one_clip(clip: str) -> Clip:
    """A clip as it is now, with its progress"""
    return provided(ClipService).get(clip)


@blp.delete("/api/host/clips/<clip:clip>")
@requires("archive:export")
@blp.answer(200, ClipSchema, description="What it was.", example=CLIP_EXAMPLE)
@blp.errors(404, 503)
def delete_clip(clip: str) -> Clip:
    """Remove a clip; one that is being made is cancelled"""
    return provided(ClipService).delete(clip)


@blp.get("/api/host/clips/<clip:clip>/file")
@requires("archive:export")
@blp.sends_file(*CLIP_TYPES.values())
@blp.errors(404, 409, 503)
def clip_file(clip: str) -> Response:
    """The file of a finished clip"""
    devices = provided(ServedDevices)
    found = provided(ClipService).file(clip)
    opened = open_beneath(found.root, found.path)
    if opened is None:
        raise NotFoundError("The clip's file has gone.", remedy="Make it again.")
    return send_stored(
        opened,
        found.path,
        content_type=found.content_type,
        cache_control=devices.cache_control(is_numbered=False),
        front=devices.front_server(),
        headers={"Content-Disposition": f'attachment; filename="{found.name}"'},
    )


def _moved_to(address: str) -> Response:
    return Response(status=308, headers={"Location": address, "Cache-Control": "no-cache"})


def _send_media(found: StoredFile, *, is_numbered: bool) -> Response:
    devices = provided(ServedDevices)
    return send_stored(
        found.opened,
        found.path,
        content_type=found.content_type,
        cache_control=devices.cache_control(is_numbered=is_numbered),
        front=devices.front_server(),
    )
