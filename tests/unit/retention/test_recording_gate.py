"""When recording pauses for room, and which disk is the right one."""

import pytest

from host_agent.retention.disk_space import DiskSpace, Room
from host_agent.retention.recording_gate import is_full
from host_agent.retention.root_identity import UNREADABLE, Verdict, judge_identity


def disk(free_percent: float, free_inodes_percent: float = 100) -> DiskSpace:
    return DiskSpace(
        1, Room(int(free_percent * 1000), int(free_inodes_percent * 1000)), Room(100_000, 100_000), False
    )


@pytest.mark.parametrize(
    ("space", "reserve", "was_full", "full"),
    [
        (disk(0.99), 1, False, True),
        (disk(1.0), 1, False, False),
        (disk(1.0), 1, True, True),  # it would be full again in a second
        (disk(1.5), 1, True, False),
        (disk(50, 0.5), 1, False, True),
        (disk(0), 0, False, False),  # no reserve is wanted
        (disk(0), 0, True, False),
    ],
)
def test_recording_pauses_below_the_reserve_and_goes_on_well_above_it(
    space: DiskSpace, reserve: float, was_full: bool, full: bool
) -> None:
    assert is_full(space, reserve, was_full=was_full) is full


@pytest.mark.parametrize(
    ("known", "found", "verdict"),
    [
        (None, None, Verdict.CREATE),
        (None, "a", Verdict.ADOPT),  # the journal was lost, or the disk comes from another host
        ("a", "a", Verdict.SAME),
        ("a", "b", Verdict.OTHER),
        ("a", None, Verdict.MISSING),
        ("a", "", Verdict.CREATE),  # an operator emptied it: this disk is meant
        (None, "", Verdict.CREATE),
        ("a", UNREADABLE, Verdict.OTHER),
        (None, UNREADABLE, Verdict.OTHER),
    ],
)
def test_a_disk_is_known_by_its_identity_file(known: str | None, found: str | None, verdict: Verdict) -> None:
    assert judge_identity(known, found) is verdict
