"""Exported files: what comes back is what went out, and nothing of it runs in a spreadsheet."""

import csv
import io
import json
from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.cameras.export_columns import columns
from gateway.cameras.export_file import csv_pieces, export_name, json_pieces
from gateway.cameras.import_file import read_file

TEXT = (
    st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=20)
    .map(str.strip)
    .filter(bool)
)
ROWS = st.lists(
    st.fixed_dictionaries(
        {
            "external_id": st.from_regex(r"[A-Za-z0-9_-]{1,12}", fullmatch=True),
            "name": TEXT | st.sampled_from(["=1+1", "+a", "-b", "@c", "'=d", "'e", "a;b,c", '"', "\tx"]),
            "rtsp_url": st.just("rtsp://10.0.0.1/1"),
            "username": st.none() | TEXT,
            "password": st.none()
            | st.text(st.characters(exclude_categories=["Cc", "Cs"]), min_size=1, max_size=9),
            "preview_url": st.none(),
            "resolution": st.none() | st.just("1920x1080"),
            "fps": st.none() | st.integers(1, 240),
            "codec": st.none() | st.just("h264"),
            "location": st.none() | TEXT,
            "group": st.none() | TEXT,
            "is_active": st.booleans(),
            "enable_detection": st.booleans(),
            "detection_sensitivity": st.floats(0, 1),
            "host": st.none() | st.just("lab-1"),
            "device_name": st.none() | st.just("door"),
            "managed_by": st.sampled_from(["gateway", "host"]),
        }
    ),
    max_size=5,
)
NAMES = columns(with_credentials=True)


def said(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [{name: value for name, value in row.items() if value is not None} for row in rows]


@given(ROWS)
def test_json_comes_back_as_it_went_out(rows: list[dict[str, Any]]) -> None:
    content = b"".join(json_pieces(rows))
    assert json.loads(content) == rows
    assert [dict(row.cells) for row in read_file(content, "json").rows] == said(rows)


@given(ROWS)
def test_a_table_comes_back_as_it_went_out(rows: list[dict[str, Any]]) -> None:
    read = read_file(b"".join(csv_pieces(NAMES, rows)), "csv")
    assert read.errors == []
    assert [dict(row.cells) for row in read.rows] == said(rows)


@given(ROWS)
def test_no_cell_is_a_formula(rows: list[dict[str, Any]]) -> None:
    text = b"".join(csv_pieces(NAMES, rows)).decode()
    cells = [cell for record in csv.reader(io.StringIO(text, newline="")) for cell in record]
    assert [cell for cell in cells if cell[:1] in ("=", "+", "-", "@", "\t", "\r")] == []


@pytest.mark.parametrize("count", [0, 1, 499, 500, 501, 1200])
def test_long_files_are_made_in_pieces(count: int) -> None:
    row = dict.fromkeys(NAMES, "x")
    tables = list(csv_pieces(NAMES, [row] * count))
    arrays = list(json_pieces([row] * count))
    assert b"".join(tables).count(b"\r\n") == count + 1
    assert len(json.loads(b"".join(arrays))) == count
    assert max(len(piece) for piece in (*tables, *arrays)) < 500 * 500


def test_passwords_have_no_column_unless_they_are_asked_for() -> None:
    assert "password" in columns(with_credentials=True)
    assert "password" not in columns(with_credentials=False)


def test_files_are_named_after_their_time() -> None:
    assert (
        export_name(datetime(2026, 11, 21, 14, 2, 3, tzinfo=UTC), "csv") == "cameras_2026-11-21T14-02-03Z.csv"
    )
