"""Imports and exports of cameras as they cross the wire."""

import base64
import binascii
from typing import Any

import marshmallow as ma
from marshmallow import fields
from marshmallow.validate import Length, OneOf, Regexp

from gateway.cameras.camera_fields import LONGEST_ID
from gateway.cameras.import_cameras import ImportRequest

_FORMAT = OneOf(["csv", "json"])
_PLAIN = Regexp(r"^[^\x00-\x1f\x7f\ud800-\udfff]*\Z", error="has characters that are no text.")
_DATA_URL = "base64,"
# 10,000 rows of 1.5 kB, as base64.
LARGEST_BODY_BYTES = 20 * 1024 * 1024


class _HowSchema(ma.Schema):
    """How a file is imported."""

    group_id = fields.String(
        load_default=None,
        allow_none=True,
        validate=[Length(1, LONGEST_ID), _PLAIN],
        metadata={"description": "The group of rows that name none."},
    )


class ImportSchema(_HowSchema):
    """A file of cameras in JSON; loads to an ImportRequest."""

    file_format = fields.String(
        required=True, data_key="format", validate=_FORMAT, metadata={"description": "csv or json."}
    )
    data = fields.String(
        required=True, metadata={"description": "The file, base64.", "format": "byte", "minLength": 1}
    )
    skip_duplicates = fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata={
            "description": "Leave out cameras that are there already, by external_id or rtsp_url, instead of "
            "refusing them; also those that the file has twice."
        },
    )
    is_partial = fields.Boolean(
        load_default=False,
        data_key="partial",
        truthy={True},
        falsy={False},
        metadata={"description": "Import the rows that are right though others are wrong."},
    )
    dry_run = fields.Boolean(
        load_default=False,
        truthy={True},
        falsy={False},
        metadata={"description": "Only say what would become of each row."},
    )

    @ma.post_load
    def to_request(self, data: dict[str, Any], **_kwargs: Any) -> ImportRequest:
        text = data.pop("data")
        if text.startswith("data:"):
            text = text.partition(_DATA_URL)[2]
        try:
            content = base64.b64decode("".join(text.split()), validate=True)
        except (binascii.Error, ValueError):
            raise ma.ValidationError("is not base64.", "data") from None
        return ImportRequest(content, **data)


def _form_flag(**options: Any) -> fields.Boolean:
    return fields.Boolean(load_default=False, truthy={"true"}, falsy={"false"}, **options)


class ImportFormSchema(_HowSchema):
    """The same as a form, beside its `file`; `format` may be left to the file's name."""

    file_format = fields.String(load_default=None, data_key="format", validate=_FORMAT)
    skip_duplicates = _form_flag()
    is_partial = _form_flag(data_key="partial")
    dry_run = _form_flag()


class ImportFormDocumentSchema(ImportFormSchema):
    """The form with its file, for the document."""

    file = fields.Raw(required=True, metadata={"type": "string", "format": "binary"})


class RowErrorSchema(ma.Schema):
    """What is wrong with a row."""

    row = fields.Integer(
        required=True, metadata={"description": "As a spreadsheet counts, with the header; in JSON from 1."}
    )
    column = fields.String(required=True, metadata={"description": "Empty: the row as a whole."})
    message = fields.String(required=True)


class SkippedRowSchema(ma.Schema):
    """A row that was left out."""

    row = fields.Integer(required=True)
    reason = fields.String(required=True)


class ImportReportSchema(ma.Schema):
    """What became of a file's rows, or would with `dry_run`."""

    created = fields.Integer(required=True)
    updated = fields.Integer(
        required=True,
        metadata={"description": "Devices of hosts' own settings that were changed."},
    )
    skipped = fields.Integer(required=True)
    failed = fields.Integer(required=True, metadata={"description": "Rows with errors."})
    rows = fields.Integer(required=True)
    dry_run = fields.Boolean(required=True)
    new_groups = fields.List(
        fields.String(),
        required=True,
        metadata={"description": "Groups that rows name and that were made."},
    )
    errors = fields.List(fields.Nested(RowErrorSchema), required=True)
    skipped_rows = fields.List(fields.Nested(SkippedRowSchema), required=True)


IMPORT_EXAMPLE = {
    "format": "csv",
    "data": base64.b64encode(
        b"name,rtsp_url,username,password\nFront Door,rtsp://192.168.1.100:8554/stream,admin,password123\n"
    ).decode(),
    "skip_duplicates": True,
}
REPORT_EXAMPLE = {
    "created": 118,
    "updated": 0,
    "skipped": 1,
    "failed": 1,
    "rows": 120,
    "dry_run": True,
    "new_groups": ["Entrances"],
    "errors": [{"row": 7, "column": "fps", "message": "must be a whole number from 1 to 240."}],
    "skipped_rows": [{"row": 9, "reason": "There is a camera with this rtsp_url already."}],
}


class ExportQuerySchema(ma.Schema):
    """Which cameras are exported, and how."""

    file_format = fields.String(
        load_default="csv",
        data_key="format",
        validate=_FORMAT,
        metadata={"description": "csv for spreadsheets, or json.", "example": "csv"},
    )
    group_id = fields.String(
        load_default=None,
        validate=[Length(1, LONGEST_ID), _PLAIN],
        metadata={
            "description": "Only cameras of this group.",
            "example": "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11",
        },
    )
    include_credentials = fields.Boolean(
        load_default=False,
        truthy={"true"},
        falsy={"false"},
        metadata={"description": "With passwords; needs cameras:write, and is logged.", "example": False},
    )
