"""The architecture's validation checklist, point by point, on one running agent.

A raw source (the recorder makes its pictures) and a film (recorded as it is, a frame maker makes its
pictures) are recorded across an hour boundary. The older hours of the day were put there before.
"""

import io
import os
import re
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import httpx
import pytest
from PIL import Image

from host_agent.journal.facts import Receipt
from host_agent.journal.journal import Journal
from host_agent.ring.layout import DeviceFolders, Hour, Kind, RingFile
from host_agent.ring.store import RingStore
from shared.clock import SystemClock
from shared.spans import from_utc_ms, iso_ms
from tests.support.agent_under_test import AgentUnderTest
from tests.support.clean_host import record_hour
from tests.support.findings import assert_none
from tests.support.footage_decoder import decode, decode_bytes
from tests.support.playlist_check import Playlist, playlist_faults, read_playlist

pytestmark = pytest.mark.slow

RAW, FILM = "capture1", "capture2"
FPS = 10
HOT_SEGMENTS, HOT_FRAMES = 5, 10
HOUR_CHANGES_AFTER_S = 20.0
WITHIN_S = 60.0
CLIENTS, ROUNDS = 8, 3
FILES_AN_HOUR = 2
RETENTION_HOURS = {Kind.SEGMENTS: 24, Kind.CAPTURES: 1, Kind.THUMBNAILS: 24, Kind.METADATA: 24}
NAMES = {
    Kind.SEGMENTS: re.compile(r"segment_[0-9]{9}\.ts"),
    Kind.CAPTURES: re.compile(r"capture_[0-9]{9}\.jpg"),
    Kind.THUMBNAILS: re.compile(r"capture_[0-9]{9}_thumbnail\.jpg"),
    Kind.METADATA: re.compile(r"capture_[0-9]{9}\.json"),
}
each_device = pytest.mark.parametrize("device", [RAW, FILM])
each_kind = pytest.mark.parametrize("kind", list(NAMES), ids=lambda kind: kind.value)


@dataclass(frozen=True)
class Recording:
    """A running agent; `first` is the hour in which it was started, the next one begins soon after.

    `put`: the names of what was on the raw source's disk before.
    """

    agent: AgentUnderTest
    first: Hour
    put: frozenset[str]

    @property
    def second(self) -> Hour:
        return self.first.next()

    @property
    def hours(self) -> tuple[Hour, Hour]:
        return self.first, self.second

    def hot(self, device: str, kind: Kind) -> dict[str, Path]:
        return files_in(self.agent.root / device / kind.value, kind)

    def cold(self, device: str, kind: Kind, hour: Hour) -> dict[str, Path]:
        return files_in(self.agent.root / device / kind.value / str(hour.number), kind)

    def wait_for(self, what: str, holds: Callable[[], bool]) -> None:
        self.agent.wait_for(what, holds, within_s=WITHIN_S)

    def wait_archived(self, device: str, kind: Kind) -> None:
        """Wait until the second hour's folder has files of this hour: then the first is complete."""

        def is_archived() -> bool:
            cold = self.cold(device, kind, self.second)
            return any(hour_of(path) == self.second for path in list(cold.values())[-1:])

        self.wait_for(f"{kind.value} of {device} in the folder of {self.second}", is_archived)

    def playlist_url(self, device: str, hour: Hour) -> str:
        return f"{self.agent.url}/host/stream/{device}/segments/{hour.number}/archive.m3u8"

    def receipts(self) -> list[Receipt]:
        journal = Journal(self.agent.state_dir / "journal.db", SystemClock())
        try:
            return journal.receipts(RAW)
        finally:
            journal.close()


def files_in(folder: Path, kind: Kind) -> dict[str, Path]:
    """By name. An hour's folder is not there for an instant when a fresh one takes its place."""
    try:
        return {path.name: path for path in sorted(folder.iterdir()) if NAMES[kind].fullmatch(path.name)}
    except FileNotFoundError:
        return {}


def number_of(name: str) -> int:
    return int(name[8:17])


