"""Words by which the full-text index knows where and when an event was."""

import re

from hypothesis import given
from hypothesis import strategies as st

from gateway.captions.place_words import TEN_MINUTES_MS, camera_word, place_words, span_words

DAY_MS = 86_400_000
times = st.integers(0, 60 * 365 * DAY_MS)


@given(
    start_ms=times,
    length_ms=st.integers(0, DAY_MS),
    from_ms=times,
    span_ms=st.integers(1, 400 * DAY_MS),
    near=st.booleans(),
)
def test_an_event_has_a_word_of_each_span_that_it_touches_and_of_none_that_is_far(
    start_ms: int, length_ms: int, from_ms: int, span_ms: int, near: bool
) -> None:
    if near:
        from_ms = max(0, start_ms - from_ms % (3 * DAY_MS))
    end_ms, to_ms = start_ms + length_ms, from_ms + span_ms
    shared = set(place_words("cam_001", start_ms, end_ms).split()) & set(span_words(from_ms, to_ms))
    touches = start_ms < to_ms and end_ms >= from_ms
    touches_nearly = start_ms < to_ms + TEN_MINUTES_MS and end_ms >= from_ms - TEN_MINUTES_MS
    assert shared or not touches
    assert touches_nearly or not shared


@given(from_ms=times, span_ms=st.integers(1, 3 * 365 * DAY_MS))
def test_the_words_of_a_span_are_few(from_ms: int, span_ms: int) -> None:
    assert len(span_words(from_ms, from_ms + span_ms)) <= 2 * (29 + 23 + 5) + 37 + 4


@given(camera=st.text(min_size=1, max_size=130), start_ms=times, length_ms=st.integers(0, DAY_MS))
def test_each_word_is_a_letter_and_digits(camera: str, start_ms: int, length_ms: int) -> None:
    words = place_words(camera, start_ms, start_ms + length_ms).split()
    assert words[0] == camera_word(camera)
    assert all(re.fullmatch(r"[cmdht][0-9]+", word) for word in words)


def test_an_event_of_minutes_has_five_words() -> None:
    assert place_words("cam_001", 1761742800000, 1761742920000).split() == [
        camera_word("cam_001"),
        "m679",
        "d20390",
        "h489373",
        "t2936238",
    ]
