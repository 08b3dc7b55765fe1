"""Real ffmpeg on every kind of source that can be had here, side by side in one agent: what can be recorded
is, and what cannot says why."""

import json
import subprocess
import time
from collections.abc import Iterator
from contextlib import ExitStack
from itertools import pairwise
from pathlib import Path

import pytest

from deploy.local.free_port import free_port
from tests.support.agent_under_test import AgentUnderTest
from tests.support.http_camera import HttpCamera, Page, Stream, motion_jpeg, pattern, transport_stream
from tests.support.playlist_check import playlist_faults, read_playlist
from tests.support.rtsp_relay import RtspRelay, h264_encoding, pattern_source

PASSWORD, WRONG_PASSWORD = "s3cret-Pw9", "wr0ng-Pw7"
FPS = 10
SMALL_PATTERN = f"testsrc2=size=320x180:rate={FPS}"
FLV_WITH_G711 = Stream(
    [
        *(*pattern(FPS), "-f", "lavfi", "-i", "sine=frequency=440:sample_rate=8000"),
        *("-c:v", "libx264", "-preset", "ultrafast", "-tune", "zerolatency", "-g", str(FPS)),
        *("-pix_fmt", "yuv420p", "-c:a", "pcm_alaw", "-ac", "1", "-f", "flv"),
    ],
    "video/x-flv",
)
PATHS: dict[str, Stream | Page] = {
    "/mjpeg": motion_jpeg(FPS),
    "/live.ts": transport_stream(FPS, sound=["-c:a", "aac"]),
    "/g711.flv": FLV_WITH_G711,
    "/page": Page(),
    "/private": Page(401),
    "/secret": Page(403),
    "/broken": Page(503),
}
RECORDED = ("pattern", "rtsp", "mjpeg", "ts", "g711", "film", "hls")
# Device: how it is set, the code of its state, and words of its sentence.
REFUSED = {
    "wrong-password": ("source_refused", "refused the login (401)"),
    "wrong-path": ("source_refused", "no stream under this path (404)"),
    "closed-port": ("source_unreachable", "Nothing listens at the camera's address"),
    "page-http": ("source_refused", "is not video: check the address; a web page is no stream"),
    "page-rtsp": ("source_refused", "is not video: check the address; a web page is no stream"),
    "http-401": ("source_refused", "refused the login (401)"),
    "http-403": ("source_refused", "forbids access to this stream (403)"),
    "http-404": ("source_refused", "no stream under this path (404)"),
    "http-503": ("source_unreachable", "an error of its own (5xx)"),
    "no-such-host": ("source_unreachable", "host name cannot be resolved"),
    "unplugged": ("source_unreachable", "capture device is not there: check that it is plugged in"),
    "not-a-device": ("misconfigured", "is no capture device"),
    "no-file": ("misconfigured", "is not there: check the path"),
    "no-film": ("misconfigured", "no video that can be read: check the file"),
    "no-pattern": ("misconfigured", "No such filter: 'nosuch'"),
    "no-encoder": ("misconfigured", 'set encode = "x264"'),
    "mjpeg-copied": ("misconfigured", 'encode = "copy" cannot record mjpeg'),
}


