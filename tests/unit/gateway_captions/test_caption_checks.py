"""What a caption may hold."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.captions.caption import LONGEST_EMBEDDING, LONGEST_TEXT, MOST_AHEAD_MS
from gateway.captions.intake.caption_checks import (
    EARLIEST_MS,
    CaptionFaultError,
    checked_caption,
    checked_embedding,
    checked_text,
)

NOW_MS = 1_795_269_600_000
LARGEST_SINGLE = 3.4e38


@pytest.mark.parametrize(
    ("given_text", "kept"),
    [
        ("a door", "a door"),
        ("  a door\n", "a door"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("Mann läuft 走る 🚶", "Mann läuft 走る 🚶"),
        ("x" * LONGEST_TEXT, "x" * LONGEST_TEXT),
        (" " * 5000 + "x" + " " * 5000, "x"),
        ("🚶" * LONGEST_TEXT, "🚶" * LONGEST_TEXT),
    ],
)
def test_a_text_is_kept_without_blanks_at_its_ends(given_text: str, kept: str) -> None:
    assert checked_text(given_text) == kept


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("", "empty_text"),
        (" \t\r\n\u00a0\u3000", "empty_text"),
        ("x" * (LONGEST_TEXT + 1), "text_too_long"),
        ("x" * 10_000_000, "text_too_long"),
        ("a\0b", "bad_text"),
        ("a\x07b", "bad_text"),
        ("a\x7fb", "bad_text"),
        ("a\x85b", "bad_text"),
        ("a\ud800b", "bad_text"),
        (None, "bad_text"),
        (7, "bad_text"),
        (["a"], "bad_text"),
    ],
)
def test_what_is_no_text_is_refused(text: object, code: str) -> None:
    with pytest.raises(CaptionFaultError) as refused:
        checked_text(text)
    assert (refused.value.field, refused.value.code) == ("text", code)
    assert len(str(refused.value)) < 200


@pytest.mark.parametrize(
    ("ms", "code"),
    [
        (NOW_MS, None),
        (NOW_MS + MOST_AHEAD_MS, None),
        (NOW_MS + MOST_AHEAD_MS + 1, "in_the_future"),
        (10**30, "in_the_future"),
        (EARLIEST_MS, None),
        (EARLIEST_MS - 1, "bad_time"),
        (NOW_MS // 1000, "bad_time"),
        (0, "bad_time"),
        (-1, "bad_time"),
    ],
)
def test_a_time_lies_between_the_year_2000_and_a_minute_from_now(ms: int, code: str | None) -> None:
    if code is None:
        assert checked_caption("cam_001", ms, NOW_MS, text="x").captured_ms == ms
        return
    with pytest.raises(CaptionFaultError) as refused:
        checked_caption("cam_001", ms, NOW_MS, text="x")
    assert (refused.value.field, refused.value.code) == ("captured_at", code)


@pytest.mark.parametrize(
    ("embedding", "kept"),
    [(None, None), ([1], (1.0,)), ([0, -0.5], (0.0, -0.5)), ((0.25,), (0.25,))],
)
def test_an_embedding_is_a_list_of_numbers(embedding: object, kept: object) -> None:
    assert checked_embedding(embedding) == kept


@pytest.mark.parametrize(
    "embedding",
    [
        [], "123", {}, 0.5, [[0.5]], ["0.5"], [None], [True], [0.5, False], [math.nan], [0.5, math.inf],
        [-math.inf, math.inf], [10**400], [1e300], [LARGEST_SINGLE] * 2, [0.0], [0, 0.0, -0.0], [1e-300],
        [0.5] * (LONGEST_EMBEDDING + 1),
    ],
)  # fmt: skip
def test_what_is_no_direction_in_single_precision_is_no_embedding(embedding: object) -> None:
    with pytest.raises(CaptionFaultError) as refused:
        checked_embedding(embedding)
    assert (refused.value.field, refused.value.code) == ("embedding", "bad_embedding")


@given(st.lists(st.floats(width=32, min_value=-1000, max_value=1000), min_size=1, max_size=50))
def test_numbers_of_single_precision_stay_as_they_are(numbers: list[float]) -> None:
    if math.hypot(*numbers) < 1e-17:
        return
    assert checked_embedding(numbers) == tuple(numbers)


@pytest.mark.parametrize("field", ["model", "frame"])
@pytest.mark.parametrize("value", [7, "a\0b", "x" * 501, "\udfff", [], True])
def test_notes_are_short_texts(field: str, value: object) -> None:
    with pytest.raises(CaptionFaultError) as refused:
        checked_caption("cam_001", NOW_MS, NOW_MS, text="x", **{field: value})  # type: ignore[arg-type]
    assert (refused.value.field, refused.value.code) == (field, f"bad_{field}")
