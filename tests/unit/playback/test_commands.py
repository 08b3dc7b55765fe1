"""Command lines of clips and pictures, and what ffprobe answers."""

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from host_agent.playback.clip_command import Coding, mux_command, parse_probe, probe_command
from host_agent.playback.picture_command import nearest_picture_90khz, picture_command
from host_agent.ring.transport_stream import PictureTimes

BEGIN = datetime(2026, 11, 21, 14, tzinfo=UTC)
WRAP = 1 << 33


@pytest.mark.parametrize(
    "command", [mux_command(Path("/x/y.mp4"), BEGIN), probe_command(), picture_command(0, 3600)]
)
def test_a_stream_can_open_nothing_and_no_ffmpeg_outlives_its_thread(command: list[str]) -> None:
    whitelist = command.index("-protocol_whitelist")
    assert command[whitelist + 1] == "pipe"
    assert whitelist < (command.index("-i") if "-i" in command else len(command) - 1)
    assert list(command[:3]) == ["setpriv", "--pdeathsig", "KILL"]


def test_nothing_is_encoded_and_the_index_comes_first() -> None:
    command = list(mux_command(Path("/x/y.mp4"), BEGIN))
    assert command[command.index("-c") + 1] == "copy"
    assert command[command.index("-movflags") + 1] == "+faststart"


@pytest.mark.parametrize(
    ("streams", "coding", "spoken"),
    [
        (
            [
                {
                    "codec_type": "video",
                    "codec_name": "h264",
                    "width": 1280,
                    "height": 720,
                    "pix_fmt": "yuv420p",
                }
            ],
            Coding("h264", 1280, 720, "yuv420p"),
            "h264 1280x720",
        ),
        (
            [
                {"codec_type": "audio", "codec_name": "aac", "sample_rate": "48000", "channels": 2},
                {"codec_type": "video", "codec_name": "hevc", "width": 64, "height": 36},
            ],
            Coding("hevc", 64, 36, "", ("aac", "48000", "2")),
            "hevc 64x36, aac",
        ),
    ],
)
def test_what_ffprobe_says_is_understood(
    streams: list[dict[str, object]], coding: Coding, spoken: str
) -> None:
    assert parse_probe(json.dumps({"streams": streams})) == coding
    assert str(coding) == spoken


@pytest.mark.parametrize(
    "text", ["", "{}", '{"streams": []}', '{"streams": [{"codec_type": "video"}]}', "[]"]
)
def test_what_has_no_picture_has_no_coding(text: str) -> None:
    assert parse_probe(text) is None


@pytest.mark.parametrize(
    ("pts", "begin", "at", "nearest"),
    [
        ([0, 3600, 7200], 0, 0, 0),
        ([0, 3600, 7200], 0, 5300, 3600),
        ([0, 3600, 7200], 0, 5400, 3600),
        ([0, 3600, 7200], 0, 5401, 7200),
        ([0, 3600, 7200], 0, 90_000, 7200),
        ([0, 7200, 3600], 0, 3500, 3600),  # in the order of decoding
        ([WRAP - 3600, 0, 3600], WRAP - 3600, 3700, 0),
        ([WRAP - 3600, 0, 3600], WRAP - 3600, 7100, 3600),
    ],
)
def test_the_nearest_picture_is_found_also_where_time_wraps(
    pts: list[int], begin: int, at: int, nearest: int
) -> None:
    assert nearest_picture_90khz(PictureTimes(tuple(pts)), begin, at) == nearest