def devices_on(relay: RtspRelay, camera: HttpCamera, folder: Path) -> dict[str, dict[str, object]]:
    login = f"cam:{PASSWORD}@"
    closed = free_port()
    sources: dict[str, str | tuple[str, dict[str, object]]] = {
        "pattern": ("pattern:testsrc2", {"size": "320x180", "fps": FPS}),
        "rtsp": relay.url("cam1"),
        "mjpeg": camera.url(f"/mjpeg?password={PASSWORD}"),
        "ts": camera.url("/live.ts", login=login),
        "g711": camera.url("/g711.flv"),
        "film": f"file:{folder}/film with pcm.mkv",
        "wrong-password": relay.url("cam1", password=WRONG_PASSWORD),
        "wrong-path": relay.url("nosuch"),
        "closed-port": f"rtsp://{login}127.0.0.1:{closed}/live",
        "page-http": camera.url("/page", login=login),
        "page-rtsp": camera.url("/page", login=login).replace("http:", "rtsp:"),
        "http-401": camera.url("/private", login=f"cam:{WRONG_PASSWORD}@"),
        "http-403": camera.url("/secret"),
        "http-404": camera.url("/nothing"),
        "http-503": camera.url("/broken"),
        "no-such-host": f"rtsp://{login}camera.invalid/live",
        "unplugged": "v4l2:/dev/video97",
        "not-a-device": "v4l2:/dev/null",
        "no-file": f"file:{folder}/nothing.mp4",
        "no-film": f"file:{__file__}",
        "no-pattern": "pattern:nosuch",
        "no-encoder": ("pattern:testsrc2", {"size": "320x180", "encode": "nvenc"}),
        "mjpeg-copied": (camera.url("/mjpeg"), {"encode": "copy"}),
        "nobody": "auto",
    }
    made: dict[str, dict[str, object]] = {}
    for name, source in sources.items():
        address, own = (source, {}) if isinstance(source, str) else source
        made[name] = {"name": name, "source": address, "frames": "off", **own}
    return made


def make_film(path: Path) -> None:
    """Two seconds of H.264 with sound that HLS cannot carry."""
    subprocess.run(
        [
            *("ffmpeg", "-v", "error", "-f", "lavfi", "-i", SMALL_PATTERN, "-f", "lavfi", "-i", "sine"),
            *("-t", "2", "-c:v", "libx264", "-preset", "ultrafast", "-g", str(FPS), "-pix_fmt", "yuv420p"),
            *("-c:a", "pcm_s16le", str(path)),
        ],
        check=True,
    )


@pytest.fixture(scope="module")
def agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AgentUnderTest]:
    folder = tmp_path_factory.mktemp("recording")
    make_film(folder / "film with pcm.mkv")
    with ExitStack() as stack:
        (folder / "relay").mkdir()
        relay = stack.enter_context(RtspRelay(folder / "relay", names=["cam1"], password=PASSWORD))
        camera = stack.enter_context(HttpCamera(PATHS))
        relay.publish("cam1", pattern_source(SMALL_PATTERN), h264_encoding(gop_frames=FPS, bitrate_kbps=200))
        devices = devices_on(relay, camera, folder)
        (folder / "agent").mkdir()
        sections = {"ring": {"archive_interval_s": 1}, "supervisor": {"backoff_min_s": 2, "backoff_max_s": 4}}
        running = AgentUnderTest(folder / "agent", list(devices.values()), sections=sections)
        # A camera that serves HLS: the agent's own pattern.
        source = f"{running.url}/host/stream/pattern/segments/output.m3u8"
        running.devices.append({"name": "hls", "source": source, "frames": "off"})
        stack.enter_context(running).wait_healthy()
        yield running


def wait_recorded(agent: AgentUnderTest, device: str, count: int) -> None:
    agent.wait_for(
        f"{count} segments of {device}", lambda: len(agent.ring(device).segments()) >= count, within_s=60
    )


# -- what cannot be recorded -------------------------------------------------------------------------


@pytest.mark.parametrize("device", REFUSED)
def test_what_cannot_be_recorded_says_so_in_its_own_sentence_within_seconds(
    agent: AgentUnderTest, device: str
) -> None:
    code, words = REFUSED[device]
    said: list[tuple[str, str, str]] = []

    def says_it() -> bool:
        told = agent.json(f"/api/host/devices/{device}")
        said.append((told["state"], told["code"], told["reason"]))
        return bool(words in told["reason"])

    try:
        agent.wait_for(f"{device}: {words}", says_it)
    except AssertionError:
        raise AssertionError(f"{device} said {list(dict.fromkeys(said))}") from None
    state = "misconfigured" if code == "misconfigured" else "backing_off"
    assert said[-1][:2] == (state, code)
    assert agent.ring(device).segments() == {}


def test_the_sentences_came_within_seconds_of_the_first_try(agent: AgentUnderTest) -> None:
    began: dict[str, str] = {}
    took: dict[str, float] = {}
    for line in agent.log.read_text().splitlines():
        told = json.loads(line)
        if told.get("event") != "state" or told["device"] in took:
            continue
        if told["state"] == "starting":
            began.setdefault(told["device"], told["timestamp"])
        elif told["device"] in REFUSED and told["device"] in began:
            took[told["device"]] = _seconds(told["timestamp"]) - _seconds(began[told["device"]])
    assert set(took) == set(REFUSED)
    assert {device: seconds for device, seconds in took.items() if seconds > 8} == {}


