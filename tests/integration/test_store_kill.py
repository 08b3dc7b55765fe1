"""kill -9 after every single operation of the store: late files, laps, joins, conflicts, torn files, salvage.

A folder is laid out so that one salvage and one cycle of the archiver come to every operation there is.
"""

import multiprocessing
import os
import signal
from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

from host_agent.capture.numbers import NumberSupply
from host_agent.capture.salvage import salvage
from host_agent.journal.journal import Journal
from host_agent.ring.archiver import Archiver, HotLimits
from host_agent.ring.layout import DeviceFolders, Hour, Kind, RingFile
from host_agent.ring.segment_times import SegmentTime
from host_agent.ring.store import RingStore, ignore_operation
from shared.spans import utc_ms
from tests.support.playlist_check import growth_faults, playlist_faults, read_playlist
from tests.support.set_clock import SetClock
from tests.support.ts_packets import segment_bytes

NOW = datetime(2026, 11, 21, 15, 10, tzinfo=UTC)
TODAY_13, TODAY_14, TODAY_15 = (Hour.parse(f"2026-11-21T{number}") for number in (13, 14, 15))
YESTERDAY_10, YESTERDAY_13 = Hour.parse("2026-11-20T10"), Hour.parse("2026-11-20T13")
YESTERDAY_14, YESTERDAY_15 = Hour.parse("2026-11-20T14"), Hour.parse("2026-11-20T15")
LIMITS = HotLimits(segments=2, frames=100, max_age_s=86_400 * 3)
OPERATIONS = {
    *{"name", "time", "date", "publish", "discard", "aside"},
    *{"lap", "join", "fresh", "stamp", "vault", "archive", "conflict", "drop-identical", "unseal", "trash"},
}


class KilledAt:
    """Counts operations and kills its process with SIGKILL after the `at`-th."""

    def __init__(self, at: int, log: Path) -> None:
        self._left = at
        self._log = log

    def __call__(self, operation: str) -> None:
        self._left -= 1
        if self._left == 0:
            self._log.write_text(operation)
            os.kill(os.getpid(), signal.SIGKILL)


def content(number: int, copy: int = 0) -> bytes:
    """A second of pictures; two segments of one number differ by `copy`."""
    return segment_bytes(number * 90_000 + at * 3600 for at in range(25)) + b"\x47\x1f\xff\x10" * 47 * copy


def open_store(folder: Path, kill_at: int = 0) -> RingStore:
    done = KilledAt(kill_at, folder / "killed_at") if kill_at else ignore_operation
    store = RingStore(DeviceFolders(folder / "footage", "capture1"), SetClock(NOW), done)
    store.prepare()
    return store


def put(store: RingStore, number: int, hour: Hour, *, copy: int = 0, line: bool = True) -> None:
    begin = hour.start + timedelta(seconds=number)
    if line:
        store.append_time(SegmentTime(number, utc_ms(begin), 1000, number * 90_000, 1))
    staged = store.folders.staging / "staged.ts"
    staged.write_bytes(content(number, copy))
    store.publish(staged, RingFile(Kind.SEGMENTS, number), utc_ms(begin))


def archived(store: RingStore, number: int, hour: Hour, *, copy: int = 0) -> None:
    put(store, number, hour, copy=copy)
    store.archive(Kind.SEGMENTS, hour, [RingFile(Kind.SEGMENTS, number)])


def lay_out(folder: Path) -> None:
    store = open_store(folder)
    archived(store, 1, YESTERDAY_10)  # will be trashed
    archived(store, 2, YESTERDAY_13)
    archived(store, 3, YESTERDAY_15)  # will be lapped, and meets a folder of its hour in the vault
    joined = store.folders.vault(Kind.SEGMENTS, YESTERDAY_15)
    joined.mkdir(parents=True)
    (joined / RingFile(Kind.SEGMENTS, 4).name).write_bytes(content(4))
    (joined / "times.csv").write_text(f"4,{utc_ms(YESTERDAY_15.start) + 4000},1000,360000,1\n")
    archived(store, 11, TODAY_14)
    archived(store, 12, TODAY_14)
    Archiver(LIMITS, SetClock(NOW)).run_cycle(store)  # seals what is over
    # What is hot now: a number that is taken, one that is there already, late, torn, new and usual ones.
    put(store, 11, TODAY_14, copy=1)
    put(store, 12, TODAY_14)
    put(store, 13, YESTERDAY_14, line=False)
    put(store, 14, TODAY_13, line=False)
    torn = store.folders.hot(Kind.SEGMENTS) / RingFile(Kind.SEGMENTS, 15).name
    torn.write_bytes(b"torn 15")
    staged = store.folders.staging / "hot.ts"
    for number in (16, 17, 18, 19):
        # Their hour has not begun yet in the ring: their lines were lost with it.
        staged.write_bytes(content(number))
        begin_ms = utc_ms(TODAY_15.start) + number * 1000
        store.publish(staged, RingFile(Kind.SEGMENTS, number), begin_ms)
    run = store.folders.segment_staging / "3"
    run.mkdir()
    (run / "000000020.ts").write_bytes(content(20))
    (run / "000000021.ts.tmp").write_bytes(b"torn 21")
    (run / "list.m3u8").write_text("#EXTM3U\n#EXTINF:1.000000,\n000000020.ts\n")
    for path in run.iterdir():
        os.utime(path, (NOW.timestamp(), NOW.timestamp()))


