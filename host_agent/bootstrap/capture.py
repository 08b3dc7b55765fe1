"""The capture process: recorders, segment times, live playlists."""

import random

from host_agent.bootstrap.parts import Parts, Service, new_id
from host_agent.capture.service import CaptureService
from host_agent.retention.recording_gate import RecordingGate
from host_agent.retention.root_identity import RootIdentity


def build(parts: Parts) -> Service:
    """Give the recorders what they need."""
    gate = RecordingGate(
        parts.stores, RootIdentity(parts.journal, new_id), parts.settings.ring.free_reserve_percent
    )

    def refusal(device: str) -> tuple[str, str] | None:
        gate.reload(parts.settings.ring.free_reserve_percent)
        found = gate.may_record(device)
        return None if found is None else (found.code, found.sentence)

    if not parts.settings.device:
        # A host that waits for its first camera: its disk is known, and can be looked at, before.
        gate.root_refusal(parts.settings.agent.root)
    return CaptureService(
        parts.settings,
        parts.stores,
        parts.journal,
        parts.clock,
        refusal,
        random.random,
        parts.log,
        assignment=lambda: parts.assignment,
    )
