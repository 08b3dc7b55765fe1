"""kill -9, fifty times, of every process and between any two operations of the ring's store, while several
agents record several devices each: no number repeats, no file is lost, and no playlist takes back a word."""

import json
import time
from collections import Counter
from collections.abc import Callable, Sequence, Set
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from itertools import chain, count
from pathlib import Path
from random import Random

import pytest

from host_agent.ring.layout import DeviceFolders, Hour, Kind, RingFile
from host_agent.ring.segment_times import SegmentTime
from host_agent.ring.store import RingStore
from shared.clock import SystemClock
from shared.spans import from_utc_ms, utc_ms
from tests.support.agent_under_test import AgentUnderTest
from tests.support.ring_witness import RingWitness

pytestmark = pytest.mark.slow

HOUR_S = 3600
# Every operation that a short life of capture or archive comes to. What takes more than that (joins,
# conflicts, deletions) is killed at in test_store_kill.py and test_retention_kill.py.
OPERATIONS = {"name", "time", "date", "publish", "stamp", "lap", "fresh", "archive", "aside", "discard"}
SECTIONS = {
    "ring": {"archive_interval_s": 0.5, "hot_segments": 3},
    "supervisor": {"backoff_min_s": 0.2, "backoff_max_s": 0.5},
}
NOT_KILLED = {"testing": {"kill_process": "", "kill_at_store_operation": 0}}
RESTARTED_WITHIN_S = 45.0
MORE_TRIES = 30


def pattern(name: str) -> dict[str, object]:
    # The game of life begins at random: no two segments of any two runs are alike.
    picture = {"source": "pattern:life", "size": "160x90", "fps": 8, "bitrate_kbps": 200}
    return {"name": name, "frames": "off", **picture}


@dataclass
class Killer:
    """Kills what belongs to one agent, and counts."""

    agent: AgentUnderTest
    kills: Counter[str] = field(default_factory=Counter)
    random: Random = field(default_factory=lambda: Random(7))

    @property
    def devices(self) -> list[str]:
        return [str(device["name"]) for device in self.agent.devices]

    def segments(self) -> Counter[str]:
        return Counter({device: len(self.agent.ring(device).segments()) for device in self.devices})

    def wait_for_more(self) -> None:
        """Every device goes on recording."""
        before = self.segments()
        self.agent.wait_for(
            "more of every device",
            lambda: all(self.segments()[device] > before[device] for device in self.devices),
            within_s=RESTARTED_WITHIN_S,
        )

    def ffmpeg(self, device: str) -> None:
        self.agent.wait_for(f"an ffmpeg of {device}", lambda: bool(self.agent.ffmpegs(device)))
        self.kills["ffmpeg"] += len(self.agent.kill_ffmpeg(device))
        self.wait_for_more()

    def child(self, name: str) -> None:
        self.agent.kill(name)
        self.kills[name] += 1
        self.wait_for_more()

    def everything(self) -> None:
        self.agent.kill_all()
        self.kills["agent"] += 1
        self.agent.start()
        self.wait_for_more()

    def between_operations(
        self, process: str, counts: Sequence[int], *, until: Set[str] = frozenset(), hour_ahead: bool = False
    ) -> None:
        """Kill `process`, then each of its next lives after so many operations of the store: `counts`
        once through, then on until a life has ended after each operation of `until`.

        `hour_ahead`: in each life it is an hour later, so that it begins with a new hour.
        """
        # Beyond those in no order: a life's operations come in much the same order each time.
        at_random = (self.random.randint(min(counts), 2 * max(counts)) for _ in range(MORE_TRIES))
        upcoming = chain(counts, at_random)
        self._set_next(process, next(upcoming), hour_ahead)
        self.agent.kill(process)
        self.kills[process] += 1
        for done in count(1):
            before = len(self.hit())
            self.agent.wait_for(
                f"the {done}th end of {process} between two operations",
                lambda before=before: len(self.hit()) > before,  # type: ignore[misc]
                within_s=RESTARTED_WITHIN_S,
            )
            self.kills["store"] += 1
            ends = done >= len(counts) and until <= set(self.hit())
            # It is started again after a second, and reads its settings then.
            self._set_next(process, 0 if ends else next(upcoming), hour_ahead)
            if ends:
                break
        self.wait_for_more()

    def leave_torn(self, device: str) -> None:
        """As a power cut leaves it: a segment that ends in the middle of a packet."""
        folder = self.agent.ring(device).base / ".staging" / "segments" / "0"
        folder.mkdir()
        (folder / "000000007.ts.tmp").write_bytes(b"torn" * 100)

    def _set_next(self, process: str, operations: int, hour_ahead: bool) -> None:
        if hour_ahead and operations:
            self.agent.clock_offset_s += HOUR_S
        self.agent.rewrite({"testing": {"kill_process": process, "kill_at_store_operation": operations}})

    def hit(self) -> list[str]:
        """The operations after which a process was killed."""
        lines = [line for line in self.agent.log.read_text().splitlines() if '"killed_by_test"' in line]
        return [str(json.loads(line)["operation"]) for line in lines]


