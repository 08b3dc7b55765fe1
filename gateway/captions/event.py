"""An event: captions of one camera that follow each other and say the same, as one. Plain."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EventFrame:
    """A caption that was merged: its time in UTC ms, and which of the event's `variants` it said."""

    ms: int
    variant: int


@dataclass(frozen=True, slots=True)
class Event:
    """`event_id`: `evt_{camera}_{start_ms}`, with `:{hash8}` where another event has that name. `variants`:
    every distinct text, in the order in which they were merged, the event's own `caption` first. `frames`:
    in order of time. `embedding`, `model`, `frame`: of the first caption. `brief`: shorter than the shortest
    event that is worth to be listed among others."""

    event_id: str
    camera_id: str
    caption: str
    variants: tuple[str, ...]
    frames: tuple[EventFrame, ...]
    brief: bool
    embedding: tuple[float, ...] | None = None
    model: str = ""
    frame: str = ""

    @property
    def start_ms(self) -> int:
        return self.frames[0].ms

    @property
    def end_ms(self) -> int:
        return self.frames[-1].ms

    @property
    def duration_seconds(self) -> float:
        return (self.end_ms - self.start_ms) / 1000

    @property
    def frame_count(self) -> int:
        return len(self.frames)
