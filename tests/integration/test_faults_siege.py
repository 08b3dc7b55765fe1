"""kill -9 of everything, again and again: nothing is lost, overwritten, repeated or left behind."""

import hashlib
import json
import multiprocessing
import os
import re
import shutil
import signal
import time
from collections import Counter
from collections.abc import Callable, Iterable, Mapping
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import cycle, pairwise
from pathlib import Path

import pytest

from host_agent.capture.numbers import NumberSupply
from host_agent.capture.salvage import salvage
from host_agent.journal.journal import Journal
from host_agent.ring.archiver import Archiver, HotLimits
from host_agent.ring.layout import STAMP_NAME, TIMES_NAME, DeviceFolders, Hour, Kind, RingFile
from host_agent.ring.segment_times import HEADER, SegmentTime, encode_line
from host_agent.ring.store import RingStore, ignore_operation
from host_agent.ring.trash import trash_is_empty
from host_agent.settings import RetentionSettings
from shared.clock import SystemClock
from shared.spans import utc_ms
from tests.support.agent_under_test import AgentUnderTest
from tests.support.clean_host import CleanHost, record_hour
from tests.support.playlist_check import playlist_faults
from tests.support.ring_on_disk import TimesRow
from tests.support.ring_watch import KINDS, RingWatch
from tests.support.ts_packets import segment_bytes

pytestmark = pytest.mark.slow

DEVICES = ("one", "two")
# Numbers of what lies there before.
EXPIRED, YESTERDAY = range(1, 4), range(4, 10)
TORN = b"\x47" * 500
KILLS = 50
KEPT_HOURS = 48
EXPIRED_HOURS_AGO = 60
WITHIN_S = 40.0  # two busy cores
# The archive siege begins without recording.
HOUR_ENDS_IN_S = {"capture": 45.0, "frames": 45.0, "archive": 90.0}

# What a running agent does to its ring; what it does seldom is killed one by one further down.
OF_CAPTURE = frozenset({"name", "lap", "stamp", "time", "date", "publish", "discard", "aside"})
OF_FRAMES = frozenset({"date", "publish"})
OF_CLEANER = frozenset({"trash", "fresh", "count", "receipt", "free", "forget"})
OF_ARCHIVE = OF_CLEANER | {"archive"}
BESIEGED = {"capture": OF_CAPTURE, "frames": OF_FRAMES, "archive": OF_ARCHIVE}
EVERY_OPERATION = OF_CAPTURE | OF_FRAMES | OF_ARCHIVE
SELDOM = frozenset({"join", "conflict", "drop-identical", "vault", "unseal", "spare"})
# After how many operations the first starts end: after one, where every start does the next step only.
FIRST_COUNTS = {"capture": (1,), "frames": (1, 4, 2, 3), "archive": (2, *(1,) * 50)}
# What a start does once more before it goes on: a file is dated, a receipt is written.
DONE_AGAIN = frozenset({"date", "receipt", "free"})
AT_LEAST_UNDER_FIRE, AT_MOST_UNDER_FIRE = 8, 30

_KILLED = re.compile(r'"process": "(\w+)", "operation": "([\w-]+)", "event": "killed_by_test"')


def pattern(name: str) -> dict[str, object]:
    return {
        "name": name,
        "source": "pattern:testsrc2",
        "size": "320x180",
        "fps": 10,
        "encode": "x264",
        "bitrate_kbps": 800,
    }


SECTIONS: Mapping[str, Mapping[str, object]] = {
    "ring": {
        "archive_interval_s": 0.5,
        "clean_interval_s": 0.5,
        "hot_segments": 3,
        "hot_frames": 10,
        "hot_max_age_s": 6,
    },
    "supervisor": {"backoff_min_s": 0.1, "backoff_max_s": 0.3},
    "picture": {"capture_fps": 1, "thumbnail_fps": 2},
    "retention": dict.fromkeys(RetentionSettings.model_fields, KEPT_HOURS),
}


