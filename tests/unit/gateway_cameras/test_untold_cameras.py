"""What a host is told where a password cannot be read, and what people read of it."""

from dataclasses import replace

import pytest

from gateway.cameras.assignment import AssignedRow, HostRows, OverrideRow, assignment_digest
from gateway.cameras.untold_cameras import digest_without, too_long, unreadable_passwords, would_stop
from gateway.hosts.heartbeats import InForce

DOOR = AssignedRow("door", "Door", "rtsp://10.0.0.1/1", "u", "closed", None, True, 0.7)
GATE = replace(DOOR, device_name="gate", name="Gate")
BOTH = HostRows([DOOR, GATE])


def test_an_assignment_that_is_told_in_part_has_a_name_of_its_own() -> None:
    whole, without_door, without_gate = (digest_without(BOTH, names) for names in ([], ["door"], ["gate"]))
    assert whole == assignment_digest(BOTH)
    assert len({whole, without_door, without_gate, assignment_digest(HostRows([GATE]))}) == 4
    changed = HostRows([replace(DOOR, password_encrypted="other"), GATE])
    assert digest_without(changed, ["door"]) == without_door  # nothing of it is told
    assert digest_without(HostRows([DOOR, replace(GATE, name="Far Gate")]), ["door"]) != without_door
    assert (
        digest_without(HostRows([DOOR, GATE], [OverrideRow("street", True, None)]), ["door"]) != without_door
    )
    assert digest_without(HostRows([DOOR]), ["door"]) != ""  # which would say that nothing is assigned


@pytest.mark.parametrize(
    ("goes_on", "recorded", "stopped"),
    [(True, {"door"}, set()), (False, {"door", "gate"}, {"door"}), (False, {"gate"}, set())],
)
def test_only_an_older_agent_would_stop_what_is_left_out(
    goes_on: bool, recorded: set[str], stopped: set[str]
) -> None:
    has = InForce("d", frozenset(recorded), goes_on_with_kept=goes_on)
    assert would_stop(["door"], has) == stopped


def test_nothing_is_said_where_everything_can_be_read() -> None:
    assert unreadable_passwords([], []) is None


def test_the_host_names_the_cameras_and_each_of_them_says_why_without_naming_another() -> None:
    untold = unreadable_passwords([DOOR], [])
    assert untold is not None
    assert "Door" in untold.sentence and "COLDFRAME_SECRET_KEY=new,old" in untold.sentence
    assert untold.reason("door").startswith("its password was encrypted")
    assert untold.reason("gate") == ""
    frozen = unreadable_passwords([DOOR], ["door"])
    assert frozen is not None and "Door" in frozen.sentence
    # Somebody who is limited to the gate's group reads this.
    assert "secret key" in frozen.reason("gate") and "Door" not in frozen.reason("gate")


def test_of_many_cameras_some_are_named() -> None:
    many = [replace(DOOR, device_name=f"d{n}", name=f"Door {n}") for n in range(8)]
    untold = unreadable_passwords(many, [])
    assert untold is not None and "Door 4 and 3 more" in untold.sentence
    assert set(untold.devices) == {f"d{n}" for n in range(8)}


def test_an_assignment_that_is_too_long_says_so_of_all_cameras() -> None:
    untold = too_long(1_234_567)
    assert "1,234,567 bytes" in untold.sentence
    assert untold.reason("any").startswith("it is told nothing new")
