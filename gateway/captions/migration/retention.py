"""How long events are kept: everybody's, or what is set for a camera itself."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Protocol

import structlog

from shared.clock import Clock
from shared.errors import ColdframeError, UnavailableError
from shared.spans import utc_ms

# Events that are deleted in one transaction.
AT_ONCE = 1000
_SHOWN = 5


class PrunedGraph(Protocol):
    """Where events are kept. Every method raises UnavailableError (`graph_unreachable`)."""

    def cameras(self) -> Sequence[str]: ...

    def prune(self, camera_id: str, older_than_ms: int, limit: int) -> int:
        """Delete the camera's oldest events that ended before then, `limit` at most; return how many."""
        ...

    def check(self) -> None: ...


class EventsNotPrunedError(ColdframeError):
    """Events of some cameras are past their time and still there."""

    code = "events_not_pruned"


@dataclass
class Pruned:
    """`failed`: why, by camera. `is_done`: False where time was over first; tomorrow goes on."""

    events: int = 0
    cameras: int = 0
    failed: dict[str, str] = field(default_factory=dict)
    is_done: bool = True


def kept_since(own_days: int | None, of_all_days: int, now: datetime) -> int | None:
    """Events that ended before then (UTC milliseconds) go; None: none do."""
    days = of_all_days if own_days is None else own_days
    return None if days <= 0 else utc_ms(now - timedelta(days=days))


def prune(
    graph: PrunedGraph,
    own_days: Mapping[str, int],
    of_all_days: int,
    clock: Clock,
    ends_after_s: float,
    tell: Callable[[float, str], None],
) -> Pruned:
    """Delete what is past its time, a bounded number of events in each transaction.

    A camera that cannot be pruned does not stop the others. Raises UnavailableError (`graph_unreachable`)
    where the graph is away, and EventsNotPrunedError once the others are pruned.
    """
    now, ends_at_s = clock.now(), clock.monotonic() + ends_after_s
    pruned = Pruned()
    cameras = graph.cameras() if of_all_days > 0 or any(own_days.values()) else []
    for number, camera_id in enumerate(cameras):
        before_ms = kept_since(own_days.get(camera_id), of_all_days, now)
        if before_ms is None:
            continue
        try:
            deleted = 0
            while pruned.is_done:
                count = graph.prune(camera_id, before_ms, AT_ONCE)
                deleted += count
                if count < AT_ONCE:
                    break
                pruned.is_done = clock.monotonic() < ends_at_s
        except UnavailableError as error:
            graph.check()
            pruned.failed[camera_id] = str(error)
        pruned.events += deleted
        pruned.cameras += bool(deleted)
        if deleted:
            structlog.get_logger().info("events_pruned", camera_id=camera_id, events=deleted)
            tell((number + 1) / len(cameras), f"{pruned.events} events deleted")
        if not pruned.is_done:
            break
    if pruned.failed:
        raise _failure(pruned.failed)
    return pruned


def _failure(failed: Mapping[str, str]) -> EventsNotPrunedError:
    shown = " · ".join(f"{camera}: {sentence}" for camera, sentence in list(failed.items())[:_SHOWN])
    return EventsNotPrunedError(
        f"Events of {len(failed)} cameras could not be deleted: {shown}",
        remedy="It is tried again tomorrow; Neo4j's log may say more.",
    )
