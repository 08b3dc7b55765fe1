"""The log as a file."""

import csv
import io
import json
from dataclasses import replace
from datetime import UTC, datetime

from gateway.audit.entry import AuditEntry
from gateway.audit.export_file import CSV_COLUMNS, as_json, csv_pieces, export_name, json_pieces

NOW = datetime(2026, 11, 21, 14, 2, 3, tzinfo=UTC)
ENTRY = AuditEntry(
    id=7,
    at=NOW,
    user_id=None,
    username="guard",
    address="192.0.2.7",
    request_id="r-1",
    action="camera.change",
    subject_kind="camera",
    subject_id="7",
    subject='Lobby, "left"',
    details={"changes": {"name": {"from": "Hall", "to": "Lobby"}}},
)


def rows(batches: list[list[AuditEntry]]) -> list[dict[str, str]]:
    text = b"".join(csv_pieces(batches)).decode()
    return list(csv.DictReader(io.StringIO(text, newline="")))


def test_a_csv_file_has_a_header_and_a_line_an_entry_over_all_batches() -> None:
    found = rows([[ENTRY, ENTRY], [ENTRY]])
    assert len(found) == 3
    assert tuple(found[0]) == CSV_COLUMNS
    assert found[0]["subject"] == 'Lobby, "left"'
    assert found[0]["at"] == "2026-11-21T14:02:03.000Z"
    assert json.loads(found[0]["details"]) == ENTRY.details


def test_no_cell_of_a_csv_file_begins_as_a_formula_does() -> None:
    (found,) = rows([[replace(ENTRY, username="=1+1", subject="@SUM(A1)", subject_id="-2")]])
    assert (found["username"], found["subject"], found["subject_id"]) == ("'=1+1", "'@SUM(A1)", "'-2")


def test_an_empty_log_is_a_header_or_an_empty_array() -> None:
    assert rows([]) == []
    assert json.loads(b"".join(json_pieces([]))) == []


def test_a_json_file_is_one_array_over_all_batches() -> None:
    found = json.loads(b"".join(json_pieces([[ENTRY, ENTRY], [ENTRY]])))
    assert found == [as_json(ENTRY)] * 3


def test_a_files_name_has_its_time_and_no_colon() -> None:
    assert export_name(NOW, "csv") == "audit_2026-11-21T14-02-03Z.csv"
