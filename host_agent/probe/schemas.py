"""Trying cameras as it crosses the wire."""

import marshmallow as ma
from marshmallow import fields

_CODE = {
    "description": (
        "ok, refused, unreachable, timeout, unauthorised, not_found, not_video, leads_elsewhere, "
        "not_allowed, bad_address, ended or other."
    )
}
_MESSAGE = {"description": "What to do, a sentence; empty where the code is ok."}
_LATENCY = {"description": "From the attempt to connect to the first packet, milliseconds."}


class ProbeAnswerSchema(ma.Schema):
    """What trying a camera came to."""

    code = fields.String(required=True, metadata=_CODE)
    message = fields.String(required=True, metadata=_MESSAGE)
    latency_ms = fields.Integer(required=True, allow_none=True, metadata=_LATENCY)
    width = fields.Integer(required=True, allow_none=True)
    height = fields.Integer(required=True, allow_none=True)
    fps = fields.Float(required=True, allow_none=True)
    codec = fields.String(required=True, allow_none=True)


class PictureAnswerSchema(ma.Schema):
    """A picture of a camera, or why there is none."""

    code = fields.String(required=True, metadata=_CODE)
    message = fields.String(required=True, metadata=_MESSAGE)
    latency_ms = fields.Integer(required=True, allow_none=True, metadata=_LATENCY)
    jpeg = fields.String(required=True, metadata={"description": "Base64; empty unless the code is ok."})
    thumbnail = fields.String(
        required=True, metadata={"description": "Base64; empty where none was asked for."}
    )


PROBE_EXAMPLE = {
    "url": "rtsp://10.0.0.7:554/stream",
    "username": "viewer",
    "password": "a-password",
    "timeout_s": 10,
}
PICTURE_EXAMPLE = {**PROBE_EXAMPLE, "thumbnail_width": 320}
PROBE_ANSWER_EXAMPLE = {
    "code": "ok",
    "message": "",
    "latency_ms": 184,
    "width": 1920,
    "height": 1080,
    "fps": 25.0,
    "codec": "h264",
}
PICTURE_ANSWER_EXAMPLE = {
    "code": "unauthorised",
    "message": "The camera refused the login (401): check user and password.",
    "latency_ms": None,
    "jpeg": "",
    "thumbnail": "",
}
