"""The ring on disk, read: which hours and files are there and when they were. Changes nothing."""

import json
import os
from dataclasses import dataclass
from pathlib import Path

from host_agent.ring.folder_reading import dated_folders, list_names, numbered_files, text_of
from host_agent.ring.layout import (
    ASIDE_NAME,
    HOURS_A_DAY,
    STAMP_NAME,
    TIMES_NAME,
    VAULT_NAME,
    DeviceFolders,
    Hour,
    Kind,
    RingFile,
    name_format,
    parse_file_name,
)
from host_agent.ring.ownership import holds_ours
from host_agent.ring.segment_times import NUMBER, SegmentRow, SegmentTime, parse_rows
from host_agent.ring.trash_name import Origin
from shared.spans import from_utc_ms


@dataclass(frozen=True, slots=True)
class HotFile:
    """A file in a hot folder: `mtime_ms` is its true begin (set when it was published)."""

    file: RingFile
    mtime_ms: int
    size_bytes: int

    @property
    def hour(self) -> Hour:
        return Hour.of(from_utc_ms(self.mtime_ms))


class RingReader:
    """One device's folders, as they are now: the file system answers, nothing is remembered."""

    def __init__(self, folders: DeviceFolders) -> None:
        self.folders = folders

    @property
    def device(self) -> str:
        return self.folders.device

    def stamp(self, folder: Path) -> dict[str, object]:
        """The facts fixed when the folder's hour began; empty where there are none."""
        try:
            read = json.loads((folder / STAMP_NAME).read_text())
        except (OSError, ValueError):
            return {}
        return read if isinstance(read, dict) else {}

    def _stamped_hour(self, folder: Path) -> Hour | None:
        try:
            return Hour.parse(str(self.stamp(folder).get("hour", "")))
        except ValueError:
            return None

    def hour_folder(self, kind: Kind, hour: Hour) -> Path | None:
        """The folder where `hour` lies, in the ring or in the vault; None where there is none."""
        cold = self.folders.cold(kind, hour.number)
        if self._stamped_hour(cold) == hour:
            return cold
        vault = self.folders.vault(kind, hour)
        return vault if vault.is_dir() else None

    def ring_hour(self, kind: Kind, number: int) -> Hour | None:
        """The hour that the ring's folder `number` holds now; None where it is empty."""
        return self._stamped_hour(self.folders.cold(kind, number))

    def hours(self, kind: Kind) -> list[Hour]:
        """Every hour of `kind` that is on disk, oldest first."""
        found = {hour for number in range(HOURS_A_DAY) if (hour := self.ring_hour(kind, number)) is not None}
        for day, folder in dated_folders(self.folders.base / VAULT_NAME):
            for entry in list_names(folder):
                if (
                    entry.isdigit()
                    and int(entry) < HOURS_A_DAY
                    and holds_ours(folder / entry / kind.value, Origin.VAULT)
                ):
                    found.add(Hour.at(day, int(entry)))
        return sorted(found)

    def aside_hours(self) -> list[Hour]:
        """Hours that have torn files, oldest first."""
        found = [
            Hour.at(day, int(entry))
            for day, folder in dated_folders(self.folders.base / ASIDE_NAME)
            for entry in list_names(folder)
            if entry.isdigit() and int(entry) < HOURS_A_DAY and holds_ours(folder / entry, Origin.ASIDE)
        ]
        return sorted(found)

    def hot_files(self, kind: Kind) -> list[HotFile]:
        """The hot folder's files, by number. A file that is moved meanwhile is left out."""
        found: list[HotFile] = []
        with os.scandir(self.folders.hot(kind)) as entries:
            for entry in entries:
                file = parse_file_name(entry.name)
                if file is None or file.kind is not kind:
                    continue
                try:
                    status = entry.stat(follow_symlinks=False)
                except FileNotFoundError:
                    continue
                found.append(HotFile(file, status.st_mtime_ns // 1_000_000, status.st_size))
        found.sort(key=lambda hot: hot.file.number)
        return found

    def newest_hot(self, kind: Kind) -> Path | None:
        """The hot file with the highest number; None where the hot folder is empty."""
        best: RingFile | None = None
        for name in list_names(self.folders.hot(kind)):
            file = parse_file_name(name)
            if file is not None and file.kind is kind and (best is None or file.number > best.number):
                best = file
        return None if best is None else self.folders.hot(kind) / best.name

    def hour_files(self, kind: Kind, hour: Hour) -> list[RingFile]:
        """The numbered files of one hour that have left the hot folder, by number."""
        folder = self.hour_folder(kind, hour)
        if folder is None:
            return []
        return [file for file in numbered_files(folder) if file.kind is kind]

    def find(self, file: RingFile, hour: Hour | None = None) -> Path | None:
        """Where a file is now: hot, in `hour`, in the ring, in the vault; None where it is gone."""
        hot = self.folders.hot(file.kind) / file.name
        if hot.is_file():
            return hot
        if hour is not None and (path := self._in_hour(file, hour)) is not None:
            return path
        for candidate in self.hours(file.kind)[::-1]:
            if (path := self._in_hour(file, candidate)) is not None:
                return path
        # It may have been moved between the first look and the last.
        return hot if hot.is_file() else None

    def _in_hour(self, file: RingFile, hour: Hour) -> Path | None:
        folder = self.hour_folder(file.kind, hour)
        return path if folder is not None and (path := folder / file.name).is_file() else None

    def highest_number(self, kind: Kind) -> int:
        """The highest number on disk, 0 where there is none. Reads every name: for lost journals only."""
        folders = [
            self.folders.hot(kind),
            *(self.folders.cold(kind, number) for number in range(HOURS_A_DAY)),
        ]
        folders += [
            folder for hour in self.hours(kind) if (folder := self.folders.vault(kind, hour)).is_dir()
        ]
        return max((file.number for folder in folders for file in numbered_files(folder)), default=0)

    def segment_times(self, hour: Hour) -> list[SegmentTime]:
        """The times of an hour's segments in the order they were recorded, hot ones included."""
        folder = self.hour_folder(Kind.SEGMENTS, hour)
        if folder is None:
            return []
        return [SegmentTime(*row) for row in parse_rows(text_of(folder / TIMES_NAME))]

    def segment_times_behind(self, hour: Hour, offset: int) -> tuple[list[SegmentTime], int]:
        """The times behind byte `offset` of an hour's list, and the offset behind its last whole line.

        For whoever follows a list while it grows. A list shorter than `offset` is another one and is
        read from its beginning. Raises OSError.
        """
        folder = self.hour_folder(Kind.SEGMENTS, hour)
        if folder is None:
            return [], 0
        try:
            with (folder / TIMES_NAME).open("rb") as file:
                if os.fstat(file.fileno()).st_size < offset:
                    offset = 0
                file.seek(offset)
                data = file.read()
        except FileNotFoundError:
            return [], 0
        whole = data[: data.rfind(b"\n") + 1]
        times = [SegmentTime(*row) for row in parse_rows(whole.decode(errors="replace"))]
        return times, offset + len(whole)

    def segment_rows(self, hour: Hour) -> list[SegmentRow]:
        """The rows of an hour's segments whose files are there, hot or in the hour's folder."""
        while (folder := self.hour_folder(Kind.SEGMENTS, hour)) is not None:
            rows = parse_rows(text_of(folder / TIMES_NAME))
            # Hot first: a file that is archived between the two looks is seen twice, not never.
            names = set(list_names(self.folders.hot(Kind.SEGMENTS)))
            names.update(list_names(folder))
            if self.hour_folder(Kind.SEGMENTS, hour) == folder:
                name = name_format(Kind.SEGMENTS).format
                return [row for row in rows if name(row[NUMBER]) in names]
            # The hour was lapped into the vault, or trashed, while it was being read.
        return []
