"""The files that `npm run build` made in `frontend/`: found, and compressed once."""

import gzip
import mimetypes
import os
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from shared.errors import NotFoundError, UnavailableError
from shared.http.sent_text import content_tag

INDEX = "index.html"
# The build puts what it names by its content there; what is kept for ever under such a name never lies.
NAMED_BY_CONTENT = "assets"
_TYPES = {".js": "text/javascript; charset=utf-8", ".woff2": "font/woff2", ".svg": "image/svg+xml"}
_WORTH_COMPRESSING_BYTES = 1000
# When a file was changed (ns), which it is on its disk, how long it is.
_Version = tuple[int, int, int]


@dataclass(frozen=True)
class BuiltFile:
    """One file as it is served. `packed`: its gzip, None where that gains nothing."""

    content: bytes
    content_type: str

    @cached_property
    def tag(self) -> str:
        """Names the content, in letters and digits."""
        return content_tag(self.content)

    @cached_property
    def packed(self) -> bytes | None:
        if len(self.content) < _WORTH_COMPRESSING_BYTES or self.content_type.startswith(("font/", "image/p")):
            return None
        # Once a process, and it is the first load that people wait for: as small as can be.
        return gzip.compress(self.content, compresslevel=9, mtime=0)


class BuiltFiles:
    """The folder that the build made. Read when first asked for: a build need not be there to start, and one
    that takes its place is seen with the next question."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._read: dict[str, tuple[_Version, BuiltFile]] = {}

    def index(self) -> BuiltFile:
        """The one document of all pages. Raises UnavailableError where nothing that is built can be read."""
        try:
            return self._file(INDEX)
        except OSError:
            raise UnavailableError(
                "The pages are not built.",
                remedy="Run `make ui` in the checkout; /docs has the API meanwhile.",
                code="ui_not_built",
            ) from None

    def file(self, name: str) -> BuiltFile:
        """Raises NotFoundError, also for what would lie outside of the folder."""
        parts = name.split("/")
        if "\0" in name or "\\" in name or any(part in ("", ".", "..") for part in parts):
            raise self._not_there()
        try:
            return self._file(name)
        except OSError:
            raise self._not_there() from None

    def _not_there(self) -> NotFoundError:
        return NotFoundError(
            "There is no such file.", remedy="Load the page again: it may be of another build."
        )

    def _file(self, name: str) -> BuiltFile:
        # Links within the folder, and the folder itself as one, are how builds are installed side by side.
        path = Path(os.path.realpath(self._folder / name, strict=True))
        if not path.is_relative_to(os.path.realpath(self._folder)):
            raise FileNotFoundError(name)
        found = path.stat()
        # Not the time alone: builds that can be made again have all their files from the same second.
        version = (found.st_mtime_ns, found.st_ino, found.st_size)
        known = self._read.get(name)
        if known is not None and known[0] == version:
            return known[1]
        content_type = (
            _TYPES.get(Path(name).suffix) or mimetypes.guess_type(name)[0] or "application/octet-stream"
        )
        if content_type in ("text/html", "text/css"):
            content_type += "; charset=utf-8"
        read = BuiltFile(path.read_bytes(), content_type)
        self._read[name] = (version, read)
        return read
