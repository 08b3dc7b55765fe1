"""Opening files that requests name: no links followed, nothing but regular files."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Self

_OPEN_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# Never waits: a pipe put in the place of a file must not hold a thread.
_OPEN_FILE = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC


@dataclass(slots=True)
class OpenFile:
    """A regular file that was opened for an answer. Whoever does not send it closes it."""

    file: BinaryIO
    size_bytes: int
    mtime_ns: int
    etag: str

    def read(self) -> bytes:
        """The whole content."""
        return os.pread(self.file.fileno(), self.size_bytes, 0)

    def first(self, count: int) -> bytes:
        return os.pread(self.file.fileno(), count, 0)

    def last(self, count: int) -> bytes:
        return os.pread(self.file.fileno(), count, max(0, self.size_bytes - count))

    def close(self) -> None:
        self.file.close()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()


def open_beneath(base: Path, path: Path) -> OpenFile | None:
    """Open the regular file `path`, which lies under `base`, following no link below `base`.

    None where there is none, where it is no regular file, or where a link is in the way.
    """
    *folders, name = path.relative_to(base).parts
    try:
        with _folder_beneath(base, folders) as folder_fd:
            descriptor = os.open(name, _OPEN_FILE, dir_fd=folder_fd)
    except OSError:
        # Gone meanwhile, a link (ELOOP), not ours to read: all the same to whoever asks.
        return None
    status = os.fstat(descriptor)
    if not stat.S_ISREG(status.st_mode):
        os.close(descriptor)
        return None
    # A rename within the ring keeps all three; a rewritten playlist has another inode.
    etag = f"{status.st_ino:x}-{status.st_mtime_ns:x}-{status.st_size:x}"
    return OpenFile(os.fdopen(descriptor, "rb", buffering=0), status.st_size, status.st_mtime_ns, etag)


@contextmanager
def _folder_beneath(base: Path, folders: list[str]) -> Iterator[int]:
    descriptor = os.open(base, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for folder in folders:
            inner = os.open(folder, _OPEN_DIRECTORY, dir_fd=descriptor)
            os.close(descriptor)
            descriptor = inner
        yield descriptor
    finally:
        os.close(descriptor)
