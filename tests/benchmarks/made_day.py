"""A whole day of one device on disk, as an agent that has run so long leaves it: 25 hours, the last running.

Names, lists, summaries and times are the agent's own; the pictures are real ones, under many names each
(hard links), so that 700,000 files cost no disk. The newest sealed hour and the running one have files
of their own. It is made once and kept for every benchmark of one run.
"""

import os
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from host_agent.frames.metadata import CaptureFacts, Judgement, encode_metadata
from host_agent.journal.facts import AGENT_STARTED, DEVICE_ADDED, STATE_CHANGED
from host_agent.journal.journal import Journal
from host_agent.ring.archiver import Archiver, HotLimits
from host_agent.ring.hour_summary import encode_summary, summarise, summarise_segments
from host_agent.ring.layout import (
    ARCHIVE_PLAYLIST_NAME,
    METADATA_ARRAY_NAME,
    NUMBERED_KINDS,
    SUMMARY_NAME,
    DeviceFolders,
    Hour,
    Kind,
)
from host_agent.ring.playlist import render_hour, target_duration_s
from host_agent.ring.store import RingStore
from shared.clock import SystemClock
from shared.spans import Span, utc_ms
from tests.benchmarks.bench import Setting
from tests.benchmarks.camera import camera_clip
from tests.benchmarks.made_hour import count_of, files_of, segment_times, write_files, write_times
from tests.support.set_clock import SetClock

DEVICE = "cam1"
NOW = datetime(2026, 11, 21, 14, 45, tzinfo=UTC)
_SEALED_HOURS = 24
_RUNNING_SHARE = 0.75
_FIRST_NUMBER = 1_000_000
_CLOCK_PAIR_EVERY_S = 5
_MADE = "complete"


@dataclass(frozen=True, slots=True)
class MadeDay:
    """`now`: when the last picture was taken. `share` of each hour is there: 1, but for a short run."""

    folder: Path
    now: datetime
    share: float

    @property
    def root(self) -> Path:
        return self.folder / "footage"

    @property
    def state_dir(self) -> Path:
        return self.folder / "state"

    @property
    def clock(self) -> SetClock:
        return SetClock(self.now)

    @property
    def store(self) -> RingStore:
        return RingStore(DeviceFolders(self.root, DEVICE), self.clock)

    @property
    def running_hour(self) -> Hour:
        return Hour.of(self.now)

    @property
    def sealed_hours(self) -> list[Hour]:
        """Oldest first."""
        start = self.running_hour.start
        return [Hour(start - timedelta(hours=back)) for back in range(_SEALED_HOURS, 0, -1)]

    @property
    def last_24_hours(self) -> Span:
        """Up to the end of the newest sealed hour."""
        return Span(self.sealed_hours[0].start, self.running_hour.start)


def made_day(setting: Setting) -> MadeDay:
    """Make the day, or return the one that was made before in this run. Raises OSError."""
    share = setting.choose(1.0, 0.05)
    day = MadeDay(day_folder(setting.kept), NOW, share)
    marker = day.folder / _MADE
    if marker.exists() and marker.read_text() == str(share):
        return day
    _discard_abandoned(setting.kept)
    day.folder.mkdir(parents=True)
    pool = _pictures(setting, day.folder / "pictures")
    store = day.store
    store.prepare()
    for hour in day.sealed_hours:
        for kind in NUMBERED_KINDS:
            _fill(store, kind, hour, share, pool, has_own_files=hour == day.sealed_hours[-1])
    _record_running_hour(day, _contents(pool))
    _tell_journal(day)
    marker.write_text(str(share))
    return day


def day_folder(kept: Path) -> Path:
    """Where it lies while this process needs it: another run may have one of its own."""
    return kept / f"day-{os.getpid()}"


def _discard_abandoned(kept: Path) -> None:
    """Days of runs that were killed, and one of this run that was not finished."""
    for folder in kept.glob("day-*"):
        pid = folder.name.removeprefix("day-")
        if int(pid) == os.getpid() or not Path("/proc", pid).exists():
            shutil.rmtree(folder)


def first_number(kind: Kind, hour: Hour) -> int:
    """Numbers go on from hour to hour."""
    since = int((hour.start - datetime(2026, 11, 1, tzinfo=UTC)).total_seconds()) // 3600
    return _FIRST_NUMBER + since * count_of(kind)


def _pictures(setting: Setting, folder: Path) -> list[Path]:
    """Thumbnails of a minute of the camera's footage."""
    folder.mkdir()
    subprocess.run(
        [
            *("ffmpeg", "-hide_banner", "-nostdin", "-v", "error", "-i", str(camera_clip(setting))),
            *("-vf", "fps=5,scale=320:-2", "-q:v", "6", str(folder / "%04d.jpg")),
        ],
        check=True,
    )
    return sorted(folder.iterdir())


