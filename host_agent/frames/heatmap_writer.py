"""Keeps the running hour's minutes and mosaic fresh, and writes each hour once when it is over.

Everything follows from metadata, segment times and thumbnails on disk: a restart reads the running hour
again, and hours that ended while nobody wrote are made up for, one at a time.
"""

import json
from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from host_agent.frames.metadata import CaptureFacts, facts_of
from host_agent.frames.metadata_array import metadata_of_hour
from host_agent.frames.minutes import HOUR_MS, MINUTES, Minute, MinuteBook, missing_by_minute, revise
from host_agent.frames.minutes_file import MinutesFile, encode_minutes, parse_minutes
from host_agent.frames.mosaic import UnreadablePictureError, mosaic_of, tile_of
from host_agent.ring.layout import MINUTES_NAME, MOSAIC_NAME, Hour, Kind, RingFile
from host_agent.ring.store import RingStore
from shared.atomic_write import write_atomically
from shared.clock import Clock
from shared.spans import from_utc_ms, utc_ms

# A minute is counted when its last segment has come and was judged; what comes later revises it.
REFRESH_AFTER_S = 8
SEAL_AFTER_S = 65
_RETRY_AFTER_S = 10.0
_HOURS_MADE_UP = 24


@dataclass(slots=True)
class _OpenHour:
    hour: Hour
    book: MinuteBook
    minutes: list[Minute | None] = field(default_factory=lambda: [None] * MINUTES)
    tiles: dict[int, bytes] = field(default_factory=dict)
    tile_numbers: dict[int, int] = field(default_factory=dict)
    ended: int = -1
    unwritten: bool = False