CONTENTS = Counter(
    [content(number) for number in (1, 2, 3, 4, 11, 12, 13, 14, 16, 17, 18, 19, 20)]
    + [content(11, 1), b"torn 15", b"torn 21"]
)


def work(folder: Path, kill_at: int = 0) -> None:
    """What capture does at its start and the archive process in a cycle."""
    store = open_store(folder, kill_at)
    journal = Journal(folder / "state" / "journal.db", SetClock(NOW))
    salvage(store, NumberSupply(journal, store, Kind.SEGMENTS))
    Archiver(LIMITS, SetClock(NOW)).run_cycle(store)
    store.trash_hour(Kind.SEGMENTS, YESTERDAY_10, reason="expired", at=NOW)
    journal.close()


def playlists(folder: Path) -> dict[str, str]:
    """By the hour's date, wherever it lies."""
    store = open_store(folder)
    paths = {
        str(hour): hour_folder / "archive.m3u8"
        for hour in store.hours(Kind.SEGMENTS)
        if (hour_folder := store.hour_folder(Kind.SEGMENTS, hour)) is not None
    }
    return {hour: path.read_text() for hour, path in paths.items() if path.exists()}


def faults(folder: Path, before: dict[str, str]) -> list[str]:
    root = folder / "footage"
    found = Counter(
        path.read_bytes() for path in root.rglob("*") if path.suffix in (".ts", ".tmp") and path.is_file()
    )
    said = [f"{len(CONTENTS - found)} files are lost"] if CONTENTS - found else []
    said += [f"{len(found - CONTENTS)} files are doubled or new"] if found - CONTENTS else []
    store = open_store(folder)
    after = playlists(folder)
    for hour in store.hours(Kind.SEGMENTS):
        there = {file.number for file in store.hour_files(Kind.SEGMENTS, hour)}
        text = after.get(str(hour), "")
        listed = [int(entry.uri[8:-3]) for entry in read_playlist(text).segments]
        if set(listed) != there:
            said.append(f"{hour}: lists {listed}, holds {sorted(there)}")
        said += [f"{hour}: {fault}" for fault in playlist_faults(text)]
        numbers = [time.number for time in store.segment_times(hour)]
        said += [f"{hour}: {numbers} are dated"] if len(set(numbers)) != len(numbers) else []
    after = playlists(folder)
    for stamp, text in before.items():
        grown = after.get(stamp, "")
        if "T10" not in stamp:
            said += [
                f"{stamp}: {fault}" for fault in growth_faults(text.removesuffix("#EXT-X-ENDLIST\n"), grown)
            ]
    said += [f"{path} is left" for path in root.rglob(".fresh-*")]
    said += [f"{path} is left" for path in (root / "capture1" / ".staging" / "segments").iterdir()]
    return said


def test_a_kill_after_any_operation_loses_and_doubles_nothing(tmp_path: Path) -> None:
    context = multiprocessing.get_context("fork")
    hit: Counter[str] = Counter()
    for kill_at in range(1, 200):
        folder = tmp_path / str(kill_at)
        folder.mkdir()
        lay_out(folder)
        before = playlists(folder)
        process = context.Process(target=work, args=(folder, kill_at))
        process.start()
        process.join(60)
        if process.exitcode == 0:
            break  # there are no more operations than that
        assert process.exitcode == -signal.SIGKILL
        hit[(folder / "killed_at").read_text()] += 1
        before = {**before, **playlists(folder)}
        work(folder)
        work(folder)
        said = faults(folder, before)
        assert said == [], f"killed at {kill_at}, after {(folder / 'killed_at').read_text()!r}: {said}"
    else:
        raise AssertionError("the work never came to an end")
    assert OPERATIONS - set(hit) == set()
    assert hit.total() > 30
