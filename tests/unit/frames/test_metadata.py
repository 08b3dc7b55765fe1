import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.frames.metadata import (
    CaptureFacts,
    Judgement,
    Stillness,
    encode_metadata,
    follow_stillness,
    nearest,
    parse_metadata,
)

T0 = 1_795_000_000_250


def tenths(largest: int) -> st.SearchStrategy[float]:
    return st.integers(0, largest * 10).map(lambda number: number / 10)


JUDGEMENTS = st.builds(
    Judgement,
    brightness=tenths(255),
    blackscreen=st.booleans(),
    freeze=st.booleans(),
    freeze_s=tenths(100_000),
    motion=st.integers(0, 240).map(lambda blocks: round(blocks / 240, 4)),
    sharpness=tenths(500),
)
FACTS = st.builds(
    CaptureFacts,
    number=st.integers(1, 10**10 - 1),
    captured_at_utc_ms=st.integers(0, 4_000_000_000_000),
    width=st.integers(1, 8192),
    height=st.integers(1, 8192),
    size_bytes=st.integers(1, 2**31),
    thumbnail=st.none() | st.integers(1, 10**10 - 1),
    judgement=st.none() | JUDGEMENTS,
)


@given(FACTS)
def test_metadata_says_back_what_was_written_and_stays_small(facts: CaptureFacts) -> None:
    text = encode_metadata(facts)
    assert parse_metadata(text) == facts
    assert len(text.encode()) <= 2048


def test_the_fields_are_those_of_the_specification() -> None:
    judged = Judgement(104.2, blackscreen=False, freeze=True, freeze_s=12.5, motion=0.0, sharpness=8.1)
    facts = CaptureFacts(42, T0, 1280, 720, 93_412, 101, judged)
    assert json.loads(encode_metadata(facts)) == {
        "number": 42,
        "captured_at": "2026-11-18T11:06:40.250Z",
        "width": 1280,
        "height": 720,
        "bytes": 93_412,
        "thumbnail": 101,
        "brightness": 104.2,
        "blackscreen": False,
        "freeze": True,
        "freeze_seconds": 12.5,
        "motion": 0.0,
        "sharpness": 8.1,
    }


def test_without_detection_the_analysis_fields_are_absent() -> None:
    fields = json.loads(encode_metadata(CaptureFacts(1, T0, 640, 360, 900, None, None)))
    absent = {"brightness", "blackscreen", "freeze", "freeze_seconds", "motion", "sharpness"}
    assert not absent & set(fields)


@pytest.mark.parametrize(
    "text",
    ["", "{", "[]", "null", "3", '{"number": 1}', '{"number": "x", "captured_at": 3}', '{"captured_at": "2'],
)
def test_torn_metadata_says_nothing(text: str) -> None:
    assert parse_metadata(text) is None


@given(
    st.dictionaries(st.sampled_from(["number", "captured_at", "width", "motion"]), st.integers() | st.text())
)
def test_no_json_breaks_the_parser(value: object) -> None:
    assert parse_metadata(json.dumps(value)) is None


def test_a_picture_is_frozen_from_its_first_unchanged_capture_on() -> None:
    still = None
    for step in range(24):
        still = follow_stillness(still, T0 + step * 500, 0.0, 0.002)
    assert still == Stillness(T0, T0 + 11_500)


@pytest.mark.parametrize(
    ("after_ms", "motion", "goes_on"),
    [
        (500, 0.0019, True),
        (500, 0.002, False),
        (15_000, 0.0, True),
        (15_001, 0.0, False),  # nobody knows what was in between
        (-1, 0.0, False),  # the clock was set back
    ],
)
def test_a_change_a_hole_and_a_step_back_end_a_freeze(after_ms: int, motion: float, goes_on: bool) -> None:
    before = Stillness(T0 - 60_000, T0)
    assert (follow_stillness(before, T0 + after_ms, motion, 0.002).since_utc_ms == T0 - 60_000) is goes_on


@pytest.mark.parametrize(
    ("times", "at", "index"),
    [([], 5, None), ([5], 900, 0), ([0, 200, 400], 290, 1), ([0, 200, 400], 300, 1), ([0, 200, 400], 301, 2)],
)
def test_the_nearest_thumbnail_is_found(times: list[int], at: int, index: int | None) -> None:
    assert nearest(times, at) == index


@given(st.lists(st.integers(0, 10_000), min_size=1).map(sorted), st.integers(0, 10_000))
def test_no_other_is_nearer(times: list[int], at: int) -> None:
    index = nearest(times, at)
    assert index is not None
    assert abs(times[index] - at) == min(abs(entry - at) for entry in times)
