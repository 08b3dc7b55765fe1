"""Names of frames that have no number yet: `{run}/c_12345.jpg`, `{run}-{start}/t_000000012345.jpg`.

The folder says which run of the recorder the media time belongs to; the recorder writes into `{run}`,
each start of the frame maker into a folder of its own, `{run}-{start}`. Pictures of a sub-stream belong to no
run: `preview-{start}`.
"""

import re
from dataclasses import dataclass

from host_agent.ring.layout import Kind

_FOLDER = re.compile(r"^(?P<run>[0-9]{1,12})(?:-(?P<start>[0-9]{1,9}))?$")
# ffmpeg names pictures from before a wrap of the 33-bit clock with negative times.
_FRAME = re.compile(r"^(?P<kind>[ct])_(?P<ms>-?[0-9]{1,18})\.jpg$")
_PREVIEW = re.compile(r"^preview-[0-9]{1,9}$")
_KINDS = {"c": Kind.CAPTURES, "t": Kind.THUMBNAILS}


@dataclass(frozen=True, slots=True)
class StagingFolder:
    """`start` is None for the recorder's own folder."""

    run: int
    start: int | None = None

    @property
    def name(self) -> str:
        return str(self.run) if self.start is None else f"{self.run}-{self.start}"


@dataclass(frozen=True, slots=True)
class StagedName:
    """A finished frame that is known by its media time only."""

    kind: Kind
    media_ms: int


def parse_staging_folder(name: str) -> StagingFolder | None:
    """Return what a folder's name says, None where it is not one of ours."""
    found = _FOLDER.match(name)
    if found is None:
        return None
    return StagingFolder(int(found["run"]), None if found["start"] is None else int(found["start"]))


def preview_folder(start: int) -> str:
    """The name of the folder for one connection to a sub-stream."""
    return f"preview-{start}"


def is_preview_folder(name: str) -> bool:
    """Whether a folder is for pictures of a sub-stream."""
    return _PREVIEW.match(name) is not None


def parse_staged_name(name: str) -> StagedName | None:
    """Return what a file's name says, None for anything else, such as a file still being written."""
    found = _FRAME.match(name)
    return None if found is None else StagedName(_KINDS[found["kind"]], int(found["ms"]))
