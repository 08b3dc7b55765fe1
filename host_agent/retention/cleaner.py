"""The only code that decides to delete, and the only one that does.

A cycle takes whole hours out of sight, which is one rename each; the trash emptier frees their bytes.
Nothing goes while the clock is suspect, the right disk is not there, or the disk refuses.
"""

import sqlite3
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from host_agent.device_retention import DeviceRetention
from host_agent.journal.journal import Journal
from host_agent.retention import clean_alarms
from host_agent.retention.alarm import CLOCK_SUSPECT, Alarm
from host_agent.retention.clock_guard import ClockGuard, ClockVerdict
from host_agent.retention.disk_pressure import is_below, is_short_of_bytes, next_to_go
from host_agent.retention.disk_space import DiskSpace, Room, measure_disk, room_in_trash, room_of
from host_agent.retention.orphans import orphan_devices
from host_agent.retention.plan import (
    DISK_FULL,
    Circumstances,
    Departure,
    StoredHour,
    expired,
    may_wait_for_gateway,
)
from host_agent.retention.root_identity import RootIdentity
from host_agent.retention.survey import Disk, Survey, survey
from host_agent.retention.trash_emptier import TrashEmptier
from host_agent.ring.layout import ASIDE_NAME, Hour, Kind
from host_agent.ring.store import RingStore
from host_agent.settings import HostSettings
from shared.clock import Clock

_PRUNE_EVERY_S = 3600.0
# Facts explain gaps in footage that is there; for longer they are not needed.
_JOURNAL_OUTLIVES = timedelta(hours=48)
_ALARM_LASTS = timedelta(hours=24)

DeviceHour = tuple[str, Hour]


def nothing_unreported(_hours: Mapping[DeviceHour, RingStore]) -> frozenset[DeviceHour]:
    """For a host whose minutes nobody waits for."""
    return frozenset()


def no_copies(_roots: Iterable[Path]) -> bool:
    """For a host that makes no clips."""
    return False


@dataclass(slots=True)
class CleanReport:
    """What one cycle did. `departed` left sight in this order. `spaces`: each root, as measured.

    `clock` is None where the clock could not be judged; nothing was deleted then.
    """

    clock: ClockVerdict | None = None
    departed: list[Departure] = field(default_factory=list)
    alarms: list[Alarm] = field(default_factory=list)
    spaces: dict[Path, DiskSpace] = field(default_factory=dict)


