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
# Events are between these: 1970 and the year 9000, as all times that are taken in.
FIRST_MS = 0
LAST_MS = 221_845_392_000_000


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


@dataclass(frozen=True, slots=True)
class Narrowed:
    """What of a question the graph itself narrows by. `camera_ids` None: all cameras, else one at least.
    `from_ms`, `to_ms`: UTC ms of a span that events touch, None: open."""

    camera_ids: tuple[str, ...] | None = None
    from_ms: int | None = None
    to_ms: int | None = None
    brief: bool | None = None

    def parameters(self) -> dict[str, object]:
        """As the statements of `event_search_cypher` have them."""
        return {
            "camera_ids": None if self.camera_ids is None else list(self.camera_ids),
            "from_ms": FIRST_MS if self.from_ms is None else self.from_ms,
            "to_ms": LAST_MS if self.to_ms is None else self.to_ms,
            "brief": self.brief,
        }
