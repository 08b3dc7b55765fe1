"""A camera that pauses, copied and encoded: the pause is a hole, and every picture is dated true."""

import time
from itertools import pairwise
from pathlib import Path

import pytest

from tests.support.agent_under_test import AgentUnderTest
from tests.support.publisher import PublisherOptions, publishing
from tests.support.rtsp_relay import RtspRelay

PAUSE_S = 4.0
FPS = 10


def test_a_pause_of_the_camera_is_a_hole_whether_it_is_copied_or_encoded(tmp_path: Path) -> None:
    for name in ("relay", "agent"):
        (tmp_path / name).mkdir()
    with RtspRelay(tmp_path / "relay", names=("cam1", "silent")) as relay:
        options = PublisherOptions(
            url=relay.url("pub/cam1"), sent_log=str(tmp_path / "sent.csv"), fps=FPS, width=320, height=180
        )
        devices: list[dict[str, object]] = [
            {"name": "copied", "source": relay.url("cam1"), "frames": "off"},
            {"name": "encoded", "source": relay.url("cam1"), "encode": "x264", "frames": "off"},
            {"name": "silent", "source": relay.url("silent")},
        ]
        with publishing(options) as camera, AgentUnderTest(tmp_path / "agent", devices) as agent:
            agent.wait_live("copied", "encoded")
            _wait_recorded(agent, 4)
            paused_ms = time.time() * 1000
            camera.pause()
            time.sleep(PAUSE_S)  # the length of the pause, not a wait for anything
            camera.resume()
            _wait_recorded(agent, len(agent.ring("encoded").times()) + 5)
            agent.wait_for(
                "the silent camera's sentence",
                lambda: "did not answer in time" in agent.json("/api/host/devices/silent")["reason"],
            )
        for device in ("copied", "encoded"):
            _check(agent, device, paused_ms)


def _wait_recorded(agent: AgentUnderTest, count: int) -> None:
    for device in ("copied", "encoded"):
        agent.wait_for(
            f"{count} segments of {device}",
            lambda device=device: len(agent.ring(device).times()) >= count,  # type: ignore[misc]
            within_s=40,
        )


def _check(agent: AgentUnderTest, device: str, paused_ms: float) -> None:
    ring = agent.ring(device)
    rows, footage = ring.times(), ring.footage()
    assert {row.run for row in rows} == {1}
    assert footage.faults == []
    # Every picture once, none that nobody took.
    numbers = [picture.stamp.number for picture in footage.pictures]
    assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))
    off_ms = [picture.error_ms for picture in footage.pictures]
    assert max(map(abs, off_ms)) <= 500, (device, min(off_ms), max(off_ms))
    # The hole stands between two segments, none of which reaches into it.
    holes = [
        after.begin_utc_ms - before.begin_utc_ms - before.duration_ms
        for before, after in pairwise(rows)
        if after.begin_utc_ms - before.begin_utc_ms - before.duration_ms > 500
    ]
    assert holes == [pytest.approx(PAUSE_S * 1000, abs=600)]
    (before,) = [
        row for row, after in pairwise(rows) if after.begin_utc_ms - row.begin_utc_ms > PAUSE_S * 1000 * 0.8
    ]
    assert before.begin_utc_ms + before.duration_ms == pytest.approx(paused_ms, abs=700)
    # No flurry of key frames behind it.
    assert [row for row in rows if row.duration_ms < 300 and row not in (before, rows[-1])] == []
