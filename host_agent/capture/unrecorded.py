"""Devices without a recorder, as the journal tells of them: cameras that cannot be recorded as the gateway
has set them, and devices that were taken away."""

from typing import Any

from host_agent.capture.device_state import State
from host_agent.journal.facts import DEVICE_ADDED, DEVICE_REMOVED, STATE_CHANGED
from host_agent.journal.journal import Journal
from host_agent.reported_state import UNASSIGNED
from host_agent.timeline.gap_codes import GapCode
from shared.clock import Clock
from shared.spans import utc_ms

ADDED = "The device is in the settings."
ASSIGNED = "The gateway assigned this camera to this host."
_REMOVED = "The device was taken out of the settings."
_TAKEN_AWAY = "The gateway took this camera away from this host."
_LEFT_FLEET = "This host left the gateway that had assigned this camera to it."
_NOT_HERE = "The device is not recorded here any more."


def why_it_left(*, was_assigned: bool, has_gateway: bool) -> str:
    """A sentence for the time line of a device that is not to be recorded any more."""
    if not was_assigned:
        return _REMOVED
    return _TAKEN_AWAY if has_gateway else _LEFT_FLEET


class Unrecorded:
    """Each method raises sqlite3.Error where the journal refuses: nothing is recorded anyway."""

    def __init__(self, journal: Journal, clock: Clock, log: Any) -> None:
        self._journal = journal
        self._clock = clock
        self._log = log
        self._refused: dict[str, dict[str, Any]] = {}

    @property
    def refused(self) -> frozenset[str]:
        """The cameras that cannot be recorded now."""
        return frozenset(self._refused)

    def refuse(self, device: str, sentence: str, *, is_new: bool) -> None:
        """`device` cannot be recorded, because of `sentence`; nothing new where that was said before."""
        said = self._refused.get(device)
        if said is not None and said["sentence"] == sentence:
            return
        self._log.warning("state", device=device, state=State.MISCONFIGURED.value, sentence=sentence)
        self._refused[device] = self._state(State.MISCONFIGURED, GapCode.MISCONFIGURED.value, sentence)
        if is_new:
            self._journal.note(DEVICE_ADDED, "starting", ASSIGNED, device=device)
        self._journal.note(
            STATE_CHANGED,
            GapCode.MISCONFIGURED.value,
            sentence,
            device=device,
            state=State.MISCONFIGURED.value,
        )
        self.write_states()

    def forget(self, device: str) -> None:
        """It can be recorded now."""
        self._refused.pop(device, None)

    def leave(self, device: str, sentence: str) -> None:
        """`device` was taken away."""
        self._refused.pop(device, None)
        self._journal.note(DEVICE_REMOVED, UNASSIGNED, sentence, device=device)
        self._journal.set_state(device, "capture", self._state(State.STOPPED, UNASSIGNED, sentence))

    def leave_unless_said(self, device: str) -> None:
        """`device` was recorded here once; say that it is not, if nobody was there to say it."""
        if self._journal.states(device).get("capture", {}).get("code") != UNASSIGNED:
            self.leave(device, _NOT_HERE)

    def write_states(self) -> None:
        """What is shown of the refused ones, again: a state that is old is not believed."""
        for device, state in self._refused.items():
            self._journal.set_state(device, "capture", state)

    def _state(self, state: State, code: str, sentence: str) -> dict[str, Any]:
        return {
            "state": state.value,
            "code": code,
            "sentence": sentence,
            "since_utc_ms": utc_ms(self._clock.now()),
            "notes": [],
        }
