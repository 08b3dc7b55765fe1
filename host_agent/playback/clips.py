"""Clips: MP4 files of any range, made in the background without encoding anything.

A clip begins and ends with the segments that touch its range. It plays on across gaps: it is as long
as the footage is. Where codec or size change it is a zip with one file a part.
"""

import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path

from host_agent.journal.journal import Journal
from host_agent.playback.clip import CONTENT_TYPES, Clip, ClipState
from host_agent.playback.clip_lease import ClipLease
from host_agent.playback.clip_maker import ClipMaker, Log
from host_agent.playback.clip_muxer import NotWantedError
from host_agent.playback.clip_store import ClipFolder, ClipStore, HeldClip
from host_agent.playback.footage import rows_by_hour, spoken, store_of, why_nothing
from host_agent.retention.disk_space import measure_disk
from host_agent.ring.layout import Hour, Kind, RingFile
from host_agent.ring.segment_times import DURATION_MS, NUMBER
from host_agent.ring.store import RingStore
from host_agent.timeline.timeline import TimelineService
from shared.clock import Clock
from shared.errors import BadRequestError, ConflictError, NotFoundError, StorageError, UnavailableError
from shared.spans import Span

KEPT_FOR = timedelta(hours=24)
LONGEST = timedelta(hours=24)
_AT_A_TIME = 2
_WAITING_AT_MOST = 8
_TURN_EVERY_S = 0.2
_SAMPLES_AN_HOUR = 20
_TYPICAL_BYTES_A_SECOND = 250_000
_FORMATS = ("mp4",)


@dataclass(frozen=True, slots=True)
class ClipFile:
    """A finished clip's file. `root`: the footage folder that it lies under."""

    path: Path
    root: Path
    name: str
    content_type: str


class ClipService:
    """Any process that serves may be asked: all state is on disk.

    `roots` gives the footage folders; `floor_percent` the share of a disk's bytes that must stay free:
    below it the oldest footage would go to make room for a copy. `new_id`: sixteen random hexadecimal
    digits; `start` runs a function in a thread of its own (ffmpeg dies with it).
    """

    def __init__(
        self,
        stores: Mapping[str, RingStore],
        journal: Journal,
        clock: Clock,
        timelines: TimelineService,
        *,
        roots: Callable[[], Iterable[Path]],
        floor_percent: Callable[[], float],
        new_id: Callable[[], str],
        start: Callable[[Callable[[], None]], None],
        log: Log,
    ) -> None:
        self._stores = stores
        self._journal = journal
        self._clock = clock
        self._timelines = timelines
        self._clips = ClipStore(roots, clock)
        self._floor_percent = floor_percent
        self._new_id = new_id
        self._start = start
        self._log = log

    def create(self, device: str, span: Span, format: str = "mp4", *, exact: bool = False) -> Clip:  # noqa: A002
        """Begin to make a clip of `span`; return it as queued.

        Raises NotFoundError (unknown device), BadRequestError, ConflictError (`no_footage`, with the
        gap's reason), StorageError (no room), UnavailableError (too many clips), OSError, sqlite3.Error.
        """
        store = store_of(self._stores, device)
        _check(span, format, exact)
        self.sweep()
        footage_ms, size_bytes = _survey(store, span)
        if footage_ms == 0:
            why = why_nothing(self._timelines, device, span)
            raise ConflictError(
                f"There is no footage of {device} {spoken(span)}: {why}",
                code="no_footage",
                remedy="Ask for a range that the time line shows as recorded.",
            )
        if sum(clip.is_unfinished for _, clip in self._clips.all()) >= _WAITING_AT_MOST:
            raise UnavailableError(
                f"{_WAITING_AT_MOST} clips are waiting or being made already.",
                code="too_many_clips",
                remedy="Wait until one is done, or delete one.",
            )
        root = store.folders.root
        if not self._has_room(root, size_bytes):
            raise StorageError(
                f"The clip needs about {size_bytes / 1e6:.0f} MB, and the disk has no room for it:"
                f" {self._floor_percent():g} % stay free, or the oldest footage would have to go.",
                remedy="Ask for a shorter range, delete clips that nobody needs, or lower [retention].",
            )
        now = self._clock.now()
        clip = Clip(
            id=self._new_id(),
            device=device,
            span=span,
            format=format,
            state=ClipState.QUEUED,
            progress=0.0,
            message="Waiting for its turn.",
            created_at=now,
            expires_at=now + KEPT_FOR,
            boot_id=self._clock.boot_id(),
            created_monotonic_ms=int(self._clock.monotonic() * 1000),
            footage_ms=footage_ms,
        )
        lease = ClipLease(self._journal, self._clock, clip)
        lease.take()
        try:
            held = self._clips.open_new(root, clip)
        except OSError:
            lease.end()
            raise
        self._start(lambda: self._make(store, held, lease, clip))
        return clip

    def get(self, clip_id: str) -> Clip:
        """The clip as it is now. Raises NotFoundError."""
        return self._found(clip_id)[1]

    def all(self) -> list[Clip]:
        """Every clip that has not expired, oldest first."""
        return [clip for _, clip in self._clips.all()]

    def delete(self, clip_id: str) -> Clip:
        """Remove a clip; one that is being made is cancelled. Return what it was. Raises NotFoundError."""
        folder, clip = self._found(clip_id)
        self._clips.delete(folder)
        return replace(clip, state=ClipState.CANCELLED) if clip.is_unfinished else clip

    def file(self, clip_id: str) -> ClipFile:
        """The file of a finished clip. Raises NotFoundError, ConflictError (`clip_not_ready`)."""
        folder, clip = self._found(clip_id)
        if clip.state is not ClipState.DONE or clip.file_name is None:
            raise ConflictError(
                f"The clip has no file: it is {clip.state.value}. {clip.message}",
                code="clip_not_ready",
                remedy="GET its address until its state is done.",
            )
        path = folder.path / clip.file_name
        return ClipFile(path, folder.root, clip.file_name, CONTENT_TYPES[path.suffix])

    def sweep(self) -> int:
        """Remove clips that have expired and what died processes left; return how many went.

        Called before a clip is made; for disks that should be freed in time, call it every few minutes.
        """
        return self._clips.sweep()

    def _found(self, clip_id: str) -> tuple[ClipFolder, Clip]:
        found = self._clips.get(clip_id)
        if found is None:
            raise NotFoundError(
                "There is no such clip.",
                remedy=f"Clips are kept for {KEPT_FOR // timedelta(hours=1)} hours, and less where the disk"
                " is full; make it again.",
            )
        return found

    # -- making, in a thread of its own ----------------------------------------------------------

    def _make(self, store: RingStore, held: HeldClip, lease: ClipLease, clip: Clip) -> None:
        root, log = held.folder.root, self._log
        try:
            with self._clips.slot(root, _AT_A_TIME, lambda: self._wait_for_turn(held, lease)) as has_turn:
                if has_turn:
                    running = replace(clip, state=ClipState.RUNNING, message="Being made.")
                    held.write(running)
                    maker = ClipMaker(store, held, lease, self._clock, log, lambda: self._has_room(root, 0))
                    held.write(maker.make(running))
        except NotWantedError:
            log.info("clip_cancelled", clip=clip.id, device=clip.device)
        except Exception:
            # Whoever waits for this clip must learn that it will not come: once nobody holds it, an
            # unfinished clip is told as failed.
            log.exception("clip_failed", clip=clip.id, device=clip.device)
        finally:
            held.let_go()
            trouble = lease.end()
            if trouble is not None:
                log.warning("clip_lease_failed", clip=clip.id, error=trouble)

    def _wait_for_turn(self, held: HeldClip, lease: ClipLease) -> bool:
        time.sleep(_TURN_EVERY_S)
        lease.renew()
        return held.is_wanted()

    def _has_room(self, root: Path, needed_bytes: int) -> bool:
        """Whether the disk has room for a clip, so that no footage has to go for it."""
        disk = measure_disk(root)
        return disk.free.size_bytes - needed_bytes > disk.total.size_bytes * self._floor_percent() / 100


