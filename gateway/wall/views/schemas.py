"""Saved views of the wall as they cross the wire."""

from typing import Any

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import Length, Range, Regexp

from gateway.catalogue.full_names import parse_full_name
from gateway.wall.views.layout import MOST_COLUMNS, MOST_TILES, Layout
from shared.http.fields import UtcTime

_NAME = [
    Length(1, 100),
    Regexp(
        # Not a half of a surrogate pair either: JSON can hold one, PostgreSQL cannot.
        r"^[^\s\x00-\x1f\x7f\ud800-\udfff]([^\x00-\x1f\x7f\ud800-\udfff]*[^\s\x00-\x1f\x7f\ud800-\udfff])?\Z",
        error="begins or ends with a blank, or holds what is no character.",
    ),
]


def _check_device(text: str | None) -> None:
    if text is None:
        return
    try:
        parse_full_name(text)
    except ValueError as error:
        raise ma.ValidationError(str(error)) from None


class LayoutSchema(ma.Schema):
    """Tiles in columns, row by row."""

    columns = fields.Integer(required=True, strict=True, validate=Range(1, MOST_COLUMNS))
    tiles = fields.List(
        fields.String(allow_none=True, validate=_check_device),
        required=True,
        validate=Length(1, MOST_TILES),
        metadata={"description": "Full names of devices; null: an empty tile, or a device not to be seen."},
    )

    @ma.post_load
    def to_layout(self, data: dict[str, Any], **_kwargs: Any) -> Layout:
        layout = Layout(data["columns"], data["tiles"])
        if len(set(layout.devices)) < len(layout.devices):
            raise ma.ValidationError("names a device twice.", "tiles")
        return layout


class WallViewSchema(ma.Schema):
    """A saved view as the caller sees it."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    shared = fields.Boolean(required=True, metadata={"description": "Whether everybody sees it."})
    owner = fields.String(required=True, metadata={"description": "The name of the user whose it is."})
    is_own = fields.Boolean(required=True)
    may_change = fields.Boolean(required=True)
    layout = fields.Nested(LayoutSchema, required=True)
    created_at = UtcTime(required=True, data_key="createdAt")
    updated_at = UtcTime(required=True, data_key="updatedAt")


class NewWallViewSchema(ma.Schema):
    """A view to be saved."""

    name = fields.String(required=True, validate=_NAME)
    shared = fields.Boolean(load_default=False, truthy={True}, falsy={False})
    layout = fields.Nested(LayoutSchema, required=True)


class WallViewChangeSchema(ma.Schema):
    """What is to be changed of a view; what is not sent stays."""

    name = fields.String(validate=_NAME)
    shared = fields.Boolean(truthy={True}, falsy={False})
    layout = fields.Nested(LayoutSchema)


NEW_VIEW_EXAMPLE = {
    "name": "Entrances",
    "shared": True,
    "layout": {"columns": 2, "tiles": ["lab-1/street", None, "lab-2/pattern", None]},
}
VIEW_EXAMPLE = {
    "id": "0b6c1f3a-1f0e-4f0b-9c39-6a3d8a1f7a55",
    "name": "Entrances",
    "shared": True,
    "owner": "anna",
    "is_own": True,
    "may_change": True,
    "layout": {"columns": 2, "tiles": ["lab-1/street", None, "lab-2/pattern", None]},
    "createdAt": "2026-11-20T08:00:00.000Z",
    "updatedAt": "2026-11-20T08:00:00.000Z",
}
