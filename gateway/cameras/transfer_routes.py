"""Cameras as files: imported and exported."""

from pathlib import PurePath
from typing import Any

from flask import Response, request

from gateway.accounts.permissions import caller, may, requires
from gateway.cameras.camera_changes import told_of
from gateway.cameras.export_cameras import CameraExports
from gateway.cameras.import_cameras import CameraImports, ImportReport, ImportRequest
from gateway.cameras.import_file import FileFormat
from gateway.cameras.transfer_schemas import (
    IMPORT_EXAMPLE,
    LARGEST_BODY_BYTES,
    REPORT_EXAMPLE,
    ExportQuerySchema,
    ImportFormDocumentSchema,
    ImportFormSchema,
    ImportReportSchema,
    ImportSchema,
)
from shared.errors import BadRequestError, ForbiddenError
from shared.http.blueprint import TEXT
from shared.http.deed import answer_only_if_written, changes_of, tell_deed
from shared.http.envelope import EnvelopeBlueprint
from shared.http.parsing import StrictParser
from shared.http.provided import provided

blp = EnvelopeBlueprint(
    "camera_transfer",
    __name__,
    url_prefix="/api/v1/cameras",
    description="Cameras as files: imported and exported.",
)
_FILE = "file"


@blp.post("/import")
@requires("cameras:write")
@blp.body_or_form(ImportSchema, ImportFormDocumentSchema, example=IMPORT_EXAMPLE)
@blp.data(ImportReportSchema, description="What became of the rows.", example=REPORT_EXAMPLE)
@blp.errors(409, 503)
def import_cameras() -> ImportReport:
    """Import cameras of a CSV or JSON file, 10,000 rows at most, all of them or none

    As JSON with the file in base64, or as a form with the file. Where rows are wrong and `partial` is not
    asked for, nothing is imported (`import_refused`), and `details` says what is wrong, by row and column.
    Groups that are named and not there are made. A device of a host's own settings is found by `host` and
    `device_name`; what can be said of it here is changed.
    """
    asked = _import_request()
    report = provided(CameraImports).take(asked, caller().scope)
    tell_deed(
        "camera",
        "",
        f"{report.created} cameras",
        format=asked.file_format,
        dry_run=report.dry_run,
        created=report.created,
        updated=report.updated,
        skipped=report.skipped,
        failed=report.failed,
        new_groups=report.new_groups,
        created_cameras=[] if report.dry_run else report.created_ids,
        updated_cameras={} if report.dry_run else _changes_by_camera(report),
    )
    return report


@blp.get("/export")
@requires("cameras:read")
@blp.query(ExportQuerySchema)
@blp.answer(200, TEXT, description="A camera a line.", content_type="text/csv")
@blp.also(200, schema={"type": "array"}, description="An array.", content_type="application/json")
@blp.errors(503)
def export_cameras(query: dict[str, Any]) -> Response:
    """All cameras that one may see as a file, which can be imported again

    Passwords, and logins within addresses, are in there only with `include_credentials`, which needs
    cameras:write and is written to the audit log.
    """
    with_credentials = query["include_credentials"]
    who = caller()
    if with_credentials and not may(who, "cameras:write"):
        raise ForbiddenError(
            f"Your role, {who.role}, does not have the permission cameras:write, which passwords need.",
            remedy="Leave include_credentials out, or ask an admin for another role.",
            details={"permission": "cameras:write"},
        )
    file = provided(CameraExports).file(
        who.scope, query["file_format"], group_id=query["group_id"], include_credentials=with_credentials
    )
    if with_credentials:
        group = query["group_id"]
        tell_deed("camera", "", file.name, include_credentials=True, cameras=file.count, group_id=group)
        answer_only_if_written()
    answer = Response(file.pieces, content_type=file.content_type)
    answer.headers["Content-Disposition"] = f'attachment; filename="{file.name}"'
    answer.headers["Cache-Control"] = "no-store"
    return answer


def _changes_by_camera(report: ImportReport) -> dict[str, dict[str, dict[str, object]]]:
    """What was changed of cameras that were there, by their external ids."""
    return {
        before.external_id: changes_of(told_of(before), told_of(after)) for before, after in report.changed
    }


def _import_request() -> ImportRequest:
    request.max_content_length = LARGEST_BODY_BYTES
    if request.mimetype != "multipart/form-data":
        found: ImportRequest = StrictParser().parse(ImportSchema(), request, location="json")
        return found
    asked: dict[str, Any] = StrictParser().parse(ImportFormSchema(), request, location="form")
    file = request.files.get(_FILE)
    if file is None or set(request.files) != {_FILE}:
        raise BadRequestError(
            "file: is missing.",
            remedy="Send the form with one file, named file.",
            details={"fields": {"file": "is missing"}},
        )
    named = PurePath(file.filename or "").suffix.lower().removeprefix(".")
    file_format: FileFormat = asked.pop("file_format") or ("json" if named == "json" else "csv")
    return ImportRequest(file.read(), file_format, **asked)
