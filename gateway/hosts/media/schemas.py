"""Parameters of media addresses."""

from typing import Any

import marshmallow as ma

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

    @ma.post_load
    def to_params(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, str]:
        return {key: iso_ms(data[name]) for name, key in (("start", "from"), ("end", "to")) if name in data}
