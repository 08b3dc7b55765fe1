"""A worker as it tells of itself. Plain."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class WorkerView:
    """`state`: idle, busy, suspended, starting, or lost where nothing was heard of it for too long."""

    name: str
    state: str
    queues: Sequence[str]
    host: str
    current_job: str | None
    started_at: datetime | None
    heartbeat_at: datetime | None
    jobs_done: int
    jobs_failed: int

    @property
    def is_alive(self) -> bool:
        return self.state != "lost"
