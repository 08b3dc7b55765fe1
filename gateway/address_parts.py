"""The parts of addresses: any text is taken, so that what is wrong with it can be said."""

from collections.abc import Mapping
from typing import Any, ClassVar

from shared.contracts.enrolment import HOST_NAME_PATTERN
from shared.http.blueprint import DescribedPart


class HostPart(DescribedPart):
    """A host's name."""

    OPENAPI_SCHEMA: ClassVar[Mapping[str, Any]] = {
        "type": "string",
        "pattern": HOST_NAME_PATTERN,
        "description": "A host's name.",
        "example": "lab-1",
    }


class DevicePart(DescribedPart):
    """A device's name on its host."""

    OPENAPI_SCHEMA: ClassVar[Mapping[str, Any]] = {
        "type": "string",
        "pattern": HOST_NAME_PATTERN,
        "description": "A device's name on its host.",
        "example": "street",
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


class IdPart(DescribedPart):
    """An id, as lists give it."""

    OPENAPI_SCHEMA: ClassVar[Mapping[str, Any]] = {
        "type": "string",
        "minLength": 1,
        "description": "An id, as lists and answers give it.",
        "example": "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11",
    }


class MediaPathPart(DescribedPart):
    """Where a file lies below a device; has slashes."""

    regex = "[^/].*?"
    weight = 200
    part_isolating = False
    OPENAPI_SCHEMA: ClassVar[Mapping[str, Any]] = {
        "type": "string",
        "minLength": 1,
        "description": "A file of the device, as playlists and lists give it.",
        "example": "segments/output.m3u8",
    }


class StorageKeyPart(DescribedPart):
    """The key of an object; has slashes."""

    regex = "[^/].*?"
    weight = 200
    part_isolating = False
    OPENAPI_SCHEMA: ClassVar[Mapping[str, Any]] = {
        "type": "string",
        "minLength": 1,
        "description": "The key of an object, as its signed address has it.",
        "example": "snapshots/2026/door.jpg",
    }


CONVERTERS: dict[str, type[DescribedPart]] = {
    "host_name": HostPart,
    "device_name": DevicePart,
    "hour": HourPart,
    "id": IdPart,
    "media_path": MediaPathPart,
    "storage_key": StorageKeyPart,
}