def hour_of(path: Path) -> Hour:
    return Hour.of(from_utc_ms(path.stat().st_mtime_ns // 1_000_000))


def jpeg(colour: str) -> bytes:
    picture = io.BytesIO()
    Image.new("RGB", (320, 180), colour).save(picture, "JPEG")
    return picture.getvalue()


def put_earlier_hours(store: RingStore, first: Hour) -> frozenset[str]:
    """Put what an agent that has run for more than a day has on disk: of each kind an hour that has
    expired already, one that expires when the hour changes, and all that are kept. Return the names."""
    store.prepare()
    contents = {Kind.CAPTURES: jpeg("navy"), Kind.THUMBNAILS: jpeg("navy"), Kind.METADATA: b"{}"}
    names: set[str] = set()
    number = 1
    for kind, kept in RETENTION_HOURS.items():
        for ago in range(kept + 1, 0, -1):
            numbers = range(number, number + FILES_AN_HOUR)
            record_hour(store, kind, hours_before(first, ago), numbers, content=contents.get(kind))
            names |= {RingFile(kind, each).name for each in numbers}
            number += FILES_AN_HOUR
    return frozenset(names)


def hours_before(hour: Hour, count: int) -> Hour:
    return Hour(hour.start - timedelta(hours=count))


def make_film(path: Path) -> Path:
    source = f"testsrc2=size=320x180:rate={FPS}"
    subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-f", "lavfi", "-i", source, "-t", "180"),
            *("-c:v", "libx264", "-preset", "ultrafast", "-bf", "0", "-g", str(FPS)),
            *("-pix_fmt", "yuv420p", str(path)),
        ],
        check=True,
        timeout=60,
    )
    return path


@pytest.fixture(scope="module")
def recording(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Recording]:
    folder = tmp_path_factory.mktemp("checklist")
    film = make_film(folder / "film.mp4")
    offset_s = 3600 - (time.time() + HOUR_CHANGES_AFTER_S) % 3600
    devices: list[dict[str, object]] = [
        {"name": RAW, "source": "pattern:testsrc2", "size": "320x180", "fps": FPS},
        {"name": FILM, "source": f"file:{film}"},
    ]
    sections: dict[str, dict[str, object]] = {
        "ring": {
            "archive_interval_s": 1.0,
            "clean_interval_s": 1.0,
            "hot_segments": HOT_SEGMENTS,
            "hot_frames": HOT_FRAMES,
        },
        "retention": {kind.value: kept for kind, kept in RETENTION_HOURS.items()},
    }
    agent = AgentUnderTest(folder, devices, clock_offset_s=offset_s, sections=sections)
    clock = SystemClock(offset_s)
    first = Hour.of(clock.now())
    put = put_earlier_hours(RingStore(DeviceFolders(agent.root, RAW), clock), first)
    with agent:
        agent.wait_live(within_s=WITHIN_S)
        yield Recording(agent, first, put)


@each_device
def test_ffmpeg_creates_new_folder_structure_on_startup(recording: Recording, device: str) -> None:
    base = recording.agent.root / device
    hours = {str(number) for number in range(24)}

    def folders(kind: Kind) -> set[str]:
        return {path.name for path in base.joinpath(kind.value).iterdir() if path.is_dir()}

    # A folder of an earlier day may just be giving way to a fresh one.
    recording.wait_for("every folder", lambda: all(folders(kind) == hours for kind in Kind))


@each_kind
@each_device
def test_ffmpeg_writes_to_correct_paths(recording: Recording, device: str, kind: Kind) -> None:
    before = set(recording.hot(device, kind))
    recording.wait_for(f"more {kind.value}", lambda: bool(set(recording.hot(device, kind)) - before))
    content = b""
    while not content:
        try:
            content = list(recording.hot(device, kind).values())[-1].read_bytes()
        except FileNotFoundError:
            continue  # it was archived meanwhile
    if kind in (Kind.CAPTURES, Kind.THUMBNAILS):
        with Image.open(io.BytesIO(content)) as picture:
            assert picture.size == (320, 180)
    elif kind is Kind.SEGMENTS:
        assert decode_bytes(content).complaints == []
    # Each kind in its own folder, and nothing else beside it.
    names = {path.name for path in (recording.agent.root / device / kind.value).iterdir() if path.is_file()}
    strange = {name for name in names if not NAMES[kind].fullmatch(name) and not name.startswith(".")}
    assert strange == ({"output.m3u8"} if kind is Kind.SEGMENTS else set())
    assert any(device in " ".join(seen.arguments) for seen in recording.agent.ffmpegs(device))


