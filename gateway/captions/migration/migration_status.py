"""How the migration of captions does: what is measured of it, and the judgement. Plain."""

import math
from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from gateway.captions.cache.cache_counts import CacheStats, CameraCounts
from gateway.captions.cache.memory_room import MAKE_ROOM, room_problem
from gateway.captions.graph.prompt_graph import GraphNumbers
from gateway.captions.troubles import WHAT_TO_SET
from gateway.catalogue.device import Scope

CHECK_EVERY_S = 60
# What is due and was missed by two checks is late.
BEHIND_AFTER_S = 2.0 * CHECK_EVERY_S
NEXT_CHECK = f"Every {CHECK_EVERY_S} seconds (automatic)"
# The scheduler looks every second.
SCHEDULER_SILENT_AFTER_S = 90.0
_MEBIBYTE = 1024 * 1024
_UNITS = ((3600, "HOUR"), (60, "MINUTE"), (1, "SECOND"))


@dataclass(frozen=True, slots=True)
class WorkNumbers:
    """Who does the migration. `workers`: those that live. `scheduler_silent_s`: since a scheduler last
    looked; None: none ever did."""

    waiting: int
    running: int
    failed: int
    workers: int
    scheduler_silent_s: float | None


@dataclass(frozen=True, slots=True)
class Measured:
    """None: what would say so does not answer."""

    cache: CacheStats | None
    graph: GraphNumbers
    work: WorkNumbers | None


@dataclass(frozen=True, slots=True)
class MigrationStatus:
    """`is_off`: nothing is set for captions. `problem`: what is wrong and what to do. `is_of_some`: for
    somebody who may see some cameras only, whose captions are counted; what is measured of the whole is not
    for them."""

    is_off: bool
    behind: bool
    problem: str | None
    measured: Measured
    ttl_s: int
    is_of_some: bool = False


def stats_of_some(whole: CacheStats, counts: Collection[CameraCounts]) -> CacheStats:
    """The same of some cameras, whose counts are given; memory and what was taken in are the whole's."""
    return replace(
        whole,
        cached=sum(camera.cached for camera in counts),
        cameras=sum(camera.cached > 0 for camera in counts),
        near_expiry=sum(camera.due for camera in counts),
        cameras_affected=sum(camera.due > 0 for camera in counts),
        oldest_due_s=max((camera.oldest_due_s for camera in counts), default=0.0),
    )


def status_of(measured: Measured, ttl_s: int) -> MigrationStatus:
    """The judgement on what was measured."""
    problem = _problem(measured)
    waits = measured.cache is not None and measured.cache.oldest_due_s > BEHIND_AFTER_S
    behind = waits or measured.cache is None or measured.graph.events is None
    return MigrationStatus(False, behind, problem, measured, ttl_s)


def status_off(ttl_s: int) -> MigrationStatus:
    """Where nothing is set."""
    return MigrationStatus(
        True, False, f"Captions are off. {WHAT_TO_SET}", Measured(None, GraphNumbers(None), None), ttl_s
    )


def _problem(measured: Measured) -> str | None:
    if measured.cache is None:
        return "The captions' Redis does not answer: is it running, and CAPTIONS_REDIS_URL right?"
    if measured.graph.events is None:
        return f"Captions wait for the graph, and nothing is lost. {measured.graph.problem}"
    work = measured.work
    if work is None:
        return "The Redis of jobs does not answer: is it running, and REDIS_URL right?"
    if not work.workers:
        return "No worker runs, so captions wait: python -m gateway worker"
    if work.scheduler_silent_s is None or work.scheduler_silent_s > SCHEDULER_SILENT_AFTER_S:
        return "No scheduler runs, so nobody looks for what is due: python -m gateway scheduler"
    if measured.cache.oldest_due_s > BEHIND_AFTER_S:
        return (
            f"A caption is due since {measured.cache.oldest_due_s:.0f} s: failed jobs say why, else more"
            " workers are needed."
        )
    problem = room_problem(measured.cache.filled_percent)
    return None if problem is None else f"{problem} {MAKE_ROOM}"


def ttl_mode(ttl_s: int) -> str:
    """`FIXED 2 HOURS`, `FIXED 90 MINUTES`: in the largest unit that it is a whole number of."""
    size, unit = next((size, unit) for size, unit in _UNITS if ttl_s % size == 0)
    count = ttl_s // size
    return f"FIXED {count} {unit}{'' if count == 1 else 'S'}"


def mebibytes(size_bytes: int) -> float:
    """Rounded to a tenth."""
    return round(size_bytes / _MEBIBYTE, 1)


def reduction(captions: int, events: int) -> str:
    """How many fewer events there are than captions: `72.0%`."""
    share = 0.0 if captions <= 0 else max(0.0, 1 - events / captions)
    return f"{math.floor(share * 1000 + 0.5) / 10:.1f}%"


class MigrationOverview:
    """Looks at everything that has a part in it. Each callable answers within a few seconds, None where
    what it asks does not answer. `cache`: of the cameras in a scope."""

    def __init__(
        self,
        *,
        is_on: bool,
        ttl_s: int,
        cache: Callable[[Scope], CacheStats | None],
        graph: Callable[[], GraphNumbers],
        work: Callable[[], WorkNumbers | None],
    ) -> None:
        self._is_on = is_on
        self._ttl_s = ttl_s
        self._cache = cache
        self._graph = graph
        self._work = work

    def status(self, scope: Scope = None, *, with_work: bool = True) -> MigrationStatus:
        """How it does now, for who sees the cameras in `scope`. `with_work`: also who does it."""
        if not self._is_on:
            return status_off(self._ttl_s)
        work = self._work() if with_work else None
        status = status_of(Measured(self._cache(scope), self._graph(), work), self._ttl_s)
        return replace(status, is_of_some=scope is not None)
