"""A generated past under a real agent: what it answers of it, and that recording goes on from there."""

import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from deploy.local.sample_day import SampleDevice, ensure_sample_day, live_source, recorded_ms
from deploy.local.sample_day_ring import Written
from deploy.local.sample_day_scenes import SEGMENT_MS, Shot, street_corner
from host_agent.frames.collector import PublishedFrame
from host_agent.frames.heatmap_writer import read_captures
from host_agent.frames.jpeg_facts import JpegFacts
from host_agent.frames.metadata import CaptureFacts
from host_agent.frames.metadata_writer import MetadataWriter
from host_agent.journal.journal import Journal
from host_agent.ring.layout import DeviceFolders, Hour, Kind, RingFile, hours_of
from host_agent.ring.store import RingStore
from host_agent.settings import FrameSettings
from host_agent.timeline.timeline import Timeline, TimelineService
from shared.clock import SystemClock
from shared.errors import ConflictError, UnavailableError
from shared.spans import Span, from_utc_ms, iso_ms
from tests.support.agent_under_test import AgentUnderTest
from tests.support.any_disk import FLOOR_PERCENT
from tests.support.clips import CLIPS_FOLDER
from tests.support.set_clock import SetClock

PROJECT = Path(__file__).resolve().parents[2]
HOURS = 3
CODES = ["source_unreachable", "ffmpeg_crashed", "stopped_by_user"]
PATTERN = {"name": "pattern", "source": "pattern:testsrc2", "size": "160x90", "fps": 5}
CLIP_WITHIN_S = 30.0
NOW = datetime(2026, 11, 21, 14, 23, 5, tzinfo=UTC)
SHOT = street_corner(CLIPS_FOLDER)


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The scenes, made once for all tests."""
    return tmp_path_factory.mktemp("scenes")


@dataclass(frozen=True, slots=True)
class Sampled:
    """An agent that records the sample behind its generated past; `before` is when that was begun."""

    agent: AgentUnderTest
    written: Written
    before: datetime

    def json(self, what: str, begin: datetime, end: datetime) -> Any:
        return self.agent.json(f"/api/host/{what}/sample", **{"from": iso_ms(begin), "to": iso_ms(end)})

    @property
    def begin(self) -> datetime:
        """Of the first segment."""
        return from_utc_ms(self.agent.ring("sample").times()[0].begin_utc_ms)

    def inside(self, code: str) -> datetime:
        """The middle of the gap with this code."""
        gaps = self.json("timeline", self.begin, self.before)["gaps"]
        gap = next(gap for gap in gaps if gap["code"] == code)
        start, end = (datetime.fromisoformat(gap[edge]) for edge in ("from", "to"))
        return start + (end - start) / 2


@pytest.fixture(scope="module")
def sampled(tmp_path_factory: pytest.TempPathFactory, cache: Path) -> Iterator[Sampled]:
    """The past is made while the agent records another device; then the sample is added to its settings."""
    folder = tmp_path_factory.mktemp("agent")
    with AgentUnderTest(folder, [PATTERN], sections={"ring": {"clean_interval_s": 1.0}}) as agent:
        agent.wait_live("pattern")
        clock, before = SystemClock(), datetime.now(UTC)
        written = ensure_sample_day(
            SampleDevice(agent.root, agent.state_dir, floor_percent=FLOOR_PERCENT),
            SHOT,
            cache,
            clock,
            UTC,
            hours=HOURS,
        )
        assert written is not None
        source = live_source(SHOT, cache, clock, UTC)
        agent.reload(devices=[PATTERN, {"name": "sample", "label": "Sample", "source": source}])
        agent.wait_live("sample")
        yield Sampled(agent, written, before)


def spans_of(answer: dict[str, Any]) -> list[tuple[datetime, datetime]]:
    parts = [*answer["recorded"], *answer["gaps"]]
    return sorted(
        (datetime.fromisoformat(part["from"]), datetime.fromisoformat(part["to"])) for part in parts
    )


def test_the_time_line_explains_every_gap_of_the_past(sampled: Sampled) -> None:
    begin = sampled.begin
    told = sampled.json("timeline", begin - timedelta(minutes=40), sampled.before + timedelta(minutes=5))
    assert [gap["code"] for gap in told["gaps"]] == ["unassigned", *CODES, "unassigned"]
    lengths_s = [
        (datetime.fromisoformat(gap["to"]) - datetime.fromisoformat(gap["from"])).total_seconds()
        for gap in told["gaps"]
    ]
    longest_s = SEGMENT_MS / 1000
    assert lengths_s[0] == 40 * 60
    for seconds, planned_s in zip(lengths_s[1:4], (360, 40, 1200), strict=True):
        assert planned_s <= seconds < planned_s + longest_s
    # From the last generated segment to the first recorded one.
    assert lengths_s[4] < 10
    parts = spans_of(told)
    assert all(before[1] == after[0] for before, after in pairwise(parts))


def test_the_other_device_of_the_agent_has_the_same_time_line_as_without_the_sample(sampled: Sampled) -> None:
    told = sampled.agent.json(
        "/api/host/timeline/pattern",
        **{"from": iso_ms(sampled.before - timedelta(hours=HOURS)), "to": iso_ms(sampled.before)},
    )
    assert [gap["code"] for gap in told["gaps"]] == ["unassigned"]
    assert "not configured on this host yet" in told["gaps"][0]["sentence"]


def test_the_heatmap_has_minutes_and_mosaics_with_motion_a_black_spell_and_a_freeze(sampled: Sampled) -> None:
    def told() -> dict[str, Any]:
        answer: dict[str, Any] = sampled.json("heatmap", sampled.begin, sampled.before)
        return answer

    hours = (sampled.before - sampled.begin) / timedelta(hours=1)
    sampled.agent.wait_for("the running hour's minutes", lambda: len(told()["minutes"]) >= int(hours * 60))
    answer = told()
    # What follows is recorded, and has more captures.
    last = iso_ms(sampled.before - timedelta(minutes=1))
    minutes = [minute for minute in answer["minutes"] if minute["start"] <= last]
    assert sum(minute["frames"] for minute in minutes) == pytest.approx(sampled.written.captures, abs=15)
    # As seen by captures every ten seconds.
    assert sum(minute["black_s"] or 0 for minute in minutes) == pytest.approx(180, abs=15)
    assert sum(minute["frozen_s"] or 0 for minute in minutes) == pytest.approx(300, abs=25)
    in_gaps_s = sum(minute["missing_s"] for minute in minutes if minute["start"] > iso_ms(sampled.begin))
    assert in_gaps_s == pytest.approx(360 + 40 + 1200, abs=40)
    assert 0.005 < max(minute["motion_peak"] or 0 for minute in minutes) <= 1
    assert all(
        minute["motion_mean"] > 0 for minute in minutes if minute["frames"] == 6 and not minute["frozen_s"]
    )
    shown = [mosaic["hour"] for mosaic in answer["mosaics"]]
    touched = [str(hour) for hour in hours_of(Span(sampled.begin, sampled.before))]
    # Of the first and the last there may be less than a minute.
    assert set(touched[1:-1]) <= set(shown) <= set(touched)
    for mosaic in answer["mosaics"]:
        picture = sampled.agent.get(mosaic["url"])
        assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/jpeg")


def test_an_hour_has_its_thumbnails_and_metadata(sampled: Sampled) -> None:
    hour = Hour.of(sampled.before - timedelta(hours=2))
    told = sampled.agent.json(f"/api/host/thumbnails/sample/{hour}")
    metadata = sampled.agent.json(f"/api/host/metadata/sample/{hour}")
    assert told["count"] == len(metadata) > 100
    assert sampled.agent.get(told["thumbnails"][7]).content.startswith(b"\xff\xd8")
    pictures = {sampled.agent.get(url).content for url in told["thumbnails"][:12]}
    assert len(pictures) == 12, "each shows its own time"
    numbers = [facts["thumbnail"] for facts in metadata]
    assert [f"capture_{number:09d}_thumbnail.jpg" for number in numbers] == [
        url.rpartition("/")[2] for url in told["thumbnails"]
    ]
    begins = [datetime.fromisoformat(facts["captured_at"]) for facts in metadata]
    steps_s = [(late - early).total_seconds() for early, late in pairwise(begins)]
    assert sum(9.9 < step_s < 10.1 for step_s in steps_s) >= len(steps_s) - 3
    assert {(facts["width"], facts["height"]) for facts in metadata} == {(640, 272)}


def test_pictures_are_judged_as_the_agent_judges_them(sampled: Sampled, tmp_path: Path) -> None:
    ring = RingStore(DeviceFolders(sampled.agent.root, "sample"), SystemClock())
    again = RingStore(DeviceFolders(tmp_path, "again"), SystemClock())
    again.prepare()
    writer = MetadataWriter(again, SystemClock(), FrameSettings())
    hours = ring.hours(Kind.METADATA)
    generated = [facts for hour in hours for facts in read_captures(ring, hour)][: sampled.written.captures]
    assert any(facts.judgement is not None and facts.judgement.freeze for facts in generated)
    judged: list[CaptureFacts] = []
    for facts in generated:
        assert facts.thumbnail is not None
        found = ring.find(RingFile(Kind.THUMBNAILS, facts.thumbnail))
        assert found is not None
        shutil.copy2(found, again.folders.hot(Kind.THUMBNAILS))
        size = JpegFacts(facts.width, facts.height, facts.size_bytes)
        at_ms = facts.captured_at_utc_ms
        writer.take(
            [
                PublishedFrame(Kind.THUMBNAILS, facts.thumbnail, at_ms, size),
                PublishedFrame(Kind.CAPTURES, facts.number, at_ms, size),
            ]
        )
        judged += writer.step()
    assert judged == generated


def test_there_is_a_picture_of_any_recorded_time(sampled: Sampled) -> None:
    at = sampled.begin + timedelta(minutes=5, milliseconds=1234)
    answer = sampled.agent.get("/api/host/frame/sample", at=iso_ms(at))
    assert (answer.status_code, answer.content[:2]) == (200, b"\xff\xd8")
    missing = sampled.agent.get("/api/host/frame/sample", at=iso_ms(sampled.inside("stopped_by_user")))
    assert missing.status_code == 404
    assert "Stopped by operator" in missing.json()["error"]


def test_an_hour_and_a_range_across_gaps_and_into_the_present_play(sampled: Sampled) -> None:
    agent, hour = sampled.agent, Hour.of(sampled.before - timedelta(hours=2))
    assert played_s(f"{agent.url}/host/stream/sample/segments/{hour}/archive.m3u8", limit_s=20) == (
        pytest.approx(20, abs=0.2)
    )
    crash = sampled.inside("ffmpeg_crashed")
    across = (("from", iso_ms(crash - timedelta(seconds=60))), ("to", iso_ms(crash + timedelta(seconds=60))))
    address = f"{agent.url}/host/stream/sample/playlist.m3u8?{httpx.QueryParams(across)}"
    text = httpx.get(address).text
    assert text.count("#EXT-X-DISCONTINUITY\n") == 1, text
    assert played_s(address) == pytest.approx(80, abs=2 * SEGMENT_MS / 1000)
    whole = agent.text(
        "/host/stream/sample/playlist.m3u8",
        **{"from": iso_ms(sampled.begin), "to": iso_ms(datetime.now(UTC))},
    )
    # Three gaps, and the seam between past and present.
    assert whole.count("#EXT-X-DISCONTINUITY\n") == len(CODES) + 1


def played_s(address: str, limit_s: int | None = None) -> float:
    """Decode what `address` plays; return how many seconds came out. Fails where ffmpeg complains."""
    limit = () if limit_s is None else ("-t", str(limit_s))
    done = subprocess.run(
        [
            *("ffmpeg", "-hide_banner", "-nostdin", "-v", "warning", "-xerror", "-i", address, *limit),
            *("-vf", "scale=16:-2", "-fps_mode", "passthrough", "-f", "framecrc", "-"),
        ],
        capture_output=True,
        text=True,
        check=True,
        timeout=60,
    )
    assert not done.stderr, done.stderr[-2000:]
    frames = [line for line in done.stdout.splitlines() if line and not line.startswith("#")]
    return len(frames) * 0.08


def test_a_clip_plays_on_across_a_gap_and_is_refused_inside_one_with_its_reason(sampled: Sampled) -> None:
    seam = sampled.before  # a moment later the past ends
    for middle in (sampled.inside("ffmpeg_crashed"), seam):
        clip = made_clip(sampled.agent, middle - timedelta(seconds=40), middle + timedelta(seconds=30))
        assert clip["file_name"].endswith(".mp4"), "one file: codec and size are the same all day"
    gap = sampled.inside("stopped_by_user")
    order = {"device": "sample", "from": iso_ms(gap), "to": iso_ms(gap + timedelta(seconds=30))}
    refused = httpx.post(f"{sampled.agent.url}/api/host/clips", json=order)
    assert (refused.status_code, refused.json()["code"]) == (409, "no_footage")
    assert "Stopped by operator" in refused.json()["error"]


def made_clip(agent: AgentUnderTest, begin: datetime, end: datetime) -> dict[str, Any]:
    order = {"device": "sample", "from": iso_ms(begin), "to": iso_ms(end)}
    ordered = httpx.post(f"{agent.url}/api/host/clips", json=order)
    assert ordered.status_code == 202, ordered.text
    address = ordered.headers["Location"]
    deadline = time.monotonic() + CLIP_WITHIN_S
    while (told := agent.json(address))["state"] in ("queued", "running"):
        assert time.monotonic() < deadline, told
        time.sleep(0.05)
    assert told["state"] == "done", told
    assert isinstance(told, dict)
    return told


def test_recording_goes_on_with_larger_numbers(sampled: Sampled) -> None:
    ring = sampled.agent.ring("sample")
    sampled.agent.wait_for(
        "three recorded segments", lambda: len(ring.times()) >= sampled.written.segments + 3
    )
    rows = ring.times()
    begins = [row.begin_utc_ms for row in rows]
    assert begins == sorted(begins), "times grow with numbers"
    assert len({row.number for row in rows}) == len(rows)
    runs = [row.run for row in rows]
    assert runs == sorted(runs)
    assert len(set(runs)) == len(CODES) + 2
    assert rows[sampled.written.segments].begin_utc_ms >= sampled.written.end_utc_ms
    generated = {row.name for row in rows[: sampled.written.segments]}
    assert generated <= ring.segments().keys(), "each has its file"


def test_nothing_is_deleted_and_nobody_complains(sampled: Sampled) -> None:
    journal = Journal(sampled.agent.state_dir / "journal.db", SystemClock())
    seen = journal.states("agent").get("archive")
    health = sampled.agent.json("/api/host/health")
    assert health["alarms"] == [], (health, seen)
    device = sampled.agent.json("/api/host/devices/sample")
    assert (device["state"], device["alarms"]) == ("live", [])
    assert journal.receipts("sample") == []
    journal.close()
    log = sampled.agent.log.read_text()
    assert "archive_problems" not in log
    assert '"level": "error"' not in log
    doctor = subprocess.run(
        [sys.executable, "-m", "host_agent", "doctor", "--config", str(sampled.agent.config)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert doctor.returncode == 0, doctor.stdout
    assert not list(sampled.agent.root.glob(".sample*")), "where the past was made"


def test_enough_of_the_past_is_left_alone_and_a_device_that_is_recorded_is_not_replaced(
    sampled: Sampled, cache: Path
) -> None:
    device = SampleDevice(sampled.agent.root, sampled.agent.state_dir, floor_percent=FLOOR_PERCENT)
    assert ensure_sample_day(device, SHOT, cache, SystemClock(), UTC, hours=HOURS) is None
    with pytest.raises(ConflictError, match="is being recorded"):
        ensure_sample_day(device, SHOT, cache, SystemClock(), UTC, hours=24)
    other = SampleDevice(sampled.agent.root, sampled.agent.state_dir, "pattern", FLOOR_PERCENT)
    with pytest.raises(ConflictError, match="is no sample"):
        ensure_sample_day(other, SHOT, cache, SystemClock(), UTC, hours=24)


def test_by_hand_it_says_what_it_did_and_what_to_record(sampled: Sampled, cache: Path) -> None:
    folders = ("--root", sampled.agent.root, "--state-dir", sampled.agent.state_dir, "--hours", str(HOURS))
    again = by_hand(*folders, "--clips", CLIPS_FOLDER, "--cache", cache)
    assert again.returncode == 0, again.stderr
    enough, source = again.stdout.splitlines()
    assert "enough of the past of sample is there" in enough
    assert Path(source.partition(" from file:")[2]).is_file()
    refused = by_hand(*folders, "--device", "pattern", "--clips", CLIPS_FOLDER, "--cache", cache)
    assert (refused.returncode, refused.stdout) == (1, "")
    assert "Give the sample another name." in refused.stderr


def by_hand(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "deploy.local.sample_day", *arguments],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )


# -- without an agent ------------------------------------------------------------------------


def past_of(device: SampleDevice, clock: SetClock, span: Span) -> Timeline:
    stores = {device.name: RingStore(device.folders, clock)}
    journal = Journal(device.state_dir / "journal.db", clock)
    try:
        return TimelineService(stores, journal, clock).timeline(device.name, span)
    finally:
        journal.close()


def test_a_past_that_is_made_again_replaces_what_was_left_and_explains_all_of_it(
    tmp_path: Path, cache: Path
) -> None:
    device = SampleDevice(tmp_path / "footage", tmp_path / "state", floor_percent=FLOOR_PERCENT)
    clock = SetClock(NOW, monotonic_s=500_000)
    first = ensure_sample_day(device, SHOT, cache, clock, UTC, hours=2)
    assert first is not None
    clock.pass_time(4 * 3600)
    again = ensure_sample_day(device, SHOT, cache, clock, UTC, hours=2)
    assert again is not None
    store = RingStore(device.folders, clock)
    kept = [
        file.number for hour in store.hours(Kind.SEGMENTS) for file in store.hour_files(Kind.SEGMENTS, hour)
    ]
    assert len(kept) == again.segments
    assert min(kept) > first.segments
    two_hours = Span(clock.now() - timedelta(hours=2), clock.now())
    assert recorded_ms(device, two_hours, clock) == again.segments * SEGMENT_MS
    told = past_of(device, clock, Span(NOW - timedelta(hours=4), clock.now()))
    # The first with its own gaps, all gone; nobody recorded; the new one.
    gone = [code for gap in CODES for code in ("expired", gap)]
    assert [gap.code for gap in told.gaps] == [*gone, "expired", "unassigned", *CODES, "unassigned"]
    assert "made anew" in told.gaps[2].sentence


@pytest.mark.parametrize("boot", ["boot-1", "boot-2"], ids=["same boot", "after a restart"])
def test_words_of_the_agent_within_the_past_explain_none_of_it(
    tmp_path: Path, cache: Path, boot: str
) -> None:
    device = SampleDevice(tmp_path / "footage", tmp_path / "state", floor_percent=FLOOR_PERCENT)
    begin = SetClock(NOW - timedelta(hours=2), monotonic_s=500_000)
    journal = Journal(device.state_dir / "journal.db", begin)
    # An agent ran for a while, with the device; it was stopped; and now it has been running for a minute.
    journal.note("agent_started", "agent_started", "The agent started.")
    journal.note("device_added", "starting", "The device is in the settings.", device="sample")
    begin.pass_time(1500)
    journal.note("agent_stopped", "agent_stopped", "The agent was stopped.")
    begin.pass_time(5640)
    if begin.boot != boot:
        begin.boot, begin.monotonic_s = boot, 40.0
    journal.note("agent_started", "agent_started", "The agent started.")
    begin.pass_time(60)
    journal.close()
    assert ensure_sample_day(device, SHOT, cache, begin, UTC, hours=2) is not None
    told = past_of(device, begin, Span(NOW - timedelta(hours=2), NOW))
    assert [gap.code for gap in told.gaps] == [*CODES, "unassigned"]
    others = TimelineService(
        {"other": RingStore(DeviceFolders(tmp_path, "other"), begin)},
        Journal(device.state_dir / "journal.db", begin),
        begin,
    )
    assert [gap.code for gap in others.timeline("other", Span(NOW - timedelta(hours=2), NOW)).gaps] == [
        "unassigned"
    ]


def test_what_a_kill_left_of_an_earlier_try_is_cleared_away(tmp_path: Path, cache: Path) -> None:
    device = SampleDevice(tmp_path / "footage", tmp_path / "state", floor_percent=FLOOR_PERCENT)
    left = device.workshop / "sample" / "segments" / "14"
    left.mkdir(parents=True)
    (left / "segment_000000001.ts").write_bytes(b"torn")
    written = ensure_sample_day(device, SHOT, cache, SetClock(NOW, monotonic_s=500_000), UTC, hours=2)
    assert written is not None
    assert not device.workshop.exists()
    assert len(RingStore(device.folders, SetClock(NOW)).hours(Kind.SEGMENTS)) == 3


def test_a_clip_that_is_missing_is_named_and_leaves_nothing_behind(tmp_path: Path) -> None:
    device = SampleDevice(tmp_path / "footage", tmp_path / "state", floor_percent=FLOOR_PERCENT)
    with pytest.raises(UnavailableError, match=r"nowhere\.mp4 is missing"):
        ensure_sample_day(
            device, Shot(tmp_path / "nowhere.mp4"), tmp_path / "cache", SetClock(NOW), UTC, hours=2
        )
    assert list(device.root.iterdir()) == []
