"""Media of hosts over HTTP."""

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from gateway.accounts.permissions import caller, requires
from gateway.hosts.media.carried_headers import asked_headers
from gateway.hosts.media.carrier import NoSuchBytesError
from gateway.hosts.media.front import FrontAnswer
from gateway.hosts.media.media import Media, MediaRequest
from gateway.hosts.media.schemas import MediaQuerySchema
from shared.http.blueprint import TEXT
from shared.http.envelope import EnvelopeBlueprint
from shared.http.provided import provided
from shared.http.sent_stream import send_pieces
from shared.http.sent_text import takes_gzip

blp = EnvelopeBlueprint(
    "media", __name__, description="Playlists, segments and pictures of every host, for players."
)
_ADDRESS = {"Location": {"description": "Its address.", "schema": {"type": "string"}}}


@blp.get("/media/<host_name:host>/<device_name:device>/<media_path:path>")
@requires("archive:read")
@blp.query(MediaQuerySchema)
@blp.sends_file("video/mp2t", "image/jpeg", "application/json", "text/csv")
@blp.answer(200, TEXT, description="A playlist.", content_type="application/vnd.apple.mpegurl")
@blp.also(308, description="A flat address of old players.", headers=_ADDRESS)
@blp.errors(404, 409, 502, 503)
def media_file(params: dict[str, str], host: str, device: str, path: str) -> Response:
    """A playlist, a segment or a picture of a device, as its host has it

    `segments/output.m3u8` is live, `segments/{hour}/archive.m3u8` an hour, `playlist.m3u8?from=&to=` any
    range of time; addresses in playlists are relative. With `Range`, for players. A browser that is signed
    in may send the media cookie, which outlives the access token and opens only this.
    """
    headers = asked_headers(dict(request.headers), takes_gzip=takes_gzip())
    asked = MediaRequest(host, device, path, request.method, params, headers)
    try:
        opened = provided(Media).open(asked, caller().scope)
    except NoSuchBytesError as error:
        raise RequestedRangeNotSatisfiable(length=error.size_bytes) from None
    if isinstance(opened, FrontAnswer):
        return send_pieces(200, opened.headers, None)
    return send_pieces(opened.status, opened.headers, opened.pieces)
