"""What a kill left in staging is footage: date it as its run was dated, and publish it."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from host_agent.capture.numbers import NumberSupply
from host_agent.capture.recorder_command import LIST_NAME
from host_agent.capture.segment_list import parse_segment_list
from host_agent.ring.layout import Hour, Kind, RingFile, parse_file_name
from host_agent.ring.playlist import target_duration_s
from host_agent.ring.segment_times import SegmentTime
from host_agent.ring.store import RingStore
from host_agent.ring.transport_stream import PictureTimes, is_whole, picture_times, signed_difference
from shared.spans import from_utc_ms

_HOUR_MS = 3_600_000


@dataclass(slots=True)
class SalvageReport:
    """What was found: numbers published, names of torn files that were set aside."""

    published: list[int] = field(default_factory=list)
    set_aside: list[str] = field(default_factory=list)


def salvage(store: RingStore, numbers: NumberSupply) -> SalvageReport:
    """Publish every complete segment that is still in staging, oldest run first.

    Called before the device records again. Raises OSError or sqlite3.Error; may be called again.
    """
    report = SalvageReport()
    for folder in _run_folders(store.folders.segment_staging):
        _salvage_run(store, numbers, folder, report)
    return report


def _run_folders(staging: Path) -> list[Path]:
    folders = [folder for folder in staging.iterdir() if folder.name.isdigit() and folder.is_dir()]
    return sorted(folders, key=lambda folder: int(folder.name))


def _salvage_run(store: RingStore, numbers: NumberSupply, folder: Path, report: SalvageReport) -> None:
    run = int(folder.name)
    durations = _listed_durations_ms(folder)
    named, unnamed, others = _sorted_files(folder)
    written = _written_times(store, named, unnamed, run)
    for path in named:
        file = parse_file_name(path.name)
        assert file is not None
        time = written.get(file.number)
        if time is None:
            # Its name came before its line, and its list entry went with the old name.
            time = _date(store, path, None, run, file.number, written.values())
        _finish(store, path, time, written, report)
    for path in unnamed:
        time = _date(store, path, durations.get(path.name), run, None, written.values())
        if time is not None:
            number = numbers.take()
            time = SegmentTime(number, time.begin_utc_ms, time.duration_ms, time.media_ts_90khz, run)
            named_path = store.name_in_staging(path, RingFile(Kind.SEGMENTS, number))
            _finish(store, named_path, time, written, report)
        else:
            _set_aside(store, path, report)
    for path in others:
        if path.name.startswith(LIST_NAME) or path.stat().st_size == 0:
            store.discard_staged(path)
        else:
            _set_aside(store, path, report)
    store.discard_staging_folder(folder)


def _finish(
    store: RingStore,
    path: Path,
    time: SegmentTime | None,
    written: dict[int, SegmentTime],
    report: SalvageReport,
) -> None:
    if time is None:
        _set_aside(store, path, report)
        return
    if time.number not in written:
        store.append_time(time, target_duration_s=target_duration_s(time.duration_ms / 1000))
        written[time.number] = time
    try:
        store.publish(path, RingFile(Kind.SEGMENTS, time.number), time.begin_utc_ms)
    except FileExistsError:
        # Somebody else's file has the number: keep both, or nothing of the device would get on.
        _set_aside(store, path, report)
        return
    report.published.append(time.number)


def _set_aside(store: RingStore, path: Path, report: SalvageReport) -> None:
    if path.stat().st_size == 0:
        store.discard_staged(path)
        return
    hour = Hour.of(from_utc_ms(store.arrival_utc_ms(path)))
    report.set_aside.append(store.set_aside(path, hour).name)


def _sorted_files(folder: Path) -> tuple[list[Path], list[Path], list[Path]]:
    """Files with their final number, complete ones without, and the rest (torn ones, lists)."""
    named: list[tuple[int, Path]] = []
    unnamed: list[Path] = []
    others: list[Path] = []
    for path in folder.iterdir():
        file = parse_file_name(path.name)
        if file is not None and file.kind is Kind.SEGMENTS:
            named.append((file.number, path))
        elif path.suffix == ".ts" and path.stem.isdigit():
            unnamed.append(path)
        else:
            others.append(path)
    named.sort()
    unnamed.sort(key=lambda path: int(path.stem))
    return [path for _, path in named], unnamed, others


def _listed_durations_ms(folder: Path) -> dict[str, int]:
    try:
        text = (folder / LIST_NAME).read_text()
    except (FileNotFoundError, UnicodeDecodeError):
        return {}
    return {entry.name: round(entry.duration_s * 1000) for entry in parse_segment_list(text)}


def _written_times(
    store: RingStore, named: list[Path], unnamed: list[Path], run: int
) -> dict[int, SegmentTime]:
    """The lines that date the files or others of their run, by number."""
    hours: set[Hour] = set()
    for path in [*named, *unnamed]:
        arrival = store.arrival_utc_ms(path)
        # A named file may already carry its true begin in place of its arrival: same hours.
        hours |= {Hour.of(from_utc_ms(arrival + shift * _HOUR_MS)) for shift in (-1, 0, 1)}
    written = _lines_of(store, hours)
    numbers = {file.number for path in named if (file := parse_file_name(path.name)) is not None}
    if hours and (numbers - written.keys() or all(time.run != run for time in written.values())):
        # The clock may have leapt since: what is written holds, wherever it stands.
        written |= _lines_of(store, set(store.hours(Kind.SEGMENTS)) - hours)
    return written


def _lines_of(store: RingStore, hours: set[Hour]) -> dict[int, SegmentTime]:
    return {time.number: time for hour in sorted(hours) for time in store.segment_times(hour)}


def _date(
    store: RingStore,
    path: Path,
    listed_ms: int | None,
    run: int,
    number: int | None,
    written: Iterable[SegmentTime],
) -> SegmentTime | None:
    """As its run was dated, from the file's own timestamps; by its arrival where nothing was."""
    times = _pictures(path)
    if times is None:
        return None
    content_ms = times.duration_90khz // 90
    duration_ms = content_ms if listed_ms is None or content_ms + 500 < listed_ms else listed_ms
    of_run = [time for time in written if time.run == run]
    if of_run:
        anchor = max(of_run, key=lambda time: time.number)
        ahead_90khz = signed_difference(times.first_90khz, anchor.media_ts_90khz)
        begin_utc_ms = anchor.begin_utc_ms + ahead_90khz // 90
    else:
        begin_utc_ms = store.arrival_utc_ms(path) - duration_ms
    return SegmentTime(number or 0, begin_utc_ms, duration_ms, times.first_90khz, run)


def _pictures(path: Path) -> PictureTimes | None:
    data = path.read_bytes()
    return picture_times(data) if is_whole(len(data)) else None
