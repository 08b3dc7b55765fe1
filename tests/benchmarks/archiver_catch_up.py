"""How fast the archiver works off an hour of one device, against a bare C loop on the same disk."""

import gc
import os
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

from host_agent.ring.archiver import Archiver, HotLimits
from host_agent.ring.layout import (
    ARCHIVE_PLAYLIST_NAME,
    NUMBERED_KINDS,
    SUMMARY_NAME,
    DeviceFolders,
    Hour,
    Kind,
)
from host_agent.ring.store import RingStore
from tests.benchmarks.bench import Bench, Setting
from tests.benchmarks.c_rename_loop import LoopTimes, compile_loop, run_loop
from tests.benchmarks.figure import Outcome, Target
from tests.benchmarks.made_hour import count_of, write_files, write_times
from tests.support.set_clock import SetClock

HOUR = Hour(datetime(2026, 11, 21, 14, tzinfo=UTC))
_FIRST_NUMBER = 1_000_000


def measure(setting: Setting) -> Outcome:
    share = setting.choose(1.0, 0.1)
    program = compile_loop(setting.folder)
    files = sum(count_of(kind, share) for kind in NUMBERED_KINDS)
    store = _backlog(setting.folder / "footage", share)
    loops: list[LoopTimes] = []
    running_s: list[float] = []
    sealing_s: list[float] = []
    for _ in range(setting.choose(7, 1)):
        # In turn, so that what else the machine does meets all of them alike.
        loops.append(_move_in_c(program, store))
        _move_back(program, store)
        running_s.append(_archive(store, files, is_over=False))
        _move_back(program, store)
        sealing_s.append(_archive(store, files, is_over=True))
        _move_back(program, store)
    outcome = Outcome()
    for what, took_s in (("hour still running", running_s), ("hour over: sealed too", sealing_s)):
        outcome.add(
            f"rate / C loop with the same listing, {what}",
            "ratio",
            [files / ours / loop.files_a_second for ours, loop in zip(took_s, loops, strict=True)],
            Target(at_least=0.7),
        )
    for what, took_s in (("hour still running", running_s), ("hour over: sealed too", sealing_s)):
        outcome.add(f"one hour of backlog, {what}", "s", took_s, Target(at_most=2.0 * share))
    outcome.add(
        "rate / C's renames alone, hour still running",
        "ratio",
        [files / ours / loop.renames_a_second for ours, loop in zip(running_s, loops, strict=True)],
    )
    outcome.add("archiver, hour still running", "files/s", [files / ours for ours in running_s])
    outcome.add("C loop with listing", "files/s", [loop.files_a_second for loop in loops])
    outcome.notes.append(f"{files:,} files a round: segments, captures, thumbnails, metadata.")
    return outcome


def _backlog(root: Path, share: float) -> RingStore:
    """A device whose hot folders hold an hour: nothing was archived for so long."""
    store = RingStore(DeviceFolders(root, "cam1"), SetClock(HOUR.end))
    store.prepare()
    for kind in NUMBERED_KINDS:
        write_files(store.folders.hot(kind), kind, HOUR, _FIRST_NUMBER, share)
    write_times(store, HOUR, _FIRST_NUMBER, share)
    return store


def _archive(store: RingStore, files: int, *, is_over: bool) -> float:
    """Seconds of one cycle that moves everything."""
    clock = SetClock(HOUR.end + timedelta(minutes=15) if is_over else HOUR.end - timedelta(seconds=1))
    archiver = Archiver(HotLimits(segments=0, frames=0, max_age_s=600), clock)
    _settle()
    before = time.perf_counter()
    report = archiver.run_cycle(store)
    took_s = time.perf_counter() - before
    if report.moved != files or report.problems or bool(report.sealed) != is_over:
        raise RuntimeError(f"{report.moved} of {files} files moved, {report.sealed}: {report.problems[:3]}")
    return took_s


def _move_in_c(program: Path, store: RingStore) -> LoopTimes:
    _settle()
    return run_loop(program, _pairs(store))


def _move_back(program: Path, store: RingStore) -> None:
    run_loop(program, [(cold, hot) for hot, cold in _pairs(store)])
    for kind in NUMBERED_KINDS:
        (store.folders.cold(kind, HOUR.number) / SUMMARY_NAME).unlink(missing_ok=True)
    (store.folders.cold(Kind.SEGMENTS, HOUR.number) / ARCHIVE_PLAYLIST_NAME).unlink(missing_ok=True)


def _pairs(store: RingStore) -> list[tuple[Path, Path]]:
    folders = store.folders
    return [(folders.hot(kind), folders.cold(kind, HOUR.number)) for kind in NUMBERED_KINDS]


def _settle() -> None:
    """What was done before must not fall into the measurement."""
    os.sync()
    gc.collect()


ARCHIVER = Bench("archiver", "archiver's catch-up of an hour against a C loop over renameat2", measure)
