"""Where playlists of cameras lead."""

import pytest

from shared.ffmpeg.playlist import stream_named_in

SEGMENTS = [f"#EXTINF:1.0,\nseg{number}.ts" for number in range(5)]


@pytest.mark.parametrize(
    ("lines", "named"),
    [
        (["#EXTM3U", *SEGMENTS], "seg2.ts"),
        (["#EXTM3U", *SEGMENTS[:1]], "seg0.ts"),
        (["#EXTM3U", *SEGMENTS, "#EXT-X-ENDLIST"], "seg0.ts"),
        (
            ["#EXTM3U", "#EXT-X-STREAM-INF:BANDWIDTH=1", "high.m3u8", "#EXT-X-STREAM-INF:B=2", "low"],
            "high.m3u8",
        ),
        (["\ufeff#EXTM3U\r", "", "#EXTINF:1,\r", " http://10.0.0.1/a.ts \r"], "http://10.0.0.1/a.ts"),
        (["#EXTM3U"], ""),
        (["<html>", "a.ts"], ""),
        ([], ""),
    ],
)
def test_a_playlist_leads_to_a_variant_or_to_a_segment_of_now(lines: list[str], named: str) -> None:
    assert stream_named_in("\n".join(lines)) == named
