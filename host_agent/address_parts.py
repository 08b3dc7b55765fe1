"""The parts of addresses: any text is taken, so that what is wrong with it can be said."""

from collections.abc import Mapping
from typing import Any, ClassVar

from host_agent.ring.layout import DEVICE_NAME
from shared.http.blueprint import DescribedPart


class DevicePart(DescribedPart):
    """A device's name."""

    OPENAPI_SCHEMA: ClassVar[Mapping[str, Any]] = {
        "type": "string",
        "pattern": DEVICE_NAME.pattern,
        "description": "A device's name.",
        "example": "capture1",
    }


class HourPart(DescribedPart):
    """An hour of UTC."""

    OPENAPI_SCHEMA: ClassVar[Mapping[str, Any]] = {
        "description": "An hour of UTC: 0 to 23, the last such hour, or dated.",
        "oneOf": [
            {"type": "integer", "minimum": 0, "maximum": 23},
            {"type": "string", "pattern": "^[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}$"},
        ],
        "example": "2026-11-21T14",
    }


class NamePart(DescribedPart):
    """A file's name."""

    OPENAPI_SCHEMA: ClassVar[Mapping[str, Any]] = {
        "type": "string",
        "minLength": 1,
        "description": "A file's name, as lists and playlists give it.",
        "example": "segment_000000123.ts",
    }


class ClipPart(DescribedPart):
    """A clip's id."""

    OPENAPI_SCHEMA: ClassVar[Mapping[str, Any]] = {
        "type": "string",
        "minLength": 1,
        "description": "A clip's id.",
        "example": "0123456789abcdef",
    }


CONVERTERS: dict[str, type[DescribedPart]] = {
    "device": DevicePart,
    "hour": HourPart,
    "name": NamePart,
    "clip": ClipPart,
}
