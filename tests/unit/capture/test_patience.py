"""How long a recorder waits for a segment, and what it says when none came."""

from dataclasses import replace

import pytest

from host_agent.capture.patience import Waiting, allowed_s, is_late, why_stalled
from host_agent.settings import SupervisorSettings

LIMITS = SupervisorSettings()
CAMERA = Waiting(since_s=0, has_key_frames=True)
ANSWERING = replace(CAMERA, has_answered=True)
RAW = Waiting(since_s=0, has_key_frames=False, has_answered=True)


@pytest.mark.parametrize(
    ("waiting", "seconds"),
    [
        (CAMERA, 20),
        (ANSWERING, 120),
        (replace(ANSWERING, learned_s=50), 150),
        (replace(CAMERA, learned_s=50), 20),
        # Raw pictures are encoded here, with a key frame every second.
        (RAW, 20),
        (ANSWERING.after_segment(30, 1), 10),
        (ANSWERING.after_segment(30, 25), 75),
    ],
)
def test_no_segment_may_come_for_so_long(waiting: Waiting, seconds: float) -> None:
    assert allowed_s(waiting, LIMITS) == seconds
    assert why_stalled(waiting, LIMITS, waiting.since_s + seconds) is None
    assert why_stalled(waiting, LIMITS, waiting.since_s + seconds + 0.1) is not None


@pytest.mark.parametrize(
    ("waiting", "begin", "end"),
    [
        (CAMERA, "The source sent no pictures for 200 s", "restart it."),
        (RAW.after_segment(0, 1), "The source sent no pictures for 200 s", "restart it."),
        (
            ANSWERING,
            "The source answers, but its key frames are more than 100 s apart",
            "set the camera's key-frame interval (also: I-frame interval, GOP) to 1 to 4 s, or restart it.",
        ),
        (
            ANSWERING.after_segment(0, 2),
            "No whole segment came for 200 s: pictures stopped, or key frames became rarer.",
            "set the camera's key-frame interval (also: I-frame interval, GOP) to 1 to 4 s.",
        ),
    ],
)
def test_what_is_said_is_what_is_known_and_what_to_do(waiting: Waiting, begin: str, end: str) -> None:
    said = why_stalled(waiting, LIMITS, 200) or ""
    assert said.startswith(begin)
    assert said.endswith(end)


def test_rare_key_frames_are_named_only_where_the_first_segment_is_late() -> None:
    assert not is_late(ANSWERING, LIMITS, 20)
    assert is_late(ANSWERING, LIMITS, 21)
    assert not is_late(CAMERA, LIMITS, 21)
    assert not is_late(ANSWERING.after_segment(22, 25), LIMITS, 80)