@dataclass
class Siege:
    """One agent with two devices of which mostly one process is killed, and all that is known of it."""

    folder: Path
    process: str
    wanted: frozenset[str]
    hour_ends_in_s: float
    plain_kills: Counter[str] = field(default_factory=Counter)
    agent: AgentUnderTest = field(init=False)
    watch: RingWatch = field(init=False)
    expired: Hour = field(init=False)

    def __post_init__(self) -> None:
        self.folder.mkdir()
        offset_s = 3600 - self.hour_ends_in_s - time.time() % 3600
        self.agent = AgentUnderTest(
            self.folder, [pattern(name) for name in DEVICES], clock_offset_s=offset_s, sections=SECTIONS
        )
        self.watch = RingWatch.of(self.agent.root, *DEVICES)
        self._fill(SystemClock(offset_s))

    def _fill(self, clock: SystemClock) -> None:
        """Yesterday's hours are in the way of both that will be recorded, one has expired, and a power cut
        has torn a segment."""
        now = Hour.of(clock.now()).start
        self.expired = Hour(now - timedelta(hours=EXPIRED_HOURS_AGO))
        for device in DEVICES:
            store = RingStore(DeviceFolders(self.agent.root, device), clock)
            store.prepare()
            torn = store.folders.segment_staging / "0" / "000000000.ts.tmp"
            torn.parent.mkdir()
            torn.write_bytes(TORN)
            for kind in (Kind.SEGMENTS, Kind.THUMBNAILS, Kind.CAPTURES):
                record_hour(store, kind, self.expired, EXPIRED, 188)
                record_hour(store, kind, Hour(now - timedelta(hours=24)), YESTERDAY[:3], 188)
                record_hour(store, kind, Hour(now - timedelta(hours=23)), YESTERDAY[3:], 188)

    # -- kills -------------------------------------------------------------------------------

    def killed_at(self) -> list[tuple[str, str]]:
        """Process and operation of every kill between two operations so far."""
        text = self.agent.log.read_text(errors="replace") if self.agent.log.exists() else ""
        return [(found[1], found[2]) for found in _KILLED.finditer(text)]

    def _hit(self) -> set[str]:
        return {operation for _, operation in self.killed_at()}

    def _next_start_ends_after(self, operations: int) -> None:
        self.agent.rewrite({"testing": {"kill_process": self.process, "kill_at_store_operation": operations}})

    def _wait_for_another(self, before: int) -> None:
        self.agent.wait_for(
            f"the end of {self.process}", lambda: len(self.killed_at()) > before, within_s=WITHIN_S
        )

    def start_under_fire(self) -> None:
        """Each of the first starts ends after a few operations, until each of the wanted was the last one
        before an end. While only the cleaner's are missing nothing is recorded: the archiver's come in
        between otherwise."""
        journal = Journal(self.agent.state_dir / "journal.db", SystemClock())
        counts = cycle(FIRST_COUNTS[self.process])
        for done in range(AT_MOST_UNDER_FIRE):
            missing = self.wanted - self._hit()
            if done >= AT_LEAST_UNDER_FIRE and not missing:
                break
            for device in DEVICES:
                journal.want(device, "stopped" if missing & OF_CLEANER else "running", "test")
            last = self.killed_at()[-1][1] if done else ""
            self._next_start_ends_after(2 if last in DONE_AGAIN else next(counts))
            if done == 0:
                self.agent.start()
            self._wait_for_another(done)
        for device in DEVICES:
            journal.want(device, "running", "test")
        journal.close()
        assert self.wanted <= self._hit()
        self.recover()

    def kill_in_a_row(self, counts: Iterable[int], *, whole_agent: bool = False) -> None:
        """Kill the process (or all), and then each new one after so many operations."""
        before = len(self.killed_at())
        first, *others = counts
        self._next_start_ends_after(first)
        if whole_agent:
            self.kill_agent()
        else:
            self.kill_process(self.process)
        for done, operations in enumerate([*others, 0]):
            self._wait_for_another(before + done)
            self._next_start_ends_after(operations)
        self.recover()

    def kill_process(self, process: str) -> None:
        self.plain_kills[process] += 1
        self.agent.wait_for(f"{process} to run", lambda: self._runs(process), within_s=WITHIN_S)
        self.agent.kill(process)

    def kill_agent(self) -> None:
        self.plain_kills["agent"] += 1
        self.agent.kill_all()
        self.agent.start()

    def kill_ffmpeg(self, device: str) -> None:
        self.plain_kills["ffmpeg"] += 1
        assert self.agent.kill_ffmpeg(device)
        self.recover(device)

    def _runs(self, process: str) -> bool:
        try:
            return self.agent.child_pid(process) > 0
        except AssertionError:
            return False

    # -- after a kill ------------------------------------------------------------------------

    def recover(self, *killed: str) -> None:
        """Wait until all devices record, and everything that was left is in its place. `killed`: devices
        whose ffmpeg must be another one."""
        self._next_start_ends_after(0)
        self.watch.look()
        left, unlisted = set(self.watch.lost()), set(self.watch.unlisted())
        before = {device: self._newest(device) for device in DEVICES}

        def records(device: str) -> bool:
            number, run = self._newest(device)
            old_number, old_run = before[device]
            return number >= old_number + 2 and (device not in killed or run > old_run)

        self.agent.wait_for(
            "two more segments of each device",
            lambda: all(records(device) for device in DEVICES),
            within_s=WITHIN_S,
        )
        self.agent.wait_live(within_s=WITHIN_S)
        # Now that it is live, all that was complete has been published or set aside …
        self.watch.look()
        assert left.isdisjoint(self.watch.lost())
        # … and with the next cycle all that was archived is listed.
        self.agent.wait_for("an archive cycle", lambda: unlisted.isdisjoint(self.watch.unlisted()))
        # One that fell behind and gave way to the next may be ending still.
        self.agent.wait_for(
            "one ffmpeg records each device",
            lambda: all(len(self.agent.ffmpegs(device)) == 1 for device in DEVICES),
        )
        assert self.watch.faults() == []

    def _newest(self, device: str) -> tuple[int, int]:
        rows = self.agent.ring(device).times()
        return (rows[-1].number, rows[-1].run) if rows else (0, 0)

    def endure(self) -> None:
        """The whole siege, up to an orderly end. Raises AssertionError."""
        with self.watch:
            try:
                self.start_under_fire()
                self.kill_ffmpeg("one")
                self.kill_in_a_row((5, 2, 3))
                self.kill_in_a_row((7, 1, 4), whole_agent=True)
                self.kill_ffmpeg("two")
                for process in sorted({*BESIEGED} - {self.process}):
                    self.kill_process(process)
                    self.recover()
                self.kill_agent()
                self.recover()
                self.kill_in_a_row((6, 11))
                self.agent.wait_for("the next hour", self._has_two_hours, within_s=HOUR_ENDS_IN_S["archive"])
            finally:
                self.agent.__exit__(None, None, None)
            self.watch.look()

    def _recorded(self, device: str) -> list[TimesRow]:
        return [row for row in self.agent.ring(device).times() if row.number not in (*EXPIRED, *YESTERDAY)]

    def _has_two_hours(self) -> bool:
        """Whether all devices recorded before and after an hour ended."""
        return all(
            len({row.begin_utc_ms // 3_600_000 for row in self._recorded(device)}) == 2 for device in DEVICES
        )

    # -- at the end --------------------------------------------------------------------------

    def check(self) -> None:
        """What must hold of the rings after all. Raises AssertionError."""
        assert self.watch.faults() == []
        assert self.watch.lost() == []
        assert self.watch.unlisted() == []
        journal = Journal(self.agent.state_dir / "journal.db", SystemClock())
        for device in DEVICES:
            ring, watch = self.agent.ring(device), self.watch.devices[device]
            receipts = [(receipt.kind, receipt.hour, receipt.files) for receipt in journal.receipts(device)]
            assert sorted(receipts) == sorted(
                (kind.value, str(self.expired), 3) for kind in (Kind.SEGMENTS, Kind.THUMBNAILS, Kind.CAPTURES)
            )
            there = {
                (kind, path.name): hashlib.sha256(path.read_bytes()).hexdigest()
                for kind in KINDS
                for path in ring.files(kind, "*_[0-9]*")
            }
            gone = [key for key, content in watch.contents.items() if there.get(key) != content]
            assert [key for key in gone if number_of(key[1]) not in EXPIRED] == []
            assert list(ring.base.glob(".staging/segments/*")) == []
            assert not list(ring.base.rglob("*.conflict-*"))

            rows = self._recorded(device)
            segments = {name for kind, name in there if kind == "segments"}
            assert segments == {row.name for row in rows} | {f"segment_{n:09d}.ts" for n in YESTERDAY}
            for before, after in pairwise(rows):
                assert before.number < after.number
                assert before.run <= after.run
                assert before.begin_utc_ms < after.begin_utc_ms
            assert {entry.uri for entry in watch.listed.values()} <= segments
            assert watch.live_loads > 10 and watch.archive_loads > 10
        assert self._has_two_hours()
        journal.close()


def number_of(name: str) -> int:
    return int(name.split("_")[1].partition(".")[0])


def test_fifty_kills_of_anything_at_any_moment_lose_repeat_and_change_nothing(tmp_path: Path) -> None:
    sieges = [
        Siege(tmp_path / process, process, wanted, HOUR_ENDS_IN_S[process])
        for process, wanted in BESIEGED.items()
    ]
    with ThreadPoolExecutor(len(sieges)) as threads:
        for ended in [threads.submit(siege.endure) for siege in sieges]:
            ended.result()
    for siege in sieges:
        siege.check()
    between = [kill for siege in sieges for kill in siege.killed_at()]
    plain = sum((siege.plain_kills for siege in sieges), Counter[str]())
    print(f"killed: {dict(plain)}, between operations: {dict(Counter(between))}")
    assert set(plain) == {"ffmpeg", "archive", "capture", "frames", "agent"}
    assert len(between) + plain.total() >= KILLS
    assert len(between) >= plain.total()
    assert {operation for _, operation in between} >= EVERY_OPERATION


# -- what a running agent does seldom ----------------------------------------------------------------


class KilledAt:
    """Kills its process after the `at`-th operation."""

    def __init__(self, at: int, log: Path) -> None:
        self._left = at
        self._log = log

    def __call__(self, operation: str) -> None:
        self._left -= 1
        if self._left == 0:
            self._log.write_text(operation)
            os.kill(os.getpid(), signal.SIGKILL)


def host_of(folder: Path, on_operation: Callable[[str], None] = ignore_operation) -> CleanHost:
    kept = dict.fromkeys(RetentionSettings.model_fields, 100)
    return CleanHost(
        folder / "state",
        {"capture1": folder / "footage"},
        retention=RetentionSettings.model_validate(kept),
        on_operation=on_operation,
    )


def content_of(number: int, *, variant: int = 0) -> bytes:
    """Half a second, whose media time tells whose it is."""
    return segment_bytes(number * 90_000 + variant * 45_000 + at * 9_000 for at in range(5))


def time_of(number: int, hour: Hour) -> SegmentTime:
    begin_utc_ms = utc_ms(hour.start) + 1_200_000 + number * 1000
    return SegmentTime(number, begin_utc_ms, 450, number * 90_000, 1)


def put(folder: Path, number: int, hour: Hour, content: bytes | None = None) -> None:
    """A segment as it lies in a folder, its time in its mtime."""
    path = folder / RingFile(Kind.SEGMENTS, number).name
    path.write_bytes(content_of(number) if content is None else content)
    begin_ns = time_of(number, hour).begin_utc_ms * 1_000_000
    os.utime(path, ns=(begin_ns, begin_ns))


def archive(store: RingStore, hour: Hour, *numbers: int) -> Path:
    for number in numbers:
        store.append_time(time_of(number, hour), target_duration_s=6)
        put(store.folders.hot(Kind.SEGMENTS), number, hour)
    store.archive(Kind.SEGMENTS, hour, [RingFile(Kind.SEGMENTS, number) for number in numbers])
    folder = store.hour_folder(Kind.SEGMENTS, hour)
    assert folder is not None
    (folder / f"mine-{hour.number}.txt").write_text(f"a person's, in {hour}")
    return folder


def stage(host: CleanHost, run: int, name: str, content: bytes, hour: Hour) -> None:
    """A file that came at the middle of `hour`, as the kernel says."""
    path = host.stores["capture1"].folders.segment_staging / str(run) / name
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(content)
    arrived_ns = utc_ms(hour.start + timedelta(minutes=20)) * 1_000_000 - host.clock.offset_ns()
    os.utime(path, ns=(arrived_ns, arrived_ns))


def prepare_all_cases(folder: Path) -> None:
    """A ring in which one cycle has everything to do that a ring ever needs."""
    host = host_of(folder)
    host.start()
    store, hour = host.stores["capture1"], host.hour
    host.journal.reserve_numbers("capture1", "segments", 100)
    archive(store, hour(24), 1, 2, 3)  # in the way of this hour: goes to the vault
    archive(store, hour(25), 4, 5, 6)  # as well, where a part of it lies already
    archive(store, hour(2), 8, 9, 10)  # sealed, and more of it comes
    archive(store, hour(3), 12, 13)  # in the way of a late file
    archive(store, hour(106), 30, 31, 32)  # has expired
    Archiver(HotLimits(3, 10, 0.001), host.clock).run_cycle(store)
    vault = store.folders.vault(Kind.SEGMENTS, hour(25))
    vault.mkdir(parents=True)
    (vault / STAMP_NAME).write_text(json.dumps({"hour": str(hour(25))}) + "\n")
    put(vault, 5, hour(25))
    put(vault, 6, hour(25), content_of(6, variant=1))
    put(vault, 7, hour(25))
    (vault / TIMES_NAME).write_text(HEADER + encode_line(time_of(7, hour(25))))
    hot = store.folders.hot(Kind.SEGMENTS)
    put(hot, 9, hour(2))  # is there already
    put(hot, 10, hour(2), content_of(10, variant=1))  # another one of that number is there
    put(hot, 11, hour(2))
    put(hot, 14, hour(27))
    stage(host, 5, "segment_000000040.ts", content_of(40), hour(1))
    stage(host, 5, "000000001.ts", content_of(41), hour(1))
    stage(host, 5, "000000002.ts.tmp", TORN, hour(1))
    stage(host, 6, "000000000.ts", content_of(50), hour(0))
    stage(host, 6, "000000001.ts", content_of(51), hour(0))
    stage(host, 6, "list.m3u8", b"#EXTM3U\n", hour(0))
    stage(host, 9, "000000007.ts", TORN, hour(110))
    host.journal.close()


def one_cycle(host: CleanHost) -> None:
    """What capture and archive do after a start."""
    store = host.stores["capture1"]
    host.start()
    salvage(store, NumberSupply(host.journal, store, Kind.SEGMENTS))
    Archiver(HotLimits(3, 10, 0.001), host.clock).run_cycle(store)
    report = host.cleaner.run_cycle()
    assert report.clock is not None and not report.clock.is_suspect
    host.emptier.empty()
    host.journal.close()


def one_cycle_until_killed(folder: Path, kill_at: int) -> None:
    one_cycle(host_of(folder, KilledAt(kill_at, folder / "killed_at")))


def footage_in(folder: Path) -> Counter[tuple[str, str]]:
    """Where every content lies: the ring's folder and its hash; numbers may differ."""
    base = folder / "footage" / "capture1"
    return Counter(
        (str(path.parent.relative_to(base)), hashlib.sha256(path.read_bytes()).hexdigest())
        for path in base.rglob("*")
        if path.suffix in (".ts", ".tmp", ".txt")
    )


def playlists_in(folder: Path) -> dict[str, str]:
    """The playlist of every hour in the ring, by its hour."""
    return {
        json.loads((path.parent / STAMP_NAME).read_text())["hour"]: path.read_text()
        for path in (folder / "footage" / "capture1" / "segments").glob("[0-9]*/archive.m3u8")
        if (path.parent / STAMP_NAME).exists()
    }


def faults_of_hours(folder: Path) -> list[str]:
    """What is wrong with lists and playlists, hour by hour."""
    base = folder / "footage" / "capture1"
    faults: list[str] = []
    hours = [path.parent for path in base.rglob(STAMP_NAME)]
    for hour in hours:
        where = hour.relative_to(base)
        files = {path.name for path in hour.glob("segment_*.ts") if ".conflict-" not in path.name}
        text = (hour / "archive.m3u8").read_text()
        named = [line for line in text.splitlines() if not line.startswith("#")]
        if named != sorted(files):
            faults.append(f"{where}: the playlist names {named}, there are {sorted(files)}")
        # A kill within a join may have a line written twice, which readers expect.
        lines = set((hour / TIMES_NAME).read_text().splitlines()[1:])
        dated = [RingFile(Kind.SEGMENTS, int(line.split(",")[0])).name for line in lines]
        if sorted(dated) != sorted(files):
            faults.append(f"{where}: times are of {sorted(dated)}, there are {sorted(files)}")
        faults += [f"{where}: {fault}" for fault in playlist_faults(text)]
    return faults


def test_a_kill_after_any_operation_that_a_ring_knows_is_repaired(tmp_path: Path) -> None:
    # Always in one place: the journal knows it, and the cleaner looks at every place that it knows.
    folder, prepared = tmp_path / "host", tmp_path / "prepared"
    prepare_all_cases(folder)
    shutil.copytree(folder, prepared)
    one_cycle(host_of(folder))
    expected = footage_in(folder)
    assert faults_of_hours(folder) == []
    before = {content for _, content in footage_in(prepared)}
    expired = {hashlib.sha256(content_of(number)).hexdigest() for number in (30, 31, 32)}
    torn = {hashlib.sha256(TORN).hexdigest()}
    assert before - expired - torn <= {content for _, content in expected}

    context = multiprocessing.get_context("fork")
    hit: Counter[str] = Counter()
    for kill_at in range(1, 300):
        shutil.rmtree(folder)
        shutil.copytree(prepared, folder)
        process = context.Process(target=one_cycle_until_killed, args=(folder, kill_at))
        process.start()
        process.join(60)
        if process.exitcode == 0:
            break  # there are no more operations than that
        assert process.exitcode == -signal.SIGKILL
        operation = (folder / "killed_at").read_text()
        hit[operation] += 1
        shown = playlists_in(folder)

        host = host_of(folder)
        one_cycle(host)

        what = f"killed at operation {kill_at}, after {operation!r}"
        assert footage_in(folder) == expected, what
        assert faults_of_hours(folder) == [], what
        for hour, text in playlists_in(folder).items():
            assert text.startswith(shown.get(hour, "").removesuffix("#EXT-X-ENDLIST\n")), what
        receipts = [(receipt.kind, receipt.files) for receipt in host.journal.receipts("capture1")]
        assert sorted(receipts) == [("aside", 1), ("segments", 3)], what
        assert trash_is_empty(folder / "footage"), what
        base = folder / "footage" / "capture1"
        assert list((base / ".staging" / "segments").iterdir()) == [], what
        assert not list(base.glob("*/.fresh-*")), what
        host.journal.close()
    else:
        raise AssertionError("the cycle never came to an end")
    print(f"killed: {dict(hit)}")
    assert set(hit) == SELDOM | EVERY_OPERATION
