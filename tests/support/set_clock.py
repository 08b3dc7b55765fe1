"""A clock that shows what a test sets, and moves only when it is told to."""

from dataclasses import dataclass
from datetime import datetime, timedelta


@dataclass
class SetClock:
    """`shared.clock.Clock` by hand."""

    wall: datetime
    monotonic_s: float = 1000.0
    boot: str = "boot-1"

    def now(self) -> datetime:
        return self.wall

    def monotonic(self) -> float:
        return self.monotonic_s

    def boot_id(self) -> str:
        return self.boot

    def offset_ns(self) -> int:
        return 0

    def pass_time(self, seconds: float) -> None:
        """Both clocks go on."""
        self.wall += timedelta(seconds=seconds)
        self.monotonic_s += seconds

    def set_to(self, wall: datetime) -> None:
        """Only the wall clock moves: a step."""
        self.wall = wall
