"""Counts of cameras as they cross the wire."""

import marshmallow as ma
from marshmallow import fields


class GroupSummarySchema(ma.Schema):
    """The cameras of a group."""

    group_id = fields.String(required=True, allow_none=True, metadata={"description": "null: of no group."})
    group = fields.String(required=True, allow_none=True)
    total = fields.Integer(required=True)
    by_status = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class HostSummarySchema(ma.Schema):
    """The cameras of a host."""

    host_id = fields.String(required=True, allow_none=True, metadata={"description": "null: of no host."})
    host = fields.String(required=True, allow_none=True)
    total = fields.Integer(required=True)
    by_status = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)


class CameraSummarySchema(ma.Schema):
    """How many cameras there are."""

    total = fields.Integer(required=True)
    active = fields.Integer(required=True)
    by_status = fields.Dict(keys=fields.String(), values=fields.Integer(), required=True)
    by_group = fields.List(fields.Nested(GroupSummarySchema), required=True)
    by_host = fields.List(fields.Nested(HostSummarySchema), required=True)


_COUNTED = {"live": 3, "degraded": 0, "offline": 1, "idle": 0, "error": 0}
SUMMARY_EXAMPLE = {
    "total": 4,
    "active": 4,
    "by_status": _COUNTED,
    "by_group": [
        {
            "group_id": "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11",
            "group": "Entrances",
            "total": 4,
            "by_status": _COUNTED,
        }
    ],
    "by_host": [
        {
            "host_id": "8b4cf0a2-6d1f-4b43-a8d1-5a1c9e7b3f22",
            "host": "lab-1",
            "total": 4,
            "by_status": _COUNTED,
        }
    ],
}
