"""How host and gateway stand with each other: shown to whoever asks, and logged once for each change."""

import sqlite3
from dataclasses import replace
from typing import Any

from host_agent.gateway_state import GatewayState, GatewayStatus
from shared.clock import Clock
from shared.errors import ColdframeError

_WELL = (GatewayStatus.NONE, GatewayStatus.ENROLLING, GatewayStatus.CONNECTING, GatewayStatus.ONLINE)


class Standing:
    """Written by one thread, read by any."""

    def __init__(self, clock: Clock, log: Any) -> None:
        self._clock = clock
        self._log = log
        self._state = GatewayState()

    @property
    def state(self) -> GatewayState:
        """How things stand now."""
        return self._state

    def tell(self, status: GatewayStatus, code: str = "", sentence: str = "", remedy: str = "") -> None:
        """From now on it is like this."""
        before = self._state
        if (before.status, before.code, before.sentence) == (status, code, sentence):
            return
        is_new = (before.status, before.code) != (status, code)
        self._state = replace(
            before,
            status=status,
            code=code,
            sentence=sentence,
            remedy=remedy,
            since=self._clock.now() if is_new else before.since,
        )
        tell = self._log.info if status in _WELL else self._log.warning
        tell("gateway", state=status.value, code=code, sentence=sentence, remedy=remedy)

    def tell_error(self, status: GatewayStatus, error: ColdframeError, remedy: str = "") -> None:
        """The same of an error; `remedy` where this host knows a better one."""
        self.tell(status, error.code, error.message, remedy or error.remedy)

    def tell_fault(self, error: OSError | sqlite3.Error) -> None:
        """What has to be kept cannot be kept."""
        why = (error.strerror or str(error)) if isinstance(error, OSError) else str(error)
        self.tell(
            GatewayStatus.FAULTY,
            "state_dir",
            f"What is agreed with the gateway cannot be kept: {why}.",
            "Check the disk and the owner of state_dir: python -m host_agent doctor",
        )

    def tell_defect(self) -> None:
        """This program is wrong somewhere."""
        self.tell(GatewayStatus.FAULTY, "defect", "Reporting met a defect of the agent; its log has more.")

    def enrolled_as(self, host_id: str) -> None:
        """The gateway has a name of its own for this host."""
        self._state = replace(self._state, host_id=host_id)

    def tell_assignment(self, problem: str) -> None:
        """Why the cameras that the gateway assigns are not taken over; empty where they are."""
        if problem != self._state.assignment_problem:
            self._state = replace(self._state, assignment_problem=problem)

    def count(self, *, taken: bool, minutes_waiting: int) -> None:
        """A heartbeat was taken, or was not."""
        before = self._state
        if not taken:
            self._state = replace(
                before, heartbeats_failed=before.heartbeats_failed + 1, minutes_waiting=minutes_waiting
            )
            return
        self._state = replace(
            before,
            heartbeats_sent=before.heartbeats_sent + 1,
            minutes_waiting=minutes_waiting,
            last_success_at=self._clock.now(),
            last_success_monotonic_s=self._clock.monotonic(),
        )
