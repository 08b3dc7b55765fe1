"""`hour.json` says what a sealed hour holds, and is read back as it was written."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.ring.hour_summary import (
    HourSummary,
    encode_summary,
    parse_summary,
    summarise,
    summarise_segments,
)
from host_agent.ring.layout import Hour
from host_agent.ring.segment_times import SegmentTime
from shared.spans import utc_ms

HOUR = Hour.parse("2026-11-21T14")
START_MS = utc_ms(HOUR.start)
COUNTS = st.integers(0, 10**12)
SUMMARIES = st.builds(
    HourSummary,
    hour=st.integers(0, 23).map(lambda number: Hour.at(HOUR.date, number)),
    files=COUNTS,
    size_bytes=COUNTS,
    first=COUNTS,
    last=COUNTS,
    begin_utc_ms=st.integers(-(10**13), 10**13),
    end_utc_ms=st.integers(-(10**13), 10**13),
    recorded_ms=COUNTS,
    runs=COUNTS,
)


@given(SUMMARIES)
def test_a_summary_is_read_as_it_was_written(summary: HourSummary) -> None:
    text = encode_summary(summary)
    assert parse_summary(text) == summary
    assert text.endswith("\n")


@pytest.mark.parametrize(
    "text", ["", "{}", "[]", "null", "7", '{"hour": "2026-11-21T14"', '{"hour": 14, "files": 1}']
)
def test_what_is_torn_or_somebody_elses_is_no_summary(text: str) -> None:
    assert parse_summary(text) is None


def test_a_summary_with_a_count_that_is_no_number_is_none() -> None:
    read = json.loads(encode_summary(summarise(HOUR, [1], 1, 0, 0)))
    assert parse_summary(json.dumps({**read, "files": "many"})) is None


def test_frames_are_summed_up_by_their_numbers_and_times() -> None:
    summary = summarise(HOUR, [3, 4, 9], 300, START_MS + 10, START_MS + 90)
    assert (summary.files, summary.first, summary.last, summary.size_bytes) == (3, 3, 9, 300)
    assert (summary.recorded_ms, summary.runs) == (0, 0)


def test_video_is_summed_up_by_its_times() -> None:
    times = [
        SegmentTime(7, START_MS + 5_000, 1_000, 0, 2),
        SegmentTime(8, START_MS + 6_000, 1_500, 90_000, 2),
        SegmentTime(9, START_MS + 1_000, 1_000, 0, 3),  # after the clock was set back
    ]
    assert summarise_segments(HOUR, times, 4_000) == HourSummary(
        HOUR, 3, 4_000, 7, 9, START_MS + 1_000, START_MS + 7_500, recorded_ms=3_500, runs=2
    )


def test_an_hour_without_video_has_a_summary_too() -> None:
    assert summarise_segments(HOUR, [], 0) == HourSummary(HOUR, 0, 0, 0, 0, 0, 0)
