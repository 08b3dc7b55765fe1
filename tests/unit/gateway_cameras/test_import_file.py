"""Files of cameras as spreadsheets, programs and people write them."""

import json
from typing import Any

import pytest

from gateway.cameras.import_file import FileFormat, read_file
from gateway.cameras.import_row import MOST_ROWS, RowError
from shared.errors import BadRequestError

URL = "rtsp://10.0.0.1/1"


def csv_rows(text: str | bytes) -> list[dict[str, Any]]:
    read = read_file(text if isinstance(text, bytes) else text.encode(), "csv")
    assert read.errors == []
    return [dict(row.cells) for row in read.rows]


@pytest.mark.parametrize(
    "content",
    [
        b"name,rtsp_url\nDoor,rtsp://10.0.0.1/1\n",
        b"name,rtsp_url\r\nDoor,rtsp://10.0.0.1/1",
        b"\xef\xbb\xbfname,rtsp_url\nDoor,rtsp://10.0.0.1/1\n",
        b"name;rtsp_url\nDoor;rtsp://10.0.0.1/1\n",
        b"name\trtsp_url\nDoor\trtsp://10.0.0.1/1\n",
        b"sep=;\r\nname;rtsp_url\r\nDoor;rtsp://10.0.0.1/1\r\n",
        b'"name","rtsp_url"\n"Door","rtsp://10.0.0.1/1"\n',
        b" Name , RTSP URL \nDoor,rtsp://10.0.0.1/1\n",
        b"rtsp_url,name,location\nrtsp://10.0.0.1/1,Door,\n",
        b"name,rtsp_url,,\nDoor,rtsp://10.0.0.1/1,,\n",
        b"name,rtsp_url\n\n,\nDoor,rtsp://10.0.0.1/1\n\n",
        "name,rtsp_url\nDoor,rtsp://10.0.0.1/1\n".encode("utf-16"),
        b"name,rtsp_url,status,id\nDoor,rtsp://10.0.0.1/1,live,7\n",
    ],
)
def test_a_table_is_read_however_a_program_wrote_it(content: bytes) -> None:
    assert csv_rows(content) == [{"name": "Door", "rtsp_url": URL}]


def test_cells_hold_separators_quotes_and_line_ends_between_quotes() -> None:
    text = f'name;rtsp_url;location\n"Door; ""left""";{URL};"Hall\nfloor 2"\nGate;{URL};\n'
    assert csv_rows(text) == [
        {"name": 'Door; "left"', "rtsp_url": URL, "location": "Hall\nfloor 2"},
        {"name": "Gate", "rtsp_url": URL},
    ]


def test_cells_have_the_types_of_their_columns() -> None:
    head = "name,rtsp_url,fps,is_active,enable_detection,detection_sensitivity,external_id\n"
    (row,) = csv_rows(f"{head}Door,{URL},25,no,TRUE,0.75,007\n")
    assert row == {
        "name": "Door",
        "rtsp_url": URL,
        "fps": 25,
        "is_active": False,
        "enable_detection": True,
        "detection_sensitivity": 0.75,
        "external_id": "007",
    }
    (row,) = csv_rows(f"{head.replace(',', ';')}Door;{URL};25 fps;maybe;1;0,5;\n")
    assert (row["fps"], row["is_active"], row["detection_sensitivity"]) == ("25 fps", "maybe", 0.5)


@pytest.mark.parametrize("number", ["", ".", ",", "-", "+", "e5", "1e", "nan", "0x1", "٣", "1" * 400])
def test_what_is_no_number_stays_the_text_that_it_is(number: str) -> None:
    (row,) = csv_rows(f'name,rtsp_url,fps,detection_sensitivity\nDoor,{URL},"{number}","{number}"\n')
    assert row.get("fps", "") == row.get("detection_sensitivity", "") == number


def test_what_was_written_as_no_formula_is_what_it_was_again() -> None:
    (row,) = csv_rows(f"name,rtsp_url,location,password\n'=1+1,{URL},'plain,'-x\n")
    assert (row["name"], row["location"], row["password"]) == ("=1+1", "'plain", "-x")


