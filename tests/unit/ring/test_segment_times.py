"""The lines of `times.csv`: read as written; what is torn or broken says nothing."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host_agent.ring.segment_times import (
    HEADER,
    SegmentTime,
    encode_line,
    parse_line,
    parse_lines,
    parse_rows,
)

TIMES = st.builds(
    SegmentTime,
    number=st.integers(0, 10**10 - 1),
    begin_utc_ms=st.integers(-(10**13) + 1, 10**13 - 1),
    duration_ms=st.integers(0, 10**7),
    media_ts_90khz=st.integers(0, 2**33 - 1),
    run=st.integers(0, 10**6),
)
LINE = "12,1790000000000,1000,90000,3\n"
TIME = SegmentTime(12, 1_790_000_000_000, 1000, 90_000, 3)


@given(TIMES)
def test_a_line_is_read_as_it_was_written(time: SegmentTime) -> None:
    assert parse_line(encode_line(time)) == time


def test_the_form_of_a_line() -> None:
    assert encode_line(TIME) == LINE
    assert parse_lines([HEADER, LINE]) == [TIME]
    assert (TIME.end_utc_ms, str(TIME.hour), TIME.span.duration_s) == (
        1_790_000_001_000,
        "2026-09-21T14",
        1.0,
    )


@pytest.mark.parametrize(
    "line",
    [
        "",
        "\n",
        HEADER,
        LINE.rstrip("\n"),  # its end is still to come
        "12,1790000000000,1000,90000\n",
        "12,1790000000000,1000,90000,3,4\n",
        "12,1790000000000,1000,,3\n",
        "12,1790000000000,1000,90000,three\n",
        "-12,1790000000000,1000,90000,3\n",
        "12,1790000000000,-1000,90000,3\n",
        "12,1790000000000,1000,90000,1_0\n",
        "１２,1790000000000,1000,90000,3\n",
        "12, 1790000000000,1000,90000,3\n",
        "12,1790000000000,1000,90000,-3\n",
        "12;1790000000000;1000;90000;3\n",
        "12,17900000000000000,1000,90000,3\n",  # the year 569,000: no calendar shows it
    ],
)
def test_what_is_no_whole_line_says_nothing(line: str) -> None:
    assert parse_line(line) is None


def test_the_first_line_of_a_number_holds() -> None:
    again = SegmentTime(12, 5, 5, 5, 5)
    assert parse_lines([LINE, encode_line(again)]) == [TIME]


@settings(max_examples=50)
@given(st.lists(TIMES, max_size=6), st.integers(0, 400))
def test_a_list_that_is_torn_anywhere_keeps_its_whole_lines(times: list[SegmentTime], cut: int) -> None:
    text = HEADER + "".join(map(encode_line, times))
    torn = text[:cut]
    whole = torn[: torn.rfind("\n") + 1]
    assert parse_lines(torn.splitlines(keepends=True)) == parse_lines(whole.splitlines(keepends=True))


@settings(max_examples=50)
@given(
    st.lists(TIMES.map(encode_line) | st.sampled_from([HEADER, "\n", "1,2\n", "0012,5,5,5,5\n"]), max_size=8),
    st.sampled_from(["", HEADER]),
    st.sampled_from(["", "13,17"]),
)
def test_the_fast_reader_says_what_the_careful_one_says(lines: list[str], head: str, tail: str) -> None:
    text = head + "".join(lines) + tail
    careful = parse_lines(text.splitlines(keepends=True))
    assert [SegmentTime(*row) for row in parse_rows(text)] == careful
