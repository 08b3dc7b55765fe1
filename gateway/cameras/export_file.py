"""Cameras as a file: CSV for spreadsheets, JSON for programs. Plain; `import_file` reads both."""

import csv
import io
import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

from shared.spreadsheet_text import spreadsheet_text

_ROWS_A_PIECE = 500


def csv_pieces(columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """A header and a line a camera (RFC 4180); no cell begins as a formula would."""
    yield _lines([columns])
    for batch in _batches(rows):
        yield _lines([_cell(row[name]) for name in columns] for row in batch)


def json_pieces(rows: Iterable[Mapping[str, Any]]) -> Iterator[bytes]:
    """One array, a camera a line."""
    lead = "[\n"
    for batch in _batches(rows):
        lines = ",\n".join(json.dumps(dict(row), ensure_ascii=False) for row in batch)
        yield f"{lead}{lines}".encode()
        lead = ",\n"
    yield b"[]\n" if lead == "[\n" else b"\n]\n"


def export_name(now: datetime, file_format: str) -> str:
    """`cameras_2026-11-21T14-02-03Z.csv`: names of files have no colons."""
    return f"cameras_{now.strftime('%Y-%m-%dT%H-%M-%SZ')}.{file_format}"


def _cell(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    # A number is none of a person's texts: it may begin with a minus.
    return spreadsheet_text(value) if isinstance(value, str) else str(value)


def _lines(rows: Iterable[Sequence[str]]) -> bytes:
    text = io.StringIO()
    csv.writer(text).writerows(rows)
    return text.getvalue().encode()


def _batches(rows: Iterable[Mapping[str, Any]]) -> Iterator[list[Mapping[str, Any]]]:
    left = iter(rows)
    while batch := list(islice(left, _ROWS_A_PIECE)):
        yield batch
