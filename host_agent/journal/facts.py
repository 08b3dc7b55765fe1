"""What the journal holds, as plain values."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from shared.spans import Span

# Kinds of facts. The agent's own (no device): its life, by which gaps of every device are explained.
AGENT_STARTED = "agent_started"
AGENT_STOPPED = "agent_stopped"
# A device's: every change of the recorder's state, with the gap code that holds from now on.
DEVICE_ADDED = "device_added"
DEVICE_REMOVED = "device_removed"
STATE_CHANGED = "state_changed"
# Something was repaired or set aside, for the record.
REPAIRED = "repaired"


@dataclass(frozen=True, slots=True)
class Fact:
    """One thing that happened. `code` is a gap code (or `live`) where it explains missing footage."""

    at: datetime
    monotonic_ms: int
    boot_id: str
    device: str | None
    kind: str
    code: str
    sentence: str
    detail: dict[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class ClockPair:
    """Wall and monotonic time of one instant; two of one boot say whether the wall clock was stepped."""

    wall: datetime
    monotonic_ms: int
    boot_id: str


@dataclass(frozen=True, slots=True)
class Receipt:
    """One deletion: `hour` is `2026-11-21T14`, `reason` is `expired`, `disk_full` or `quota`."""

    at: datetime
    device: str
    kind: str
    hour: str
    files: int
    size_bytes: int
    reason: str


@dataclass(frozen=True, slots=True)
class Lease:
    """A range that the cleaner must leave alone until `until`: a clip is being made of it."""

    id: str
    device: str
    span: Span
    until: datetime


@dataclass(frozen=True, slots=True)
class WantedState:
    """`wanted` is `running` or `stopped`; a rise of `restart_count` asks for one restart."""

    wanted: str
    asked_by: str
    at: datetime | None
    restart_count: int
