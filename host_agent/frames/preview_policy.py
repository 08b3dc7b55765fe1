"""Whether pictures are made of the sub-stream or of the recording, and of which of its pictures."""

from collections.abc import Sequence
from dataclasses import dataclass, replace

from host_agent.frames.policy import KEYFRAMES_UP_TO_S, Decision, Mode
from host_agent.settings import Frames

# Cameras round, and two key frames show the interval.
_JITTER_S = 0.1
_INTERVALS_TO_JUDGE = 2
# A key frame should have come by then, and another one.
_NO_INTERVAL_AFTER_S = 2 * KEYFRAMES_UP_TO_S + 2.0
# Under these codes of the recorder pictures may be taken; else somebody stopped the device, or its disk
# must not be written to.
_PICTURES_MAY_BE_TAKEN = frozenset(
    {"live", "starting", "source_unreachable", "source_refused", "stalled", "ffmpeg_crashed"}
)


@dataclass(frozen=True, slots=True)
class PreviewFacts:
    """How the sub-stream does. `delivers`: pictures come. `is_awaited`: it was just asked for, and nothing
    is wrong yet. `trouble`: a sentence, empty while all is well."""

    delivers: bool
    is_awaited: bool
    trouble: str


def may_be_taken(recorder_code: str | None) -> bool:
    """Whether pictures may be made of the sub-stream. `recorder_code`: what the capture process said last
    of the device, None where it has said nothing yet."""
    return recorder_code in _PICTURES_MAY_BE_TAKEN


def preview_mode(
    wanted: Frames, before: Mode | None, intervals_s: Sequence[float], connected_s: float
) -> Mode:
    """Which pictures of the sub-stream are decoded: ALL or KEYFRAMES.

    `before`: the mode until now. `intervals_s`: between the last pictures that came, and so between key
    frames where only those are decoded; `connected_s`: since the first one came. With `auto`, key frames
    do until they are seen to be rare; that stays for as long as the camera is the same.
    """
    if wanted is not Frames.AUTO:
        return Mode.ALL if wanted is Frames.ALL else Mode.KEYFRAMES
    if before is Mode.ALL:
        return Mode.ALL
    latest = sorted(intervals_s[-10:])
    if len(latest) < _INTERVALS_TO_JUDGE:
        is_rare = connected_s > _NO_INTERVAL_AFTER_S
    else:
        is_rare = latest[len(latest) // 2] > KEYFRAMES_UP_TO_S + _JITTER_S
    return Mode.ALL if is_rare else Mode.KEYFRAMES


def with_preview(main: Decision, wanted: Frames, mode: Mode, facts: PreviewFacts) -> Decision:
    """Return what is in force. `main`: what would be without a sub-stream."""
    if facts.delivers:
        return Decision(mode, f"Pictures are made of the sub-stream. {_why(wanted, mode)}", of_preview=True)
    if facts.is_awaited:
        return Decision(Mode.OFF, "The first picture of the sub-stream is waited for.", of_preview=True)
    return replace(main, why=f"{facts.trouble} The recording stands in for the sub-stream. {main.why}")


def _why(wanted: Frames, mode: Mode) -> str:
    if wanted is Frames.ALL:
        return "The settings ask for all of its pictures."
    if wanted is Frames.KEYFRAMES:
        return "The settings ask for its key frames only."
    if mode is Mode.KEYFRAMES:
        return f"Its key frames come every {KEYFRAMES_UP_TO_S:g} s or oftener."
    return f"Its key frames come less often than every {KEYFRAMES_UP_TO_S:g} s: all pictures are decoded."