def _fill(
    store: RingStore, kind: Kind, hour: Hour, share: float, pool: list[Path], *, has_own_files: bool
) -> None:
    """One sealed hour of one kind: its files, and what is derived from them."""
    first = first_number(kind, hour)
    folder = store.open_hour(kind, hour, **_stamp(kind))
    if has_own_files:
        write_files(folder, kind, hour, first, share, pictures=_contents(pool))
    else:
        _link_files(folder, kind, hour, first, share, pool)
    if kind is Kind.SEGMENTS:
        write_times(store, hour, first, share)
        times = segment_times(hour, first, share)
        text = render_hour(times, target_duration_s(1.0), ended=True)
        (folder / ARCHIVE_PLAYLIST_NAME).write_text(text)
        summary = summarise_segments(hour, times, 250_000 * len(times))
    else:
        numbers = [made.file.number for made in files_of(kind, hour, first, share)]
        start_ms = utc_ms(hour.start)
        summary = summarise(hour, numbers, 10_000 * len(numbers), start_ms, start_ms + 3_599_500)
    if kind is Kind.METADATA:
        (folder / METADATA_ARRAY_NAME).write_text(_metadata_array(hour, share))
    (folder / SUMMARY_NAME).write_text(encode_summary(summary))


def _stamp(kind: Kind) -> dict[str, int]:
    return {"target_duration_s": target_duration_s(1.0)} if kind is Kind.SEGMENTS else {}


def _link_files(folder: Path, kind: Kind, hour: Hour, first: int, share: float, pool: list[Path]) -> None:
    # A file system allows some 65,000 names of a file: each hour takes other pictures of the pool.
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for index, made in enumerate(files_of(kind, hour, first, share)):
            picture = pool[(index + hour.number * 37) % len(pool)]
            os.link(picture, made.file.name, dst_dir_fd=descriptor)
    finally:
        os.close(descriptor)


def _metadata_array(hour: Hour, share: float) -> str:
    """Motion comes and goes; each capture names the thumbnail of its moment."""
    thumbnails = first_number(Kind.THUMBNAILS, hour)
    lines = []
    for index, made in enumerate(files_of(Kind.METADATA, hour, first_number(Kind.METADATA, hour), share)):
        motion = (index * 7919 % 1000) / 4000 if index // 240 % 3 else 0.0
        judgement = Judgement(104.2, False, False, 0.0, motion, 12.4)
        facts = CaptureFacts(
            made.file.number, made.begin_utc_ms, 1280, 720, 93_412, thumbnails + index * 5 // 2, judgement
        )
        lines.append(encode_metadata(facts).strip())
    return "[" + ",\n".join(lines) + "]\n"


def _contents(pool: list[Path]) -> list[bytes]:
    return [picture.read_bytes() for picture in pool]


def _record_running_hour(day: MadeDay, pictures: list[bytes]) -> None:
    """Everything is published hot, and the archiver does the rest."""
    share = _RUNNING_SHARE * day.share
    for kind in NUMBERED_KINDS:
        first = first_number(kind, day.running_hour)
        hot = day.store.folders.hot(kind)
        write_files(hot, kind, day.running_hour, first, share, pictures=pictures)
    write_times(day.store, day.running_hour, first_number(Kind.SEGMENTS, day.running_hour), share)
    # In a short run the footage ends long before `now`, and would all be too old to be hot.
    Archiver(HotLimits(segments=10, frames=100, max_age_s=86_400), day.clock).run_cycle(day.store)


def _tell_journal(day: MadeDay) -> None:
    """A device that was live all day, and a clock pair every five seconds. It is this machine's boot."""
    machine = SystemClock()
    begin = day.sealed_hours[0].start
    lived_s = (day.now - begin).total_seconds()
    clock = SetClock(begin, monotonic_s=machine.monotonic() - lived_s, boot=machine.boot_id())
    journal = Journal(day.state_dir / "journal.db", clock)
    journal.note(AGENT_STARTED, "agent_started", "The agent started.")
    journal.note(DEVICE_ADDED, "starting", "The device is in the settings.", device=DEVICE)
    journal.note(STATE_CHANGED, "live", "Recording.", device=DEVICE, state="live")
    for _ in range(int(lived_s * day.share) // _CLOCK_PAIR_EVERY_S):
        journal.note_clock()
        clock.pass_time(_CLOCK_PAIR_EVERY_S / day.share)
    journal.note_clock()
    journal.close()
