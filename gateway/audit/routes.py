"""The audit log over HTTP."""

from typing import Any

from flask import Response

from gateway.accounts.permissions import requires
from gateway.audit.audit_filter import AuditFilter
from gateway.audit.audit_log import AuditLog
from gateway.audit.entry import AuditEntry
from gateway.audit.export_file import csv_pieces, export_name, json_pieces
from gateway.audit.schemas import ENTRY_EXAMPLE, AuditExportQuerySchema, AuditQuerySchema, EntrySchema
from shared.http.blueprint import TEXT
from shared.http.deed import tell_deed
from shared.http.envelope import EnvelopeBlueprint
from shared.http.provided import provided
from shared.paging import Page, PageQuery

blp = EnvelopeBlueprint("audit", __name__, url_prefix="/api/v1/audit", description="Who did what, and when.")
_ATTACHED = {"Content-Disposition": {"description": "The file's name.", "schema": {"type": "string"}}}


@blp.get("")
@requires("audit:read")
@blp.query(AuditQuerySchema)
@blp.page(EntrySchema, description="The newest first.", example=ENTRY_EXAMPLE)
@blp.errors(503)
def list_audit_entries(query: dict[str, Any]) -> Page[AuditEntry]:
    """What was done: changes, exports, logins, and what was refused"""
    wanted, asked = query["wanted"], query["page_query"]
    assert isinstance(wanted, AuditFilter) and isinstance(asked, PageQuery)
    return provided(AuditLog).page(wanted, asked)


@blp.get("/export")
@requires("audit:read")
@blp.query(AuditExportQuerySchema)
@blp.answer(200, TEXT, description="A row a line.", content_type="text/csv", headers=_ATTACHED)
@blp.answer(200, {"type": "array"}, description="An array.", content_type="application/json")
@blp.errors(503)
def export_audit(query: dict[str, Any]) -> Response:
    """All of what is asked for as a file, the newest first; that is a deed itself"""
    wanted, file_format = query["wanted"], query["format"]
    assert isinstance(wanted, AuditFilter)
    log = provided(AuditLog)
    pieces = (csv_pieces if file_format == "csv" else json_pieces)(log.batches(wanted))
    kind = "text/csv; charset=utf-8" if file_format == "csv" else "application/json"
    answer = Response(pieces, content_type=kind)
    name = export_name(log.now(), file_format)
    answer.headers["Content-Disposition"] = f'attachment; filename="{name}"'
    answer.headers["Cache-Control"] = "no-store"
    tell_deed("audit", "", name, format=file_format, filter=wanted.asked())
    return answer
