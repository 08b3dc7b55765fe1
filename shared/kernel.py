"""System calls that Python's standard library lacks."""

import ctypes
import ctypes.util
import os
import signal
from pathlib import Path

_libc = ctypes.CDLL(ctypes.util.find_library("c") or "libc.so.6", use_errno=True)
_renameat2 = _libc.renameat2
_renameat2.argtypes = (ctypes.c_int, ctypes.c_char_p, ctypes.c_int, ctypes.c_char_p, ctypes.c_uint)
_AT_FDCWD = -100
_RENAME_NOREPLACE = 1
_PR_SET_PDEATHSIG = 1
_TIMEX_BYTES = 512  # struct timex, with room to spare; all zero: read only
_TIME_ERROR = 5


def rename_noreplace(source: str | Path, target: str | Path) -> None:
    """Rename without ever overwriting (renameat2(2), RENAME_NOREPLACE).

    Raises FileExistsError where `target` exists, OSError as rename(2) does.
    """
    if _renameat2(_AT_FDCWD, os.fsencode(source), _AT_FDCWD, os.fsencode(target), _RENAME_NOREPLACE):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), str(source), None, str(target))


def rename_at(name: bytes, source_dir_fd: int, target_dir_fd: int) -> None:
    """Move `name` from one open folder to another without ever overwriting, for names by the thousand.

    Raises as `rename_noreplace` does.
    """
    if _renameat2(source_dir_fd, name, target_dir_fd, name, _RENAME_NOREPLACE):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number), os.fsdecode(name))


def sync_file_system(path: Path) -> None:
    """Make durable what has been written to the file system of `path` (syncfs(2)). Raises OSError."""
    descriptor = os.open(path, os.O_RDONLY | os.O_CLOEXEC)
    try:
        if _libc.syncfs(descriptor):
            number = ctypes.get_errno()
            raise OSError(number, os.strerror(number), str(path))
    finally:
        os.close(descriptor)


def clock_is_synchronised() -> bool | None:
    """Whether the kernel believes that its wall clock is synchronised (adjtimex(2)).

    None where it may not be asked, as in some containers.
    """
    state = _libc.adjtimex(ctypes.create_string_buffer(_TIMEX_BYTES))
    return None if state < 0 else state != _TIME_ERROR


def die_with_parent(parent_pid: int) -> None:
    """Have the kernel kill this process when the thread that forked it ends (prctl(2)).

    To be called first thing in the child. `parent_pid` is its parent's: one that is gone already ends
    this process at once. Raises OSError.
    """
    if _libc.prctl(_PR_SET_PDEATHSIG, ctypes.c_ulong(signal.SIGKILL)):
        number = ctypes.get_errno()
        raise OSError(number, os.strerror(number))
    if os.getppid() != parent_pid:
        os.kill(os.getpid(), signal.SIGKILL)
