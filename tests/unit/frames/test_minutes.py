from dataclasses import replace
from datetime import UTC, datetime

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from host_agent.frames.metadata import CaptureFacts, Judgement
from host_agent.frames.minutes import HOUR_MS, MINUTES, Minute, MinuteBook, missing_by_minute, revise
from host_agent.frames.minutes_file import MinutesFile, encode_minutes, parse_minutes
from host_agent.ring.layout import Hour
from shared.spans import utc_ms

HOUR = Hour(datetime(2026, 11, 21, 14, tzinfo=UTC))
START_MS = utc_ms(HOUR.start)
NOTHING_MISSING = [0] * MINUTES


def capture(
    number: int,
    at_s: float,
    *,
    motion: float = 0.1,
    black: bool = False,
    frozen_s: float = 0.0,
    analysed: bool = True,
) -> CaptureFacts:
    judged = Judgement(80.0, black, frozen_s > 0, frozen_s, motion, 5.0) if analysed else None
    return CaptureFacts(number, START_MS + round(at_s * 1000), 640, 360, 900, number * 2, judged)


def counted(*captures: CaptureFacts, missing_ms: list[int] | None = None) -> list[Minute]:
    book = MinuteBook()
    book.open(HOUR)
    for facts in captures:
        book.add(facts)
    return book.minutes(HOUR, missing_ms or NOTHING_MISSING)


def test_a_minute_knows_its_frames_motion_and_most_active_thumbnail() -> None:
    minutes = counted(
        capture(1, 59.5, motion=0.9),
        capture(2, 60, motion=0.2),
        capture(3, 60.5, motion=0.6),
        capture(4, 119.9, motion=0.6),
        capture(5, 120, motion=0.0),
    )
    second = minutes[1]
    assert (second.frames, second.motion_mean, second.motion_peak) == (3, 0.4667, 0.6)
    assert (second.thumbnail, second.thumbnail_utc_ms) == (6, START_MS + 60_500)
    assert [minute.frames for minute in minutes[:4]] == [1, 3, 1, 0]
    assert minutes[3].thumbnail is None


def test_black_seconds_last_until_the_next_capture_and_are_cut_at_minutes() -> None:
    captures = [capture(index + 1, 50 + index, black=5 <= index < 25) for index in range(40)]
    minutes = counted(*captures)
    assert [minute.black_s for minute in minutes[:3]] == [5.0, 15.0, None]


def test_a_freeze_counts_from_its_first_unchanged_picture() -> None:
    """It is known only after ten seconds, which may lie in the minute before."""
    captures = [capture(index + 1, 55 + index, frozen_s=index if index >= 10 else 0) for index in range(31)]
    minutes = counted(*captures)
    assert [minute.frozen_s for minute in minutes[:2]] == [5.0, 25.0]


def test_a_hole_in_the_recording_is_neither_black_nor_frozen() -> None:
    minutes = counted(capture(1, 10, black=True), capture(2, 50, black=True), capture(3, 50.5))
    assert minutes[0].black_s == 0.5


def test_black_and_missing_never_exceed_the_minute() -> None:
    captures = [capture(index + 1, index * 10, black=True) for index in range(7)]
    missing_ms = [25_000, *[0] * 59]
    assert counted(*captures, missing_ms=missing_ms)[0].black_s == 35.0


def test_without_detection_a_minute_is_not_analysed_rather_than_quiet() -> None:
    minute = counted(capture(1, 1, analysed=False), capture(2, 2, analysed=False))[0]
    assert (minute.frames, minute.analysed) == (2, False)
    assert (minute.motion_mean, minute.motion_peak, minute.black_s, minute.frozen_s) == (None,) * 4
    assert minute.thumbnail == 2


def test_a_capture_is_counted_once_however_often_it_is_told_of() -> None:
    captures = [capture(index, index) for index in range(1, 5)]
    assert counted(*captures, *captures)[0].frames == 4