@each_kind
@each_device
def test_archival_service_moves_files_when_more_than_the_limit_are_in_hot_storage(
    recording: Recording, device: str, kind: Kind
) -> None:
    limit = HOT_SEGMENTS if kind is Kind.SEGMENTS else HOT_FRAMES

    def is_moved() -> bool:
        # Cold first: the oldest go first, so whatever is hot afterwards is newer.
        cold = {name for hour in recording.hours for name in recording.cold(device, kind, hour)}
        cold -= recording.put if device == RAW else frozenset()
        hot = recording.hot(device, kind)
        if not cold or not hot:
            return False
        assert max(map(number_of, cold)) < min(map(number_of, hot))
        assert len(hot) >= limit, "files that are not beyond the limit were moved"
        return len(hot) == limit

    recording.wait_for(f"no more than {limit} hot {kind.value}", is_moved)


@each_kind
@each_device
def test_hour_folders_contain_correct_files(recording: Recording, device: str, kind: Kind) -> None:
    recording.wait_archived(device, kind)
    if kind is Kind.CAPTURES:
        # They are kept for an hour after theirs: it is the next hour's end that takes this one.
        assert recording.agent.now_s() < recording.second.end.timestamp()
    # Hot, then second, then first: a file is moved one way only, and never out of its hour's folder.
    hot = recording.hot(device, kind)
    by_hour = {hour: recording.cold(device, kind, hour) for hour in recording.hours}
    for hour, files in by_hour.items():
        assert files, hour
        assert {name: hour_of(path) for name, path in files.items()} == dict.fromkeys(files, hour)
    mine = [number_of(name) for name in {*hot, *by_hour[recording.first], *by_hour[recording.second]}]
    assert sorted(mine) == list(range(min(mine), max(mine) + 1)), "a file is missing or doubled"
    if kind is Kind.SEGMENTS:
        for hour, files in by_hour.items():
            begins = dated_in(recording, device, hour)
            assert {Hour.of(from_utc_ms(begin)) for begin in begins.values()} == {hour}
            assert set(files) <= set(begins)
            for name, path in files.items():
                assert begins[name] == path.stat().st_mtime_ns // 1_000_000


def dated_in(recording: Recording, device: str, hour: Hour) -> dict[str, int]:
    """Begin of each segment that the `times.csv` of this hour's folder has, in ms UTC."""
    folder = recording.agent.root / device / "segments" / str(hour.number)
    lines = (folder / "times.csv").read_text().splitlines()[1:]
    return {f"segment_{int(line.split(',')[0]):09d}.ts": int(line.split(",")[1]) for line in lines}


@each_device
def test_screenshot_api_returns_latest_image(recording: Recording, device: str) -> None:
    agent = recording.agent
    newest = max(map(number_of, recording.hot(device, Kind.CAPTURES)))
    answer = agent.get(f"/api/host/screenshot/{device}")
    asked_at_s = agent.now_s()
    assert answer.status_code == 200, answer.text
    places = [agent.root / device / "captures" / place for place in ("", *map(str, range(24)))]
    same = [
        path
        for place in places
        for path in files_in(place, Kind.CAPTURES).values()
        if path.stat().st_size == len(answer.content) and path.read_bytes() == answer.content
    ]
    assert same, "it is none of the captures on disk"
    path = max(same, key=lambda path: number_of(path.name))
    assert number_of(path.name) >= newest
    taken_s = datetime.fromisoformat(answer.headers["X-Frame-Time"]).timestamp()
    assert abs(taken_s - path.stat().st_mtime) < 0.002
    assert asked_at_s - taken_s - 1 < float(answer.headers["X-Frame-Age"]) <= 3