def test_a_password_of_blanks_is_one() -> None:
    (row,) = csv_rows(f"name,rtsp_url,password,location\nDoor,{URL},  ,  \n")
    assert row == {"name": "Door", "rtsp_url": URL, "password": "  "}


def test_rows_are_counted_as_a_spreadsheet_does() -> None:
    read = read_file(f'name,rtsp_url\n"a\nb",{URL}\n\nc,{URL}\nd,{URL},e\n'.encode(), "csv")
    assert [row.number for row in read.rows] == [2, 4]
    assert read.errors == [RowError(5, "", "has 3 cells, and the header 2.")]
    assert read.count == 3


@pytest.mark.parametrize(
    ("content", "says"),
    [
        (b"", "empty"),
        (b"\xef\xbb\xbf", "empty"),
        (b"Door,rtsp://10.0.0.1/1\n", "not known"),
        (b"name,rtsp_url,colour\n", "'colour'"),
        (b"name,rtsp_url,name\n", "name more than once"),
        (b"name,location\n", "lacks rtsp_url"),
        (b'name,rtsp_url\n"Door,rtsp://10.0.0.1/1\n', "Line 2"),
        (b'name,rtsp_url\n"Door"x,rtsp://10.0.0.1/1\n', "Line 2"),
        (b"name,rtsp_url\nT\xfcr,rtsp://10.0.0.1/1\n", "not UTF-8: byte 16"),
        (b"\xff\xfen", "not UTF"),
    ],
)
def test_a_file_that_is_no_table_is_refused_as_a_whole(content: bytes, says: str) -> None:
    with pytest.raises(BadRequestError, match=says) as refused:
        read_file(content, "csv")
    assert refused.value.code == "bad_file"
    assert refused.value.remedy


def test_a_header_alone_has_no_rows() -> None:
    assert csv_rows(b"name,rtsp_url\n") == []


@pytest.mark.parametrize(
    "text", ['[{"name": "Door", "rtsp_url": "u"}]', '{"cameras": [{"name": "Door", "rtsp_url": "u"}]}']
)
def test_an_array_of_cameras_is_read_alone_or_in_an_object(text: str) -> None:
    (row,) = read_file(text.encode(), "json").rows
    assert (row.number, dict(row.cells)) == (1, {"name": "Door", "rtsp_url": "u"})


def test_what_the_api_shows_of_a_camera_is_taken_as_it_is() -> None:
    shown = {"id": "7", "name": "Door", "rtsp_url": URL, "status": "live", "createdAt": "x", "fps": None}
    (row,) = read_file(json.dumps([shown]).encode(), "json").rows
    assert dict(row.cells) == {"name": "Door", "rtsp_url": URL}


def test_items_that_are_none_and_names_that_are_not_known_are_errors_of_their_rows() -> None:
    read = read_file(b'[7, {"name": "Door", "rtsp_url": "u"}, {"nam": "Gate"}]', "json")
    assert [row.number for row in read.rows] == [2]
    assert [(error.row, error.column) for error in read.errors] == [(1, ""), (3, "nam")]


@pytest.mark.parametrize(
    "text", ["", "{}", "7", "null", "[", '{"cameras": 7}', "[" * 100_000, "[" + "1" * 5000 + "]x"]
)
def test_a_file_that_is_no_array_is_refused_as_a_whole(text: str) -> None:
    with pytest.raises(BadRequestError) as refused:
        read_file(text.encode(), "json")
    assert refused.value.code == "bad_file"


@pytest.mark.parametrize("file_format", ["csv", "json"])
def test_more_rows_than_ten_thousand_are_too_many(file_format: FileFormat) -> None:
    def content(count: int) -> bytes:
        if file_format == "json":
            return json.dumps([{"name": "a"}] * count).encode()
        return b"name,rtsp_url\n" + b"a,b\n" * count

    assert read_file(content(MOST_ROWS), file_format).count == MOST_ROWS
    with pytest.raises(BadRequestError) as refused:
        read_file(content(MOST_ROWS + 1), file_format)
    assert refused.value.code == "too_many_rows"
