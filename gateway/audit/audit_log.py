"""Writes what was done to the log, and reads it."""

from collections.abc import Iterator
from dataclasses import asdict
from datetime import datetime

import structlog

from gateway.audit.audit_filter import AuditFilter
from gateway.audit.deeds import occurrence_of
from gateway.audit.entry import AuditEntry, NewEntry, fitting
from gateway.audit.recent_deeds import RecentDeeds
from gateway.audit.repository import AuditStore
from shared.clock import Clock
from shared.deed import AnsweredRequest
from shared.errors import UnavailableError
from shared.paging import Page, PageQuery

BATCH = 1000


class AuditLog:
    """Every change, every export, every login, and what was refused."""

    def __init__(self, store: AuditStore, recent: RecentDeeds, clock: Clock) -> None:
        self._store = store
        self._recent = recent
        self._clock = clock

    def watch(self, answered: AnsweredRequest) -> None:
        """Write what `answered` did, where it is a deed. What is done is done: raises UnavailableError only
        where the answer can still be held back, and is to be."""
        occurrence = occurrence_of(answered, self._clock.now())
        if occurrence is None:
            return
        is_new = self._recent.is_new(occurrence.entry)
        if is_new or not occurrence.once:
            is_written = self.write(occurrence.entry)
            if not is_written and answered.deed is not None and answered.deed.must_be_written:
                raise UnavailableError(
                    "This cannot be written to the audit log, and is not given away without that.",
                    code="audit_unavailable",
                    remedy="Send the request again in a while; /readyz says what is wrong.",
                )

    def write(self, entry: NewEntry) -> bool:
        """Write a row; where the database refuses it, the whole of it goes to this program's own log, and
        False comes back."""
        fit = fitting(entry)
        try:
            self._store.add(fit)
            return True
        except UnavailableError as error:
            structlog.get_logger().error(
                "audit_row_not_written", reason=error.message, row={**asdict(fit), "at": fit.at.isoformat()}
            )
            return False

    def now(self) -> datetime:
        """The time of whatever is written now."""
        return self._clock.now()

    def page(self, wanted: AuditFilter, asked: PageQuery) -> Page[AuditEntry]:
        """A page of what `wanted` names, the newest first."""
        return self._store.page(wanted, asked)

    def batches(self, wanted: AuditFilter) -> Iterator[list[AuditEntry]]:
        """All of what `wanted` names, the newest first, some at a time; the first at once.

        Between two batches no connection is held: who reads them may be slow.
        """
        first = self._store.older(wanted, None, BATCH)
        return self._with_rest(wanted, first)

    def _with_rest(self, wanted: AuditFilter, batch: list[AuditEntry]) -> Iterator[list[AuditEntry]]:
        while batch:
            yield batch
            batch = self._store.older(wanted, batch[-1], BATCH) if len(batch) == BATCH else []