def test_heatmap_displays_24h_of_thumbnails(recording: Recording) -> None:
    agent = recording.agent
    recording.wait_archived(RAW, Kind.THUMBNAILS)
    listed: dict[int, list[str]] = {}
    dates: set[str] = set()
    for number in range(24):
        told = agent.json(f"/api/host/thumbnails/{RAW}/{number}")
        assert told["hour"] == number
        assert told["count"] == len(told["thumbnails"])
        listed[number] = told["thumbnails"]
        dates.add(told["date"])
    for hour in (hours_before(recording.second, ago) for ago in range(24)):
        assert str(hour.date) in dates
        addresses = listed[hour.number]
        is_recorded = hour in recording.hours
        assert len(addresses) > FILES_AN_HOUR if is_recorded else len(addresses) == FILES_AN_HOUR, hour
        numbers = [number_of(address.rpartition("/")[2]) for address in addresses]
        assert numbers == sorted(numbers)
        for address in addresses:
            answer = agent.get(address)
            assert answer.status_code == 200, address
            assert answer.headers["Content-Type"] == "image/jpeg"
            with Image.open(io.BytesIO(answer.content)) as picture:
                picture.load()
                assert picture.width == 320


@each_device
def test_archive_manifests_load_correctly(recording: Recording, device: str) -> None:
    agent, url = recording.agent, recording.playlist_url(device, recording.first)
    recording.wait_archived(device, Kind.SEGMENTS)
    recording.wait_for("the end of the first hour's list", lambda: loaded(url)[1].is_ended)
    text, playlist = loaded(url)
    assert_none(playlist_faults(text))
    files = recording.cold(device, Kind.SEGMENTS, recording.first)
    assert [segment.uri.rpartition("/")[2] for segment in playlist.segments] == list(files)
    folder = agent.root / device / "segments" / str(recording.first.number)
    assert (folder / "archive.m3u8").read_text() == text

    probe = ["ffprobe", "-v", "error", "-show_entries", "stream=codec_name,width,height", "-of", "csv=p=0"]
    probed = subprocess.run([*probe, url], capture_output=True, text=True, timeout=60, check=True)
    assert set(probed.stdout.split()) == {"h264,320,180"}
    assert probed.stderr == ""

    played = decode(["-i", url], keep_times=False)
    assert played.complaints == []
    assert len(played.pictures) == pytest.approx(playlist.duration_s * FPS, abs=FPS)


@each_device
def test_archive_manifest_of_the_running_hour_loads_correctly_and_only_grows(
    recording: Recording, device: str
) -> None:
    url = recording.playlist_url(device, recording.second)
    recording.wait_archived(device, Kind.SEGMENTS)
    before, playlist = loaded(url)
    assert_none(playlist_faults(before))
    assert playlist.kind == "event"
    assert not playlist.is_ended
    stream = b""
    for segment in playlist.segments:
        answer = httpx.get(segment.absolute_uri)
        assert answer.status_code == 200, segment.absolute_uri
        stream += answer.content
    decoded = decode_bytes(stream)
    assert decoded.complaints == []
    assert len(decoded.pictures) == pytest.approx(playlist.duration_s * FPS, abs=FPS)
    recording.wait_for("more of it", lambda: len(loaded(url)[1].segments) > len(playlist.segments))
    assert loaded(url)[0].startswith(before)


def loaded(url: str) -> tuple[str, Playlist]:
    answer = httpx.get(url)
    assert answer.status_code == 200, answer.text
    return answer.text, read_playlist(answer.text, url)


@each_kind
def test_cleanup_deletes_24h_old_hour_folders(recording: Recording, kind: Kind) -> None:
    kept = RETENTION_HOURS[kind]
    store = RingStore(DeviceFolders(recording.agent.root, RAW), SystemClock(recording.agent.clock_offset_s))
    leaving = [hours_before(recording.first, ago) for ago in (kept + 1, kept)]

    def departed() -> list[Receipt]:
        return sorted(
            (receipt for receipt in recording.receipts() if receipt.kind == kind.value),
            key=lambda receipt: receipt.hour,
        )

    recording.wait_for("two receipts", lambda: len(departed()) >= len(leaving))
    receipts = departed()
    assert [(receipt.hour, receipt.files, receipt.reason) for receipt in receipts] == [
        (str(hour), FILES_AN_HOUR, "expired") for hour in leaving
    ]
    for receipt, hour in zip(receipts, leaving, strict=True):
        assert receipt.at >= hour.end + timedelta(hours=kept), "it was not 24 h old yet"
        assert receipt.size_bytes > 0
    staying = [hours_before(recording.first, ago) for ago in range(kept - 1, 0, -1)]
    on_disk = store.hours(kind)
    assert not set(leaving) & set(on_disk)
    assert [hour for hour in on_disk if hour < recording.first] == staying
    assert all(store.folders.cold(kind, number).is_dir() for number in range(24))


