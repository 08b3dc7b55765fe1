"""What became of captions, run by run, for people."""

from gateway.captions.migration.migration_history_repository import MigrationHistory
from gateway.captions.migration.migration_run import MigrationRun, RunState
from gateway.captions.troubles import captions_off
from gateway.catalogue.device import Scope
from shared.clock import Clock
from shared.paging import Page, PageQuery


class MigrationRuns:
    """`is_on`: captions are."""

    def __init__(self, history: MigrationHistory, clock: Clock, *, is_on: bool) -> None:
        self._history = history
        self._clock = clock
        self._is_on = is_on

    def page(
        self,
        scope: Scope,
        asked: PageQuery,
        *,
        camera_id: str | None,
        state: RunState | None,
        trigger: str | None,
    ) -> Page[MigrationRun]:
        """The newest first. Who is limited sees the runs of cameras that are there and in `scope`. Raises
        UnavailableError where captions are off."""
        if not self._is_on:
            raise captions_off()
        return self._history.page(
            scope, asked, self._clock.now(), camera_id=camera_id, state=state, trigger=trigger
        )
