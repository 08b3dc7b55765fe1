"""Groups of cameras as they cross the wire."""

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import Length, Regexp

from shared.http.envelope import PageQuerySchema
from shared.http.fields import UtcTime

# PostgreSQL cannot hold U+0000 and halves of surrogate pairs, and no name has them.
_TEXT = [Length(1, 255), Regexp(r"^[^\0\ud800-\udfff]*\Z", error="has characters that are no text.")]


class GroupSchema(ma.Schema):
    """A camera group."""

    id = fields.String(required=True)
    name = fields.String(required=True)
    location = fields.String(required=True, allow_none=True)
    cameras = fields.Integer(required=True, metadata={"description": "How many are in it."})
    created_at = UtcTime(required=True, data_key="createdAt")
    updated_at = UtcTime(required=True, data_key="updatedAt")


class GroupsQuerySchema(PageQuerySchema):
    """Which groups are listed."""

    search = fields.String(
        load_default=None,
        validate=_TEXT,
        metadata={"description": "A part of the name or the location.", "example": "tenant"},
    )


class NewGroupSchema(ma.Schema):
    """A camera group to be made."""

    name = fields.String(required=True, validate=_TEXT)
    location = fields.String(load_default=None, allow_none=True, validate=_TEXT)


class GroupChangeSchema(ma.Schema):
    """What is to be changed of a group; what is not sent stays."""

    name = fields.String(validate=_TEXT)
    location = fields.String(allow_none=True, validate=_TEXT)


GROUP_EXAMPLE = {
    "id": "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11",
    "name": "Tenant A",
    "location": "East wing",
    "cameras": 4,
    "createdAt": "2026-11-20T08:00:00.000Z",
    "updatedAt": "2026-11-20T08:00:00.000Z",
}
NEW_GROUP_EXAMPLE = {"name": "Tenant A", "location": "East wing"}
