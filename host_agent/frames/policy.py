"""Which pictures become frames, and why: decided from what the recorder says and what the segments show.

With `copy` a segment is one key-frame interval (or several, where that is shorter than a second), so
the durations of the last segments say what the camera does now. Cameras vary it, so it is learned all
the time, with hysteresis: two long intervals in a row end `keyframes` at once, since pictures would
become rare; only ten short ones in a row bring it back.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from host_agent.settings import Frames

KEYFRAMES_UP_TO_S = 2.0
# Cameras round: a nominal interval of 2 s is measured as 2.04.
_JITTER_S = 0.1
_LEAVE_ABOVE_S = 2.5
_LONG_ONES_TO_LEAVE = 2
SHORT_ONES_TO_RETURN = 10


class Mode(StrEnum):
    """Where frames come from now."""

    ALL = "all"
    KEYFRAMES = "keyframes"
    OFF = "off"
    RECORDER = "recorder"


@dataclass(frozen=True, slots=True)
class RecorderFacts:
    """What the capture process says of a device.

    `frames_in_recorder`: the recording ffmpeg makes the frames itself, since it decodes anyway.
    `frames_shed`: it had to give that up to keep pace.
    """

    frames_in_recorder: bool
    frames_shed: bool


@dataclass(frozen=True, slots=True)
class Decision:
    """The mode in force and a sentence that says why. `learned`: the camera's key frames decided.
    `of_preview`: of the sub-stream's pictures, not of the recording's."""

    mode: Mode
    why: str
    learned: bool = False
    of_preview: bool = False


def decide(
    wanted: Frames, recorder: RecorderFacts | None, intervals_s: Sequence[float], current: Decision | None
) -> Decision:
    """Return what is in force from now on.

    `recorder` is None until the capture process has said something. `intervals_s`: durations in seconds
    of the last segments, oldest first. `current`: what was in force until now.
    """
    if wanted is Frames.OFF:
        return Decision(Mode.OFF, "Frames are switched off in the settings.")
    if recorder is None:
        return Decision(Mode.OFF, "The recorder has not said yet what it records.")
    if recorder.frames_shed:
        return Decision(
            Mode.KEYFRAMES,
            "The recorder could not keep pace and gave up its frames; key frames of the recorded"
            " segments stand in, at idle priority.",
        )
    if recorder.frames_in_recorder:
        return Decision(Mode.RECORDER, "The recorder decodes the source anyway and makes the frames itself.")
    if wanted is Frames.ALL:
        return Decision(Mode.ALL, "The settings ask for all pictures.")
    if wanted is Frames.KEYFRAMES:
        return Decision(Mode.KEYFRAMES, "The settings ask for key frames only.")
    return _learned(intervals_s, current)


def _learned(intervals_s: Sequence[float], current: Decision | None) -> Decision:
    if not intervals_s:
        return Decision(Mode.OFF, "No segment has come yet that would show the key-frame interval.")
    before = current.mode if current is not None and current.learned else None
    if before is Mode.KEYFRAMES:
        latest = intervals_s[-_LONG_ONES_TO_LEAVE:]
        keyframes = len(latest) < _LONG_ONES_TO_LEAVE or min(latest) <= _LEAVE_ABOVE_S
    elif before is Mode.ALL:
        latest = intervals_s[-SHORT_ONES_TO_RETURN:]
        keyframes = len(latest) == SHORT_ONES_TO_RETURN and max(latest) <= KEYFRAMES_UP_TO_S + _JITTER_S
    else:
        # The median: a run's first segment is often longer than the others.
        latest = intervals_s[-SHORT_ONES_TO_RETURN:]
        keyframes = sorted(latest)[(len(latest) - 1) // 2] <= KEYFRAMES_UP_TO_S + _JITTER_S
    if keyframes:
        why = f"Key frames come every {KEYFRAMES_UP_TO_S:g} s or oftener."
        return Decision(Mode.KEYFRAMES, why, learned=True)
    return Decision(
        Mode.ALL,
        learned=True,
        why=f"Key frames come less often than every {KEYFRAMES_UP_TO_S:g} s, or irregularly.",
    )
