"""The files of a folder of objects: written aside, renamed into place, removed with folders left empty."""

import errno
import fcntl
import os
import stat
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from gateway.storage.local_facts import Facts, encode_facts, facts_name, facts_of, is_facts_name, parse_facts
from gateway.storage.local_lookup import InTheWayError, open_folder, open_object
from gateway.storage.measured_reader import CHUNK_BYTES

STAGING = ".staging"
_LOCK = ".lock"
_NO_LINKS_HERE = (errno.EPERM, errno.EOPNOTSUPP, errno.EMLINK, errno.EXDEV)

_NOT_IN_THE_KERNEL = (errno.EXDEV, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)


@dataclass(slots=True)
class Staged:
    """A file that is not in its place yet. What is not kept is removed."""

    file: BinaryIO
    path: Path


class LocalFolder:
    """Objects below `root`, by key; the keys are checked already.

    All methods may raise OSError. Several processes may work on one folder: what is made up of several steps
    is done under a lock of the folder, which is held for moments only.
    """

    def __init__(self, root: Path) -> None:
        self.root = root
        self._is_swept = False

    def prepare(self) -> None:
        """Make the folder where it is missing, and prove that it can be written."""
        with self.staged() as trial:
            trial.file.write(b"\0")
            trial.file.flush()

    @contextmanager
    def staged(self) -> Iterator[Staged]:
        """A file on the side, which its writer holds locked: what no writer holds is left of a crash."""
        staging = self.root / STAGING
        staging.mkdir(parents=True, exist_ok=True)
        with self._locked():
            if not self._is_swept:
                _remove_unheld(staging)
                self._is_swept = True
            descriptor, name = tempfile.mkstemp(dir=staging)
            fcntl.flock(descriptor, fcntl.LOCK_EX)
        staged = Staged(os.fdopen(descriptor, "wb", buffering=0), Path(name))
        try:
            yield staged
        finally:
            staged.path.unlink(missing_ok=True)
            staged.file.close()

    def keep(
        self, staged: Staged, key: str, content_type: str, metadata: Mapping[str, str]
    ) -> os.stat_result:
        """Make `staged` the object, at once and as a whole. Raises InTheWayError."""
        os.fchmod(staged.file.fileno(), 0o640)
        os.fsync(staged.file.fileno())
        status = os.fstat(staged.file.fileno())
        facts = Facts(status.st_size, status.st_mtime_ns, content_type, dict(metadata))
        with self._locked():
            self._place(staged.path, key, facts)
        return status

    def copy(self, source: str, target: str) -> os.stat_result | None:
        """Give the object a second key; None where there is none. Objects never change, only what a key
        stands for: both names are of one file, where the file system has such. Raises InTheWayError."""
        found = open_object(self.root, source)
        if found is None:
            return None
        opened, facts = found
        with opened, self.staged() as staged:
            try:
                self._link(opened.file.fileno(), staged.path, target, facts)
            except OSError as error:
                if error.errno not in _NO_LINKS_HERE:
                    raise
                copy_bytes(opened.file, staged.file, opened.size_bytes)
                return self.keep(staged, target, facts.content_type, facts.metadata)
            return os.fstat(opened.file.fileno())

    def remove(self, key: str) -> bool:
        """Have no such object; return whether there was one."""
        *folders, name = key.split("/")
        with self._locked():
            try:
                descriptor = open_folder(self.root, folders)
            except (FileNotFoundError, NotADirectoryError):
                return False
            try:
                removed = _unlink(name, descriptor)
                if removed:
                    _unlink(facts_name(name), descriptor)
            finally:
                os.close(descriptor)
            self._remove_empty(folders)
        return removed

    # -- inside ------------------------------------------------------------------------------

    def _link(self, descriptor: int, aside: Path, key: str, facts: Facts) -> None:
        """Give an open file the name `key`, by way of the free name beside `aside`."""
        second = aside.with_name(f"{aside.name}.copy")
        with self._locked() as folder:
            # A folder to begin at has Python follow the link that stands for the open file.
            os.link(f"/proc/self/fd/{descriptor}", second, src_dir_fd=folder, follow_symlinks=True)
            try:
                self._place(second, key, facts)
            finally:
                # A rename onto another name of the same file does nothing and leaves both.
                second.unlink(missing_ok=True)

    def _place(self, path: Path, key: str, facts: Facts) -> None:
        *folders, name = key.split("/")
        descriptor = open_folder(self.root, folders, make=True)
        try:
            if _is_folder(name, descriptor):
                raise InTheWayError(errno.EISDIR, os.strerror(errno.EISDIR), key)
            self._place_facts(descriptor, name, facts)
            os.rename(path, name, dst_dir_fd=descriptor)
            os.fsync(descriptor)
        finally:
            os.close(descriptor)

    def _place_facts(self, descriptor: int, name: str, facts: Facts) -> None:
        before: list[Facts] = []
        try:
            status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
            there = os.open(facts_name(name), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC, dir_fd=descriptor)
            with os.fdopen(there, "rb") as file:
                before = [facts_of(status.st_size, status.st_mtime_ns, parse_facts(file.read()))]
        except FileNotFoundError:
            pass  # nothing had this key, or somebody put it there by hand
        file_descriptor, partial = tempfile.mkstemp(dir=self.root / STAGING)
        try:
            with os.fdopen(file_descriptor, "w") as out:
                out.write(encode_facts(facts, before))
                out.flush()
                os.fsync(out.fileno())
            os.rename(partial, facts_name(name), dst_dir_fd=descriptor)
        except OSError:
            Path(partial).unlink(missing_ok=True)
            raise

    def _remove_empty(self, folders: list[str]) -> None:
        """Remove the folder and those that it is in, as far up as they hold no object."""
        for depth in range(len(folders), 0, -1):
            path = self.root.joinpath(*folders[:depth])
            try:
                names = os.listdir(path)
                if not all(is_facts_name(name) for name in names):
                    return
                for name in names:  # of objects that a crash kept from coming
                    (path / name).unlink()
                path.rmdir()
            except (FileNotFoundError, NotADirectoryError):
                return

    @contextmanager
    def _locked(self) -> Iterator[int]:
        """Hold the folder's lock; the file that has it is given."""
        descriptor = os.open(self.root / _LOCK, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o640)
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX)
            yield descriptor
        finally:
            os.close(descriptor)


