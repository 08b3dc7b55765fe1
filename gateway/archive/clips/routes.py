"""Exports over HTTP."""

from http import HTTPStatus
from typing import Any

from flask import Response, request
from werkzeug.exceptions import RequestedRangeNotSatisfiable

from gateway.accounts.permissions import caller, requires
from gateway.archive.clips.clips import ClipOrder, Clips, DeviceOf
from gateway.archive.clips.schemas import CLIP_EXAMPLE, ORDER_EXAMPLE, ClipOrderSchema, ClipSchema
from gateway.hosts.media.carried_headers import asked_headers
from gateway.hosts.media.carrier import NoSuchBytesError
from shared.http.deed import tell_deed
from shared.http.envelope import EnvelopeBlueprint
from shared.http.provided import provided
from shared.http.sent_stream import send_pieces

blp = EnvelopeBlueprint(
    "clips", __name__, url_prefix="/api/v1", description="Exports of a device's footage as files."
)
_CLIPS = "/devices/<host_name:host>/<device_name:device>/clips"
_CLIP = f"{_CLIPS}/<id:clip_id>"


@blp.post(_CLIPS)
@requires("archive:export")
@blp.body(ClipOrderSchema, example=ORDER_EXAMPLE)
@blp.data(ClipSchema, status=202, description="It is being made.", example=CLIP_EXAMPLE)
@blp.errors(404, 409, 502, 503)
def create_device_clip(order: ClipOrder, host: str, device: str) -> dict[str, Any]:
    """Make an MP4 of a range, in the background, nothing encoded again

    It begins and ends with whole segments and plays on across gaps. Where codec or size change it becomes a
    zip of one MP4 a part. A range without footage is a 409 that names the gap's reason.
    """
    clip = provided(Clips).create(_of(host, device), order)
    tell_deed(
        "clip",
        str(clip["id"]),
        f"{host}/{device}",
        span={"from": order.span.start, "to": order.span.end},
        format=order.format,
        exact=order.exact,
    )
    return clip


@blp.get(_CLIP)
@requires("archive:export")
@blp.data(ClipSchema, description="The clip.", example=CLIP_EXAMPLE)
@blp.errors(404, 502, 503)
def get_device_clip(host: str, device: str, clip_id: str) -> dict[str, Any]:
    """A clip as it is now, with its progress"""
    return provided(Clips).get(_of(host, device), clip_id)


@blp.delete(_CLIP)
@requires("archive:export")
@blp.data(ClipSchema, description="What it was.", example=CLIP_EXAMPLE)
@blp.errors(404, 502, 503)
def delete_device_clip(host: str, device: str, clip_id: str) -> dict[str, Any]:
    """Remove a clip; one that is being made is cancelled"""
    clip = provided(Clips).delete(_of(host, device), clip_id)
    tell_deed("clip", clip_id, f"{host}/{device}")
    return clip


@blp.get(f"{_CLIP}/file")
@requires("archive:export")
@blp.sends_file("video/mp4", "application/zip")
@blp.errors(404, 409, 502, 503)
def device_clip_file(host: str, device: str, clip_id: str) -> Response:
    """The file of a finished clip"""
    # Packed already: nothing is won by gzip.
    headers = asked_headers(dict(request.headers), takes_gzip=False)
    try:
        carried = provided(Clips).file(_of(host, device), clip_id, request.method, headers)
    except NoSuchBytesError as error:
        raise RequestedRangeNotSatisfiable(length=error.size_bytes) from None
    if carried.status in (HTTPStatus.OK, HTTPStatus.PARTIAL_CONTENT):
        file = carried.headers["Content-Disposition"].partition("filename=")[2].strip('"')
        tell_deed("clip", clip_id, f"{host}/{device}", verb="download", file=file)
    return send_pieces(carried.status, carried.headers, carried.pieces)


def _of(host: str, device: str) -> DeviceOf:
    return DeviceOf(host, device, caller().scope)