class Cleaner:
    """Runs in one process, on the archiver's thread and after it. A restart misses nothing of it.

    `stores` is live. `make_store(root, device)` opens a device that is not configured any more but
    whose footage is still there. `roots` says whether the right disk is mounted. `unreported` picks those
    hours whose minutes the gateway has not acknowledged; asked only where there is a gateway.
    `let_a_copy_go` removes one finished clip below these roots, where there is one (raises OSError).
    """

    def __init__(
        self,
        stores: Mapping[str, RingStore],
        settings: HostSettings,
        journal: Journal,
        clock: Clock,
        clock_guard: ClockGuard,
        roots: RootIdentity,
        emptier: TrashEmptier,
        make_store: Callable[[Path, str], RingStore],
        measure: Callable[[Path], DiskSpace] = measure_disk,
        unreported: Callable[[Mapping[DeviceHour, RingStore]], frozenset[DeviceHour]] = nothing_unreported,
        let_a_copy_go: Callable[[Iterable[Path]], bool] = no_copies,
    ) -> None:
        self._stores = stores
        self._settings = settings
        self._journal = journal
        self._clock = clock
        self._clock_guard = clock_guard
        self._roots = roots
        self._emptier = emptier
        self._make_store = make_store
        self._measure = measure
        self._unreported = unreported
        self._let_a_copy_go = let_a_copy_go
        self._retention = DeviceRetention(journal)
        self._pruned_s: float | None = None

    def reload(self, settings: HostSettings) -> None:
        """Take changed settings over."""
        self._settings = settings

    def run_cycle(self) -> CleanReport:
        """Let go what has expired, then what a full disk asks for.

        Never raises for a disk or a journal that refuses: what was not done is an alarm, and the next
        cycle tries again.
        """
        report = CleanReport()
        try:
            self._run(report)
        except sqlite3.Error as error:
            report.alarms.append(clean_alarms.journal_unread(error))
        report.alarms += self._emptier.alarms()
        self._emptier.wake()
        return report

    def _run(self, report: CleanReport) -> None:
        self._retention.load()
        self._note_retention(report)
        seen = survey(self._all_stores(report), self._roots, self._measure)
        report.spaces = seen.spaces
        report.alarms += seen.alarms
        report.clock = self._clock_guard.judge(seen.newest_file)
        if report.clock.is_suspect:
            self._wait(seen, report.clock, report)
            return
        now = report.clock.now
        circumstances = Circumstances(
            now=now,
            leases=self._journal.leases(now),
            hot=frozenset(seen.hot),
            unreported=self._unreported_hours(seen, now),
        )
        for disk in seen.disks:
            self._let_expired_go(disk, circumstances, report)
            try:
                self._relieve(disk, circumstances, report)
            except OSError as error:
                report.alarms.append(clean_alarms.no_room_made(disk, error))
        report.alarms += clean_alarms.future_footage(seen.disks, circumstances.now)
        self._prune(circumstances.now)

    def _unreported_hours(self, seen: Survey, now: datetime) -> frozenset[DeviceHour]:
        if not self._settings.gateway.url:
            return frozenset()
        return self._unreported(
            {
                (stored.device, stored.hour): store
                for disk in seen.disks
                for stored, store in disk.hours.items()
                if may_wait_for_gateway(stored, now)
            }
        )

    def _all_stores(self, report: CleanReport) -> list[RingStore]:
        stores = list(self._stores.values())
        for root in self._roots.known_roots(store.folders.root for store in stores):
            configured = [store.device for store in stores if store.folders.root == root]
            try:
                orphans = orphan_devices(root, configured, self._journal)
            except OSError as error:
                report.alarms.append(clean_alarms.root_unlisted(root, error))
                continue
            stores += [self._make_store(root, device) for device in orphans]
        return stores

    def _wait(self, seen: Survey, clock: ClockVerdict, report: CleanReport) -> None:
        report.alarms.append(Alarm(CLOCK_SUSPECT, clock.sentence))
        report.alarms += [
            clean_alarms.stuck(disk, "nothing is deleted while the clock is suspect")
            for disk in seen.disks
            if is_below(disk.space, self._settings.ring.free_floor_percent)
        ]

    # -- expiry ------------------------------------------------------------------------------

    def _let_expired_go(self, disk: Disk, circumstances: Circumstances, report: CleanReport) -> None:
        known = {device for device in disk.devices if self._retention.is_known(self._settings, device)}
        listing = [stored for stored in disk.hours if stored.device in known]
        retention = {
            (stored.device, stored.kind): self._retention_hours(stored.device, stored.kind)
            for stored in listing
        }
        for departure in expired(listing, retention, circumstances):
            self._let_go(disk, departure, circumstances.now, report)

    def _retention_hours(self, device: str, kind: str) -> int:
        """Torn files stay as long as the footage they were to be."""
        of = Kind.SEGMENTS if kind == ASIDE_NAME else Kind(kind)
        return self._retention.hours(self._settings, device, of)

    # -- a full disk -------------------------------------------------------------------------

    def _relieve(self, disk: Disk, circumstances: Circumstances, report: CleanReport) -> None:
        """Let the oldest hours go, one at a time, until the floor holds once the trash is empty."""
        floor = self._settings.ring.free_floor_percent
        disk.space = self._measure(disk.roots[0])
        if is_below(disk.space, floor):
            # The trash first, then the disk: what is freed in between counts twice, and an hour too
            # few goes in this cycle. The other way round it would be one too many.
            in_trash = _room_in_trash(disk)
            disk.space = self._measure(disk.roots[0])
            self._let_copies_go(disk, floor, in_trash, report)
            while departure := next_to_go(disk.space, floor, in_trash, disk.hours, circumstances):
                room = self._room(disk, departure.stored)
                if not self._let_go(disk, departure, circumstances.now, report):
                    return  # the trouble is another one: younger footage must not pay for it
                in_trash += room
                disk.space = self._measure(disk.roots[0])
            if is_below(disk.space, floor, soon_free=in_trash):
                report.alarms.append(clean_alarms.stuck_since_nothing_may_go(disk, circumstances))
        report.alarms += clean_alarms.hours_lost(disk, self._lost_hours(disk, circumstances.now, report))

    def _let_copies_go(self, disk: Disk, floor_percent: float, in_trash: Room, report: CleanReport) -> None:
        """Clips, whose bytes are free at once, before any footage. One that cannot be removed must not
        keep recording from its room."""
        try:
            while is_short_of_bytes(disk.space, floor_percent, soon_free=in_trash):
                if not self._let_a_copy_go(disk.roots):
                    return
                disk.space = self._measure(disk.roots[0])
        except OSError as error:
            report.alarms.append(clean_alarms.clip_not_removed(disk, error))

    @staticmethod
    def _room(disk: Disk, stored: StoredHour) -> Room:
        store = disk.hours[stored]
        folder = (
            store.folders.aside(stored.hour)
            if stored.kind == ASIDE_NAME
            else store.hour_folder(Kind(stored.kind), stored.hour)
        )
        return Room() if folder is None else room_of(folder)

    def _lost_hours(self, disk: Disk, now: datetime, report: CleanReport) -> set[tuple[str, str, str]]:
        """Device, kind and hour of what went before its time within a day, also before a restart: that is
        how long nobody may have looked."""
        return {
            (receipt.device, receipt.kind, receipt.hour)
            for device in disk.devices
            for receipt in self._journal.receipts(device)
            if receipt.reason == DISK_FULL and receipt.at > now - _ALARM_LASTS
        } | {
            (departure.stored.device, departure.stored.kind, str(departure.stored.hour))
            for departure in report.departed
            if departure.reason == DISK_FULL and departure.stored.device in disk.devices
        }

    # -- leaving -----------------------------------------------------------------------------

    def _let_go(self, disk: Disk, departure: Departure, now: datetime, report: CleanReport) -> bool:
        """Take one hour out of sight; False where the disk refuses."""
        stored = departure.stored
        store = disk.hours[stored]
        try:
            if stored.kind == ASIDE_NAME:
                gone = store.trash_aside(stored.hour, reason=departure.reason, at=now)
            else:
                gone = store.trash_hour(Kind(stored.kind), stored.hour, reason=departure.reason, at=now)
        except OSError as error:
            report.alarms.append(clean_alarms.hour_not_moved(departure, error))
            return False
        del disk.hours[stored]
        if gone is not None:
            report.departed.append(departure)
        return True

    # -- the journal -------------------------------------------------------------------------

    def _note_retention(self, report: CleanReport) -> None:
        """Where the journal refuses to write, a full disk may be why: room is made all the same."""
        trouble = self._retention.note(self._settings)
        if trouble:
            report.alarms.append(clean_alarms.retention_unwritten(trouble))

    def _prune(self, now: datetime) -> None:
        """The journal goes with the footage it explains, and like that never by a suspect clock."""
        monotonic_s = self._clock.monotonic()
        if self._pruned_s is not None and monotonic_s - self._pruned_s < _PRUNE_EVERY_S:
            return
        longest = timedelta(hours=self._retention.longest_hours(self._settings))
        self._journal.prune(now - longest - _JOURNAL_OUTLIVES)
        self._pruned_s = monotonic_s


def _room_in_trash(disk: Disk) -> Room:
    room = Room()
    for root in disk.roots:
        room += room_in_trash(root)
    return room