def _seconds(timestamp: str) -> float:
    hours, minutes, seconds = timestamp.rpartition("T")[2].rstrip("Z").split(":")
    return int(hours) * 3600 + int(minutes) * 60 + float(seconds)


def test_a_device_without_a_camera_says_what_to_do(agent: AgentUnderTest) -> None:
    agent.wait_for("its state", lambda: agent.state("nobody") == "misconfigured")
    assert "plug one in" in agent.json("/api/host/devices/nobody")["reason"]


# -- what can be recorded ----------------------------------------------------------------------------


@pytest.mark.parametrize("device", RECORDED)
def test_what_can_be_recorded_is_live_with_what_it_sends(agent: AgentUnderTest, device: str) -> None:
    wait_recorded(agent, device, 3)
    agent.wait_live(device)
    agent.wait_for("its picture", lambda: agent.json(f"/api/host/devices/{device}")["picture"]["bitrate_bps"])
    told = agent.json(f"/api/host/devices/{device}")
    picture = told["picture"]
    assert (picture["width"], picture["height"]) == (320, 180)
    assert picture["recorded_as"] == ("x264" if device in ("pattern", "mjpeg") else "copy")
    assert picture["keyframe_interval_s"] == pytest.approx(1, abs=0.15)
    assert 5_000 < picture["bitrate_bps"] < 4_000_000


@pytest.mark.parametrize("device", RECORDED)
def test_the_hot_folder_holds_the_last_ten_and_the_rest_is_in_its_hour(
    agent: AgentUnderTest, device: str
) -> None:
    wait_recorded(agent, device, 14)
    agent.wait_for(f"a list of {device}", lambda: bool(_archives(agent, device)))
    hot = sorted(path.name for path in (agent.ring(device).base / "segments").glob("segment_*.ts"))
    assert 10 <= len(hot) <= 12  # ten, and what one cycle adds
    names = list(agent.ring(device).segments())
    assert names[-len(hot) :] == hot
    for path in _archives(agent, device):
        assert playlist_faults(path.read_text()) == []
        listed = [entry.uri for entry in read_playlist(path.read_text()).segments]
        assert listed == sorted(listed) and set(listed) <= {entry.name for entry in path.parent.iterdir()}
        _probe(path)
    live = agent.ring(device).base / "segments" / "output.m3u8"
    assert playlist_faults(live.read_text()) == []
    _probe(live)


def _archives(agent: AgentUnderTest, device: str) -> list[Path]:
    return list((agent.ring(device).base / "segments").glob("*/archive.m3u8"))


