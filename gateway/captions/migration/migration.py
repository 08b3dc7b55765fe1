"""Brings captions from their journal in Redis into events of the graph, each exactly once.

A batch is read from the oldest end of a camera's journal, merged and written in one transaction of the graph
together with the position that it ends at, and only then removed from Redis. A process that dies anywhere in
between leaves either a journal that is read again, or one of which the graph knows that it has it. A lock
keeps two from doing the same work; that the work is done once does not depend on it.

Log lines, whose names stay: `caption_migration` (a run of a camera), `deduplication` (a batch),
`event_created` (what a batch made, with the first of the ids).
"""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Literal, Protocol

import structlog

from gateway.captions.cache.caption_cache import JournalMovedError
from gateway.captions.caption import JournalEntry, JournalRead
from gateway.captions.merging import Rules
from gateway.captions.migration.migration_batch import Batch, Graph, merge_batch
from gateway.captions.migration.migration_run import RunCounts, Trigger
from shared.clock import Clock
from shared.errors import ColdframeError, ConflictError, UnavailableError
from shared.spans import utc_ms

# How long somebody waits who wants a camera's captions migrated now, while another is at it.
WAITS_S = 10.0
# And how long it may take then.
NOW_TAKES_S = 30.0
_LOOK_EVERY_S = 0.05
_IDS_SHOWN = 5
# How often a journal may turn out to be another than was read, within one run.
_MOST_MOVED = 3

# "busy": another one has the camera; "overtaken": another one took it over; "stopped": as it was told to.
Ending = Literal["done", "busy", "overtaken", "stopped"]


class Journals(Protocol):
    """Captions in Redis, camera by camera: `CaptionCache`. Every method raises UnavailableError."""

    def cutoff_ms(self, now_ms: int) -> int: ...

    def entries(self, camera_id: str, *, until_ms: int | None, count: int) -> JournalRead: ...

    def remove(self, camera_id: str, entries: Sequence[JournalEntry]) -> int:
        """Raises JournalMovedError where `entries` are not the oldest of the journal."""
        ...

    def lock(self, camera_id: str, token: str, lock_s: float) -> bool:
        """Take a camera's lock, or keep it for so long again; False: somebody else has it."""
        ...

    def release(self, camera_id: str, token: str) -> bool: ...


class History(Protocol):
    """Where runs are written down."""

    def begin(self, camera_id: str, trigger: Trigger, job_id: str, started_at: datetime) -> int: ...

    def go_on(self, run_id: int, counts: RunCounts, duration_ms: int) -> None: ...

    def end(
        self, run_id: int, counts: RunCounts, duration_ms: int, failure: tuple[str, str] | None = None
    ) -> None: ...


@dataclass(frozen=True, slots=True)
class MigrationTerms:
    """`batch`: captions in one transaction. `lock_s`: after so long the lock of a process that died is
    free."""

    batch: int
    lock_s: float


@dataclass(frozen=True, slots=True)
class MigrationOutcome:
    """What a run has done of one camera, and how it ended."""

    camera_id: str
    ending: Ending
    counts: RunCounts = field(default_factory=RunCounts)


