"""Parameters of media addresses."""

from typing import Any

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import OneOf

from shared.http.fields import UtcTime
from shared.spans import iso_ms


class MediaQuerySchema(ma.Schema):
    """What a host's playlists and segments take; loads to the parameters that are passed on."""

    start = UtcTime(
        data_key="from",
        metadata={
            "description": "Of playlist.m3u8: begin, ISO 8601 with an offset.",
            "example": "2026-11-21T14:00:00Z",
        },
    )
    end = UtcTime(
        data_key="to",
        metadata={
            "description": "Of playlist.m3u8: end, not included; 31 days after the begin at most.",
            "example": "2026-11-21T15:00:00Z",
        },
    )
    codec = fields.String(
        validate=OneOf(("h264",)),
        metadata={
            "description": "As what a browser can decode, where the host offers it.",
            "example": "h264",
        },
    )

    @ma.post_load
    def to_params(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, str]:
        params: dict[str, str] = {}
        for name, key in (("start", "from"), ("end", "to")):
            if name in data:
                params[key] = iso_ms(data[name])
        if "codec" in data:
            params["codec"] = data["codec"]
        return params
