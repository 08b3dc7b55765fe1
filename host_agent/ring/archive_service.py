"""The archive process: cycles of the archiver over all devices, syncs, and what else is due."""

import threading
from collections.abc import Callable, Mapping
from typing import Any

from host_agent.ring.archiver import Archiver, ArchiveReport, HotLimits
from host_agent.ring.store import RingStore
from host_agent.settings import HostSettings
from shared.clock import Clock

TICK_S = 0.2
FIRST_CLEAN_AFTER_S = 5.0


class ArchiveService:
    """Runs until `stop` is set.

    `clean` is called every `clean_interval_s`, and after a cycle for which `must_clean` says that a disk
    fills faster than that; `publish` with each device's report. None of them may raise.
    """

    def __init__(
        self,
        settings: HostSettings,
        stores: Mapping[str, RingStore],
        clock: Clock,
        log: Any,
        clean: Callable[[], object],
        must_clean: Callable[[], bool],
        publish: Callable[[str, ArchiveReport], object],
    ) -> None:
        self._settings = settings
        self._stores = stores
        self._clock = clock
        self._log = log
        self._clean = clean
        self._must_clean = must_clean
        self._publish = publish
        self._archiver = Archiver(_limits(settings), clock)

    def reload(self, settings: HostSettings) -> None:
        """Take changed settings over with the next cycle."""
        self._settings = settings
        self._archiver.limits = _limits(settings)

    def run(self, stop: threading.Event) -> None:
        """Archive, sync and clean in their intervals until `stop`."""
        due_archive = due_sync = self._clock.monotonic()
        # At a very first start capture is still making the folders that the cleaner would miss.
        due_clean = due_archive + min(FIRST_CLEAN_AFTER_S, self._settings.ring.clean_interval_s)
        while not stop.is_set():
            now = self._clock.monotonic()
            ring = self._settings.ring
            if now >= due_archive:
                self.archive()
                due_archive = max(due_archive + ring.archive_interval_s, now)
                if self._must_clean():
                    due_clean = now
            if now >= due_sync:
                self._sync()
                due_sync = now + ring.sync_interval_s
            if now >= due_clean:
                self._clean()
                due_clean = now + ring.clean_interval_s
            stop.wait(TICK_S)

    def archive(self) -> None:
        """One cycle over all devices; a device whose disk fails does not keep the others back."""
        for name, store in list(self._stores.items()):
            if not store.is_prepared():
                continue
            try:
                report = self._archiver.run_cycle(store)
            except Exception:  # noqa: BLE001 (what one device's files bring out must not stop the others)
                self._log.exception("archive_failed", device=name)
                continue
            if report.problems:
                self._log.warning("archive_problems", device=name, problems=report.problems[:20])
            self._publish(name, report)

    def _sync(self) -> None:
        """What a power cut costs is bounded by this."""
        roots = {
            store.folders.root: store for store in list(self._stores.values()) if store.folders.base.is_dir()
        }
        for store in roots.values():
            try:
                store.sync()
            except OSError as error:
                self._log.warning("sync_failed", root=str(store.folders.root), error=error.strerror)


def _limits(settings: HostSettings) -> HotLimits:
    ring = settings.ring
    return HotLimits(ring.hot_segments, ring.hot_frames, ring.hot_max_age_s)
