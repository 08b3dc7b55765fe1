"""The states of a recorder and what is said of them (spec of states: the code is a gap's reason)."""

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    STARTING = "starting"
    LIVE = "live"
    STALLED = "stalled"
    BACKING_OFF = "backing_off"
    STOPPED = "stopped"
    MISCONFIGURED = "misconfigured"


@dataclass(frozen=True, slots=True)
class Condition:
    """`code` explains missing footage from now on (`live`: none is missing); `sentence` is for people."""

    state: State
    code: str
    sentence: str


STARTING = Condition(State.STARTING, "starting", "Waiting for the first pictures.")
RARE_KEY_FRAMES = "The source answers; its key frames are rare, and the first segment is not complete yet."
LIVE = Condition(State.LIVE, "live", "Recording.")
