"""An event as a search reads it from the graph. Plain."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import cast


@dataclass(frozen=True, slots=True)
class GraphEvent:
    """As in `Event`, without its captions' times. `score`: how well it matches, None where nothing was
    matched."""

    event_id: str
    camera_id: str
    caption: str
    variants: tuple[str, ...]
    start_ms: int
    end_ms: int
    duration_seconds: float
    frame_count: int
    brief: bool
    model: str
    frame: str
    score: float | None = None


def graph_event(row: Mapping[str, object], score: object = None) -> GraphEvent:
    """Of the map that statements of `event_search_cypher` make of an event."""
    return GraphEvent(
        event_id=str(row["event_id"]),
        camera_id=str(row["camera_id"]),
        caption=str(row["caption"]),
        variants=tuple(cast(Sequence[str], row["variants"])),
        start_ms=cast(int, row["start_ms"]),
        end_ms=cast(int, row["end_ms"]),
        duration_seconds=cast(float, row["duration_seconds"]),
        frame_count=cast(int, row["frame_count"]),
        brief=bool(row["brief"]),
        model=str(row["model"]),
        frame=str(row["frame"]),
        score=cast("float | None", score),
    )
