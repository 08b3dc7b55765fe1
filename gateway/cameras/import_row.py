"""Rows of a file of cameras, and what is said of those that are wrong. Plain."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from shared.errors import BadRequestError

MOST_ROWS = 10_000


@dataclass(frozen=True, slots=True)
class SourceRow:
    """A row of a file. `number`: as a spreadsheet counts, the header being 1; in JSON from 1.

    `cells`: what it says, by column, of the types that the API takes; an empty cell is left out. A text where
    a number or a flag should be is one that is none.
    """

    number: int
    cells: Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class RowError:
    """What is wrong with a row. `column`: empty where it is the row as a whole."""

    row: int
    column: str
    message: str


@dataclass(frozen=True, slots=True)
class SkippedRow:
    """A row that is left out, and why."""

    row: int
    reason: str


@dataclass(frozen=True, slots=True)
class ReadFile:
    """What could be read of a file, and what could not."""

    rows: list[SourceRow]
    errors: list[RowError]

    @property
    def count(self) -> int:
        """How many rows there are, right or wrong."""
        return len({row.number for row in self.rows} | {error.row for error in self.errors})


def bad_file(what: str, remedy: str) -> BadRequestError:
    """Nothing of it can be read."""
    return BadRequestError(what, code="bad_file", remedy=remedy, details={"fields": {"data": what}})


def too_many_rows() -> BadRequestError:
    return BadRequestError(
        f"The file has more than {MOST_ROWS} rows.",
        code="too_many_rows",
        remedy="Divide it and import one part after the other.",
        details={"fields": {"data": f"has more than {MOST_ROWS} rows"}},
    )
