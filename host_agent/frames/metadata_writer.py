"""Judges every published capture and writes its JSON beside it in the ring.

A capture is judged by the thumbnail nearest in time, which is cheap to decode; where there is none, by
itself. A picture that cannot be decoded is skipped, counted and reported.
"""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from host_agent.frames.analysis import (
    Look,
    UnreadablePictureError,
    block_threshold,
    changed_share,
    look_at,
)
from host_agent.frames.collector import PublishedFrame
from host_agent.frames.jpeg_facts import JpegFacts, read_jpeg_facts
from host_agent.frames.metadata import (
    CONTINUES_WITHIN_MS,
    CaptureFacts,
    Judgement,
    Stillness,
    encode_metadata,
    follow_stillness,
    nearest,
)
from host_agent.ring.layout import Hour, Kind, RingFile
from host_agent.ring.reader import HotFile
from host_agent.ring.store import RingStore
from host_agent.settings import FrameSettings
from shared.clock import Clock
from shared.spans import from_utc_ms

_STAGING_NAME = "metadata"
_THUMBNAIL_WITHIN_MS = 1500
_WAIT_FOR_THUMBNAIL_S = 2.0
_THUMBNAILS_KEPT = 150
# When analysis cannot keep pace the newest captures matter.
_WAITING_AT_MOST = 400


@dataclass(frozen=True, slots=True)
class MetadataReport:
    """Counts since the start of this process. `corrupt` pictures could not be decoded, `skipped`
    captures were too many, `unwritten` JSONs met a disk that refused; `trouble` says what is wrong now."""

    written: int
    corrupt: int
    skipped: int
    unwritten: int
    trouble: str


@dataclass(frozen=True, slots=True)
class _Waiting:
    capture: PublishedFrame
    since_s: float


