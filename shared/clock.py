"""Time as a dependency: services are given a `Clock`, plain functions are given `now`."""

import time
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

BOOT_ID_FILE = Path("/proc/sys/kernel/random/boot_id")


class Clock(Protocol):
    """Wall time, monotonic time and the identity of this boot."""

    def now(self) -> datetime:
        """Aware UTC wall time."""
        ...

    def monotonic(self) -> float:
        """Seconds that never go back; they go on while the wall clock is stepped. Includes suspend."""
        ...

    def boot_id(self) -> str:
        """Changes with every boot: monotonic times of two boots cannot be compared."""
        ...

    def offset_ns(self) -> int:
        """What must be added to a time that the kernel stamped (an mtime) to get this clock's time."""
        ...


class SystemClock:
    """The machine's clock, moved by `offset_s` (0 but in tests; a running agent can be moved)."""

    def __init__(self, offset_s: float = 0.0) -> None:
        self.offset_s = offset_s

    def now(self) -> datetime:
        return datetime.fromtimestamp(time.time() + self.offset_s, UTC)

    def monotonic(self) -> float:
        return time.clock_gettime(time.CLOCK_BOOTTIME)

    def boot_id(self) -> str:
        return BOOT_ID_FILE.read_text().strip()

    def offset_ns(self) -> int:
        return int(self.offset_s * 1e9)
