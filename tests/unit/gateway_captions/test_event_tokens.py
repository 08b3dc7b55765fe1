"""Camera and time of an event as words of the full-text index."""

from hypothesis import given
from hypothesis import strategies as st

from gateway.captions.event import Event, EventFrame
from gateway.captions.event_tokens import SHORTEST_MS, camera_token, tokens_between, tokens_of

DAY_MS = 86_400_000
TIMES = st.integers(min_value=0, max_value=400 * DAY_MS)
LONGEST = st.integers(min_value=0, max_value=2 * DAY_MS)


def event(start_ms: int, end_ms: int) -> Event:
    return Event("evt", "cam_1", "t", ("t",), (EventFrame(start_ms, 0), EventFrame(end_ms, 0)), brief=False)


@given(
    start_ms=TIMES, lasts_ms=LONGEST, from_ms=TIMES, span_ms=st.integers(min_value=1, max_value=90 * DAY_MS)
)
def test_an_event_that_touches_a_time_has_one_of_its_words(
    start_ms: int, lasts_ms: int, from_ms: int, span_ms: int
) -> None:
    end_ms, to_ms = start_ms + lasts_ms, from_ms + span_ms
    common = set(tokens_of(event(start_ms, end_ms)).split()) & set(tokens_between(from_ms, to_ms))
    if start_ms < to_ms and end_ms >= from_ms:
        assert common
    # Whole stretches of the shortest are told apart, no less.
    if end_ms < from_ms - SHORTEST_MS or start_ms >= to_ms + SHORTEST_MS:
        assert not common


@given(from_ms=TIMES, span_ms=st.integers(min_value=1, max_value=10 * 365 * DAY_MS))
def test_no_time_takes_many_words(from_ms: int, span_ms: int) -> None:
    words = tokens_between(from_ms, from_ms + span_ms)
    assert 1 <= len(words) == len(set(words)) <= 300


def test_an_empty_time_has_no_words() -> None:
    assert tokens_between(5, 5) == tokens_between(6, 5) == []


def test_cameras_are_told_apart_whatever_their_names_are_made_of() -> None:
    names = ["cam_1", "cam-1", "cam 1", "Cam_1", "cam_11", "сam_1"]
    assert len({camera_token(name) for name in names}) == len(names)
    # One word for any analyser, with nothing at its end that is taken for a plural.
    assert all(camera_token(name)[1:].isdigit() for name in names)
