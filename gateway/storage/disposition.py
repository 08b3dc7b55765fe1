"""How a browser is told to save what it gets (RFC 6266). Plain."""

import re
from urllib.parse import quote


def saved_as(filename: str) -> str:
    """The value of Content-Disposition that has a file saved under this name, whatever letters it has."""
    plain = re.sub(r"[^A-Za-z0-9 ._()+=,@-]", "_", filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"
