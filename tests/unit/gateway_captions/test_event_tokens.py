"""Words by which the full-text index knows where and when an event was."""

import re

from hypothesis import given
from hypothesis import strategies as st

from gateway.captions.event import Event, EventFrame
from gateway.captions.graph.event_tokens import SHORTEST_MS, camera_token, tokens_between, tokens_of

DAY_MS = 86_400_000
times = st.integers(0, 60 * 365 * DAY_MS)


def event(camera_id: str, start_ms: int, end_ms: int) -> Event:
    frames = (EventFrame(start_ms, 0), EventFrame(end_ms, 0))
    return Event("evt_1", camera_id, "a truck", ("a truck",), frames, brief=False)


@given(
    start_ms=times,
    length_ms=st.integers(0, DAY_MS),
    from_ms=times,
    span_ms=st.integers(1, 400 * DAY_MS),
    is_near=st.booleans(),
)
def test_an_event_has_a_token_of_each_span_that_it_touches_and_of_none_that_is_ten_minutes_off(
    start_ms: int, length_ms: int, from_ms: int, span_ms: int, is_near: bool
) -> None:
    if is_near:
        from_ms = max(0, start_ms - from_ms % (3 * DAY_MS))
    end_ms, to_ms = start_ms + length_ms, from_ms + span_ms
    shared = set(tokens_of(event("cam", start_ms, end_ms)).split()) & set(tokens_between(from_ms, to_ms))
    touches = start_ms < to_ms and end_ms >= from_ms
    touches_nearly = start_ms < to_ms + SHORTEST_MS and end_ms >= from_ms - SHORTEST_MS
    assert shared or not touches
    assert touches_nearly or not shared


@given(from_ms=times, span_ms=st.integers(1, 3 * 365 * DAY_MS))
def test_the_tokens_of_a_span_are_few(from_ms: int, span_ms: int) -> None:
    assert 0 < len(tokens_between(from_ms, from_ms + span_ms)) <= 2 * (29 + 23 + 6) + 37


def test_a_span_without_time_has_no_tokens() -> None:
    assert tokens_between(1_000, 1_000) == []


def test_whole_stretches_are_one_token() -> None:
    assert tokens_between(20_390 * DAY_MS, 20_391 * DAY_MS) == ["d20390"]
    assert tokens_between(20_390 * DAY_MS, 20_390 * DAY_MS + 3_600_000 + 1) == ["h489360", "t2936166"]


@given(camera=st.text(min_size=1, max_size=130), start_ms=times, length_ms=st.integers(0, 400 * DAY_MS))
def test_each_token_is_a_letter_and_digits_and_they_are_few(
    camera: str, start_ms: int, length_ms: int
) -> None:
    tokens = tokens_of(event(camera, start_ms, start_ms + length_ms)).split()
    assert tokens[0] == camera_token(camera)
    assert all(re.fullmatch(r"[bcmdht][0-9]+", token) for token in tokens)
    assert len(tokens) < 400


def test_an_event_of_minutes_has_six_tokens() -> None:
    assert tokens_of(event("cam_001", 1761742800000, 1761742920000)).split() == [
        camera_token("cam_001"),
        "b0",
        "m679",
        "d20390",
        "h489373",
        "t2936238",
    ]