class HeatmapWriter:
    """One device's heatmap. Not safe to use from several threads."""

    def __init__(self, store: RingStore, clock: Clock) -> None:
        self._store = store
        self._clock = clock
        self._open: dict[Hour, _OpenHour] = {}
        self._to_make_up: deque[Hour] | None = None
        self._retry_at_s = 0.0
        self._unreadable_tiles = 0
        self._trouble = ""

    @property
    def trouble(self) -> str:
        """What is wrong now, as a sentence; empty while all is well."""
        return self._trouble

    @property
    def unreadable_tiles(self) -> int:
        """Thumbnails that could not be decoded, since the start of this process."""
        return self._unreadable_tiles

    def add(self, captures: Iterable[CaptureFacts]) -> None:
        """Count what was judged, in the order of numbers."""
        for facts in captures:
            hour = Hour.of(from_utc_ms(facts.captured_at_utc_ms))
            if hour not in self._open and self._to_make_up is not None and hour not in self._to_make_up:
                # Late footage of an hour that is over, or of one before a clock was set back.
                self._to_make_up.append(hour)
            for held in self._open.values():
                held.book.add(facts)

    def step(self) -> None:
        """Do what is due: refresh, seal, or make up for one hour. Called every second or so."""
        now_s = self._clock.monotonic()
        if now_s < self._retry_at_s:
            return
        try:
            self._do_what_is_due(self._clock.now())
            self._trouble = ""
        except OSError as error:
            self._retry_at_s = now_s + _RETRY_AFTER_S
            self._trouble = f"The heatmap cannot be written: {error.strerror or error}."

    def _do_what_is_due(self, now: datetime) -> None:
        counted = now - timedelta(seconds=REFRESH_AFTER_S)
        running = Hour.of(now)
        if running not in self._open:
            self._open[running] = self._read(running)
        if self._to_make_up is None:
            self._to_make_up = deque(self._hours_without_minutes(now))
            self._follow_what_has_just_ended(now)
        # The hot folder shows the hour before until the first minute of this one is over.
        shown = Hour.of(counted - timedelta(minutes=1))
        for hour in sorted(self._open):
            held = self._open[hour]
            ended = _minutes_over(hour, counted)
            if ended != held.ended:
                self._refresh(held, ended)
                held.ended = ended
            if held.unwritten and hour == shown:
                self._write(self._store.folders.hot(Kind.HEATMAP), held, sealed=False)
                held.unwritten = False
            if now >= hour.end + timedelta(seconds=SEAL_AFTER_S):
                self._seal(held)
                del self._open[hour]
        self._make_up_for_one(now)

    def _follow_what_has_just_ended(self, now: datetime) -> None:
        """Where this begins right after an hour ended, that hour is shown like one that was followed."""
        hour = Hour(Hour.of(now).start - timedelta(hours=1))
        if now >= hour.end + timedelta(seconds=SEAL_AFTER_S) or self._is_sealed(hour):
            return
        held = self._read(hour)
        if _says_anything(held, self._recorded(hour)):
            self._open[hour] = held

    # -- one hour ----------------------------------------------------------------------------

    def _read(self, hour: Hour) -> _OpenHour:
        """The hour as its files say; revisions go on from what was written before."""
        held = _OpenHour(hour, MinuteBook())
        held.book.open(hour)
        for facts in read_captures(self._store, hour):
            held.book.add(facts)
        folders = [self._store.folders.hot(Kind.HEATMAP), self._store.hour_folder(Kind.HEATMAP, hour)]
        for folder in folders:
            before = _read_minutes(folder)
            if before is not None and before.hour == hour:
                held.minutes = list(before.minutes)
                break
        return held

    def _refresh(self, held: _OpenHour, ended: int) -> None:
        """Count the first `ended` minutes again, and remember whether anything is new."""
        missing_ms = missing_by_minute(held.hour, self._recorded(held.hour))
        for minute in held.book.minutes(held.hour, missing_ms)[:ended]:
            revised = revise(held.minutes[minute.minute], minute)
            if revised is not held.minutes[minute.minute]:
                held.minutes[minute.minute] = revised
                held.unwritten = True
            if revised.thumbnail is not None and held.tile_numbers.get(minute.minute) != revised.thumbnail:
                self._take_tile(held, minute.minute, revised.thumbnail)
                held.unwritten = True

    def _recorded(self, hour: Hour) -> list[tuple[int, int]]:
        """(begin, end) in UTC ms of the hour's segments, and of the one that reaches into it."""
        start_ms = utc_ms(hour.start)
        before = [
            (time.begin_utc_ms, time.end_utc_ms)
            for time in self._store.segment_times(Hour(hour.start - timedelta(hours=1)))
            if start_ms < time.end_utc_ms <= start_ms + HOUR_MS
        ]
        return before + [(time.begin_utc_ms, time.end_utc_ms) for time in self._store.segment_times(hour)]

    def _take_tile(self, held: _OpenHour, minute: int, thumbnail: int) -> None:
        held.tile_numbers[minute] = thumbnail
        held.tiles.pop(minute, None)
        path = self._store.find(RingFile(Kind.THUMBNAILS, thumbnail), held.hour)
        if path is None:
            return
        try:
            held.tiles[minute] = tile_of(path.read_bytes())
        except UnreadablePictureError:
            self._unreadable_tiles += 1
        except FileNotFoundError:  # archived between the two looks: the next minute finds it
            del held.tile_numbers[minute]

    def _write(self, folder: Path, held: _OpenHour, *, sealed: bool) -> None:
        if held.tiles:
            write_atomically(folder / MOSAIC_NAME, mosaic_of(held.tiles))
        file = MinutesFile(held.hour, sealed, bool(held.tiles), tuple(held.minutes))
        write_atomically(folder / MINUTES_NAME, encode_minutes(file))

    def _seal(self, held: _OpenHour) -> None:
        self._refresh(held, MINUTES)
        self._write(self._store.open_hour(Kind.HEATMAP, held.hour), held, sealed=True)

    # -- hours that nobody followed ----------------------------------------------------------

    def _hours_without_minutes(self, now: datetime) -> list[Hour]:
        oldest = now - timedelta(hours=_HOURS_MADE_UP)
        recorded = {*self._store.hours(Kind.METADATA), *self._store.hours(Kind.SEGMENTS)}
        # The last hour's files may all still be hot.
        recorded.add(Hour(Hour.of(now).start - timedelta(hours=1)))
        return [hour for hour in sorted(recorded) if oldest <= hour.start < now and not self._is_sealed(hour)]

    def _is_sealed(self, hour: Hour) -> bool:
        file = _read_minutes(self._store.hour_folder(Kind.HEATMAP, hour))
        return file is not None and file.sealed and file.hour == hour

    def _make_up_for_one(self, now: datetime) -> None:
        waiting = self._to_make_up
        if not waiting:
            return
        hour = waiting[0]
        if hour not in self._open:
            if now < hour.end + timedelta(seconds=SEAL_AFTER_S):
                waiting.rotate(-1)
                return
            held = self._read(hour)
            if _says_anything(held, self._recorded(hour)):
                self._seal(held)
        waiting.popleft()


def _says_anything(held: _OpenHour, recorded: list[tuple[int, int]]) -> bool:
    """An hour in which the device was not there gets no file."""
    return bool(recorded) or any(minute.frames for minute in held.book.minutes(held.hour, [0] * MINUTES))


def _minutes_over(hour: Hour, at: datetime) -> int:
    """How many minutes of `hour` are over at `at`, 0–60."""
    return max(0, min(MINUTES, int((at - hour.start).total_seconds() // 60)))


def read_captures(store: RingStore, hour: Hour) -> list[CaptureFacts]:
    """The metadata of an hour's captures by number, wherever they lie. Raises OSError."""
    pieces = list(metadata_of_hour(store, hour))
    try:
        objects = json.loads("".join(pieces))
    except ValueError:
        # One broken file must not cost the hour: each for itself.
        objects = [entry for piece in pieces if (entry := _object(piece)) is not None]
    found = [facts for entry in objects if (facts := facts_of(entry)) is not None]
    return sorted(found, key=lambda facts: facts.number)


def _object(piece: str) -> object | None:
    try:
        return json.loads(piece.strip(",\n"))  # type: ignore[no-any-return]
    except ValueError:
        return None


def _read_minutes(folder: Path | None) -> MinutesFile | None:
    if folder is None:
        return None
    try:
        return parse_minutes((folder / MINUTES_NAME).read_text())
    except (FileNotFoundError, NotADirectoryError):
        return None
