"""Which clip goes first where a disk is full."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

from host_agent.playback.clip import Clip, ClipState
from host_agent.playback.clip_relief import next_clip_to_go
from shared.spans import Span

BEGIN = datetime(2026, 11, 21, 14, tzinfo=UTC)


def clip(clip_id: str, hours_ago: int, state: ClipState = ClipState.DONE) -> Clip:
    begin = BEGIN - timedelta(hours=hours_ago)
    span = Span(begin, begin + timedelta(hours=1))
    return Clip(clip_id, "a", span, "mp4", state, 1.0, "", BEGIN, BEGIN + timedelta(days=1), "boot", 0, 1)


def test_the_one_of_the_youngest_footage_goes_first() -> None:
    old, young = clip("old", 20), clip("young", 2)
    assert next_clip_to_go([young, old]) is young
    assert next_clip_to_go([old]) is old
    first, second = replace(young, id="1"), replace(young, id="2", created_at=BEGIN + timedelta(minutes=1))
    assert next_clip_to_go([second, first]) is second


def test_what_is_being_made_or_has_failed_frees_nothing() -> None:
    assert (
        next_clip_to_go([clip(state.value, 1, state) for state in ClipState if state is not ClipState.DONE])
        is None
    )