class CaptionMigration:
    """Migrates cameras, one at a time. `rules`: by which a camera's captions are merged. `new_id`: unlike any
    other."""

    def __init__(
        self,
        journals: Journals,
        graph: Graph,
        history: History,
        rules: Callable[[str], Rules],
        clock: Clock,
        new_id: Callable[[], str],
        terms: MigrationTerms,
    ) -> None:
        self._journals = journals
        self._graph = graph
        self._history = history
        self._rules = rules
        self._clock = clock
        self._new_id = new_id
        self.terms = terms

    def migrate(
        self,
        camera_id: str,
        *,
        trigger: Trigger,
        only_due: bool,
        job_id: str = "",
        wait_s: float = 0.0,
        may_go_on: Callable[[RunCounts], bool] = lambda _counts: True,
    ) -> MigrationOutcome:
        """Bring what is due of a camera (or all there is) into the graph.

        `wait_s`: how long another one that is at it is waited for. `may_go_on`: asked between batches, with
        what is done so far. Raises UnavailableError (`graph_unreachable`, `captions_unavailable`, or of the
        history); what was not committed then is still in Redis.
        """
        token = self._new_id()
        if not self._locks(camera_id, token, wait_s):
            return MigrationOutcome(camera_id, "busy")
        run = _Run(self._history, self._clock, camera_id, trigger, job_id)
        try:
            until_ms = self._journals.cutoff_ms(utc_ms(self._clock.now())) if only_due else None
            ending = self._batches(run, token, until_ms, may_go_on)
            run.end(ending)
        except Exception as error:
            run.fail(error)
            raise
        finally:
            self._unlock(camera_id, token)
        return MigrationOutcome(camera_id, ending, run.counts)

    def migrate_now(self, camera_id: str, *, trigger: Trigger, job_id: str = "") -> RunCounts:
        """Bring all that is there of a camera into the graph, for somebody who waits for it.

        Raises ConflictError where that takes too long (`migration_takes_long`; what is done stays done) or
        another one is at it (`migration_running`), and as `migrate`.
        """
        ends_at_s = self._clock.monotonic() + NOW_TAKES_S
        outcome = self.migrate(
            camera_id,
            trigger=trigger,
            only_due=False,
            job_id=job_id,
            wait_s=WAITS_S,
            may_go_on=lambda _counts: self._clock.monotonic() < ends_at_s,
        )
        if outcome.ending == "stopped":
            raise ConflictError(
                f"{outcome.counts.read} captions of {camera_id} are in events now, and more wait than are"
                " migrated at once.",
                remedy=f"POST /api/v1/migration/camera/{camera_id}/migrate?force=true does the rest; then try"
                " again.",
                code="migration_takes_long",
            )
        if outcome.ending != "done":
            raise ConflictError(
                f"The captions of {camera_id} are being migrated just now.",
                remedy="Try again in a while.",
                code="migration_running",
            )
        return outcome.counts

    # -- inside ------------------------------------------------------------------------------

    def _batches(
        self, run: "_Run", token: str, until_ms: int | None, may_go_on: Callable[[RunCounts], bool]
    ) -> Ending:
        camera_id, batch = run.camera_id, self.terms.batch
        rules: Rules | None = None
        moved = 0
        while True:
            read = self._journals.entries(camera_id, until_ms=until_ms, count=batch)
            if not read.entries:
                return "done"
            run.begin()
            rules = rules or self._rules(camera_id)
            run.add(self._merge(camera_id, read, rules))
            try:
                self._journals.remove(camera_id, read.entries)
            except JournalMovedError:
                # Redis came back with what had been removed; the graph knows what of it is merged.
                moved += 1
                if moved > _MOST_MOVED:
                    raise
            else:
                if len(read.entries) < batch:
                    return "done"
            run.go_on()
            if not self._journals.lock(camera_id, token, self.terms.lock_s):
                return "overtaken"
            if not may_go_on(run.counts):
                return "stopped"

    def _merge(self, camera_id: str, read: JournalRead, rules: Rules) -> Batch:
        batch = self._graph.in_transaction(
            camera_id, lambda transaction: merge_batch(transaction, read, rules)
        )
        counts = batch.counts
        log = structlog.get_logger().bind(camera_id=camera_id)
        log.info(
            "deduplication",
            captions=counts.read,
            events_created=counts.created,
            events_extended=counts.extended,
            late=counts.late,
            repeated=counts.repeated,
            reduction_percent=counts.reduction_percent,
        )
        if batch.created:
            log.info("event_created", count=len(batch.created), event_ids=list(batch.created[:_IDS_SHOWN]))
        return batch

    def _locks(self, camera_id: str, token: str, wait_s: float) -> bool:
        deadline = self._clock.monotonic() + wait_s
        while not self._journals.lock(camera_id, token, self.terms.lock_s):
            if self._clock.monotonic() >= deadline:
                return False
            time.sleep(_LOOK_EVERY_S)
        return True

    def _unlock(self, camera_id: str, token: str) -> None:
        try:
            self._journals.release(camera_id, token)
        except UnavailableError as error:
            structlog.get_logger().warning(
                "lock_is_left_to_expire", camera_id=camera_id, error=str(error), seconds=self.terms.lock_s
            )


class _Run:
    """One run of a camera, written down from its first batch on: where nothing was read there is none."""

    def __init__(self, history: History, clock: Clock, camera_id: str, trigger: Trigger, job_id: str) -> None:
        self.camera_id = camera_id
        self.counts = RunCounts()
        self._history = history
        self._clock = clock
        self._trigger: Trigger = trigger
        self._job_id = job_id
        self._started_at = clock.now()
        self._started_s = clock.monotonic()
        self._id: int | None = None

    def begin(self) -> None:
        if self._id is None:
            self._id = self._history.begin(self.camera_id, self._trigger, self._job_id, self._started_at)

    def add(self, batch: Batch) -> None:
        self.counts += batch.counts

    def go_on(self) -> None:
        if self._id is not None:
            self._history.go_on(self._id, self.counts, self._duration_ms)

    def end(self, ending: Ending) -> None:
        if self._id is not None:
            self._history.end(self._id, self.counts, self._duration_ms)
            self._log("info", ending)

    def fail(self, error: Exception) -> None:
        if self._id is None:
            return
        code = error.code if isinstance(error, ColdframeError) else "internal"
        sentence = error.message if isinstance(error, ColdframeError) else f"{type(error).__name__}: {error}"
        self._log("error", "failed", error_code=code, error=sentence)
        self._history.end(self._id, self.counts, self._duration_ms, (code, sentence))

    @property
    def _duration_ms(self) -> int:
        return round((self._clock.monotonic() - self._started_s) * 1000)

    def _log(self, level: str, ending: str, **more: str) -> None:
        counts = self.counts
        getattr(structlog.get_logger(), level)(
            "caption_migration",
            camera_id=self.camera_id,
            trigger=self._trigger,
            ending=ending,
            captions=counts.read,
            events_created=counts.created,
            events_extended=counts.extended,
            late=counts.late,
            repeated=counts.repeated,
            reduction_percent=counts.reduction_percent,
            duration_ms=self._duration_ms,
            **more,
        )
