"""What signed addresses of objects hold, and what is said of an object that came."""

from typing import Any

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import Length, Range, Regexp

from gateway.storage.limits import MOST_PARTS
from shared.http.fields import QueryInteger

_NO_NUL = Regexp(r"^[^\0]*\Z", error="holds the character U+0000.")
_LAST_SECOND = 253_402_300_799


class SignedQuerySchema(ma.Schema):
    """What the query of every signed address has."""

    expires_s = QueryInteger(
        required=True,
        data_key="expires",
        validate=Range(0, _LAST_SECOND),
        metadata={"description": "Until when it is good, in Unix seconds.", "example": 1795280400},
    )
    signature = fields.String(
        required=True,
        validate=Regexp(r"^[0-9a-f]{64}\Z"),
        metadata={"description": "Over all of the address.", "example": "0" * 64},
    )


class ReadQuerySchema(SignedQuerySchema):
    """Of an address to read."""

    filename = fields.String(
        load_default="",
        validate=[Length(1, 255), _NO_NUL],
        metadata={"description": "The name to save it under.", "example": "door.jpg"},
    )


class WriteQuerySchema(SignedQuerySchema):
    """Of an address to write: an object, or a part of an upload in parts."""

    content_type = fields.String(
        load_default="",
        data_key="type",
        validate=[Length(1, 255), _NO_NUL],
        metadata={"description": "What the header Content-Type must say.", "example": "image/jpeg"},
    )
    upload_id = fields.String(
        load_default="",
        data_key="upload",
        validate=[Length(1, 255), _NO_NUL],
        metadata={"description": "Of which upload in parts this is a part.", "example": "5c0a1c2e"},
    )
    part = QueryInteger(
        load_default=0,
        validate=Range(1, MOST_PARTS),
        metadata={"description": "The part's number.", "example": 1},
    )

    @ma.post_load
    def parts_have_numbers(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        if bool(data["upload_id"]) != bool(data["part"]):
            raise ma.ValidationError("belongs to upload; give both or none.", "part")
        return data


class ReceivedSchema(ma.Schema):
    """What came."""

    size_bytes = fields.Integer(required=True)
    etag = fields.String(required=True, metadata={"description": "The same as the header ETag."})


RECEIVED_EXAMPLE = {"size_bytes": 48213, "etag": "a440e4-18ea21baf712fe77-bc55"}
