"""The forms of the audit log."""

from typing import Any

import marshmallow as ma

from gateway.audit.audit_filter import AuditFilter
from shared.http.envelope import PageQuerySchema
from shared.http.fields import UtcTime

_LONGEST = 255
_FILTER_KEYS = ("user", "action", "subject_kind", "subject_id", "start", "end", "search")
ENTRY_EXAMPLE = {
    "id": 4711,
    "at": "2026-11-21T14:00:00.000Z",
    "user_id": "0d4c7cf5-7a0f-4b9c-9a52-6b5e9f3c2a11",
    "username": "root",
    "address": "192.0.2.7",
    "action": "user.change",
    "subject_kind": "user",
    "subject_id": "8f2b6f0e-7f5c-4d53-9f7c-3f0f2f1f9b10",
    "subject": "guard",
    "details": {"changes": {"role": {"from": "viewer", "to": "operator"}}},
    "request_id": "5f0c6a1e4f6d4d6f8a2b7d1d2f1c9e10",
}


class EntrySchema(ma.Schema):
    """A row of the log."""

    id = ma.fields.Integer(required=True)
    at = UtcTime(required=True)
    user_id = ma.fields.String(
        required=True, allow_none=True, metadata={"description": "null: nobody who was signed in."}
    )
    username = ma.fields.String(
        required=True, metadata={"description": "Who it was then; of a failed login the name that was typed."}
    )
    address = ma.fields.String(required=True, metadata={"description": "Where it came from."})
    action = ma.fields.String(required=True, metadata={"description": "Kind and verb: camera.change."})
    subject_kind = ma.fields.String(required=True, metadata={"description": "What it was done to: camera."})
    subject_id = ma.fields.String(required=True)
    subject = ma.fields.String(required=True, metadata={"description": "Its name then."})
    details = ma.fields.Dict(
        keys=ma.fields.String(),
        required=True,
        metadata={"description": "More; of a change, `changes`: from and to by field. Never a secret."},
    )
    request_id = ma.fields.String(
        required=True, metadata={"description": "The same in the logs of gateway and hosts."}
    )


def _text(description: str, example: str) -> ma.fields.String:
    return ma.fields.String(
        load_default=None,
        validate=[
            ma.validate.Length(1, _LONGEST),
            ma.validate.ContainsNoneOf("\0", error="has characters that are no text."),
        ],
        metadata={"description": description, "example": example},
    )


class _FilterSchema(ma.Schema):
    """Which entries; the keys load into `wanted`, an AuditFilter."""

    user = _text("Only what this user did: a username, or an id.", "guard")
    action = _text("Only this, `camera.change`, or one verb of all kinds, `change`.", "camera.change")
    subject_kind = _text("Only what was done to this kind of thing.", "camera")
    subject_id = _text("Only what was done to this one.", "8f2b6f0e-7f5c-4d53-9f7c-3f0f2f1f9b10")
    start = UtcTime(
        load_default=None,
        data_key="from",
        metadata={"description": "Only from this time on.", "example": "2026-11-21T00:00:00Z"},
    )
    end = UtcTime(
        load_default=None,
        data_key="to",
        metadata={"description": "Only before this time.", "example": "2026-11-22T00:00:00Z"},
    )
    search = _text("A part of any of its texts.", "lobby")

    @ma.post_load
    def to_filter(self, data: dict[str, Any], **_kwargs: Any) -> dict[str, Any]:
        found = {key: data.pop(key) for key in _FILTER_KEYS}
        if found["start"] is not None and found["end"] is not None and found["end"] <= found["start"]:
            raise ma.ValidationError("must be later than from.", "to")
        data["wanted"] = AuditFilter(**found)
        return data


class AuditQuerySchema(_FilterSchema, PageQuerySchema):
    """A page of the log; loads to `wanted` and `page_query`."""


class AuditExportQuerySchema(_FilterSchema):
    """The log as a file; loads to `wanted` and `format`."""

    format = ma.fields.String(
        load_default="csv",
        validate=ma.validate.OneOf(["csv", "json"]),
        metadata={"description": "csv or json.", "example": "csv"},
    )
