"""The ring on disk: the only code that renames or removes footage.

A `RingStore` is one device's ring. It decides nothing about what should move or go: it carries
plans out, one system call after another, so that a kill between any two of them loses no file.
"""

import errno
import fcntl
import json
import os
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime
from itertools import islice
from pathlib import Path

from host_agent.ring.layout import (
    ARCHIVE_PLAYLIST_NAME,
    ASIDE_NAME,
    HOURS_A_DAY,
    LIVE_PLAYLIST_NAME,
    METADATA_ARRAY_NAME,
    MINUTES_NAME,
    MOSAIC_NAME,
    NUMBERED_KINDS,
    STAMP_NAME,
    SUMMARY_NAME,
    TIMES_NAME,
    TRASH_NAME,
    VAULT_NAME,
    DeviceFolders,
    Hour,
    Kind,
    RingFile,
    name_format,
    parse_file_name,
)
from host_agent.ring.segment_times import (
    HEADER,
    NUMBER,
    TIMES_FIELDS,
    SegmentRow,
    SegmentTime,
    encode_line,
    parse_lines,
    parse_rows,
)
from host_agent.ring.trash_name import Origin, TrashName, parse_trash_name
from shared.atomic_write import write_atomically
from shared.clock import Clock
from shared.kernel import rename_noreplace, sync_file_system
from shared.spans import from_utc_ms

# Files that this system derives from footage; they live and go with the hour they describe.
DERIVED_NAMES = frozenset(
    {
        STAMP_NAME,
        TIMES_NAME,
        ARCHIVE_PLAYLIST_NAME,
        SUMMARY_NAME,
        METADATA_ARRAY_NAME,
        MINUTES_NAME,
        MOSAIC_NAME,
    }
)
_CONFLICT = ".conflict-"
# What a kill in the middle of `write_atomically` leaves.
_PARTIAL = re.compile(r"^\.(?P<name>.+)\.[0-9]+\.[0-9a-f]{8}\.part\Z")
# What `set_aside` makes of a torn file's name: its folder, then itself as ffmpeg or we named it.
_ASIDE = re.compile(
    r"^.+-(?:segment_|capture_|[a-z]_)?[0-9]+(?:_thumbnail)?(?:\.conflict-[0-9]+)?\.(?:ts|jpg|json)(?:\.[a-z]+)?\Z"
)


def ignore_operation(_name: str) -> None:
    """What a store calls after each operation outside of tests."""


@dataclass(frozen=True, slots=True)
class HotFile:
    """A file in a hot folder: `mtime_ms` is its true begin (set when it was published)."""

    file: RingFile
    mtime_ms: int
    size_bytes: int

    @property
    def hour(self) -> Hour:
        return Hour.of(from_utc_ms(self.mtime_ms))


@dataclass(frozen=True, slots=True)
class MoveReport:
    """What a batch of moves did. `conflicts` are kept beside the file they met, under the new name."""

    moved: list[RingFile]
    conflicts: list[str]
    failed: list[tuple[RingFile, str]]


@dataclass(frozen=True, slots=True)
class Trashed:
    """A folder of the trash, counted for its receipt.

    `spared`: names that this system did not write, back in their place; `stuck`: such that could not
    be put back and wait in the trash.
    """

    name: TrashName
    spared: list[str]
    stuck: list[str]