class MetadataWriter:
    """One device's metadata. Not safe to use from several threads."""

    def __init__(self, store: RingStore, clock: Clock, settings: FrameSettings) -> None:
        self._store = store
        self._clock = clock
        self.settings = settings
        self._staging = store.folders.staging / _STAGING_NAME
        self._thumbnails: deque[tuple[int, int]] = deque(maxlen=_THUMBNAILS_KEPT)
        self._waiting: deque[_Waiting] = deque()
        self._blocks: tuple[int, bytes] | None = None
        self._stillness: Stillness | None = None
        self._resumed = False
        self._taken_to = 0
        self._written = self._corrupt = self._skipped = self._unwritten = 0
        self._trouble = ""

    def report(self) -> MetadataReport:
        return MetadataReport(self._written, self._corrupt, self._skipped, self._unwritten, self._trouble)

    def _resume(self) -> None:
        """Once: take up captures that an earlier process published and did not come to judge."""
        if self._resumed:
            return
        try:
            self._discard_unfinished()
            thumbnails = self._store.hot_files(Kind.THUMBNAILS)
            captures = self._captures_without_metadata()
        except OSError as error:
            self._trouble = f"Earlier captures cannot be read: {error.strerror or error}."
            return
        self._resumed = True
        for entry in thumbnails:
            self._remember_thumbnail(entry.mtime_ms, entry.file.number)
        self._remember(captures)

    def _captures_without_metadata(self) -> list[PublishedFrame]:
        behind = max((entry.file.number for entry in self._store.hot_files(Kind.METADATA)), default=0)
        captures = [entry for entry in self._store.hot_files(Kind.CAPTURES) if entry.file.number > behind]
        return [frame for entry in captures if (frame := self._frame_of(entry)) is not None]

    def _frame_of(self, entry: HotFile) -> PublishedFrame | None:
        facts = read_jpeg_facts(self._store.folders.hot(Kind.CAPTURES) / entry.file.name)
        if facts is None:
            self._corrupt += 1
            return None
        return PublishedFrame(Kind.CAPTURES, entry.file.number, entry.mtime_ms, facts)

    def _discard_unfinished(self) -> None:
        self._staging.mkdir(exist_ok=True)
        for path in self._staging.iterdir():
            self._store.discard_staged(path)

    def take(self, frames: Iterable[PublishedFrame]) -> None:
        """Remember what was published, in its order."""
        self._resume()
        self._remember(frames)

    def _remember(self, frames: Iterable[PublishedFrame]) -> None:
        now_s = self._clock.monotonic()
        for frame in frames:
            if frame.kind is Kind.THUMBNAILS:
                self._remember_thumbnail(frame.utc_ms, frame.number)
            elif frame.kind is Kind.CAPTURES and frame.number > self._taken_to:
                self._taken_to = frame.number
                self._waiting.append(_Waiting(frame, now_s))
        while len(self._waiting) > _WAITING_AT_MOST:
            self._waiting.popleft()
            self._skipped += 1

    def _remember_thumbnail(self, utc_ms: int, number: int) -> None:
        if self._thumbnails:
            last_ms, last_number = self._thumbnails[-1]
            if number <= last_number:
                return  # found on disk at the start, and told of as well
            if utc_ms < last_ms:
                self._thumbnails.clear()  # the clock was set back: nothing from before is near
        self._thumbnails.append((utc_ms, number))

    def step(self) -> list[CaptureFacts]:
        """Judge and write what can be; return the facts of the captures whose JSON was written."""
        self._resume()
        done: list[CaptureFacts] = []
        while self._waiting:
            waiting = self._waiting[0]
            newest = self._thumbnails[-1][0] if self._thumbnails else None
            waited_s = self._clock.monotonic() - waiting.since_s
            if waited_s < _WAIT_FOR_THUMBNAIL_S and (newest is None or newest < waiting.capture.utc_ms):
                break
            self._waiting.popleft()
            facts = self._judge(waiting.capture)
            if facts is not None and self._write(facts):
                done.append(facts)
        return done

    # -- judging -----------------------------------------------------------------------------

    def _judge(self, capture: PublishedFrame) -> CaptureFacts | None:
        thumbnail = self._thumbnail_of(capture.utc_ms)
        judgement: Judgement | None = None
        if self.settings.enable_detection:
            kind, number = (
                (Kind.THUMBNAILS, thumbnail) if thumbnail is not None else (Kind.CAPTURES, capture.number)
            )
            look = self._look(RingFile(kind, number), capture.utc_ms)
            if look is None:
                return None
            judgement = self._compare(look, capture.utc_ms)
        jpeg: JpegFacts = capture.facts
        return CaptureFacts(
            capture.number, capture.utc_ms, jpeg.width, jpeg.height, jpeg.size_bytes, thumbnail, judgement
        )

    def _thumbnail_of(self, at_utc_ms: int) -> int | None:
        index = nearest([at_ms for at_ms, _number in self._thumbnails], at_utc_ms)
        if index is None:
            return None
        found_ms, number = self._thumbnails[index]
        return number if abs(found_ms - at_utc_ms) <= _THUMBNAIL_WITHIN_MS else None

    def _look(self, file: RingFile, at_utc_ms: int) -> Look | None:
        path = self._store.folders.hot(file.kind) / file.name
        try:
            try:
                jpeg = path.read_bytes()
            except FileNotFoundError:
                found = self._store.find(file, Hour.of(from_utc_ms(at_utc_ms)))
                if found is None:
                    self._skipped += 1
                    return None
                jpeg = found.read_bytes()
            return look_at(jpeg)
        except UnreadablePictureError as error:
            self._corrupt += 1
            self._trouble = f"{file.name} cannot be decoded: {error}."
        except OSError as error:
            self._skipped += 1
            self._trouble = f"{file.name} cannot be read: {error.strerror or error}."
        return None

    def _compare(self, look: Look, at_utc_ms: int) -> Judgement:
        settings = self.settings
        motion = unchanged_motion = 0.0
        if self._blocks is not None and 0 <= at_utc_ms - self._blocks[0] <= CONTINUES_WITHIN_MS:
            before = self._blocks[1]
            plain = settings.motion_block_threshold
            threshold = block_threshold(plain, settings.detection_sensitivity)
            motion = unchanged_motion = changed_share(before, look.blocks, threshold)
            if threshold != plain:
                unchanged_motion = changed_share(before, look.blocks, plain)
        self._blocks = (at_utc_ms, look.blocks)
        self._stillness = follow_stillness(
            self._stillness, at_utc_ms, unchanged_motion, settings.freeze_motion_below
        )
        still_s = (at_utc_ms - self._stillness.since_utc_ms) / 1000
        frozen = still_s >= settings.freeze_after_s
        return Judgement(
            brightness=round(look.brightness, 1),
            blackscreen=look.brightness < settings.black_below,
            freeze=frozen,
            freeze_s=round(still_s, 1) if frozen else 0.0,
            motion=round(motion, 4),
            sharpness=round(look.sharpness, 1),
        )

    # -- writing -----------------------------------------------------------------------------

    def _write(self, facts: CaptureFacts) -> bool:
        file = RingFile(Kind.METADATA, facts.number)
        staged: Path = self._staging / file.name
        try:
            try:
                staged.write_text(encode_metadata(facts))
            except FileNotFoundError:
                staged.parent.mkdir()  # somebody cleared the staging folder
                staged.write_text(encode_metadata(facts))
            self._store.publish(staged, file, facts.captured_at_utc_ms)
        except OSError as error:
            self._unwritten += 1
            self._trouble = f"Metadata cannot be written: {error.strerror or error}."
            self._discard(staged)
            return False
        self._written += 1
        self._trouble = ""
        return True

    def _discard(self, staged: Path) -> None:
        try:
            self._store.discard_staged(staged)
        except OSError as error:
            self._trouble = f"{staged.name} cannot be removed from staging: {error.strerror or error}."