def test_captures_of_other_hours_only_say_what_came_before() -> None:
    book = MinuteBook()
    book.open(HOUR)
    book.add(capture(1, -0.5, black=True))
    book.add(capture(2, 0.5))
    assert book.minutes(HOUR, NOTHING_MISSING)[0].black_s == 0.5


@pytest.mark.parametrize(
    ("recorded_s", "missing_s"),
    [
        ([], dict.fromkeys(range(60), 60)),
        ([(-5, 3600)], {}),
        ([(0, 3605)], {}),
        ([(0, 90), (100, 3600)], {1: 10}),
        ([(0, 59.6), (60, 3600)], {}),  # below 0.5 s is no gap
        ([(0, 59.5), (60, 3600)], {0: 0.5}),
        ([(100, 3600), (0, 50)], {0: 10, 1: 40}),
        ([(0, 100), (20, 40), (100, 3600)], {}),
    ],
)
def test_missing_seconds_are_what_no_segment_covers(
    recorded_s: list[tuple[float, float]], missing_s: dict[int, float]
) -> None:
    recorded = [(START_MS + int(begin * 1000), START_MS + int(end * 1000)) for begin, end in recorded_s]
    missing = missing_by_minute(HOUR, recorded)
    assert {minute: ms / 1000 for minute, ms in enumerate(missing) if ms} == missing_s


@settings(max_examples=40)
@given(st.lists(st.tuples(st.integers(-5000, HOUR_MS + 5000), st.integers(0, 400_000)), max_size=30))
def test_missing_never_exceeds_what_is_uncovered(pieces: list[tuple[int, int]]) -> None:
    recorded = [(START_MS + begin, START_MS + begin + length) for begin, length in pieces]
    missing = missing_by_minute(HOUR, recorded)
    assert all(0 <= ms <= 60_000 for ms in missing)
    seconds = set(range(0, HOUR_MS, 1000))
    covered = {at for at in seconds if any(begin <= START_MS + at < end for begin, end in recorded)}
    assert abs(sum(missing) - (len(seconds) - len(covered)) * 1000) <= (len(pieces) + 1) * 1500


MINUTE = Minute(3, 120, True, 0.1, 0.5, 0.0, 0.0, 0.0, 77, START_MS, revision=4)


def test_a_revision_grows_only_when_late_footage_changes_the_minute() -> None:
    assert revise(None, replace(MINUTE, revision=1)).revision == 1
    assert revise(MINUTE, replace(MINUTE, revision=1)) is MINUTE
    assert revise(MINUTE, replace(MINUTE, revision=1, frames=121)) == replace(MINUTE, revision=5, frames=121)


NUMBERS = st.integers(0, 600).map(lambda number: number / 10)
MAYBE = st.none() | NUMBERS
MINUTE_VALUES = st.builds(
    Minute,
    minute=st.integers(0, 59),
    frames=st.integers(0, 2000),
    analysed=st.booleans(),
    motion_mean=MAYBE,
    motion_peak=MAYBE,
    black_s=MAYBE,
    frozen_s=MAYBE,
    missing_s=NUMBERS,
    thumbnail=st.none() | st.integers(1, 10**10),
    thumbnail_utc_ms=st.none() | st.integers(0, 10**13),
    revision=st.integers(1, 1000),
)


@given(st.lists(st.none() | MINUTE_VALUES, max_size=3), st.booleans(), st.booleans())
def test_minutes_json_says_back_what_was_written(
    minutes: list[Minute | None], sealed: bool, mosaic: bool
) -> None:
    file = MinutesFile(HOUR, sealed, mosaic, (*minutes, *[None] * (MINUTES - len(minutes))))
    assert parse_minutes(encode_minutes(file)) == file


@pytest.mark.parametrize("text", ["", "{", "[]", "null", '{"hour": "2026-11-21T14"}', '{"minutes": []}'])
def test_a_torn_minutes_json_says_nothing(text: str) -> None:
    assert parse_minutes(text) is None
