"""Whether a browser shows or saves what it gets, and under which name (RFC 6266). Plain."""

import re
from urllib.parse import quote

# What does nothing but be looked at. SVG is a document with scripts.
_SHOWN = re.compile(r"^(image/(jpeg|png|webp|gif)|video/[a-z0-9.-]+|audio/[a-z0-9.-]+)(;|\Z)")


def saved_as(filename: str) -> str:
    """The value of Content-Disposition that has a file saved under this name, whatever letters it has."""
    plain = re.sub(r"[^A-Za-z0-9 ._()+=,@-]", "_", filename)
    return f"attachment; filename=\"{plain}\"; filename*=UTF-8''{quote(filename, safe='')}"


def disposition(key: str, content_type: str, filename: str) -> str:
    """The value of Content-Disposition for an object: saved where a name is given or it is no picture."""
    if not filename and _SHOWN.match(content_type.lower()):
        return "inline"
    return saved_as(filename or key.rpartition("/")[2])