def _check(span: Span, clip_format: str, exact: bool) -> None:
    if clip_format not in _FORMATS:
        raise BadRequestError(
            f"{clip_format[:20]!r} is no format of clips.", remedy=f"Ask for {' or '.join(_FORMATS)}."
        )
    if exact:
        raise BadRequestError(
            "Clips cannot be cut exactly yet: they begin and end with whole segments.",
            remedy="Leave exact out.",
        )
    if not timedelta(0) < span.end - span.start <= LONGEST:
        raise BadRequestError(
            f"A clip may be {LONGEST // timedelta(hours=1)} hours long at most, and not empty.",
            remedy="Ask for a shorter range, or for several clips.",
        )


def _survey(store: RingStore, span: Span) -> tuple[int, int]:
    """How much footage `span` has, in milliseconds, and about how many bytes: some files are looked at."""
    footage_ms = 0
    size_bytes = 0.0
    for hour, rows in rows_by_hour(store, span):
        hour_ms = sum(row[DURATION_MS] for row in rows)
        sampled = rows[:: max(1, len(rows) // _SAMPLES_AN_HOUR)]
        sizes = [_size(store, hour, row[NUMBER]) for row in sampled]
        known = [
            (size, row[DURATION_MS]) for size, row in zip(sizes, sampled, strict=True) if size is not None
        ]
        sampled_ms = sum(ms for _, ms in known)
        rate = sum(size for size, _ in known) / sampled_ms if sampled_ms else _TYPICAL_BYTES_A_SECOND / 1000
        footage_ms += hour_ms
        size_bytes += rate * hour_ms
    return footage_ms, int(size_bytes)


def _size(store: RingStore, hour: Hour, number: int) -> int | None:
    path = store.find(RingFile(Kind.SEGMENTS, number), hour)
    try:
        return path.stat().st_size if path is not None else None
    except FileNotFoundError:
        return None  # moved between the two looks: the others say enough
