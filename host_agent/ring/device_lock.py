"""What must not interleave between the processes that change one device's folders."""

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager

from host_agent.ring.layout import DeviceFolders


@contextmanager
def device_locked(folders: DeviceFolders) -> Iterator[None]:
    """Held for microseconds while an hour's folder is being changed. Raises OSError."""
    descriptor = os.open(folders.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)
