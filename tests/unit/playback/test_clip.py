"""The state of a clip beside its file."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.playback.clip import Clip, ClipPart, ClipState, clip_name, encode_clip, parse_clip
from shared.spans import Span, from_utc_ms

BEGIN = datetime(2026, 11, 21, 14, tzinfo=UTC)
_moments = st.integers(0, 4 * 10**12).map(from_utc_ms)
_spans = st.tuples(_moments, _moments).map(lambda pair: Span(min(pair), max(pair)))
_clips = st.builds(
    Clip,
    id=st.just("00000000000000ab"),
    device=st.just("capture1"),
    span=_spans,
    format=st.just("mp4"),
    state=st.sampled_from(ClipState),
    progress=st.integers(0, 10_000).map(lambda share: share / 10_000),
    message=st.text(),
    created_at=_moments,
    expires_at=_moments,
    boot_id=st.text(),
    created_monotonic_ms=st.integers(0, 10**12),
    footage_ms=st.integers(0, 10**9),
    file_name=st.none() | st.text(),
    size_bytes=st.none() | st.integers(0, 10**12),
    parts=st.lists(st.builds(ClipPart, st.text(), _spans, st.integers(0, 10**9), st.text())).map(tuple),
)


@given(_clips)
def test_what_is_written_of_a_clip_is_read_again(clip: Clip) -> None:
    assert parse_clip(encode_clip(clip)) == clip


@given(_clips, st.integers(0, 300))
def test_a_torn_state_is_no_clip(clip: Clip, kept: int) -> None:
    text = encode_clip(clip)
    assert parse_clip(text[: min(kept, len(text) - 2)]) is None


@pytest.mark.parametrize("text", ["", "[]", "null", "{}", '{"id": 1}', "x"])
def test_what_somebody_else_wrote_is_no_clip(text: str) -> None:
    assert parse_clip(text) is None


def _clip() -> Clip:
    return Clip(
        id="00000000000000ab",
        device="capture1",
        span=Span(BEGIN, BEGIN),
        format="mp4",
        state=ClipState.DONE,
        progress=1.0,
        message="",
        created_at=BEGIN,
        expires_at=BEGIN + timedelta(hours=24),
        boot_id="boot-1",
        created_monotonic_ms=1000,
        footage_ms=0,
    )


@pytest.mark.parametrize(
    ("wall_h", "boot", "monotonic_h", "expired"),
    [
        (0, "boot-1", 0, False),
        (23.9, "boot-1", 23.9, False),
        (24, "boot-1", 24, True),
        (240, "boot-1", 1, False),  # the wall clock was set ahead
        (-240, "boot-1", 24, True),  # and back
        (23.9, "boot-2", 0, False),
        (24, "boot-2", 0, True),
    ],
)
def test_a_clip_expires_by_the_clock_that_can_be_trusted(
    wall_h: float, boot: str, monotonic_h: float, expired: bool
) -> None:
    now = BEGIN + timedelta(hours=wall_h)
    assert _clip().has_expired(now, boot, 1000 + round(monotonic_h * 3_600_000)) is expired


def test_names_say_device_and_time() -> None:
    assert clip_name("capture1", BEGIN, None, ".mp4") == "capture1_2026-11-21T14-00-00Z.mp4"
    assert clip_name("capture1", BEGIN, 2, ".mp4") == "capture1_2026-11-21T14-00-00Z_part2.mp4"
