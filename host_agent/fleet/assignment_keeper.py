"""Takes over which cameras the gateway wants recorded here."""

import json
from collections.abc import Callable, Collection
from typing import Any

from host_agent.fleet.assignment_answer import (
    NonsenseAssignmentError,
    checked_cameras,
    checked_kept,
    checked_overrides,
)
from host_agent.journal.assignment_records import NO_REVISION, OF_ANOTHER_GATEWAY, AssignmentRecords
from shared.contracts.heartbeat import AssignedCamera


class AssignmentKeeper:
    """For one thread, but `problem`. `on_change` is called once what was kept is another assignment; the
    agent's other processes look for it themselves. Raises sqlite3.Error."""

    def __init__(self, records: AssignmentRecords, on_change: Callable[[], object], log: Any) -> None:
        self._records = records
        self._on_change = on_change
        self._log = log
        self._host_id = ""
        self._problem = ""
        self._read_revision = NO_REVISION

    @property
    def problem(self) -> str:
        """Why the last assignment is not taken over; empty where it is."""
        return self._problem

    def belong_to(self, host_id: str) -> None:
        """This host's id at its gateway from now on. Another one's assignment stays in force until this
        one tells its own: a camera is not left unrecorded because somebody enrols its host anew."""
        self._host_id = host_id
        self._problem = ""

    def digest(self) -> str:
        """What the gateway calls the assignment in force here. One that is kept and cannot be read (any
        more: by this version) is not: it is told again."""
        return self._records.digest(self._host_id) if self._can_be_read() else OF_ANOTHER_GATEWAY

    def _can_be_read(self) -> bool:
        if self._records.revision() == self._read_revision:
            return True
        kept = self._records.kept()
        if kept is None:
            return True
        try:
            checked_cameras(json.loads(kept.cameras))
            checked_overrides(json.loads(kept.overrides))
        except (NonsenseAssignmentError, ValueError):
            return False
        self._read_revision = kept.revision
        return True

    def take(
        self, told: object, digest: str, told_overrides: object = None, told_kept: object = None
    ) -> None:
        """Keep what the gateway assigns, if it makes sense: cameras, and what it says over `host.toml`.

        `told_kept`: names of cameras whose settings it cannot say now; they stay as it told them before.
        """
        try:
            cameras, overrides = checked_cameras(told), checked_overrides(told_overrides)
            cameras += self._told_before(set(checked_kept(told_kept)) - {camera.name for camera in cameras})
        except NonsenseAssignmentError as error:
            if error.message != self._problem:
                self._problem = error.message
                self._log.error("assignment_refused", sentence=error.message, remedy=error.remedy)
            return
        self._problem = ""
        kept, laid_over = (
            json.dumps([each.model_dump() for each in part], sort_keys=True) for part in (cameras, overrides)
        )
        if self._records.keep(kept, laid_over, digest=digest, told_to=self._host_id):
            self._log.info(
                "assignment_changed",
                cameras=[camera.name for camera in cameras],
                overrides=[override.name for override in overrides],
            )
            self._on_change()

    def _told_before(self, names: Collection[str]) -> list[AssignedCamera]:
        """Those of `names` that this gateway has told before. What cannot be read was not in force."""
        kept = self._records.kept() if names else None
        if kept is None or kept.told_to != self._host_id:
            return []
        try:
            return [camera for camera in checked_cameras(json.loads(kept.cameras)) if camera.name in names]
        except (NonsenseAssignmentError, ValueError):
            return []
