"""The clock of a running agent is set wrong and right again: recording goes on and nothing is deleted.

Each story is an agent of its own, and all run at the same time. What a story saw at its stations is kept
and judged by the tests.
"""

import hashlib
import json
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path

import pytest

from host_agent.journal.facts import Receipt
from host_agent.journal.journal import Journal
from host_agent.ring.layout import DeviceFolders, Hour, Kind
from host_agent.ring.store import RingStore
from shared.clock import SystemClock
from shared.spans import from_utc_ms, iso_ms
from tests.support.agent_under_test import PROJECT, AgentUnderTest
from tests.support.clean_host import record_hour
from tests.support.findings import assert_none
from tests.support.playlist_check import playlist_faults, reload_faults
from tests.support.ring_on_disk import TimesRow

pytestmark = pytest.mark.slow

DEVICE = "one"
DEVICES = [{"name": DEVICE, "source": "pattern:testsrc2", "size": "160x120", "fps": 5, "bitrate_kbps": 100}]
SECTIONS: dict[str, dict[str, object]] = {
    "ring": {
        "archive_interval_s": 0.5,
        "clean_interval_s": 1.0,
        "hot_segments": 3,
        "hot_frames": 10,
    },
}
WITHIN_S = 60.0
DAY_S = 86_400.0
SUSPECT, UNKNOWN, CLOCK_JUMPED = "clock_suspect", "unknown", "clock_jumped"
PATTERNS = {
    "segments": "segment_*.ts",
    "captures": "capture_*.jpg",
    "thumbnails": "capture_*_thumbnail.jpg",
    "metadata": "capture_*.json",
}
KEPT_HOURS = {"segments": 24, "captures": 1, "thumbnails": 24, "metadata": 24, "heatmap": 24}
# Numbers of footage that was not recorded here, above all that the agent comes to.
PUT_FROM = 900_001


@dataclass(frozen=True)
class Story:
    """`step_s`: how far the clock is set wrong. `seen_by`: words of the alarm when it is, and when it is
    right again."""

    name: str
    step_s: float
    seen_by: tuple[str, str]


def to_1970_s() -> float:
    """A machine whose clock has lost its battery; it is on for half an hour."""
    return datetime(1970, 1, 1, 0, 30, tzinfo=UTC).timestamp() - (time.time() + base_offset_s())


def base_offset_s() -> float:
    """Half past: no story runs into the next hour."""
    return 1800 - time.time() % 3600


STORIES = (
    Story("a day ahead", DAY_S, ("moved by +24.0 h", "moved by -24.0 h")),
    # Less than the step that is suspect by itself: the footage that is there gives it away.
    Story("an hour back", -3590.0, ("but there is footage of", "but there is footage of")),
    Story("to 1970", to_1970_s(), ("moved by -", "moved by +")),
)
each_story = pytest.mark.parametrize("story", STORIES, ids=[story.name for story in STORIES])


@dataclass(frozen=True)
class Content:
    """What a file holds, and the hour of its begin."""

    digest: str
    hour: Hour


Contents = Mapping[str, Content]


@dataclass(frozen=True)
class Look:
    """What there is to see at one moment. `rows`: of what the agent has recorded itself, by number.
    `contents`: every file of the ring by its name."""

    now: datetime
    rows: list[TimesRow]
    contents: Contents
    alarms: Mapping[str, str]
    health_alarms: Mapping[str, str]
    live: str

    def rows_since(self, before: "Look") -> list[TimesRow]:
        return [row for row in self.rows if row.number > before.rows[-1].number]


@dataclass(frozen=True)
class Gap:
    start: datetime
    end: datetime
    code: str


@dataclass(frozen=True)
class Evidence:
    """What was seen of a story: with the right clock, with the wrong one, with the right one again, and
    after an operator's word. `aged`: an hour that was expired all the time but when the clock forbade."""

    begun: datetime
    before: Look
    wrong: Look
    right: Look
    confirmed: Look
    said: str
    said_again: str
    aged: Hour
    kept: Hour
    receipts: list[Receipt]
    gaps_while_wrong: list[Gap]
    gaps: list[Gap]
    misplaced: list[str]


