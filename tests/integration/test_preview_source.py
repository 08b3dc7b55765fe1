"""A camera's sub-stream supplies the pictures; where it fails the recording, which never moves, stands in."""

import io
import os
from collections.abc import Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from PIL import Image

from shared.spans import iso_ms
from tests.support.agent_under_test import AgentUnderTest, Seen
from tests.support.footage_decoder import read_jpeg
from tests.support.publisher import Publisher, PublisherOptions, publishing
from tests.support.rtsp_relay import RtspRelay

PASSWORD = "p w/d@7!"
MAIN_WIDTH, SUB_WIDTH = 640, 320
RIGHT_TO_S = 0.5
IDLE_NICENESS = 19


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RtspRelay]:
    with RtspRelay(tmp_path, names=("main", "sub"), password=PASSWORD) as running:
        yield running


@pytest.fixture
def sub(relay: RtspRelay, tmp_path: Path) -> Iterator[Publisher]:
    """The camera's sub-stream; its main stream is sent for as long. Each picture says when it was taken."""
    with ExitStack() as stack:
        found = {}
        for name, width in (("main", MAIN_WIDTH), ("sub", SUB_WIDTH)):
            options = PublisherOptions(
                url=relay.url(f"pub/{name}"),
                sent_log=str(tmp_path / f"{name}.csv"),
                fps=10.0,
                width=width,
                height=width * 9 // 16,
            )
            found[name] = stack.enter_context(publishing(options))
        yield found["sub"]


def capture_width(agent: AgentUnderTest) -> int:
    """That of the newest capture, 0 where there is none yet."""
    answer = agent.get("/api/host/screenshot/cam1", max_age="60")
    return Image.open(io.BytesIO(answer.content)).width if answer.status_code == 200 else 0


def why(agent: AgentUnderTest) -> str:
    return str(agent.json("/api/host/devices/cam1")["frames"]["why"])


def recorders(agent: AgentUnderTest) -> list[int]:
    return [seen.pid for seen in agent.ffmpegs("cam1") if "hls" in seen.arguments]


def readers_of_sub(agent: AgentUnderTest) -> list[Seen]:
    return [seen for seen in agent.ffmpegs("cam1") if "preview-" in seen.folder]


def errors_s(agent: AgentUnderTest) -> list[float]:
    """By how much the time of each capture is off from what is burnt into it."""
    found = []
    for path in agent.ring("cam1").files("captures", "capture_*.jpg"):
        stamp, taken_s = read_jpeg(path), path.stat().st_mtime
        if stamp is not None:
            found.append(taken_s - stamp.wall_ms / 1000)
    return found


def test_pictures_come_from_the_sub_stream_and_from_the_recording_while_it_fails(
    relay: RtspRelay, sub: Publisher, tmp_path: Path
) -> None:
    device = {"name": "cam1", "source": relay.url("main"), "preview_source": relay.url("sub")}
    (tmp_path / "agent").mkdir()
    with AgentUnderTest(tmp_path / "agent", [device]) as agent:
        agent.wait_live("cam1")
        since, before = datetime.now(UTC), recorders(agent)
        agent.wait_for("pictures of the sub-stream", lambda: capture_width(agent) == SUB_WIDTH)
        told = agent.json("/api/host/devices/cam1")
        assert (told["frames"]["mode"], told["frames"]["of_preview"]) == ("keyframes", True)
        assert told["frames"]["why"].startswith("Pictures are made of the sub-stream. Its key frames come")
        assert told["preview_source"] == f"rtsp://***@127.0.0.1:{relay.port}/sub"
        (reader,) = readers_of_sub(agent)
        assert os.getpriority(os.PRIO_PROCESS, reader.pid) == IDLE_NICENESS
        assert not any("127.0.0.1" in argument for argument in reader.arguments)

        sub.kill()
        agent.wait_for("pictures of the recording", lambda: capture_width(agent) == MAIN_WIDTH)
        assert "The recording stands in for the sub-stream." in why(agent)
        sub.start()
        agent.wait_for("pictures of the sub-stream again", lambda: capture_width(agent) == SUB_WIDTH)
        agent.wait_for(
            "they are in force", lambda: why(agent).startswith("Pictures are made of the sub-stream.")
        )

        # Another address of it is none of the recorder's affair.
        wrong = relay.url("sub", password="not-the-p4ssword")
        agent.reload(devices=[{**device, "preview_source": wrong}])
        agent.wait_for("a refused login", lambda: "401" in why(agent))
        agent.wait_for("pictures of the recording", lambda: capture_width(agent) == MAIN_WIDTH)
        assert recorders(agent) == before
        told = agent.json(
            "/api/host/timeline/cam1", **{"from": iso_ms(since), "to": iso_ms(datetime.now(UTC))}
        )
        assert told["gaps"] == []
        errors = errors_s(agent)
        assert len(errors) > 10 and max(abs(error) for error in errors) < RIGHT_TO_S

        # Of a device that somebody stopped no picture is taken.
        agent.reload(devices=[device])
        agent.wait_for("it is read again", lambda: len(readers_of_sub(agent)) == 1)
        httpx.post(f"{agent.url}/api/host/devices/cam1/stop", json={"asked_by": "anna"}).raise_for_status()
        agent.wait_for("nobody reads it", lambda: readers_of_sub(agent) == [])
        assert "not-the-p4ssword" not in agent.log.read_text() + agent.text("/api/host/devices")
