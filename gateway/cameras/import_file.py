"""Reads files of cameras: CSV as spreadsheets write it, and JSON. Plain."""

import csv
import io
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Literal

from gateway.cameras.export_columns import COLUMNS, FLAGS, NUMBERS, PASSWORD, WHOLE_NUMBERS
from gateway.cameras.import_row import MOST_ROWS, ReadFile, RowError, SourceRow, bad_file, too_many_rows
from shared.spreadsheet_text import original_text

FileFormat = Literal["csv", "json"]
# What GET /cameras tells of a camera and nobody sets: a list of it can be imported as it is.
IGNORED = frozenset(
    {
        *("id", "status", "has_password", "createdAt", "updatedAt", "host_id", "device", "last_connected"),
        *("checked_at", "problem_code", "problem", "failures_in_row", "latency_ms", "note"),
        *("overrides", "host_detection", "is_deletable"),
    }
)
KNOWN = (*COLUMNS, "group_id")
NEEDED = ("name", "rtsp_url")
_DELIMITERS = ",;\t"
_SEPARATOR_LINE = re.compile(r"^sep=(.)\r?\n", re.IGNORECASE)
_TRUE, _FALSE = frozenset({"true", "yes", "1"}), frozenset({"false", "no", "0"})
_WHOLE_NUMBER = re.compile(r"^[+-]?[0-9]{1,9}\Z")
_NUMBER = re.compile(r"^[+-]?[0-9]{0,9}([.,][0-9]{1,30})?([eE][+-]?[0-9]{1,3})?\Z")
_SHOWN = 40


def read_file(content: bytes, file_format: FileFormat) -> ReadFile:
    """The rows of a file. Raises BadRequestError (`bad_file`, `too_many_rows`) where it is none."""
    text = _decoded(content)
    return _read_csv(text) if file_format == "csv" else _read_json(text)


def _decoded(content: bytes) -> str:
    """Spreadsheets write a byte order mark, and some of them UTF-16."""
    encoding = "utf-16" if content[:2] in (b"\xff\xfe", b"\xfe\xff") else "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise bad_file(
            f"The file is not UTF-8: byte {error.start + 1} is none of it.",
            "Save it as CSV UTF-8, or as JSON, and send it again.",
        ) from None


# -- CSV -------------------------------------------------------------------------------------


def _read_csv(text: str) -> ReadFile:
    said = _SEPARATOR_LINE.match(text)
    if said is not None:  # a line that some spreadsheets write and all of them hide
        text = text[said.end() :]
    delimiter = said[1] if said is not None else _delimiter(text)
    lines = _records(text, delimiter)
    try:
        header = next(lines)
    except StopIteration:
        raise bad_file("The file is empty.", _header_remedy()) from None
    names = _column_names(header)
    rows: list[SourceRow] = []
    errors: list[RowError] = []
    for number, record in enumerate(lines, 2):
        if not any(cell.strip() for cell in record):
            continue
        if len(rows) + len(errors) >= MOST_ROWS:
            raise too_many_rows()
        if any(cell.strip() for cell in record[len(names) :]):
            errors.append(RowError(number, "", f"has {len(record)} cells, and the header {len(names)}."))
            continue
        cells = {
            name: _value(name, original_text(cell))
            for name, cell in zip(names, record, strict=False)
            # A password may be made of blanks.
            if name and (cell if name == PASSWORD else cell.strip())
        }
        rows.append(SourceRow(number, cells))
    return ReadFile(rows, errors)


def _records(text: str, delimiter: str) -> Iterator[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    while True:
        try:
            yield next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            raise bad_file(
                f"Line {reader.line_num} cannot be read as CSV: {error}.",
                "Put cells that hold quotes, separators or line ends between double quotes.",
            ) from None


def _delimiter(text: str) -> str:
    """What divides the header: the one of the usual ones that it has most of."""
    header = text.lstrip("\r\n").partition("\n")[0]
    return max(_DELIMITERS, key=header.count)


def _column_names(header: Sequence[str]) -> list[str]:
    """The columns by name; empty for those that are not looked at."""
    lower = {name.lower(): name for name in (*KNOWN, *IGNORED)}
    names = [lower.get(cell.strip().lower().replace(" ", "_"), cell.strip()) for cell in header]
    while names and not names[-1]:  # left of columns that somebody emptied
        names.pop()
    unknown = [name for name in names if name not in lower.values()]
    if unknown:
        shown = ", ".join(repr(name[:_SHOWN]) for name in unknown[:5])
        raise bad_file(f"The header has columns that are not known: {shown}.", _header_remedy())
    doubled = sorted({name for name in names if names.count(name) > 1})
    if doubled:
        raise bad_file(f"The header has {', '.join(doubled)} more than once.", _header_remedy())
    missing = [name for name in NEEDED if name not in names]
    if missing:
        raise bad_file(f"The header lacks {' and '.join(missing)}.", _header_remedy())
    return ["" if name in IGNORED else name for name in names]


def _shown(name: str) -> str:
    """A name that somebody made up, as an answer can hold it: half of a surrogate pair is no text."""
    return name[:_SHOWN].encode(errors="replace").decode()


def _header_remedy() -> str:
    return f"Begin the file with a line of columns; there are {', '.join(KNOWN)}."


def _value(name: str, cell: str) -> Any:
    """What a cell says; a text where it is no number or flag, though it should be one."""
    text = cell.strip()
    if name in FLAGS:
        word = text.lower()
        return True if word in _TRUE else False if word in _FALSE else text
    if name in WHOLE_NUMBERS and _WHOLE_NUMBER.match(text):
        return int(text)
    if name in NUMBERS and _NUMBER.match(text) and any(map(str.isdigit, text.lower().partition("e")[0])):
        return float(text.replace(",", "."))  # of spreadsheets with a comma for the point
    return cell


# -- JSON ------------------------------------------------------------------------------------


def _read_json(text: str) -> ReadFile:
    remedy = 'Send an array of cameras, or {"cameras": [ … ]}.'
    try:
        found = json.loads(text)
    # Not only JSONDecodeError: integers of many thousand digits, endless nesting.
    except (ValueError, RecursionError) as error:
        where = f": line {error.lineno}" if isinstance(error, json.JSONDecodeError) else ""
        raise bad_file(f"The file is not valid JSON{where}.", remedy) from None
    if isinstance(found, dict) and found.keys() == {"cameras"}:
        found = found["cameras"]
    if not isinstance(found, list):
        raise bad_file("The file holds no array of cameras.", remedy)
    if len(found) > MOST_ROWS:
        raise too_many_rows()
    rows: list[SourceRow] = []
    errors: list[RowError] = []
    for number, item in enumerate(found, 1):
        if not isinstance(item, dict):
            errors.append(RowError(number, "", "is no object."))
            continue
        unknown = [name for name in item if name not in KNOWN and name not in IGNORED]
        errors += [RowError(number, _shown(name), "is no column that is known.") for name in unknown]
        if not unknown:
            left = _said_by_host(item)
            cells = {
                name: item[name] for name in KNOWN if name not in left and item.get(name) not in (None, "")
            }
            rows.append(SourceRow(number, cells))
    return ReadFile(rows, errors)


def _said_by_host(item: Mapping[str, Any]) -> frozenset[str]:
    """What GET /cameras tells of a host's own device, and nobody set here."""
    overrides = item.get("overrides")
    if item.get("managed_by") != "host" or not isinstance(overrides, list):
        return frozenset()
    return frozenset({"enable_detection", "detection_sensitivity"}) - frozenset(map(str, overrides))
