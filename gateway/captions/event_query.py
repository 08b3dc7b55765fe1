"""What is asked of the events. Plain."""

from dataclasses import dataclass
from typing import Literal, get_args

SortKey = Literal["newest", "oldest", "best"]
SORTS: tuple[SortKey, ...] = get_args(SortKey)
MOST_EVENTS = 500
USUAL_EVENTS = 50
LONGEST_SEARCH = 1_000
LONGEST_EVENT_ID = 200
LONGEST_CAMERA_ID = 130
LONGEST_CURSOR = 4_000
MOST_NEIGHBOURS = 50


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Which events, and in which order. `start_ms`, `end_ms`: UTC ms, of which events touch
    `[start_ms, end_ms)`; None: open. `camera_id`: an external id. `brief`: only such, or only others.
    `text`: as it was typed. `similar_to`: an event's id. `cursor`: of the page before, or empty."""

    camera_id: str | None = None
    group_id: str | None = None
    host: str | None = None
    start_ms: int | None = None
    end_ms: int | None = None
    text: str = ""
    similar_to: str | None = None
    brief: bool | None = None
    sort: SortKey = "newest"
    limit: int = USUAL_EVENTS
    cursor: str = ""


@dataclass(frozen=True, slots=True)
class MinutesQuery:
    """Of which events the minutes are asked for; as in EventQuery, the span being closed on both sides."""

    start_ms: int
    end_ms: int
    camera_id: str | None = None
    group_id: str | None = None
    host: str | None = None
    text: str = ""
    brief: bool | None = None
