"""A camera's sub-stream supplies the pictures; where it fails the recording stands in, which goes on unmoved."""

import io
from collections.abc import Iterator
from pathlib import Path

import pytest
from PIL import Image

from tests.support.agent_under_test import AgentUnderTest
from tests.support.rtsp_relay import RtspRelay, h264_encoding, pattern_source

PASSWORD = "p w/d@7!"
MAIN_WIDTH, SUB_WIDTH = 320, 160
RED, BLUE = (220, 20, 20), (20, 20, 220)


def pictures(colour: str, width: int) -> list[str]:
    return pattern_source(f"color=c={colour}:size={width}x{width * 9 // 16}:rate=10")


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RtspRelay]:
    with RtspRelay(tmp_path, names=("main", "sub"), password=PASSWORD) as running:
        running.publish("main", pictures("red", MAIN_WIDTH), h264_encoding(gop_frames=10))
        yield running


def capture_width(agent: AgentUnderTest) -> int:
    """That of the newest capture, 0 where there is none yet."""
    answer = agent.get("/api/host/screenshot/cam1", max_age="60")
    return Image.open(io.BytesIO(answer.content)).width if answer.status_code == 200 else 0


def test_pictures_come_from_the_sub_stream_and_from_the_recording_while_it_fails(
    relay: RtspRelay, tmp_path: Path
) -> None:
    publisher = relay.publish("sub", pictures("blue", SUB_WIDTH), h264_encoding(gop_frames=10))
    device = {
        "name": "cam1",
        "source": relay.url("main"),
        "preview_source": relay.url("sub"),
        "frames": "auto",
    }
    with AgentUnderTest(tmp_path, [device]) as agent:

        def frames() -> dict[str, object]:
            told = agent.json("/api/host/devices/cam1")["frames"]
            assert isinstance(told, dict)
            return told

        agent.wait_live("cam1")
        agent.wait_for("pictures of the sub-stream", lambda: capture_width(agent) == SUB_WIDTH)
        told = agent.json("/api/host/devices/cam1")
        print(told["frames"], told["preview_source"])
        publisher.stop()
        took = agent.wait_for("pictures of the recording", lambda: capture_width(agent) == MAIN_WIDTH)
        print(took, frames())
        relay.publish("sub", pictures("blue", SUB_WIDTH), h264_encoding(gop_frames=10))
        took = agent.wait_for("pictures of the sub-stream", lambda: capture_width(agent) == SUB_WIDTH)
        print(took, frames())
