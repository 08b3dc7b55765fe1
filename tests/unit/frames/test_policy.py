import pytest

from host_agent.frames.policy import Decision, Mode, RecorderFacts, decide
from host_agent.settings import Frames

COPYING = RecorderFacts(frames_in_recorder=False, frames_shed=False)
DECODING = RecorderFacts(frames_in_recorder=True, frames_shed=False)
SHEDDING = RecorderFacts(frames_in_recorder=True, frames_shed=True)


@pytest.mark.parametrize(
    ("wanted", "recorder", "intervals_s", "mode"),
    [
        (Frames.OFF, COPYING, [1.0] * 10, Mode.OFF),
        (Frames.OFF, SHEDDING, [1.0] * 10, Mode.OFF),
        (Frames.AUTO, None, [1.0] * 10, Mode.OFF),
        (Frames.AUTO, DECODING, [], Mode.RECORDER),
        (Frames.KEYFRAMES, DECODING, [], Mode.RECORDER),
        (Frames.AUTO, SHEDDING, [], Mode.KEYFRAMES),
        (Frames.ALL, COPYING, [1.0] * 10, Mode.ALL),
        (Frames.KEYFRAMES, COPYING, [10.0] * 10, Mode.KEYFRAMES),
        (Frames.AUTO, COPYING, [], Mode.OFF),
        (Frames.AUTO, COPYING, [2.04], Mode.KEYFRAMES),
        (Frames.AUTO, COPYING, [2.04, 2.0, 1.96], Mode.KEYFRAMES),
        (Frames.AUTO, COPYING, [4.0, 4.0, 4.0], Mode.ALL),
        # A run's first segment is longer than the camera's interval.
        (Frames.AUTO, COPYING, [3.9, 2.0, 2.0], Mode.KEYFRAMES),
    ],
)
def test_the_mode_follows_from_settings_recorder_and_key_frames(
    wanted: Frames, recorder: RecorderFacts | None, intervals_s: list[float], mode: Mode
) -> None:
    decision = decide(wanted, recorder, intervals_s, None)
    assert decision.mode is mode
    assert decision.why.endswith(".")


@pytest.mark.parametrize(
    ("before", "intervals_s", "mode"),
    [
        (Mode.KEYFRAMES, [1.0] * 9 + [8.0], Mode.KEYFRAMES),
        (Mode.KEYFRAMES, [1.0] * 8 + [8.0, 8.0], Mode.ALL),
        # A little above 2 s is no reason to pay four times as much.
        (Mode.KEYFRAMES, [2.3] * 10, Mode.KEYFRAMES),
        (Mode.ALL, [8.0] * 5 + [1.0] * 5, Mode.ALL),
        (Mode.ALL, [1.0] * 9, Mode.ALL),
        (Mode.ALL, [1.0] * 10, Mode.KEYFRAMES),
        (Mode.ALL, [2.3] * 10, Mode.ALL),
    ],
)
def test_one_odd_interval_changes_nothing(before: Mode, intervals_s: list[float], mode: Mode) -> None:
    assert decide(Frames.AUTO, COPYING, intervals_s, Decision(before, "", learned=True)).mode is mode


def test_what_the_settings_asked_for_before_says_nothing_of_the_camera() -> None:
    asked = decide(Frames.ALL, COPYING, [1.0] * 4, None)
    assert decide(Frames.AUTO, COPYING, [1.0] * 4, asked).mode is Mode.KEYFRAMES


def test_a_camera_that_varies_its_key_frames_does_not_make_the_mode_flap() -> None:
    decision, changes, seen = None, 0, []
    for index in range(600):
        seen.append(4.0 if index % 7 < 3 else 1.0)
        following = decide(Frames.AUTO, COPYING, seen[-10:], decision)
        changes += decision is not None and following.mode is not decision.mode
        decision = following
    assert changes <= 1
    assert decision is not None
    assert decision.mode is Mode.ALL
