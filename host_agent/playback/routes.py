"""Media over HTTP: playlists, every media file, a picture of any time, clips."""

from flask import Response

from host_agent.hour_address import parse_hour_address
from host_agent.playback.hour_playlist import hour_playlist
from host_agent.playback.media import is_derived, open_derived, open_numbered
from host_agent.playback.range_playlist import RangePlaylists
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
from shared.spans import Span

blp = ApiBlueprint(
    "playback", __name__, description="Playlists, media files, pictures of any time, and clips."
)
PLAYLIST_TYPE = CONTENT_TYPES[".m3u8"]
_STREAM = "/host/stream/<device:device>"
_MOVED = {"Location": {"description": "Its place.", "schema": {"type": "string"}}}


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
@blp.answer(200, BINARY, description="The file.", content_type="video/mp2t")
@blp.also(206, schema=BINARY, description="A part of it.", content_type="video/mp2t")
@blp.also(304, description="Unchanged.")
@blp.also(308, description="A flat address of old players.", headers=_MOVED)
@blp.errors(404, 416, 503)
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
@blp.answer(200, BINARY, description="The file.", content_type="video/mp2t")
@blp.also(206, schema=BINARY, description="A part of it.", content_type="video/mp2t")
@blp.also(304, description="Unchanged.")
@blp.errors(404, 416, 503)
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
