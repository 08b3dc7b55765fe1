"""The ring on disk, changed: the only code that renames or removes footage, with `trash.py`.

A `RingStore` is one device's ring. It decides nothing about what should move or go: it carries
plans out, one system call after another, so that a kill between any two of them loses no file.
"""

import errno
import json
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from host_agent.ring.device_lock import device_locked
from host_agent.ring.folder_reading import list_names, numbered_files, same_content, text_of
from host_agent.ring.layout import (
    ASIDE_NAME,
    HOURS_A_DAY,
    LIVE_PLAYLIST_NAME,
    STAMP_NAME,
    SUMMARY_NAME,
    TIMES_NAME,
    TRASH_NAME,
    DeviceFolders,
    Hour,
    Kind,
    RingFile,
    name_format,
)
from host_agent.ring.ownership import CONFLICT, DERIVED_NAMES, PARTIAL
from host_agent.ring.reader import RingReader
from host_agent.ring.segment_times import (
    HEADER,
    TIMES_FIELDS,
    SegmentTime,
    encode_line,
    parse_lines,
)
from host_agent.ring.trash_name import Origin, TrashName
from shared.atomic_write import write_atomically
from shared.clock import Clock
from shared.kernel import rename_at, rename_noreplace, sync_file_system
from shared.spans import from_utc_ms


def ignore_operation(_name: str) -> None:
    """What a store calls after each operation outside of tests."""


def random_nonce() -> str:
    """Eight random hexadecimal digits."""
    return os.urandom(4).hex()


@dataclass(frozen=True, slots=True)
class MoveReport:
    """What a batch of moves did. `conflicts` are kept beside the file they met, under the new name."""

    moved: list[RingFile]
    conflicts: list[str]
    failed: list[tuple[RingFile, str]]


class RingStore(RingReader):
    """One device's folders. Safe to use from several processes: what must not interleave is locked.

    `new_nonce`: eight hexadecimal digits that keep two deletions of one hour apart.
    """

    def __init__(
        self,
        folders: DeviceFolders,
        clock: Clock,
        on_operation: Callable[[str], None] = ignore_operation,
        new_nonce: Callable[[], str] = random_nonce,
    ) -> None:
        super().__init__(folders)
        self._clock = clock
        self._done = on_operation
        self._new_nonce = new_nonce

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
        with device_locked(self.folders):
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
            elif numbered_files(cold):
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
        # Times first and the stamp last: whenever a kill comes, what is left is known to be of this hour
        # and is joined by the next start, and no line stays behind for the hour that takes the place.
        for entry in sorted(
            os.listdir(source), key=lambda name: (name == STAMP_NAME, name != TIMES_NAME, name)
        ):
            if entry == SUMMARY_NAME:
                (source / entry).unlink()
            elif entry == TIMES_NAME and (target / entry).exists():
                for time in parse_lines(text_of(source / entry).splitlines(keepends=True)):
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
        for entry in list_names(folder):
            partial = PARTIAL.match(entry)
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

    def _hour_of_unstamped(self, folder: Path) -> Hour:
        """A folder whose stamp was lost (by hand, by a power cut) belongs where its oldest file does."""
        oldest = min((folder / file.name).stat().st_mtime_ns for file in numbered_files(folder))
        at = Hour.of(from_utc_ms(oldest // 1_000_000))
        return Hour.at(at.date, int(folder.name)) if folder.name.isdigit() else at

    # -- files -------------------------------------------------------------------------------

    def arrival_utc_ms(self, path: Path) -> int:
        """When the kernel says that a file nobody has dated yet was last written. Raises OSError.

        Only for files in staging: the mtime of a published file is its true begin, set by us.
        """
        return (path.stat().st_mtime_ns + self._clock.offset_ns()) // 1_000_000

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
        written = name_format(kind).format
        source_fd = os.open(hot, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
        try:
            target_fd = os.open(target, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
            try:
                for file in files:
                    name = written(file.number)
                    try:
                        rename_at(name.encode(), source_fd, target_fd)
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
        if same_content(source, folder / source.name):
            source.unlink()
            self._done("drop-identical")
            return None
        for attempt in range(1, 1000):
            name = f"{source.stem}{CONFLICT}{attempt}{source.suffix}"
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
        name = TrashName.of(self.device, kind, hour, reason, at, origin, self._new_nonce())
        try:
            rename_noreplace(folder, self.trash / name.text)
        except FileNotFoundError:
            self.trash.mkdir(exist_ok=True)
            rename_noreplace(folder, self.trash / name.text)
        self._done("trash")
        return name

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
