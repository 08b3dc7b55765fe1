"""The wall's request as it crosses the wire; its answer is binary."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import Length

from gateway.catalogue.full_names import FullName
from gateway.catalogue.full_names_field import FullNames
from gateway.wall.frames.cursor import LONGEST_CURSOR, Cursor, parse_cursor
from gateway.wall.frames.wall import MOST_DEVICES


@dataclass(frozen=True, slots=True)
class FramesQuery:
    """Which devices, and what the viewer has of them."""

    devices: Sequence[FullName]
    cursor: Cursor


class FramesQuerySchema(ma.Schema):
    """`?devices=&after=`; loads to a FramesQuery."""

    devices = FullNames(
        most=MOST_DEVICES,
        required=True,
        metadata={
            "description": f"Devices of any hosts, with commas between; {MOST_DEVICES} at most.",
            "type": "string",
            "example": "lab-1/street,lab-2/pattern",
        },
    )
    after = fields.String(
        load_default="",
        validate=Length(max=LONGEST_CURSOR),
        metadata={"description": "The cursor of the last answer.", "example": ""},
    )

    @ma.post_load
    def to_query(self, data: dict[str, Any], **_kwargs: Any) -> FramesQuery:
        try:
            return FramesQuery(data["devices"], parse_cursor(data["after"]))
        except ValueError as error:
            raise ma.ValidationError(f"{error}.", "after") from None
