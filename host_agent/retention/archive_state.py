"""What the archive process says of each device: hot counts and alarms, for the journal."""

import sqlite3
import threading
from collections.abc import Callable, Mapping
from typing import Any

from host_agent.journal.journal import Journal
from host_agent.retention.cleaner import Cleaner, CleanReport
from host_agent.retention.disk_pressure import is_below
from host_agent.retention.disk_space import measure_disk
from host_agent.retention.trash_emptier import TrashEmptier
from host_agent.ring.archive_service import ArchiveService
from host_agent.ring.archiver import ArchiveReport
from host_agent.ring.store import RingStore
from host_agent.settings import HostSettings


class ArchiveState:
    """Joins the reports of archiver and cleaner into the state of each device.

    A device's alarms are its own and the host's; the journal may refuse, which is logged and tried
    again with the next report.
    """

    def __init__(
        self,
        cleaner: Cleaner,
        journal: Journal,
        stores: Mapping[str, RingStore],
        floor_percent: Callable[[], float],
        log: Any,
    ) -> None:
        self._cleaner = cleaner
        self._journal = journal
        self._stores = stores
        self._floor_percent = floor_percent
        self._log = log
        self._cleaned = CleanReport()
        self._told: set[tuple[str, str | None]] = set()

    def clean(self) -> None:
        """One cycle of the cleaner, logged: each alarm when it begins, each departure."""
        self._cleaned = self._cleaner.run_cycle()
        for departure in self._cleaned.departed:
            self._log.info("hour_deleted", departure=str(departure))
        present = {(alarm.code, alarm.device) for alarm in self._cleaned.alarms}
        for alarm in self._cleaned.alarms:
            if (alarm.code, alarm.device) not in self._told:
                self._log.error("alarm", code=alarm.code, device=alarm.device, sentence=alarm.sentence)
        self._told = present

    def must_clean(self) -> bool:
        """Whether a disk is below its floor by now: a fast recorder fills it between two clean-ups."""
        for root in {store.folders.root for store in list(self._stores.values())}:
            try:
                if is_below(measure_disk(root), self._floor_percent()):
                    return True
            except OSError:
                continue  # the next clean-up says what is wrong with it
        return False

    def publish(self, device: str, report: ArchiveReport) -> None:
        """Write the device's archive state."""
        clock = self._cleaned.clock
        state = {
            "hot": report.hot,
            "problems": report.problems[:20],
            "clock_suspect": clock.sentence if clock is not None and clock.is_suspect else None,
            "alarms": [
                {"code": alarm.code, "sentence": alarm.sentence}
                for alarm in self._cleaned.alarms
                if alarm.device in (None, device)
            ],
        }
        try:
            self._journal.set_state(device, "archive", state)
        except sqlite3.Error as error:
            self._log.error("journal_failed", error=str(error))


class ArchiveProcess:
    """The archive process' work: the archiver's cycles, and the trash emptied beside them."""

    def __init__(self, archive: ArchiveService, cleaner: Cleaner, emptier: TrashEmptier) -> None:
        self._archive = archive
        self._cleaner = cleaner
        self._emptier = emptier

    def reload(self, settings: HostSettings) -> None:
        """Take changed settings over."""
        self._cleaner.reload(settings)
        self._archive.reload(settings)

    def run(self, stop: threading.Event) -> None:
        """Until `stop` is set. Where either of the two threads fails, both end: whoever runs this
        process starts it again."""
        emptying = threading.Thread(target=self._empty, args=(stop,), name="trash")
        emptying.start()
        try:
            self._archive.run(stop)
        finally:
            stop.set()
            self._emptier.wake()
            emptying.join()

    def _empty(self, stop: threading.Event) -> None:
        try:
            self._emptier.run(stop)
        finally:
            stop.set()