class ClockStory:
    """An agent and what is done to its clock."""

    def __init__(self, folder: Path) -> None:
        folder.mkdir()
        self.agent = AgentUnderTest(folder, DEVICES, clock_offset_s=base_offset_s(), sections=SECTIONS)
        self.base_offset_s = self.agent.clock_offset_s
        self.begun = self.now()
        self.this_hour = Hour.of(self.begun)
        self.kept, self.aged = self.hour_ago(20), self.hour_ago(30)
        self._next_number = PUT_FROM

    def now(self) -> datetime:
        return datetime.fromtimestamp(self.agent.now_s(), UTC)

    def hour_ago(self, count: int) -> Hour:
        return Hour(self.this_hour.start - timedelta(hours=count))

    def put_hour(self, hour: Hour) -> None:
        """Footage of `hour` as the agent itself would have left it."""
        store = RingStore(DeviceFolders(self.agent.root, DEVICE), SystemClock(self.agent.clock_offset_s))
        numbers = range(self._next_number, self._next_number + 3)
        record_hour(store, Kind.SEGMENTS, hour, numbers, content=b"\x47" + str(hour).encode() + bytes(187))
        self._next_number += 3

    def record_some(self) -> None:
        """Wait until segments, pictures and what is known of them have been recorded by this clock."""
        before = {kind: len(self.agent.ring(DEVICE).files(kind, PATTERNS[kind])) for kind in PATTERNS}

        def is_more() -> bool:
            ring = self.agent.ring(DEVICE)
            now_s = self.agent.now_s()
            recent = [row for row in ring.times() if abs(row.begin_utc_ms / 1000 - now_s) < WITHIN_S * 2]
            return len(recent) >= 5 and all(
                len(ring.files(kind, PATTERNS[kind])) >= count + 5 for kind, count in before.items()
            )

        self.agent.wait_for("footage by this clock", is_more, within_s=WITHIN_S)

    def wait_in_vault(self, before: Look) -> None:
        """The hour of a day ahead takes this hour's place: wait until all of this one is in the vault."""
        vault = self.agent.root / DEVICE / "vault" / str(self.this_hour.date) / str(self.this_hour.number)
        mine = {name for name, content in before.contents.items() if content.hour == self.this_hour}
        self.agent.wait_for(
            "all that was recorded before in the vault",
            lambda: mine <= {path.name for path in vault.glob("*/*")},
            within_s=WITHIN_S,
        )

    def set_clock(self, offset_s: float, seen_by: str) -> None:
        """Have another clock taken over by all processes, and wait for the alarm."""
        agent = self.agent
        reloaded = agent.log.read_text().count("settings_reloaded")
        agent.reload(clock_offset_s=offset_s)
        agent.wait_for(
            "the clock in three processes",
            lambda: agent.log.read_text().count("settings_reloaded") >= reloaded + 3,
            within_s=WITHIN_S,
        )
        agent.wait_for(
            f"the alarm: {seen_by}",
            lambda: seen_by in self.device_alarms().get(SUSPECT, ""),
            within_s=WITHIN_S,
        )

    def device_alarms(self) -> dict[str, str]:
        return _alarms(self.agent.json(f"/api/host/devices/{DEVICE}")["alarms"])

    def look(self) -> Look:
        agent = self.agent
        return Look(
            now=self.now(),
            rows=[row for row in agent.ring(DEVICE).times() if row.number < PUT_FROM],
            contents=self._contents(),
            alarms=self.device_alarms(),
            health_alarms=_alarms(agent.json("/api/host/health")["alarms"]),
            live=agent.text(f"/host/stream/{DEVICE}/segments/output.m3u8"),
        )

    def confirm_clock(self) -> str:
        """An operator's word; return what is answered."""
        done = subprocess.run(
            [sys.executable, "-m", "host_agent", "confirm-clock", "--config", str(self.agent.config)],
            cwd=PROJECT,
            capture_output=True,
            text=True,
            timeout=WITHIN_S,
            check=True,
        )
        return done.stdout

    def wait_trusted(self) -> None:
        self.agent.wait_for(
            "the end of the alarm", lambda: SUSPECT not in self.device_alarms(), within_s=WITHIN_S
        )

    def receipts(self) -> list[Receipt]:
        journal = Journal(self.agent.state_dir / "journal.db", SystemClock())
        try:
            return journal.receipts(DEVICE)
        finally:
            journal.close()

    def wait_gone(self, hour: Hour) -> None:
        self.agent.wait_for(
            f"the receipt of {hour}",
            lambda: str(hour) in {receipt.hour for receipt in self.receipts()},
            within_s=WITHIN_S,
        )

    def gaps(self, since: datetime) -> list[Gap]:
        """The gaps between footage from `since` until now."""
        told = self.agent.json(
            f"/api/host/timeline/{DEVICE}", **{"from": iso_ms(since), "to": iso_ms(self.now())}
        )
        first = min(datetime.fromisoformat(span["from"]) for span in told["recorded"])
        gaps = [
            Gap(datetime.fromisoformat(gap["from"]), datetime.fromisoformat(gap["to"]), gap["code"])
            for gap in told["gaps"]
        ]
        return [gap for gap in gaps if gap.start >= first]

    def misplaced(self) -> list[str]:
        """Archived files that are not in the folder of their hour, and lines of another hour's segments."""
        while True:
            try:
                return self._misplaced(self.agent.ring(DEVICE).base)
            except FileNotFoundError:
                continue  # a folder was moved while it was being read

    @staticmethod
    def _misplaced(base: Path) -> list[str]:
        found: list[str] = []
        for kind, pattern in PATTERNS.items():
            folders = [*(base / kind).glob("[0-9]*"), *base.glob(f"vault/*/*/{kind}")]
            for folder in folders:
                hour = _hour_of_folder(folder)
                for path in folder.glob(pattern):
                    of = Hour.of(from_utc_ms(path.stat().st_mtime_ns // 1_000_000))
                    if of != hour:
                        found.append(f"{path.relative_to(base)} is of {of}, its folder is of {hour}")
        for path in [*base.glob("segments/*/times.csv"), *base.glob("vault/*/*/segments/times.csv")]:
            hour = _hour_of_folder(path.parent)
            for line in path.read_text().splitlines()[1:]:
                of = Hour.of(from_utc_ms(int(line.split(",")[1])))
                if of != hour:
                    found.append(f"{path.relative_to(base)} has a line of {of}, its folder is of {hour}")
        return found

    def _contents(self) -> dict[str, Content]:
        """A file that is moved while it is looked for is found at the second look."""
        ring = self.agent.ring(DEVICE)
        found: dict[str, Content] = {}
        for _ in range(2):
            for kind, pattern in PATTERNS.items():
                for path in ring.files(kind, pattern):
                    try:
                        hour = Hour.of(from_utc_ms(path.stat().st_mtime_ns // 1_000_000))
                        digest = hashlib.sha256(path.read_bytes()).hexdigest()
                    except FileNotFoundError:
                        continue
                    found[path.name] = Content(digest, hour)
        return found


def _alarms(told: list[dict[str, str]]) -> dict[str, str]:
    return {alarm["code"]: alarm["sentence"] for alarm in told}


def _hour_of_folder(folder: Path) -> Hour | None:
    """The hour that the folder says it holds: by its place in the vault, by its stamp in the ring."""
    if folder.parents[2].name == "vault":
        return Hour.at(datetime.fromisoformat(folder.parents[1].name).date(), int(folder.parent.name))
    stamp = folder / ".hour.json"
    return Hour.parse(json.loads(stamp.read_text())["hour"]) if stamp.exists() else None


def play(story: Story, folder: Path) -> Evidence:
    """Right, wrong, right again, confirmed."""
    stage = ClockStory(folder)
    agent = stage.agent
    with agent:
        agent.wait_live(within_s=WITHIN_S)
        stage.put_hour(stage.kept)
        stage.record_some()
        before = stage.look()

        stage.set_clock(stage.base_offset_s + story.step_s, story.seen_by[0])
        stage.put_hour(stage.aged)
        stage.record_some()
        if story.step_s > 0:
            stage.wait_in_vault(before)
        wrong = stage.look()
        since = min(stage.begun, stage.begun + timedelta(seconds=story.step_s))
        gaps_while_wrong = stage.gaps(since)

        stage.set_clock(stage.base_offset_s, story.seen_by[1])
        stage.record_some()
        right = stage.look()
        gaps = stage.gaps(stage.begun)
        misplaced = stage.misplaced()

        said = stage.confirm_clock()
        stage.wait_trusted()
        stage.wait_gone(stage.aged)
        stage.record_some()
        return Evidence(
            begun=stage.begun,
            before=before,
            wrong=wrong,
            right=right,
            confirmed=stage.look(),
            said=said,
            said_again=stage.confirm_clock(),
            aged=stage.aged,
            kept=stage.kept,
            receipts=stage.receipts(),
            gaps_while_wrong=gaps_while_wrong,
            gaps=gaps,
            misplaced=misplaced,
        )


@dataclass(frozen=True)
class Believed:
    """What was seen where an operator said that the clock is right a day later."""

    before: Look
    believed: Look
    receipts: list[Receipt]
    kept: Hour
    this_hour: Hour
    misplaced: list[str]


def play_believed(folder: Path) -> Believed:
    """A day ahead, and that is the truth."""
    stage = ClockStory(folder)
    agent = stage.agent
    with agent:
        agent.wait_live(within_s=WITHIN_S)
        stage.put_hour(stage.kept)
        stage.record_some()
        before = stage.look()
        stage.set_clock(stage.base_offset_s + DAY_S, "moved by +24.0 h")
        stage.record_some()
        stage.wait_in_vault(before)
        stage.confirm_clock()
        stage.wait_trusted()
        stage.wait_gone(stage.kept)
        stage.wait_gone(stage.this_hour)
        stage.record_some()
        believed = stage.look()
        return Believed(
            before=before,
            believed=believed,
            receipts=stage.receipts(),
            kept=stage.kept,
            this_hour=stage.this_hour,
            misplaced=stage.misplaced(),
        )


def kind_of(name: str) -> str:
    return next(kind for kind in ("segments", "thumbnails", "metadata", "captures") if _is(kind, name))


def _is(kind: str, name: str) -> bool:
    return Path(name).match(PATTERNS[kind])


Futures = Mapping[str, Future[Evidence]]


@pytest.fixture(scope="module")
def pool() -> Iterator[ThreadPoolExecutor]:
    with ThreadPoolExecutor(len(STORIES) + 1) as threads:
        yield threads


@pytest.fixture(scope="module")
def playing(
    pool: ThreadPoolExecutor, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Futures, Future[Believed]]:
    """All stories begin when the first test asks for one."""
    folder = tmp_path_factory.mktemp("clock")
    stories = {story.name: pool.submit(play, story, folder / str(n)) for n, story in enumerate(STORIES)}
    return stories, pool.submit(play_believed, folder / "believed")


@pytest.fixture
def seen(playing: tuple[Futures, Future[Believed]], story: Story) -> Evidence:
    return playing[0][story.name].result()


@pytest.fixture
def believed(playing: tuple[Futures, Future[Believed]]) -> Believed:
    return playing[1].result()


def lost(before: Look, after: Look) -> dict[str, Content]:
    """What was there before and is not any more. Raises AssertionError where something changed."""
    kept = {name: content for name, content in before.contents.items() if name in after.contents}
    assert {name: after.contents[name] for name in kept} == kept
    return {name: content for name, content in before.contents.items() if name not in kept}


@each_story
def test_a_wrong_clock_deletes_nothing(story: Story, seen: Evidence) -> None:
    assert {kind_of(name) for name in seen.before.contents} == set(PATTERNS)
    assert lost(seen.before, seen.wrong) == {}
    assert lost(seen.wrong, seen.right) == {}
    # What the wrong clock takes for expired, or the right one once nobody doubts it, was there all along.
    for look, hour in ((seen.before, seen.kept), (seen.wrong, seen.aged)):
        assert [content.hour for content in look.contents.values()].count(hour) == 3


@each_story
def test_the_alarm_is_seen_in_the_device_and_in_the_health_of_the_host(story: Story, seen: Evidence) -> None:
    for look, words in zip((seen.wrong, seen.right), story.seen_by, strict=True):
        assert words in look.alarms[SUSPECT]
        assert look.health_alarms[SUSPECT] == look.alarms[SUSPECT]
        assert "Nothing is deleted until" in look.alarms[SUSPECT]
    for look in (seen.before, seen.confirmed):
        assert SUSPECT not in look.alarms
        assert SUSPECT not in look.health_alarms


@each_story
def test_recording_goes_on_by_the_new_time(story: Story, seen: Evidence) -> None:
    looks = (seen.before, seen.wrong, seen.right, seen.confirmed)
    # Of all looks: what was recorded in 1970 has gone by the last one.
    rows = sorted({row for look in looks for row in look.rows}, key=lambda row: row.number)
    # One run of ffmpeg, no number left out, none given twice, and not a picture missing at the steps.
    assert [row.number for row in rows] == list(range(rows[0].number, rows[0].number + len(rows)))
    assert {row.run for row in rows} == {rows[0].run}
    for row, following in pairwise(rows):
        played_ms = (following.media_ts_90khz - row.media_ts_90khz) / 90
        assert played_ms == pytest.approx(row.duration_ms, abs=5), (row, following)
    for before, after in pairwise(looks):
        recent = after.rows_since(before)[-3:]
        assert len(recent) == 3
        for row in recent:
            age_s = after.now.timestamp() - row.begin_utc_ms / 1000
            assert 0 < age_s < 30, (row, after.now)
        assert [row.name for row in after.rows if row.name not in after.contents] == []


@each_story
def test_the_live_playlist_goes_on(story: Story, seen: Evidence) -> None:
    looks = (seen.before, seen.wrong, seen.right, seen.confirmed)
    assert_none(fault for look in looks for fault in playlist_faults(look.live))
    assert_none(
        fault for before, after in pairwise(looks) for fault in reload_faults(before.live, after.live)
    )


@each_story
def test_every_file_is_in_the_folder_of_its_hour(story: Story, seen: Evidence) -> None:
    assert_none(seen.misplaced)


@each_story
def test_the_time_line_explains_what_the_clock_left_out(story: Story, seen: Evidence) -> None:
    (gap,) = seen.gaps
    assert gap.code == CLOCK_JUMPED
    # While the clock was wrong nothing was recorded at the right time.
    assert abs((gap.start - seen.before.now).total_seconds()) < 15
    assert gap.end > seen.before.now
    if story.step_s > 0:
        (leapt,) = seen.gaps_while_wrong
        assert leapt.code == CLOCK_JUMPED
        assert (leapt.end - leapt.start).total_seconds() == pytest.approx(story.step_s, abs=15)
    else:
        assert seen.gaps_while_wrong == []


@each_story
def test_an_operators_word_ends_the_alarm_and_what_has_expired_goes_again(
    story: Story, seen: Evidence
) -> None:
    assert "Confirmed" in seen.said
    assert "not suspect" in seen.said_again
    gone = lost(seen.right, seen.confirmed)
    assert [content.hour for content in gone.values()].count(seen.aged) == 3
    assert {receipt.reason for receipt in seen.receipts} == {"expired"}
    assert ("segments", str(seen.aged), 3) in {
        (receipt.kind, receipt.hour, receipt.files) for receipt in seen.receipts
    }
    # Nothing else went but what the right clock had dated so long ago, or the wrong one.
    expired = [(kind_of(name), content.hour) for name, content in gone.items()]
    expired += [(receipt.kind, Hour.parse(receipt.hour)) for receipt in seen.receipts]
    for kind, hour in expired:
        assert hour.end + timedelta(hours=KEPT_HOURS[kind]) <= seen.confirmed.now, (kind, hour)
        assert hour == seen.aged or hour.start.year == 1970
    assert lost(seen.before, seen.confirmed) == {}


def test_a_day_that_an_operator_believes_lets_go_what_has_expired_and_nothing_else(
    believed: Believed,
) -> None:
    gone = {
        (kind_of(name), content.hour) for name, content in lost(believed.before, believed.believed).items()
    }
    assert gone == {("segments", believed.kept), ("captures", believed.this_hour)}
    told = {(receipt.kind, receipt.hour, receipt.reason) for receipt in believed.receipts}
    assert told == {(kind, str(hour), "expired") for kind, hour in gone}
    captures = [name for name in believed.before.contents if kind_of(name) == "captures"]
    assert captures
    assert not set(captures) & set(believed.believed.contents)
    assert believed.believed.rows_since(believed.before)
    assert_none(believed.misplaced)