def test_no_timeouts_or_performance_issues(recording: Recording) -> None:
    agent = recording.agent
    for device in (RAW, FILM):
        recording.wait_archived(device, Kind.SEGMENTS)
    began_s = agent.now_s() - 10
    asked: list[tuple[str, dict[str, str]]] = [("/api/host/health", {}), ("/api/host/devices", {})]
    span = {"from": iso_ms(recording.first.start), "to": iso_ms(recording.second.end)}
    at = {"at": iso_ms(from_utc_ms(round(began_s * 1000)))}
    for device in (RAW, FILM):
        asked += [
            (f"/api/host/devices/{device}", {}),
            # How fresh it is, is another point; here a loaded machine may be behind.
            (f"/api/host/screenshot/{device}", {"max_age": "60"}),
            *((f"/api/host/thumbnails/{device}/{hour}", {}) for hour in range(24)),
            (f"/api/host/metadata/{device}/{recording.first.number}", {}),
            (f"/api/host/timeline/{device}", span),
            (f"/api/host/heatmap/{device}", span),
            (f"/api/host/frame/{device}", at),
            (f"/host/stream/{device}/segments/output.m3u8", {}),
            *((f"/host/stream/{device}/segments/{hour.number}/archive.m3u8", {}) for hour in recording.hours),
            (f"/host/stream/{device}/playlist.m3u8", span),
        ]

    def ask(client: int) -> list[str]:
        refused = []
        with httpx.Client(base_url=agent.url, timeout=30) as http:
            for path, query in (asked[client * 7 :] + asked[: client * 7]) * ROUNDS:
                answer = http.get(path, params=query)
                if answer.status_code != 200:
                    refused.append(f"{answer.url}: {answer.status_code} {answer.text[:200]}")
        return refused

    with ThreadPoolExecutor(CLIENTS) as clients:
        assert_none(refusal for refusals in clients.map(ask, range(CLIENTS)) for refusal in refusals)
    # Recording comes first: it noticed nothing.
    asked_span = {"from": iso_ms(from_utc_ms(round(began_s * 1000))), "to": span["to"]}
    for device in (RAW, FILM):
        assert agent.json(f"/api/host/timeline/{device}", **asked_span)["gaps"] == []
        assert agent.state(device) == "live"


def test_removed_all_cache_code_so_that_a_file_shows_and_goes_at_once(recording: Recording) -> None:
    agent, picture = recording.agent, jpeg("crimson")
    hour = hours_before(recording.second, 5)
    listing = f"/api/host/thumbnails/{RAW}/{hour.number}"
    before = agent.json(listing)["thumbnails"]
    name = "capture_800000001_thumbnail.jpg"
    path = agent.root / RAW / "thumbnails" / str(hour.number) / name
    address = f"/host/stream/{RAW}/thumbnails/{hour.number}/{name}"
    assert agent.get(address).status_code == 404
    for _ in range(3):
        path.write_bytes(picture)
        assert agent.json(listing)["thumbnails"] == [*before, address]
        assert agent.get(address).content == picture
        path.unlink()
        assert agent.json(listing)["thumbnails"] == before
        assert agent.get(address).status_code == 404


def test_removed_all_cache_code_so_that_the_newest_picture_is_the_file_systems(recording: Recording) -> None:
    agent, pictures = recording.agent, [jpeg("crimson"), jpeg("gold")]
    path = agent.root / RAW / "captures" / "capture_900000001.jpg"
    partial = path.with_name(".by-hand")
    try:
        for picture in pictures:
            partial.write_bytes(picture)
            os.utime(partial, (agent.now_s(), agent.now_s()))
            partial.replace(path)
            assert agent.get(f"/api/host/screenshot/{RAW}").content == picture
    finally:
        path.unlink()
    answer = agent.get(f"/api/host/screenshot/{RAW}", max_age="60")
    assert answer.status_code == 200
    assert answer.content not in pictures