class RingStore:
    """One device's folders. Safe to use from several processes: what must not interleave is locked."""

    def __init__(
        self, folders: DeviceFolders, clock: Clock, on_operation: Callable[[str], None] = ignore_operation
    ) -> None:
        self.folders = folders
        self._clock = clock
        self._done = on_operation

    @property
    def device(self) -> str:
        return self.folders.device

    # -- preparing ---------------------------------------------------------------------------

    def prepare(self) -> None:
        """Make every folder of the device; repair what a kill during lapping left. Raises OSError."""
        for kind in Kind:
            self.folders.hot(kind).mkdir(parents=True, exist_ok=True)
            for number in range(HOURS_A_DAY):
                self._discard_fresh(kind, number)
                self.folders.cold(kind, number).mkdir(exist_ok=True)
        self._discard_partials(self.folders.hot(Kind.SEGMENTS), LIVE_PLAYLIST_NAME)
        self.folders.segment_staging.mkdir(parents=True, exist_ok=True)
        self.folders.frame_staging.mkdir(parents=True, exist_ok=True)
        # Now, since a disk without a free inode could not make it when it is needed.
        self.trash.mkdir(exist_ok=True)

    def is_prepared(self) -> bool:
        """Whether the recorder has made this device's folders; until then there is nothing to do."""
        return self.folders.frame_staging.is_dir()  # the last that `prepare` makes

    @contextmanager
    def _locked(self) -> Iterator[None]:
        """Held for microseconds, by capture and archiver, while an hour's folder is being changed."""
        with _locked(self.folders):
            yield

    # -- hours -------------------------------------------------------------------------------

    def open_hour(self, kind: Kind, hour: Hour, **stamp: int) -> Path:
        """Return the folder that holds `hour` of `kind`, making room for it.

        Where the folder holds the same hour of an earlier day, that is renamed into the vault as a
        whole (lapping) and a fresh folder takes its place. Where it already holds a later day (the
        clock was set back, or the file comes late) the hour's place is in the vault. `stamp`: facts
        that are fixed when the hour begins. Raises OSError.
        """
        cold = self.folders.cold(kind, hour.number)
        if self._stamped_hour(cold) == hour:
            return cold
        with self._locked():
            held = self._stamped_hour(cold)
            if held == hour:
                return cold
            # Where a part of the hour lies in the vault already, the rest of it belongs there too.
            if (held is not None and held > hour) or self.folders.vault(kind, hour).is_dir():
                return self._vault_folder(kind, hour, stamp)
            if held is not None:
                self._lap(kind, cold, held)
            elif _numbered_files(cold):
                self._lap(kind, cold, self._hour_of_unstamped(cold))
            if cold.is_dir():
                self._write_stamp(cold, hour, stamp)
            else:
                self._put_fresh_folder(kind, hour.number, hour, stamp)
            return cold

    def _lap(self, kind: Kind, cold: Path, held: Hour) -> None:
        vault = self.folders.vault(kind, held)
        vault.parent.mkdir(parents=True, exist_ok=True)
        try:
            rename_noreplace(cold, vault)
            self._done("lap")
        except FileExistsError:
            # A late file opened the vault's folder before the hour was lapped: join the two.
            self._join_folders(cold, vault)

    def _join_folders(self, source: Path, target: Path) -> None:
        (target / SUMMARY_NAME).unlink(missing_ok=True)  # it would no longer say what is there
        for entry in sorted(os.listdir(source)):
            if entry == SUMMARY_NAME:
                (source / entry).unlink()
            elif entry == TIMES_NAME and (target / entry).exists():
                for time in parse_lines(_lines(source / entry)):
                    self._append_line(target, time)
                (source / entry).unlink()
            elif entry in DERIVED_NAMES and (target / entry).exists():
                (source / entry).unlink()
            else:
                self._move_keeping_both(source / entry, target)
            self._done("join")
        source.rmdir()
        self._done("join")

    def _put_fresh_folder(self, kind: Kind, number: int, hour: Hour | None, stamp: dict[str, int]) -> None:
        fresh = self._fresh(kind, number)
        fresh.mkdir(exist_ok=True)
        if hour is not None:
            self._write_stamp(fresh, hour, stamp)
        rename_noreplace(fresh, self.folders.cold(kind, number))
        self._done("fresh")

    def _fresh(self, kind: Kind, number: int) -> Path:
        return self.folders.hot(kind) / f".fresh-{number}"

    def _discard_fresh(self, kind: Kind, number: int) -> None:
        fresh = self._fresh(kind, number)
        if fresh.is_dir():
            with self._locked():
                self._discard_partials(fresh, STAMP_NAME)
                (fresh / STAMP_NAME).unlink(missing_ok=True)
                fresh.rmdir()

    @staticmethod
    def _discard_partials(folder: Path, name: str) -> None:
        """Remove what a kill within `write_atomically` left of `name`, which only we write."""
        for entry in _listdir(folder):
            partial = _PARTIAL.match(entry)
            if partial is not None and partial["name"] == name:
                (folder / entry).unlink(missing_ok=True)

    def _vault_folder(self, kind: Kind, hour: Hour, stamp: dict[str, int]) -> Path:
        vault = self.folders.vault(kind, hour)
        if not vault.is_dir():
            vault.mkdir(parents=True)
            self._done("vault")
        if not (vault / STAMP_NAME).exists():
            self._write_stamp(vault, hour, stamp)
        return vault

    def _write_stamp(self, folder: Path, hour: Hour, stamp: dict[str, int]) -> None:
        write_atomically(folder / STAMP_NAME, json.dumps({"hour": str(hour), **stamp}) + "\n")
        self._done("stamp")

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

    def _hour_of_unstamped(self, folder: Path) -> Hour:
        """A folder whose stamp was lost (by hand, by a power cut) belongs where its oldest file does."""
        oldest = min((folder / file.name).stat().st_mtime_ns for file in _numbered_files(folder))
        at = Hour.of(from_utc_ms(oldest // 1_000_000))
        return Hour.at(at.date, int(folder.name)) if folder.name.isdigit() else at

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
        for day, folder in _dated(self.folders.base / VAULT_NAME):
            for entry in _listdir(folder):
                if (
                    entry.isdigit()
                    and int(entry) < HOURS_A_DAY
                    and _holds_ours(folder / entry / kind.value, Origin.VAULT)
                ):
                    found.add(Hour.at(day, int(entry)))
        return sorted(found)

    # -- files -------------------------------------------------------------------------------

    def arrival_utc_ms(self, path: Path) -> int:
        """When the kernel says that a file nobody has dated yet was last written. Raises OSError.

        Only for files in staging: the mtime of a published file is its true begin, set by us.
        """
        return (path.stat().st_mtime_ns + self._clock.offset_ns()) // 1_000_000

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
        for name in _listdir(self.folders.hot(kind)):
            file = parse_file_name(name)
            if file is not None and file.kind is kind and (best is None or file.number > best.number):
                best = file
        return None if best is None else self.folders.hot(kind) / best.name

    def hour_files(self, kind: Kind, hour: Hour) -> list[RingFile]:
        """The numbered files of one hour that have left the hot folder, by number."""
        folder = self.hour_folder(kind, hour)
        if folder is None:
            return []
        return [file for file in _numbered_files(folder) if file.kind is kind]

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

    def publish(self, source: Path, file: RingFile, begin_utc_ms: int) -> Path:
        """Give a finished file its true time and its name in the hot folder.

        Raises FileExistsError where the number is taken (nothing is overwritten), OSError otherwise;
        `source` is then still there.
        """
        begin_ns = begin_utc_ms * 1_000_000
        os.utime(source, ns=(begin_ns, begin_ns), follow_symlinks=False)
        self._done("date")
        target = self.folders.hot(file.kind) / file.name
        rename_noreplace(source, target)
        self._done("publish")
        return target

    def name_in_staging(self, source: Path, file: RingFile) -> Path:
        """Give a staged file its final name before its time is written down, so that a kill in
        between leaves no doubt which line belongs to which file. Raises OSError."""
        target = source.with_name(file.name)
        rename_noreplace(source, target)
        self._done("name")
        return target

    def archive(self, kind: Kind, hour: Hour, files: Iterable[RingFile], **stamp: int) -> MoveReport:
        """Move hot files into their hour's folder, in the order given, never overwriting.

        A file that cannot be moved stays where it is and is reported; the others go on.
        """
        report = MoveReport([], [], [])
        target = self.open_hour(kind, hour, **stamp)
        hot = self.folders.hot(kind)
        source_fd = os.open(hot, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            target_fd = os.open(target, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                for file in files:
                    name = file.name
                    try:
                        rename_noreplace(name, name, source_dir_fd=source_fd, target_dir_fd=target_fd)
                        report.moved.append(file)
                        self._done("archive")
                    except FileExistsError:
                        kept = self._move_keeping_both(hot / name, target)
                        if kept is not None:
                            report.conflicts.append(kept)
                    except FileNotFoundError:
                        report.failed.append((file, "it vanished from the hot folder"))
                    except OSError as error:
                        report.failed.append((file, error.strerror or str(error)))
            finally:
                os.close(target_fd)
        finally:
            os.close(source_fd)
        return report

    def _move_keeping_both(self, source: Path, folder: Path) -> str | None:
        """Move `source` into `folder`; a different file of that name stays, and the newcomer gets a
        conflict name, which is returned. An identical one makes the newcomer superfluous."""
        try:
            rename_noreplace(source, folder / source.name)
            return None
        except FileExistsError:
            pass
        if _same_content(source, folder / source.name):
            source.unlink()
            self._done("drop-identical")
            return None
        for attempt in range(1, 1000):
            name = f"{source.stem}{_CONFLICT}{attempt}{source.suffix}"
            try:
                rename_noreplace(source, folder / name)
            except FileExistsError:
                continue
            self._done("conflict")
            return name
        raise FileExistsError(f"{source}: a thousand conflicts of this name are in {folder}")

    def unseal(self, kind: Kind, hour: Hour) -> None:
        """Take back that an hour is complete, since more of it comes: its summary is written anew."""
        folder = self.hour_folder(kind, hour)
        if folder is None:
            return
        try:
            (folder / SUMMARY_NAME).unlink()
        except FileNotFoundError:
            return
        self._done("unseal")

    def set_aside(self, path: Path, at: Hour) -> Path:
        """Keep a torn or unreadable file out of the way, as long as segments are kept. Raises OSError."""
        folder = self.folders.aside(at)
        folder.mkdir(parents=True, exist_ok=True)
        target = folder / f"{path.parent.name}-{path.name}"
        attempt = 0
        while True:
            try:
                rename_noreplace(path, target)
                break
            except FileExistsError:
                attempt += 1
                target = folder / f"{path.parent.name}-{attempt}-{path.name}"
        self._done("aside")
        return target

    def discard_staged(self, path: Path) -> None:
        """Remove what is no footage: an empty file, a list of a finished run, a frame too many."""
        path.unlink(missing_ok=True)
        self._done("discard")

    def discard_staging_folder(self, folder: Path) -> None:
        """Remove a run's staging folder once it is empty; leave it where anything is in it."""
        try:
            folder.rmdir()
        except OSError:
            return
        self._done("discard")

    # -- segment times -----------------------------------------------------------------------

    def append_time(self, time: SegmentTime, **stamp: int) -> None:
        """Write down when a segment was; one line, one write. Raises OSError."""
        self._append_line(self.open_hour(Kind.SEGMENTS, time.hour, **stamp), time)

    def _append_line(self, folder: Path, time: SegmentTime) -> None:
        path = folder / TIMES_NAME
        line = encode_line(time)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o644)
        try:
            size = os.fstat(descriptor).st_size
            if size == 0:
                line = HEADER + line
            elif os.pread(descriptor, 1, size - 1) != b"\n":
                # A power cut tore the last line: it shall neither swallow this one nor pass for whole.
                line = "," * TIMES_FIELDS + "\n" + line
            data = line.encode()
            written = os.write(descriptor, data)
            if written != len(data):
                os.ftruncate(descriptor, size)
                raise OSError(28, "no space left for the segment's time", str(path))
        finally:
            os.close(descriptor)
        self._done("time")

    def segment_times(self, hour: Hour) -> list[SegmentTime]:
        """The times of an hour's segments in the order they were recorded, hot ones included."""
        folder = self.hour_folder(Kind.SEGMENTS, hour)
        if folder is None:
            return []
        return [SegmentTime(*row) for row in parse_rows(_text(folder / TIMES_NAME))]

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
            rows = parse_rows(_text(folder / TIMES_NAME))
            # Hot first: a file that is archived between the two looks is seen twice, not never.
            names = set(_listdir(self.folders.hot(Kind.SEGMENTS)))
            names.update(_listdir(folder))
            if self.hour_folder(Kind.SEGMENTS, hour) == folder:
                name = name_format(Kind.SEGMENTS).format
                return [row for row in rows if name(row[NUMBER]) in names]
            # The hour was lapped into the vault, or trashed, while it was being read.
        return []

    # -- leaving -----------------------------------------------------------------------------

    @property
    def trash(self) -> Path:
        """On the same disk, so that leaving sight is one rename."""
        return self.folders.root / TRASH_NAME

    def trash_hour(self, kind: Kind, hour: Hour, *, reason: str, at: datetime) -> TrashName | None:
        """Take an hour out of sight with one rename; return its name in the trash.

        None where there is no such hour. Nothing is counted, spared or freed here (`Trash` does that),
        so a live cycle does not wait. Raises OSError; the hour then is where it was.
        """
        with self._locked():
            folder = self.hour_folder(kind, hour)
            if folder is None:
                return None
            in_ring = folder == self.folders.cold(kind, hour.number)
            name = self._take_out_of_sight(
                folder, kind.value, hour, reason, at, Origin.RING if in_ring else Origin.VAULT
            )
            if not in_ring:
                self._drop_empty_parents(folder)
                return name
            try:
                self._put_fresh_folder(kind, hour.number, None, {})
            except OSError as error:
                # No inode is free for it yet: `Trash.forget` puts it when some are.
                if error.errno not in (errno.ENOSPC, errno.EDQUOT):
                    raise
            return name

    def trash_aside(self, hour: Hour, *, reason: str, at: datetime) -> TrashName | None:
        """Take the torn files of an hour out of sight, as `trash_hour` does with footage."""
        with self._locked():
            folder = self.folders.aside(hour)
            if not folder.is_dir():
                return None
            name = self._take_out_of_sight(folder, ASIDE_NAME, hour, reason, at, Origin.ASIDE)
            self._drop_empty_parents(folder)
            return name

    def _take_out_of_sight(
        self, folder: Path, kind: str, hour: Hour, reason: str, at: datetime, origin: Origin
    ) -> TrashName:
        name = TrashName.of(self.device, kind, hour, reason, at, origin, os.urandom(4).hex())
        try:
            rename_noreplace(folder, self.trash / name.text)
        except FileNotFoundError:
            self.trash.mkdir(exist_ok=True)
            rename_noreplace(folder, self.trash / name.text)
        self._done("trash")
        return name

    def aside_hours(self) -> list[Hour]:
        """Hours that have torn files, oldest first."""
        found = [
            Hour.at(day, int(entry))
            for day, folder in _dated(self.folders.base / ASIDE_NAME)
            for entry in _listdir(folder)
            if entry.isdigit() and int(entry) < HOURS_A_DAY and _holds_ours(folder / entry, Origin.ASIDE)
        ]
        return sorted(found)

    def _drop_empty_parents(self, folder: Path) -> None:
        parent = folder.parent
        while parent not in (self.folders.base, *(self.folders.hot(kind) for kind in Kind)):
            try:
                parent.rmdir()
            except OSError:
                return
            parent = parent.parent

    def sync(self) -> None:
        """Make durable what has been written to this ring's disk. Raises OSError."""
        sync_file_system(self.folders.base)

    def highest_number(self, kind: Kind) -> int:
        """The highest number on disk, 0 where there is none. Reads every name: for lost journals only."""
        folders = [
            self.folders.hot(kind),
            *(self.folders.cold(kind, number) for number in range(HOURS_A_DAY)),
        ]
        folders += [
            folder for hour in self.hours(kind) if (folder := self.folders.vault(kind, hour)).is_dir()
        ]
        return max((file.number for folder in folders for file in _numbered_files(folder)), default=0)


class Trash:
    """What left sight under one root, until its bytes are free and its receipts are written.

    The state of each deletion is in its folder's name, so that after a kill between any two
    operations the next `settle`, `free` and `forget` go on where the last ones stopped.
    """

    def __init__(self, root: Path, on_operation: Callable[[str], None] = ignore_operation) -> None:
        self._root = root
        self._path = root / TRASH_NAME
        self._done = on_operation

    def names(self) -> list[TrashName]:
        """What is in the trash, oldest deletion first."""
        found = [name for text in _listdir(self._path) if (name := parse_trash_name(text)) is not None]
        return sorted(found, key=lambda name: (name.at_utc_ms, name.text))

    def strangers(self) -> list[str]:
        """What lies in the trash and never came there through a store; it is left alone."""
        return sorted(text for text in _listdir(self._path) if parse_trash_name(text) is None)

    def settle(self, name: TrashName) -> Trashed:
        """Put back what this system did not write, and count the rest into the folder's name.

        Before anything is removed. Raises OSError.
        """
        spared, stuck = self._spare(name)
        if name.is_counted:
            return Trashed(name, spared, stuck)
        files = size = 0
        with os.scandir(self._path / name.text) as entries:
            for entry in entries:
                if _is_ours(entry, name.origin):
                    files += _is_footage(entry.name, name.origin)
                    size += entry.stat(follow_symlinks=False).st_size
        counted = name.counted(files, size)
        rename_noreplace(self._path / name.text, self._path / counted.text)
        self._done("count")
        return Trashed(counted, spared, stuck)

    def free(self, name: TrashName, *, stop_after_files: int) -> bool:
        """Remove up to `stop_after_files` files of a counted folder; return whether all are gone.

        Raises OSError.
        """
        with os.scandir(self._path / name.text) as entries:
            ours = (entry.name for entry in entries if _is_ours(entry, name.origin))
            going = list(islice(ours, stop_after_files))
        for gone in going:
            (self._path / name.text / gone).unlink(missing_ok=True)
            self._done("free")
        return len(going) < stop_after_files

    def forget(self, name: TrashName) -> bool:
        """Drop the empty folder of a deletion whose receipt is written.

        False where something that is not ours could not be put back and is still in it. Raises OSError.
        """
        _, stuck = self._spare(name)
        if stuck:
            return False
        (self._path / name.text).rmdir()
        self._done("forget")
        if name.origin is Origin.RING:
            folders = DeviceFolders(self._root, name.device)
            with _locked(folders):
                # Where no inode was free when the hour left, its place is made now.
                folders.cold(Kind(name.kind), name.hour.number).mkdir(parents=True, exist_ok=True)
        return True

    def _spare(self, name: TrashName) -> tuple[list[str], list[str]]:
        """Put back what is not ours; return the names that are back and those that are stuck."""
        folder = self._path / name.text
        with os.scandir(folder) as entries:
            foreign = sorted(entry.name for entry in entries if not _is_ours(entry, name.origin))
        spared: list[str] = []
        stuck: list[str] = []
        if not foreign:
            return spared, stuck
        folders = DeviceFolders(self._root, name.device)
        place = _place(folders, name)
        try:
            place.mkdir(parents=True, exist_ok=True)
            with _locked(folders):
                place.mkdir(parents=True, exist_ok=True)
                for foreign_name in foreign:
                    kept = _rename_keeping_both(folder / foreign_name, place)
                    spared.append(kept)
                    self._done("spare")
        except OSError:
            stuck = foreign[len(spared) :]
        return spared, stuck


def _place(folders: DeviceFolders, name: TrashName) -> Path:
    if name.origin is Origin.ASIDE:
        return folders.aside(name.hour)
    kind = Kind(name.kind)
    return (
        folders.cold(kind, name.hour.number) if name.origin is Origin.RING else folders.vault(kind, name.hour)
    )


def _rename_keeping_both(source: Path, folder: Path) -> str:
    """Move `source` into `folder`, under another name where its own is taken; return the name."""
    name = source.name
    for attempt in range(1, 1000):
        try:
            rename_noreplace(source, folder / name)
        except FileExistsError:
            name = f"{source.stem}{_CONFLICT}{attempt}{source.suffix}"
        else:
            return name
    raise FileExistsError(f"{source}: a thousand conflicts of this name are in {folder}")


def trash_is_empty(root: Path) -> bool:
    """Whether every byte that left sight has been freed."""
    return not _listdir(root / TRASH_NAME)


@contextmanager
def _locked(folders: DeviceFolders) -> Iterator[None]:
    descriptor = os.open(folders.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX)
        yield
    finally:
        os.close(descriptor)


def _holds_ours(folder: Path, origin: Origin) -> bool:
    """Whether a folder holds what we wrote, and not only what a person left there."""
    try:
        with os.scandir(folder) as entries:
            return any(_is_ours(entry, origin) for entry in entries)
    except (FileNotFoundError, NotADirectoryError):
        return False


def _is_ours(entry: os.DirEntry[str], origin: Origin) -> bool:
    """Whether this system wrote it: we write plain files, no links and no folders."""
    if not entry.is_file(follow_symlinks=False):
        return False
    return bool(_ASIDE.match(entry.name)) if origin is Origin.ASIDE else _is_our_name(entry.name)


def _is_our_name(name: str) -> bool:
    if name in DERIVED_NAMES or _is_footage_name(name):
        return True
    partial = _PARTIAL.match(name)
    return partial is not None and partial["name"] in DERIVED_NAMES


def _is_footage_name(name: str) -> bool:
    if parse_file_name(name) is not None:
        return True
    stem, found, rest = name.partition(_CONFLICT)
    attempt, _, suffix = rest.partition(".")
    return bool(found) and attempt.isdigit() and parse_file_name(f"{stem}.{suffix}") is not None


def _is_footage(name: str, origin: Origin) -> bool:
    """Whether a receipt counts it as a file; what is derived from footage counts in bytes only."""
    return origin is Origin.ASIDE or name in (MINUTES_NAME, MOSAIC_NAME) or _is_footage_name(name)


def _listdir(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _text(path: Path) -> str:
    try:
        return path.read_text(errors="replace")
    except FileNotFoundError:
        return ""


def _lines(path: Path) -> list[str]:
    return _text(path).splitlines(keepends=True)


def _numbered_files(folder: Path) -> list[RingFile]:
    found = [file for name in _listdir(folder) if (file := parse_file_name(name)) is not None]
    found.sort(key=lambda file: file.number)
    return found


def _dated(folder: Path) -> Iterator[tuple[date, Path]]:
    for name in _listdir(folder):
        try:
            yield date.fromisoformat(name), folder / name
        except ValueError:
            continue


def _same_content(one: Path, other: Path) -> bool:
    if one.stat().st_size != other.stat().st_size:
        return False
    with one.open("rb") as left, other.open("rb") as right:
        while chunk := left.read(1 << 20):
            if chunk != right.read(1 << 20):
                return False
    return True


__all__ = [
    "DERIVED_NAMES",
    "NUMBERED_KINDS",
    "HotFile",
    "MoveReport",
    "RingStore",
    "Trash",
    "Trashed",
    "trash_is_empty",
]
