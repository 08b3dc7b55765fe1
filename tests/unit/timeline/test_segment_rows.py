"""The quick reader of `times.csv` says what the careful one says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.ring.segment_times import HEADER, SegmentTime, encode_line, parse_lines, parse_rows

_times = st.builds(
    SegmentTime,
    number=st.integers(0, 10**10),
    begin_utc_ms=st.integers(-(10**12), 4 * 10**12),
    duration_ms=st.integers(0, 10**7),
    media_ts_90khz=st.integers(0, 2**33 - 1),
    run=st.integers(0, 10**6),
)
_broken = st.sampled_from(
    ["\n", "1,2,3\n", "7,x,3,4,5\n", "-1,2,3,4,5\n", "1,2,3,4,5,6\n", "007,1,1,1,1\n", HEADER]
)


def careful(text: str) -> list[list[int]]:
    return [
        [time.number, time.begin_utc_ms, time.duration_ms, time.media_ts_90khz, time.run]
        for time in parse_lines(text.splitlines(keepends=True))
    ]


@given(st.lists(st.one_of(_times.map(encode_line), _broken)), st.booleans(), st.integers(0, 8))
def test_a_file_is_read_alike_by_lines_and_at_once(lines: list[str], headed: bool, torn: int) -> None:
    text = (HEADER if headed else "") + "".join(lines)
    text = text[: len(text) - torn] if torn else text
    assert parse_rows(text) == careful(text)


@pytest.mark.parametrize("text", ["", HEADER, "\n", HEADER + "1,2,3,4,5", HEADER + "1,2,3,4,5\n1,9,9,9,9\n"])
def test_the_ends_of_a_file_are_read_alike(text: str) -> None:
    assert parse_rows(text) == careful(text)