def _probe(playlist: Path) -> list[dict[str, str]]:
    """The streams that ffprobe finds in a playlist."""
    done = subprocess.run(
        [
            "ffprobe",
            "-v",
            "error",
            "-show_entries",
            "stream=codec_type,codec_name",
            "-of",
            "json",
            str(playlist),
        ],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    streams: list[dict[str, str]] = json.loads(done.stdout)["streams"]
    assert "video" in {stream["codec_type"] for stream in streams}
    return streams


@pytest.mark.parametrize("device", RECORDED)
def test_the_sum_of_durations_is_the_time_that_passed(agent: AgentUnderTest, device: str) -> None:
    wait_recorded(agent, device, 14)
    rows = agent.ring(device).times()
    last_run = [row for row in rows if row.run == rows[-1].run]
    passed_ms = last_run[-1].begin_utc_ms + last_run[-1].duration_ms - last_run[0].begin_utc_ms
    # The first segments of a run may come as a burst, which is dated back.
    assert sum(row.duration_ms for row in last_run) == pytest.approx(passed_ms, abs=1000)
    numbers = [row.number for row in rows]
    assert numbers == sorted(set(numbers))
    assert abs(last_run[-1].begin_utc_ms / 1000 - agent.now_s()) < 8


@pytest.mark.parametrize(
    ("device", "audio"), [("ts", "aac"), ("g711", "aac"), ("film", "aac"), ("rtsp", None), ("mjpeg", None)]
)
def test_sound_is_kept_where_hls_can_carry_it_and_becomes_aac_else(
    agent: AgentUnderTest, device: str, audio: str | None
) -> None:
    wait_recorded(agent, device, 14)
    agent.wait_for(f"a list of {device}", lambda: bool(_archives(agent, device)))
    rows = agent.ring(device).times()
    newest = agent.ring(device).segments()[rows[-1].name]
    found = {stream["codec_type"]: stream["codec_name"] for stream in _probe(newest)}
    assert found == {"video": "h264", **({"audio": audio} if audio is not None else {})}


@pytest.mark.parametrize(
    ("device", "note"),
    [
        ("mjpeg", "The source sends mjpeg, which HLS cannot carry: it is encoded with x264."),
        ("mjpeg", "carry no times"),
        ("g711", "The source's sound is pcm_alaw, which browsers do not play: it is encoded with AAC."),
        ("film", "The source's sound is pcm_s16le"),
    ],
)
def test_a_change_that_the_source_made_necessary_is_noted(
    agent: AgentUnderTest, device: str, note: str
) -> None:
    wait_recorded(agent, device, 2)
    notes = agent.json(f"/api/host/devices/{device}")["notes"]
    assert any(note in told for told in notes), notes


def test_every_segment_of_an_encoded_source_is_one_that_hls_can_carry(agent: AgentUnderTest) -> None:
    wait_recorded(agent, "mjpeg", 3)
    for path in list(agent.ring("mjpeg").segments().values())[:3]:
        assert [stream["codec_name"] for stream in _probe(path)] == ["h264"]


def test_the_live_playlist_is_renewed_at_once(agent: AgentUnderTest) -> None:
    """A segment is listed within a moment of its end; nothing that was listed changes."""
    wait_recorded(agent, "pattern", 3)
    live = agent.ring("pattern").base / "segments" / "output.m3u8"
    delays: list[float] = []
    known = {entry.uri for entry in read_playlist(live.read_text()).segments}
    deadline = time.monotonic() + 60
    while len(delays) < 6:
        assert time.monotonic() < deadline
        newest = read_playlist(live.read_text()).segments[-1]
        if newest.uri not in known:
            known.add(newest.uri)
            assert newest.end_utc_ms is not None
            delays.append(agent.now_s() - newest.end_utc_ms / 1000)
        time.sleep(0.02)
    assert sorted(delays)[len(delays) // 2] < 0.5, delays


def test_segments_of_one_run_follow_each_other(agent: AgentUnderTest) -> None:
    for device in RECORDED:
        wait_recorded(agent, device, 8)
        rows = agent.ring(device).times()
        for before, after in pairwise(rows):
            if before.run == after.run:
                assert (after.media_ts_90khz - before.media_ts_90khz) / 90 == pytest.approx(
                    before.duration_ms, abs=400
                ), (device, before, after)


# -- secrets -----------------------------------------------------------------------------------------


def test_no_password_is_shown_anywhere(agent: AgentUnderTest) -> None:
    wait_recorded(agent, "rtsp", 3)
    agent.wait_for(
        "a refusal", lambda: "401" in agent.json("/api/host/devices/wrong-password")["reason"], within_s=30
    )
    titles = ""
    until = time.monotonic() + 4  # over a few restarts of those that fail
    while time.monotonic() < until:
        titles += "".join(" ".join(seen.arguments) for seen in agent.processes())
        time.sleep(0.05)
    assert "ffmpeg" in titles
    answers = agent.text("/api/host/devices") + agent.text("/api/host/health") + agent.text("/metrics")
    journal = "".join(path.read_bytes().decode(errors="replace") for path in agent.state_dir.iterdir())
    places = {"titles": titles, "log": agent.log.read_text(), "answers": answers, "journal": journal}
    for place, text in places.items():
        for secret in (PASSWORD, WRONG_PASSWORD):
            assert secret not in text, f"{secret} is in {place}: …{text.split(secret)[0][-300:]}"