def fill_yesterday(root: Path, devices: list[str], clock: SystemClock) -> None:
    """A day ago every hour had a segment, so that each hour that begins laps one."""
    for device in devices:
        store = RingStore(DeviceFolders(root, device), clock)
        store.prepare()
        begins_ms = utc_ms(clock.now()) - 24 * HOUR_S * 1000
        for ago in range(-23, 1):
            time_ms = begins_ms + ago * HOUR_S * 1000 + 23 * HOUR_S * 1000
            number = ago + 24
            hour = Hour.of(from_utc_ms(time_ms))
            staged = store.folders.staging / "seed.ts"
            staged.write_bytes((f"{device} {number} ".encode() * 188)[: 188 * 20])
            store.append_time(SegmentTime(number, time_ms, 1000, number * 90_000, 1))
            store.publish(staged, RingFile(Kind.SEGMENTS, number), time_ms)
            store.archive(Kind.SEGMENTS, hour, [RingFile(Kind.SEGMENTS, number)])


def before_an_hour_ends(seconds: float) -> float:
    """The clock offset with which it is `seconds` before the end of an hour now."""
    return -(time.time() % HOUR_S) - seconds


def at_an_hours_end(killer: Killer) -> None:
    """Everything in turn, while one hour becomes the next."""
    killer.ffmpeg("one")
    killer.between_operations("capture", [1, 2, 3, 4, 5, 6])
    killer.ffmpeg("two")
    killer.between_operations("archive", [1, 2, 4])
    killer.ffmpeg("one")
    killer.everything()
    killer.ffmpeg("two")
    killer.between_operations("capture", [3, 8, 10])
    killer.everything()


def in_new_hours(killer: Killer) -> None:
    """Each life of capture begins with an hour that laps yesterday's."""
    killer.ffmpeg("one")
    killer.between_operations("capture", [3, 4, 5, 6, 7], until={"lap", "stamp", "fresh"}, hour_ahead=True)
    killer.ffmpeg("two")
    killer.between_operations("archive", [1, 3])
    killer.everything()
    killer.child("archive")
    killer.ffmpeg("one")


def with_more_devices(killer: Killer) -> None:
    """Three devices share a process: its operations come in any order."""
    for device in killer.devices:
        killer.leave_torn(device)
    killer.between_operations("capture", [1, 7, 9, 11], until={"aside", "name", "time", "date", "publish"})
    killer.ffmpeg("one")
    killer.everything()
    killer.between_operations("archive", [2, 5])
    killer.ffmpeg("two")
    killer.ffmpeg("three")
    killer.child("capture")
    killer.everything()


@pytest.mark.slow
def test_fifty_kills_cost_no_footage_and_no_word_of_a_playlist(tmp_path: Path) -> None:
    stories: list[tuple[Callable[[Killer], None], list[dict[str, object]], float]] = [
        (at_an_hours_end, [pattern("one"), pattern("two")], before_an_hour_ends(35)),
        (in_new_hours, [pattern("one"), pattern("two")], 0.0),
        (with_more_devices, [pattern("one"), pattern("two"), pattern("three")], 0.0),
    ]
    killers: list[Killer] = []
    witnesses: list[RingWitness] = []
    with ExitStack() as stack:
        for number, (story, devices, offset_s) in enumerate(stories):
            folder = tmp_path / f"agent{number}"
            folder.mkdir()
            agent = AgentUnderTest(folder, devices, clock_offset_s=offset_s, sections=SECTIONS)
            killer = Killer(agent)
            if story is in_new_hours:
                fill_yesterday(agent.root, killer.devices, SystemClock(offset_s))
            witnesses += [stack.enter_context(RingWitness(agent.root, name)) for name in killer.devices]
            stack.enter_context(agent)
            killers.append(killer)
        with ThreadPoolExecutor(len(stories)) as pool:
            told = [
                pool.submit(_tell, story, killer)
                for (story, _devices, _offset_s), killer in zip(stories, killers, strict=True)
            ]
            for one in told:
                one.result()

    kills = sum((killer.kills for killer in killers), Counter[str]())
    assert kills.total() >= 50
    assert kills["store"] >= kills.total() / 2
    assert min(kills[name] for name in ("ffmpeg", "archive", "capture", "agent")) >= 2
    hit = {operation for killer in killers for operation in killer.hit()}
    assert OPERATIONS - hit == set()
    faults = [fault for witness in witnesses for fault in witness.faults()]
    assert faults == [], "\n".join(faults)
    assert min(witness.segments_seen for witness in witnesses) >= 10


def _tell(story: Callable[[Killer], None], killer: Killer) -> None:
    killer.wait_for_more()
    story(killer)
    killer.agent.rewrite(NOT_KILLED)
    killer.wait_for_more()
    # One more cycle of the archiver, undisturbed, and an end in order.
    cold = _cold_files(killer)
    killer.agent.wait_for("another archive cycle", lambda: _cold_files(killer) > cold)
    killer.agent.stop()


def _cold_files(killer: Killer) -> int:
    bases = [killer.agent.ring(device).base for device in killer.devices]
    return sum(len(list(base.glob("segments/[0-9]*/segment_*.ts"))) for base in bases)
