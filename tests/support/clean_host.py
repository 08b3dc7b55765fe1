"""Everything that the cleaner needs, put together on real folders as the archive process does it."""

import time
from collections.abc import Callable, Mapping
from datetime import timedelta
from pathlib import Path

from host_agent.journal.fleet_records import FleetRecords
from host_agent.journal.journal import Journal
from host_agent.playback.clip import Clip
from host_agent.playback.clip_relief import ClipRelief
from host_agent.retention.cleaner import Cleaner
from host_agent.retention.clock_guard import ClockGuard
from host_agent.retention.disk_space import DiskSpace, measure_disk
from host_agent.retention.recording_gate import RecordingGate
from host_agent.retention.root_identity import RootIdentity
from host_agent.retention.trash_emptier import TrashEmptier
from host_agent.ring.layout import DeviceFolders, Hour, Kind, RingFile
from host_agent.ring.segment_times import SegmentTime
from host_agent.ring.store import RingStore, ignore_operation
from host_agent.settings import AgentSettings, DeviceSettings, HostSettings, RetentionSettings, RingSettings
from host_agent.unreported_minutes import UnreportedMinutes
from shared.clock import SystemClock
from shared.spans import utc_ms
from tests.support.any_disk import ring_on_any_disk


class CleanHost:
    """One host with `devices`, each on its root. Its clock runs, and is moved by `clock.offset_s`."""

    def __init__(
        self,
        state_dir: Path,
        devices: Mapping[str, Path],
        *,
        retention: RetentionSettings | None = None,
        ring: RingSettings | None = None,
        on_operation: Callable[[str], None] = ignore_operation,
        is_synchronised: Callable[[], bool | None] = lambda: None,
        measure: Callable[[Path], DiskSpace] = measure_disk,
    ) -> None:
        # Half past: no test runs into the next hour.
        self.clock = SystemClock(offset_s=1800 - time.time() % 3600)
        self.journal = Journal(state_dir / "journal.sqlite", self.clock)
        self.roots = RootIdentity(self.journal, new_id=iter(map(str, range(1000))).__next__)
        self.stores = {
            name: RingStore(DeviceFolders(root, name), self.clock, on_operation)
            for name, root in devices.items()
        }
        self.settings = HostSettings(
            agent=AgentSettings(root=next(iter(devices.values())), state_dir=state_dir),
            retention=retention or RetentionSettings(),
            ring=ring or ring_on_any_disk(),
            device=tuple(
                DeviceSettings.model_validate({"name": name, "source": "pattern:testsrc2", "root": root})
                for name, root in devices.items()
            ),
        )
        self.gate = RecordingGate(self.stores, self.roots, self.settings.ring.free_reserve_percent)
        self.guard = ClockGuard(self.journal, self.clock, is_synchronised)
        self.emptier = TrashEmptier(
            lambda: self.roots.usable_roots(store.folders.root for store in self.stores.values()),
            self.journal,
            self.clock,
            on_operation,
        )
        self.clips_gone: list[Clip] = []
        self.cleaner = Cleaner(
            self.stores,
            self.settings,
            self.journal,
            self.clock,
            self.guard,
            self.roots,
            self.emptier,
            make_store=lambda root, device: RingStore(DeviceFolders(root, device), self.clock, on_operation),
            measure=measure,
            let_a_copy_go=ClipRelief(self.clock, self.clips_gone.append).let_one_go,
            unreported=UnreportedMinutes(FleetRecords(self.journal.database, self.clock)).among,
        )

    def start(self) -> None:
        """What the processes do before anything else."""
        for store in self.stores.values():
            assert self.gate.root_refusal(store.folders.root) is None
            store.prepare()

    def hour(self, ago: int) -> Hour:
        """The hour `ago` hours before the current one."""
        return Hour(Hour.of(self.clock.now()).start - timedelta(hours=ago))


def record_hour(
    store: RingStore,
    kind: Kind,
    hour: Hour,
    numbers: range,
    size_bytes: int = 1000,
    *,
    content: bytes | None = None,
) -> Path:
    """Put files of `hour` where capture and archiver put them; return their folder. Raises OSError.

    Each holds `content`, or where that does not matter `size_bytes` of the same byte.
    """
    for number in numbers:
        file = RingFile(kind, number)
        begin_utc_ms = utc_ms(hour.start) + (number - numbers.start) * 1000
        staged = store.folders.staging / file.name
        try:
            staged.write_bytes(b"\x47" * size_bytes if content is None else content)
            if kind is Kind.SEGMENTS:
                store.append_time(SegmentTime(number, begin_utc_ms, 1000, number * 90_000, 1))
            store.publish(staged, file, begin_utc_ms)
        except OSError:
            staged.unlink(missing_ok=True)
            raise
        store.archive(kind, hour, [file])
    folder = store.hour_folder(kind, hour)
    assert folder is not None
    return folder
