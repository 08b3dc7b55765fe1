"""Whether anything came into or left a folder, for one stat instead of a listing."""

from pathlib import Path


class FolderWatch:
    """Compares a folder's modification time with the last look's."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._mtime_ns: int | None = None
        self._look_again = False

    def changed(self) -> bool:
        """Whether the folder may have changed since the last call. Raises OSError.

        The kernel's stamps are as coarse as its tick: after a change the next call says yes once
        more, for what came within the same tick as the listing.
        """
        mtime_ns = self.path.stat().st_mtime_ns
        changed = mtime_ns != self._mtime_ns
        answer = changed or self._look_again
        self._look_again = changed
        self._mtime_ns = mtime_ns
        return answer
