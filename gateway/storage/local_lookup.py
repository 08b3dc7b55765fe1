"""Finds objects in a folder without following links. Everything may raise OSError."""

import errno
import os
import re
import stat
from collections.abc import Iterator, Sequence
from contextlib import suppress
from pathlib import Path

from gateway.storage.local_facts import Facts, facts_name, facts_of, parse_facts
from shared.opened_file import OpenFile, open_beneath

_OPEN_FOLDER = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
# What Python makes of names that are no UTF-8: somebody else put them there.
_NO_TEXT = re.compile("[\udc80-\udcff]")


class InTheWayError(OSError):
    """A file stands where a folder is needed, or a folder where a file is."""


def open_object(root: Path, key: str) -> tuple[OpenFile, Facts] | None:
    """The object and its facts; None where there is none. Whoever gets it closes it."""
    path = root / key
    while root.is_dir() and (opened := open_beneath(root, path)) is not None:
        versions = _facts_beside(root, path)
        facts = facts_of(opened.size_bytes, opened.mtime_ns, versions)
        if facts in versions or _is_still(opened, path):
            return opened, facts
        opened.close()  # replaced or deleted between the two
    return None


def walk(root: Path, folder: str) -> Iterator[tuple[str, os.stat_result]]:
    """Keys below `folder` with their files' states, ordered as S3 does: by the bytes of the whole key."""
    try:
        descriptor = open_folder(root, folder.split("/") if folder else [])
    except (FileNotFoundError, NotADirectoryError):
        return
    try:
        yield from _walk(descriptor, f"{folder}/" if folder else "")
    finally:
        os.close(descriptor)


def open_folder(root: Path, names: Sequence[str], *, make: bool = False) -> int:
    """Open the folder below `root`. Raises InTheWayError where it is to be made and a file is there."""
    descriptor = os.open(root, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for name in names:
            if make:
                with suppress(FileExistsError):  # opening it says what is there
                    os.mkdir(name, 0o750, dir_fd=descriptor)
            try:
                inner = os.open(name, _OPEN_FOLDER, dir_fd=descriptor)
            except NotADirectoryError:
                if make:
                    raise InTheWayError(errno.ENOTDIR, os.strerror(errno.ENOTDIR), name) from None
                raise
            os.close(descriptor)
            descriptor = inner
    except BaseException:
        os.close(descriptor)
        raise
    return descriptor


def _walk(descriptor: int, prefix: str) -> Iterator[tuple[str, os.stat_result]]:
    with os.scandir(descriptor) as entries:
        found = sorted(
            (
                (entry.name, entry.is_dir(follow_symlinks=False))
                for entry in entries
                if not entry.name.startswith(".") and not entry.is_symlink()
            ),
            key=lambda each: os.fsencode(f"{each[0]}/" if each[1] else each[0]),
        )
    for name, is_folder in found:
        if _NO_TEXT.search(name):
            continue
        try:
            if is_folder:
                inner = os.open(name, _OPEN_FOLDER, dir_fd=descriptor)
                try:
                    yield from _walk(inner, f"{prefix}{name}/")
                finally:
                    os.close(inner)
                continue
            status = os.stat(name, dir_fd=descriptor, follow_symlinks=False)
        except (FileNotFoundError, NotADirectoryError):
            continue  # gone since it was listed
        if stat.S_ISREG(status.st_mode):
            yield f"{prefix}{name}", status


def _facts_beside(root: Path, path: Path) -> list[Facts]:
    beside = open_beneath(root, path.with_name(facts_name(path.name)))
    if beside is None:
        return []
    with beside:
        return parse_facts(beside.read())


def _is_still(opened: OpenFile, path: Path) -> bool:
    try:
        status = path.lstat()
    except OSError:
        return False
    return status.st_ino == os.fstat(opened.file.fileno()).st_ino
