"""What is in the cache of captions, in numbers. Plain."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class CacheStats:
    """`max_memory_bytes`: None where Redis has no limit. `cached`: captions that are not merged yet, of
    `cameras`; `near_expiry`: those of them that are due, of `cameras_affected`. `oldest_due_s`: for how
    long the oldest is due; 0.0 where none is. The counts since this Redis began are `captions_in`,
    `repeated`, `refused` and `embeddings_dropped`. `filled_percent`: of the memory that captions may fill;
    from 100 on none are taken; None where there is no limit."""

    used_memory_bytes: int
    max_memory_bytes: int | None
    cached: int
    cameras: int
    near_expiry: int
    cameras_affected: int
    oldest_due_s: float
    captions_in: int
    repeated: int
    refused: int
    embeddings_dropped: int = 0
    filled_percent: float | None = None


@dataclass(frozen=True, slots=True)
class CameraCounts:
    """As in CacheStats, of one camera. `newest_ms`: the time of its newest frame."""

    cached: int
    due: int
    oldest_due_s: float
    newest_ms: int | None
