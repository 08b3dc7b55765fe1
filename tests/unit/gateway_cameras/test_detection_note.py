"""What is said of a host's own device whose analysis is not as it is set here."""

from typing import Any

import pytest

from gateway.cameras.assignment import note_of
from gateway.cameras.camera import Camera
from gateway.hosts.host_states import HostState
from shared.contracts.heartbeat import Detection
from tests.support.camera_of_tests import NOW, a_camera

ON, OFF = Detection(enabled=True, sensitivity=0.7), Detection(enabled=False, sensitivity=0.7)
SET = {"enable_detection": False, "detection_sensitivity": None}
UNSET = {"enable_detection": None, "detection_sensitivity": None}


def own(**changes: Any) -> Camera:
    return a_camera(
        **{
            "managed_by": "host",
            "host_id": "h-1",
            "host": "lab-1",
            "heard_at": NOW,
            "own_detection": ON,
            "detection_in_force": ON,
            "is_reported": True,
            **changes,
        }
    )


@pytest.mark.parametrize(
    ("camera", "state", "word"),
    [
        (own(**UNSET), HostState.ONLINE, None),
        (own(**SET), HostState.ONLINE, "has not taken over yet"),
        (own(**SET), HostState.LATE, "has not taken over yet"),
        (own(**SET), HostState.OFFLINE, "does not report"),
        (own(**SET), HostState.REVOKED, "was revoked"),
        (own(**SET, detection_in_force=OFF), HostState.OFFLINE, None),
        # Set back, and the host has not heard of that.
        (own(**UNSET, detection_in_force=OFF), HostState.ONLINE, "has not taken over yet"),
        (own(enable_detection=None, detection_sensitivity=0.2), HostState.ONLINE, "has not taken over yet"),
        # An older agent says neither.
        (own(**SET, own_detection=None, detection_in_force=None), HostState.ONLINE, "Update the agent"),
        (own(**UNSET, own_detection=None, detection_in_force=None), HostState.ONLINE, None),
        (own(**SET, is_reported=False), HostState.ONLINE, None),
    ],
)
def test_a_host_that_analyses_otherwise_than_is_set_here_is_said_to(
    camera: Camera, state: HostState, word: str | None
) -> None:
    note = note_of(camera, state)
    assert note is None if word is None else word in (note or "")


def test_what_is_set_here_counts_and_else_what_the_host_says() -> None:
    assert (own(**UNSET).is_analysed, own(**UNSET).sensitivity, own(**UNSET).overrides) == (True, 0.7, [])
    assert (own(**SET).is_analysed, own(**SET).sensitivity) == (False, 0.7)
    assert own(**SET).overrides == ["enable_detection"]
    assert own(**UNSET, own_detection=None).is_analysed is None
    assert a_camera().overrides == []


def test_only_what_a_heard_host_still_has_cannot_be_deleted() -> None:
    assert not own().is_deletable
    assert own(is_reported=False).is_deletable and own(host_revoked=True).is_deletable
    assert a_camera(is_reported=True).is_deletable
