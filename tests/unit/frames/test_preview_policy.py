import pytest

from host_agent.frames.policy import Decision, Mode
from host_agent.frames.preview_policy import PreviewFacts, may_be_taken, preview_mode, with_preview
from host_agent.settings import Frames

MAIN = Decision(Mode.KEYFRAMES, "Key frames come every 2 s or oftener.", learned=True)
WELL = PreviewFacts(delivers=True, is_awaited=False, trouble="")
AWAITED = PreviewFacts(delivers=False, is_awaited=True, trouble="The sub-stream sends no pictures.")
BROKEN = PreviewFacts(delivers=False, is_awaited=False, trouble="The sub-stream fails: 404.")


@pytest.mark.parametrize(
    ("wanted", "before", "intervals_s", "connected_s", "mode"),
    [
        (Frames.ALL, None, [], 0, Mode.ALL),
        (Frames.KEYFRAMES, Mode.ALL, [9.0, 9.0, 9.0], 60, Mode.KEYFRAMES),
        (Frames.AUTO, None, [], 0, Mode.KEYFRAMES),
        (Frames.AUTO, Mode.KEYFRAMES, [2.04, 2.0, 1.96], 60, Mode.KEYFRAMES),
        (Frames.AUTO, Mode.KEYFRAMES, [4.0, 4.0], 9, Mode.ALL),
        # One interval may be a picture that was lost.
        (Frames.AUTO, Mode.KEYFRAMES, [4.0], 5, Mode.KEYFRAMES),
        (Frames.AUTO, Mode.KEYFRAMES, [1.0, 4.0, 1.0, 1.0], 9, Mode.KEYFRAMES),
        # No second key frame, for longer than two of them should take.
        (Frames.AUTO, Mode.KEYFRAMES, [], 7, Mode.ALL),
        # Between all pictures intervals say nothing of key frames.
        (Frames.AUTO, Mode.ALL, [0.2] * 10, 60, Mode.ALL),
    ],
)
def test_which_pictures_of_a_sub_stream_are_decoded(
    wanted: Frames, before: Mode | None, intervals_s: list[float], connected_s: float, mode: Mode
) -> None:
    assert preview_mode(wanted, before, intervals_s, connected_s) is mode


def test_a_sub_stream_that_delivers_is_in_force_and_why() -> None:
    found = with_preview(MAIN, Frames.AUTO, Mode.KEYFRAMES, WELL)
    assert (found.mode, found.of_preview) == (Mode.KEYFRAMES, True)
    assert found.why == "Pictures are made of the sub-stream. Its key frames come every 2 s or oftener."
    for wanted in (Frames.ALL, Frames.KEYFRAMES):
        assert "settings ask" in with_preview(MAIN, wanted, Mode.ALL, WELL).why
    assert "less often" in with_preview(MAIN, Frames.AUTO, Mode.ALL, WELL).why


def test_the_recording_stands_in_for_a_sub_stream_that_fails() -> None:
    found = with_preview(MAIN, Frames.AUTO, Mode.KEYFRAMES, BROKEN)
    assert (found.mode, found.of_preview) == (MAIN.mode, False)
    assert found.why == f"{BROKEN.trouble} The recording stands in for the sub-stream. {MAIN.why}"


def test_a_sub_stream_that_was_just_asked_for_is_waited_for() -> None:
    found = with_preview(MAIN, Frames.AUTO, Mode.KEYFRAMES, AWAITED)
    assert (found.mode, found.of_preview) == (Mode.OFF, True)


@pytest.mark.parametrize(
    ("code", "may"),
    [
        (None, False),
        ("live", True),
        ("source_unreachable", True),
        ("stopped_by_user", False),
        ("unassigned", False),
        ("disk_full", False),
        ("disk_missing", False),
        ("misconfigured", False),
    ],
)
def test_no_picture_is_taken_of_what_must_not_be_recorded(code: str | None, may: bool) -> None:
    assert may_be_taken(code) is may
