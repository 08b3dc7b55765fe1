"""Takes finished frames out of staging, dates them, numbers them, publishes them.

Frames come from the frame maker or from the recorder itself; either way they are known by their media
time only. The recorder's come before their segment is complete, so they wait for its line. Pictures of a
sub-stream belong to no segment: their time is that of their arrival. Where the ring's folders refuse,
frames are shed: what waits is bounded, counted, and tried again.
"""

import contextlib
import os
import sqlite3
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from host_agent.frames.folder_watch import FolderWatch
from host_agent.frames.frame_numbers import FrameNumbers
from host_agent.frames.frame_times import (
    FrameTime,
    MediaPosition,
    Undated,
    date_frame,
    position_at,
    position_beside,
)
from host_agent.frames.jpeg_facts import JpegFacts, read_jpeg_facts
from host_agent.frames.preview_pictures import Connection, PreviewPictures
from host_agent.frames.segment_watch import SegmentWatch
from host_agent.frames.staged_names import (
    StagingFolder,
    is_preview_folder,
    parse_staged_name,
    parse_staging_folder,
)
from host_agent.ring.layout import Kind, RingFile
from host_agent.ring.segment_times import SegmentTime
from host_agent.ring.store import RingStore
from shared.clock import Clock

# Thumbnails first: a capture is judged by the thumbnail beside it.
_ORDER = (Kind.THUMBNAILS, Kind.CAPTURES)
_STAGED_AT_MOST = 600
_STAGED_AT_MOST_WHILE_REFUSED = 50
_WAIT_FOR_SEGMENT_S = 60.0
_WAIT_WITHOUT_SEGMENT_S = 5.0
_RETRY_AFTER_S = 1.0
_TIDY_EVERY_S = 5.0


@dataclass(frozen=True, slots=True)
class PublishedFrame:
    """A frame in the ring. `utc_ms` is its true time."""

    kind: Kind
    number: int
    utc_ms: int
    facts: JpegFacts


@dataclass(frozen=True, slots=True)
class CollectorReport:
    """Counts of frames since the start of this process; `trouble` is a sentence, empty while all is well.

    `shed`: given up because the ring refused. `undated`: no segment came for them. `torn`: not whole.
    """

    published: int
    shed: int
    undated: int
    torn: int
    trouble: str


@dataclass(slots=True)
class _Staged:
    path: Path
    kind: Kind
    run: int
    media_ms: int
    since_s: float
    connection: Connection | None = None
    time: FrameTime | None = None
    verdict: Undated = Undated.NOT_YET


@dataclass(frozen=True, slots=True)
class _Refusal:
    retry_at_s: float
    sentence: str


