"""ffmpeg's private list of a run."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.capture.segment_list import ListedSegment, parse_segment_list

HEAD = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:1\n#EXT-X-MEDIA-SEQUENCE:4\n"


def test_segments_are_read_with_their_durations() -> None:
    text = HEAD + "#EXTINF:1.000000,\n000000004.ts\n#EXTINF:0.960000,\n000000005.ts\n#EXT-X-ENDLIST\n"
    assert parse_segment_list(text) == [
        ListedSegment(4, "000000004.ts", 1.0),
        ListedSegment(5, "000000005.ts", 0.96),
    ]


def test_a_tag_between_is_no_hindrance_where_ffmpeg_writes_one() -> None:
    text = HEAD + "#EXTINF:1.000000,\n000000004.ts\n#EXT-X-DISCONTINUITY\n#EXTINF:1.000000,\n000000005.ts\n"
    assert [entry.index for entry in parse_segment_list(text)] == [4, 5]


@pytest.mark.parametrize(
    "text", ["", "<html>", HEAD, "#EXTINF:1.0,\n", "#EXTINF:1.0,\n../x.ts\n", "#EXTINF:x,\n1.ts\n"]
)
def test_what_lists_no_segment_has_none(text: str) -> None:
    assert parse_segment_list(text) == []


@given(st.lists(st.floats(0.001, 100), max_size=6), st.integers(0, 300))
def test_a_list_that_is_cut_anywhere_names_no_segment_that_is_not_in_it(
    durations: list[float], cut: int
) -> None:
    text = HEAD + "".join(f"#EXTINF:{d:f},\n{at:09d}.ts\n" for at, d in enumerate(durations))
    whole = parse_segment_list(text)
    assert [entry.index for entry in whole] == list(range(len(durations)))
    part = parse_segment_list(text[:cut])
    assert part == whole[: len(part)]
