"""The log as a file: CSV for spreadsheets, JSON for programs. Plain."""

import csv
import io
import json
from collections.abc import Iterable, Iterator
from datetime import datetime

from gateway.audit.entry import AuditEntry
from shared.spans import iso_ms
from shared.spreadsheet_text import spreadsheet_text

CSV_COLUMNS = (
    "at",
    "username",
    "user_id",
    "address",
    "action",
    "subject_kind",
    "subject_id",
    "subject",
    "details",
    "request_id",
)


def csv_pieces(batches: Iterable[list[AuditEntry]]) -> Iterator[bytes]:
    """A header and a line an entry (RFC 4180); no cell begins as a formula would."""
    yield _csv_lines([CSV_COLUMNS])
    for batch in batches:
        yield _csv_lines([[spreadsheet_text(cell) for cell in _cells(entry)] for entry in batch])


def json_pieces(batches: Iterable[list[AuditEntry]]) -> Iterator[bytes]:
    """One array, an entry a line."""
    lead = "[\n"
    for batch in batches:
        lines = ",\n".join(json.dumps(as_json(entry), ensure_ascii=False) for entry in batch)
        yield f"{lead}{lines}".encode()
        lead = ",\n"
    yield b"[]\n" if lead == "[\n" else b"\n]\n"


def export_name(now: datetime, file_format: str) -> str:
    """`audit_2026-11-21T14-02-03Z.csv`: names of files have no colons."""
    return f"audit_{now.strftime('%Y-%m-%dT%H-%M-%SZ')}.{file_format}"


def as_json(entry: AuditEntry) -> dict[str, object]:
    """An entry as the API shows it."""
    return {
        "id": entry.id,
        "at": iso_ms(entry.at),
        "user_id": entry.user_id,
        "username": entry.username,
        "address": entry.address,
        "action": entry.action,
        "subject_kind": entry.subject_kind,
        "subject_id": entry.subject_id,
        "subject": entry.subject,
        "details": dict(entry.details),
        "request_id": entry.request_id,
    }


def _cells(entry: AuditEntry) -> list[str]:
    shown = as_json(entry)
    shown["details"] = json.dumps(shown["details"], ensure_ascii=False) if entry.details else ""
    return ["" if shown[name] is None else str(shown[name]) for name in CSV_COLUMNS]


def _csv_lines(rows: Iterable[Iterable[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()
