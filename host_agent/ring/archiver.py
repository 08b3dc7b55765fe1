"""Moves what exceeds the hot limits into hour folders, refreshes the playlists it touched, seals hours."""

import json
import os
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from host_agent.ring.hot_limit import by_hour, complete_hours, leaving
from host_agent.ring.hour_summary import encode_summary, summarise, summarise_segments
from host_agent.ring.layout import (
    ARCHIVE_PLAYLIST_NAME,
    METADATA_ARRAY_NAME,
    NUMBERED_KINDS,
    SUMMARY_NAME,
    Hour,
    Kind,
    RingFile,
)
from host_agent.ring.playlist import render_hour, target_duration_s
from host_agent.ring.reader import HotFile
from host_agent.ring.segment_times import UNKNOWN_RUN, SegmentTime
from host_agent.ring.store import RingStore
from host_agent.ring.transport_stream import is_whole, picture_times
from shared.atomic_write import write_atomically
from shared.clock import Clock
from shared.spans import from_utc_ms, utc_ms


@dataclass(frozen=True, slots=True)
class HotLimits:
    """How many files stay hot, by kind, and how old they may become there."""

    segments: int
    frames: int
    max_age_s: float

    def of(self, kind: Kind) -> int:
        return self.segments if kind is Kind.SEGMENTS else self.frames


@dataclass(slots=True)
class ArchiveReport:
    """What one cycle of one device did; `problems` are sentences."""

    moved: int = 0
    sealed: list[tuple[Kind, Hour]] = field(default_factory=list)
    hot: dict[str, int] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)