class FrameCollector:
    """One device's collector; `collect` is called several times a second.

    `active_folder` gives the name of the staging folder that a frame maker writes into now; `preview` knows
    the one with pictures of the sub-stream.
    """

    def __init__(
        self,
        store: RingStore,
        watch: SegmentWatch,
        numbers: Mapping[Kind, FrameNumbers],
        clock: Clock,
        active_folder: Callable[[], str | None],
        preview: PreviewPictures,
    ) -> None:
        self._store = store
        self._preview = preview
        self._preview_folders: set[str] = set()
        self._watch = watch
        self._numbers = numbers
        self._clock = clock
        self._active_folder = active_folder
        self._staging = FolderWatch(store.folders.frame_staging)
        self._folders: dict[str, tuple[StagingFolder, FolderWatch]] = {}
        self._staged: dict[Path, _Staged] = {}
        self._last: dict[Kind, MediaPosition | None] = {}
        self._dated_with: Sequence[SegmentTime] = ()
        self._refusals: dict[Kind, _Refusal] = {}
        self._tidied_at_s = 0.0
        self._published = self._shed = self._undated = self._torn = 0

    def report(self) -> CollectorReport:
        trouble = next((refusal.sentence for refusal in self._refusals.values()), "")
        return CollectorReport(self._published, self._shed, self._undated, self._torn, trouble)

    def collect(self) -> list[PublishedFrame]:
        """Publish what can be, in the order of time for each kind. Raises OSError where staging cannot
        be read."""
        now_s = self._clock.monotonic()
        self._look(now_s)
        if not self._staged:
            return []
        times = self._watch.recent()
        self._date(times, now_s)
        published: list[PublishedFrame] = []
        for kind in _ORDER:
            published += self._publish_kind(kind, times, now_s)
        self._give_up(now_s)
        return published

    # -- what is there -----------------------------------------------------------------------

    def _look(self, now_s: float) -> None:
        if self._staging.changed():
            names = os.listdir(self._staging.path)
            self._folders = {
                name: self._folders.get(name, (folder, FolderWatch(self._staging.path / name)))
                for name in names
                if (folder := parse_staging_folder(name)) is not None
            }
            self._preview_folders = {name for name in names if is_preview_folder(name)}
        with contextlib.suppress(FileNotFoundError):  # its ffmpeg is gone, and so is the folder
            self._look_at_preview(now_s)
        for folder, watch in self._folders.values():
            with contextlib.suppress(FileNotFoundError, NotADirectoryError):  # removed meanwhile
                if watch.changed():
                    self._list(watch.path, folder, now_s)
        if now_s - self._tidied_at_s >= _TIDY_EVERY_S:
            self._tidied_at_s = now_s
            self._tidy()

    def _look_at_preview(self, now_s: float) -> None:
        for path, staged, connection in self._preview.look(now_s):
            if path not in self._staged:
                connection.arrived(staged, now_s)
                self._staged[path] = _Staged(path, staged.kind, 0, staged.media_ms, now_s, connection)

    def _list(self, path: Path, folder: StagingFolder, now_s: float) -> None:
        found = [
            (staged.media_ms, path / name, staged.kind)
            for name in os.listdir(path)
            if (staged := parse_staged_name(name)) is not None
        ]
        for media_ms, file, kind in sorted(found):
            if file not in self._staged:
                self._staged[file] = _Staged(file, kind, folder.run, media_ms, now_s)

    def _tidy(self) -> None:
        """Remove folders that nobody writes into any more, with what a killed ffmpeg left unfinished."""
        busy = {path.parent.name for path in self._staged}
        active = self._active_folder()
        newest_run = max((time.run for time in self._watch.recent()), default=0)
        for name, (folder, watch) in self._folders.items():
            if name in busy or name == active:
                continue
            if folder.start is None and folder.run >= newest_run:
                continue  # the recorder's own, perhaps still written into
            for entry in os.listdir(watch.path):
                if entry.endswith(".tmp"):
                    self._store.discard_staged(watch.path / entry)
            self._store.discard_staging_folder(watch.path)
        self._tidy_preview(busy)

    def _tidy_preview(self, busy: set[str]) -> None:
        """What a connection that has ended left: nobody can say any more when its pictures were taken."""
        connection = self._preview.connection
        for name in list(self._preview_folders):
            folder = self._staging.path / name
            if name in busy or (connection is not None and connection.folder == folder):
                continue
            with contextlib.suppress(FileNotFoundError):
                for entry in os.listdir(folder):
                    self._store.discard_staged(folder / entry)
                self._store.discard_staging_folder(folder)
            self._preview_folders.discard(name)

    # -- when they were ----------------------------------------------------------------------

    def _date(self, times: Sequence[SegmentTime], now_s: float) -> None:
        wall_offset_s = self._clock.now().timestamp() - self._clock.monotonic()
        nothing_new = times is self._dated_with
        self._dated_with = times
        for staged in self._staged.values():
            if staged.time is not None or (nothing_new and staged.verdict is Undated.NO_SEGMENT):
                continue
            if staged.connection is not None:
                taken_s = staged.connection.clock.taken_at_s(staged.media_ms / 1000, now_s)
                if taken_s is not None:
                    utc_ms = round((taken_s + wall_offset_s) * 1000)
                    staged.time = FrameTime(position_beside(utc_ms, times), utc_ms)
                continue
            dated = date_frame(staged.media_ms, staged.run, times)
            if isinstance(dated, FrameTime):
                staged.time = dated
            else:
                staged.verdict = dated

    # -- into the ring -----------------------------------------------------------------------

    def _publish_kind(self, kind: Kind, times: Sequence[SegmentTime], now_s: float) -> list[PublishedFrame]:
        refusal = self._refusals.get(kind)
        if refusal is not None and now_s < refusal.retry_at_s:
            return []
        dated = [
            (staged.time, staged)
            for staged in self._staged.values()
            if staged.kind is kind and staged.time is not None
        ]
        if not dated:
            return []
        dated.sort(key=lambda entry: entry[0].position)
        published: list[PublishedFrame] = []
        try:
            if kind not in self._last:
                self._last[kind] = self._last_published(kind, times)
            for time, staged in dated:
                last = self._last[kind]
                if last is not None and time.position <= last:
                    # Made twice: the segment was fed again after a restart.
                    self._drop(staged)
                    continue
                frame = self._publish(staged, time)
                if frame is not None:
                    published.append(frame)
        except sqlite3.Error as error:
            self._refuse(kind, f"No numbers for {kind.value} can be reserved: {error}.", now_s)
        except OSError as error:
            self._refuse(kind, f"{kind.value} cannot be written: {error.strerror or error}.", now_s)
        else:
            self._refusals.pop(kind, None)
        self._published += len(published)
        return published

    def _publish(self, staged: _Staged, time: FrameTime) -> PublishedFrame | None:
        try:
            facts = read_jpeg_facts(staged.path)
        except FileNotFoundError:
            self._staged.pop(staged.path, None)
            return None
        if facts is None:
            self._torn += 1
            self._drop(staged)
            return None
        numbers = self._numbers[staged.kind]
        number = numbers.peek()
        try:
            self._store.publish(staged.path, RingFile(staged.kind, number), time.utc_ms)
        except FileExistsError:
            numbers.collided()
            number = numbers.peek()
            self._store.publish(staged.path, RingFile(staged.kind, number), time.utc_ms)
        numbers.used()
        self._staged.pop(staged.path, None)
        self._last[staged.kind] = time.position
        return PublishedFrame(staged.kind, number, time.utc_ms, facts)

    def _last_published(self, kind: Kind, times: Sequence[SegmentTime]) -> MediaPosition | None:
        """Where in the recording an earlier process stopped."""
        hot = self._store.hot_files(kind)
        return position_at(hot[-1].mtime_ms, times) if hot else None

    def _refuse(self, kind: Kind, sentence: str, now_s: float) -> None:
        self._refusals[kind] = _Refusal(now_s + _RETRY_AFTER_S, sentence)

    # -- what cannot stay --------------------------------------------------------------------

    def _give_up(self, now_s: float) -> None:
        for staged in list(self._staged.values()):
            if staged.time is not None:
                continue
            no_segment = staged.verdict is Undated.NO_SEGMENT
            if now_s - staged.since_s > (_WAIT_WITHOUT_SEGMENT_S if no_segment else _WAIT_FOR_SEGMENT_S):
                self._undated += 1
                self._drop(staged)
        for kind in _ORDER:
            limit = _STAGED_AT_MOST_WHILE_REFUSED if kind in self._refusals else _STAGED_AT_MOST
            waiting = [staged for staged in self._staged.values() if staged.kind is kind]
            for staged in waiting[: max(0, len(waiting) - limit)]:
                self._shed += 1
                self._drop(staged)

    def _drop(self, staged: _Staged) -> None:
        self._store.discard_staged(staged.path)
        self._staged.pop(staged.path, None)