def copy_bytes(source: BinaryIO, target: BinaryIO, count: int) -> None:
    """Append the first `count` bytes of the file `source` to `target`, in the kernel. Raises OSError."""
    at = 0
    while at < count:
        copied = _copy_some(source.fileno(), target.fileno(), count - at, at)
        if not copied:
            raise OSError(errno.EIO, "it ended before its end")
        at += copied


def _copy_some(source: int, target: int, count: int, at: int) -> int:
    try:
        return os.copy_file_range(source, target, count, offset_src=at)
    except OSError as error:
        if error.errno not in _NOT_IN_THE_KERNEL:
            raise
    return os.write(target, os.pread(source, min(count, CHUNK_BYTES), at))


def _unlink(name: str, descriptor: int) -> bool:
    try:
        os.unlink(name, dir_fd=descriptor)
    except (FileNotFoundError, IsADirectoryError):
        return False
    return True


def _is_folder(name: str, descriptor: int) -> bool:
    try:
        return stat.S_ISDIR(os.stat(name, dir_fd=descriptor, follow_symlinks=False).st_mode)
    except FileNotFoundError:
        return False


def _remove_unheld(folder: Path) -> None:
    for path in folder.iterdir():
        try:
            with path.open("rb") as file:
                fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                path.unlink()
        except (BlockingIOError, FileNotFoundError):
            continue  # somebody is writing it, or is done with it