class Archiver:
    """Owns the cold folders. Keeps nothing between cycles but which hours it has seen sealed."""

    def __init__(self, limits: HotLimits, clock: Clock) -> None:
        self.limits = limits
        self._clock = clock
        self._sealed: dict[tuple[str, Kind], set[Hour]] = {}

    def run_cycle(self, store: RingStore) -> ArchiveReport:
        """Move, refresh, seal. An error of one kind is reported and does not keep the others back."""
        report = ArchiveReport()
        for kind in NUMBERED_KINDS:
            try:
                self._archive_kind(store, kind, report)
            except OSError as error:
                report.problems.append(f"{kind.value}: {error.strerror or error} ({error.filename}).")
        return report

    def _archive_kind(self, store: RingStore, kind: Kind, report: ArchiveReport) -> None:
        now = self._clock.now()
        hot = [item for item in store.hot_files(kind) if self._is_whole(item, store, report)]
        oldest_stays = utc_ms(now - timedelta(seconds=self.limits.max_age_s))
        groups = by_hour(leaving(hot, self.limits.of(kind), oldest_stays))
        moved: set[int] = set()
        touched: set[Hour] = set()
        for hour, files in groups:
            stamp = {"target_duration_s": target_duration_s(1.0)} if kind is Kind.SEGMENTS else {}
            # Before anything comes: a kill behind the last move must not leave a seal that is stale.
            store.unseal(kind, hour)
            done = store.archive(kind, hour, files, **stamp)
            moved.update(file.number for file in done.moved)
            touched.add(hour)
            report.problems += [f"{file.name}: {reason}" for file, reason in done.failed]
            report.problems += [f"{name}: kept beside another file of its name" for name in done.conflicts]
        report.moved += len(moved)
        left = [item for item in hot if item.file.number not in moved]
        report.hot[kind.value] = len(left)
        self._refresh(store, kind, touched, left, Hour.of(now), report)

    @staticmethod
    def _is_whole(item: HotFile, store: RingStore, report: ArchiveReport) -> bool:
        """Set aside what a power cut left: empty files, segments that end in the middle of a packet."""
        size, file = item.size_bytes, item.file
        if is_whole(size) if file.kind is Kind.SEGMENTS else size > 0:
            return True
        store.set_aside(store.folders.hot(file.kind) / file.name, item.hour)
        report.problems.append(f"{file.name}: torn, {size} bytes; set aside")
        return False

    def _refresh(
        self,
        store: RingStore,
        kind: Kind,
        touched: set[Hour],
        hot: Sequence[HotFile],
        current: Hour,
        report: ArchiveReport,
    ) -> None:
        is_first_look = (store.device, kind) not in self._sealed
        sealed = self._sealed.setdefault((store.device, kind), set())
        hours = store.hours(kind)
        complete = set(complete_hours(hours, hot, current))
        sealed &= complete
        if is_first_look:
            # A kill may have come between moving files and listing them.
            touched = touched | (set(hours) - complete)
        for hour in sorted(touched | complete - sealed):
            folder = store.hour_folder(kind, hour)
            if folder is None:
                continue
            ends = hour in complete
            if ends and hour not in touched and (folder / SUMMARY_NAME).exists():
                sealed.add(hour)
                continue
            if not ends and kind is not Kind.SEGMENTS:
                continue
            present = store.hour_files(kind, hour)
            times: list[SegmentTime] = []
            if kind is Kind.SEGMENTS:
                times = self._write_playlist(store, hour, folder, present, report, ended=ends)
            if ends and present:
                self._seal(kind, hour, folder, present, times, report)
                sealed.add(hour)
                report.sealed.append((kind, hour))

    def _write_playlist(
        self,
        store: RingStore,
        hour: Hour,
        folder: Path,
        present: Sequence[RingFile],
        report: ArchiveReport,
        *,
        ended: bool,
    ) -> list[SegmentTime]:
        """List what is in the folder, by number: in this order it came. Repairs lines that are missing,
        which stand behind those of later segments."""
        numbers = {file.number for file in present}
        times = [time for time in store.segment_times(hour) if time.number in numbers]
        if len(times) < len(present):
            missing = numbers - {time.number for time in times}
            times += self._rebuild_times(store, hour, folder, missing, report)
        times.sort(key=lambda time: time.number)
        target_s = store.stamp(folder).get("target_duration_s")
        text = render_hour(
            times, target_s if isinstance(target_s, int) else target_duration_s(1.0), ended=ended
        )
        path = folder / ARCHIVE_PLAYLIST_NAME
        if not path.exists() or path.read_text(errors="replace") != text:
            write_atomically(path, text)
        return times

    @staticmethod
    def _rebuild_times(
        store: RingStore, hour: Hour, folder: Path, numbers: set[int], report: ArchiveReport
    ) -> list[SegmentTime]:
        """Lines that a power cut took: from the files' own timestamps and their mtime, their begin."""
        rebuilt = []
        for number in sorted(numbers):
            path = folder / RingFile(Kind.SEGMENTS, number).name
            pictures = picture_times(path.read_bytes())
            if pictures is None:
                store.set_aside(path, hour)
                report.problems.append(f"{path.name}: there are no pictures in it; set aside")
                continue
            begin_utc_ms = path.stat().st_mtime_ns // 1_000_000
            if Hour.of(from_utc_ms(begin_utc_ms)) != hour:
                report.problems.append(f"{path.name}: its time is not known, it is not of {hour}; not listed")
                continue
            time = SegmentTime(
                number, begin_utc_ms, pictures.duration_90khz // 90, pictures.first_90khz, UNKNOWN_RUN
            )
            store.append_time(time)
            rebuilt.append(time)
        return rebuilt

    def _seal(
        self,
        kind: Kind,
        hour: Hour,
        folder: Path,
        present: Sequence[RingFile],
        times: Sequence[SegmentTime],
        report: ArchiveReport,
    ) -> None:
        wanted = {file.name for file in present}
        size = begin_ns = end_ns = 0
        with os.scandir(folder) as entries:
            for entry in entries:
                if entry.name in wanted:
                    status = entry.stat(follow_symlinks=False)
                    size += status.st_size
                    begin_ns = min(begin_ns or status.st_mtime_ns, status.st_mtime_ns)
                    end_ns = max(end_ns, status.st_mtime_ns)
        if kind is Kind.SEGMENTS:
            summary = summarise_segments(hour, times, size)
        else:
            numbers = [file.number for file in present]
            summary = summarise(hour, numbers, size, begin_ns // 1_000_000, end_ns // 1_000_000)
        if kind is Kind.METADATA:
            self._write_metadata_array(folder, present, report)
        write_atomically(folder / SUMMARY_NAME, encode_summary(summary))

    @staticmethod
    def _write_metadata_array(folder: Path, present: Sequence[RingFile], report: ArchiveReport) -> None:
        """One array of the hour's metadata: a reader opens one file and not 7,200."""
        texts = []
        for file in present:
            text = (folder / file.name).read_bytes()
            try:
                json.loads(text)
            except ValueError:
                report.problems.append(f"{file.name}: is no JSON; left out of {METADATA_ARRAY_NAME}")
                continue
            texts.append(text.strip())
        write_atomically(folder / METADATA_ARRAY_NAME, b"[" + b",\n".join(texts) + b"]\n")
