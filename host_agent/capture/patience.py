"""How long a recorder waits for a segment, and what is said when none came.

A copied segment is a whole key-frame interval, and the first one begins at a key frame: of a camera that
sends one every 25 s it is complete almost 50 s after the camera answered. ffmpeg shows nothing of a segment
until then, and ends by itself where a camera falls silent. A source that has not answered yet, and one whose
interval is known, are judged sooner.
"""

from dataclasses import dataclass, replace

from host_agent.settings import SupervisorSettings

_INTERVALS = 3
_SET_IT = "set the camera's key-frame interval (also: I-frame interval, GOP) to 1 to 4 s"


@dataclass(frozen=True, slots=True)
class Waiting:
    """For what a recorder waits. Seconds of a monotonic clock.

    `since_s`: the last whole segment, or the start. `has_answered`: ffmpeg has opened the source.
    `has_key_frames`: the source's own, so that the first segment begins at one. `interval_s`: the longest
    between two of this run, None before its first segment; `learned_s`: of an earlier run.
    """

    since_s: float
    has_key_frames: bool
    learned_s: float | None = None
    has_answered: bool = False
    interval_s: float | None = None

    def after_segment(self, now_s: float, interval_s: float | None) -> "Waiting":
        """A whole segment came: what follows it is another one."""
        return replace(self, since_s=now_s, interval_s=interval_s)

    @property
    def is_for_a_key_frame(self) -> bool:
        """Whether only rare key frames can be why the first segment is not there."""
        return self.interval_s is None and self.has_answered and self.has_key_frames


def allowed_s(waiting: Waiting, limits: SupervisorSettings) -> float:
    """How long no segment may come."""
    if waiting.interval_s is not None:
        return max(limits.stalled_after_s, _INTERVALS * waiting.interval_s)
    if not waiting.is_for_a_key_frame:
        return limits.start_timeout_s
    return max(limits.start_timeout_s, limits.first_segment_within_s, _INTERVALS * (waiting.learned_s or 0.0))


def why_stalled(waiting: Waiting, limits: SupervisorSettings, now_s: float) -> str | None:
    """Why the recorder is to be started again, in a sentence with a remedy; None where it is not."""
    silent_s = now_s - waiting.since_s
    if silent_s <= allowed_s(waiting, limits):
        return None
    if waiting.is_for_a_key_frame:
        return (
            f"The source answers, but its key frames are more than {silent_s / 2:.0f} s apart, or none come:"
            f" {_SET_IT}, or restart it."
        )
    if waiting.interval_s is None or not waiting.has_key_frames:
        return f"The source sent no pictures for {silent_s:.0f} s: check power and connection, or restart it."
    return (
        f"No whole segment came for {silent_s:.0f} s: pictures stopped, or key frames became rarer."
        f" Where this comes again and again, {_SET_IT}."
    )


def is_late(waiting: Waiting, limits: SupervisorSettings, now_s: float) -> bool:
    """Whether it is to be said that rare key frames are waited for."""
    return waiting.is_for_a_key_frame and now_s - waiting.since_s > limits.start_timeout_s
