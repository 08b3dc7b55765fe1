"""Text in cells of a file that a spreadsheet may open: never a formula, and read back as it was. Plain."""

import re

# What Excel, LibreOffice and others take for the begin of a formula, in wide letters too; a tab or a line's
# end before it is dropped by some of them.
_FORMULA = re.compile("'*[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def spreadsheet_text(text: str) -> str:
    """`text` as a cell: an apostrophe before what a spreadsheet would run.

    `original_text` takes it away again; a text that has apostrophes there already gets one more, so that
    every text comes back as it was.
    """
    return f"'{text}" if _FORMULA.match(text) else text


def original_text(cell: str) -> str:
    """The text that `spreadsheet_text` made `cell` of."""
    return cell[1:] if cell.startswith("'") and _FORMULA.match(cell) else cell
