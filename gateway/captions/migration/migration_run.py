"""A run of the migration: one camera's captions on their way into the graph, as the history has it. Plain."""

from dataclasses import dataclass
from datetime import datetime
from typing import Literal, get_args

Trigger = Literal["schedule", "trigger", "force", "clear", "camera_deleted", "demo"]
TRIGGERS: tuple[Trigger, ...] = get_args(Trigger)
# "interrupted": its process died; what it had not done was done later.
RunState = Literal["running", "done", "failed", "interrupted"]

INTERRUPTED_CODE = "interrupted"
INTERRUPTED = "Its process ended in the middle. What it had not done is done by the next run."


@dataclass(frozen=True, slots=True)
class RunCounts:
    """What a run has done so far. `read`: captions of the journal, of which `repeated` were in the graph
    already. Events as the run's transactions made them: one that two of them extended counts twice."""

    read: int = 0
    created: int = 0
    extended: int = 0
    late: int = 0
    repeated: int = 0

    def __add__(self, other: "RunCounts") -> "RunCounts":
        return RunCounts(
            self.read + other.read,
            self.created + other.created,
            self.extended + other.extended,
            self.late + other.late,
            self.repeated + other.repeated,
        )

    @property
    def reduction_percent(self) -> float:
        """How many fewer events than captions came to be; 0 where nothing was new."""
        merged = self.read - self.repeated
        return 0.0 if merged <= 0 else round(100 * max(0.0, 1 - self.created / merged), 1)


@dataclass(frozen=True, slots=True)
class MigrationRun:
    """`duration_ms`: of a run that goes on, until it was last heard of. `job_id`: empty where no job did it.
    `error_code`, `error`: of one that failed."""

    id: int
    camera_id: str
    trigger: str
    state: RunState
    job_id: str
    started_at: datetime
    duration_ms: int | None
    counts: RunCounts
    error_code: str | None = None
    error: str | None = None
