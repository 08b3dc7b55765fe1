"""How many cameras there are."""

from gateway.cameras.summary import CameraCount, GroupSummary, HostSummary, summary_of

NONE = {"live": 0, "degraded": 0, "offline": 0, "idle": 0, "error": 0}


def test_without_cameras_every_status_is_counted_as_none() -> None:
    found = summary_of([])
    assert (found.total, found.active, found.by_status, found.by_group, found.by_host) == (0, 0, NONE, [], [])


def test_cameras_are_counted_by_status_group_and_host_and_what_has_none_comes_last() -> None:
    found = summary_of(
        [
            CameraCount(None, None, None, None, None, None, 1),
            CameraCount("g-2", "A", "h-1", "lab-1", "live", True, 2),
            CameraCount("g-1", "B", "h-1", "lab-1", "offline", True, 3),
            CameraCount("g-1", "B", None, None, "idle", False, 4),
        ]
    )
    assert (found.total, found.active) == (10, 6)
    assert found.by_status == {**NONE, "live": 2, "offline": 3, "idle": 5}
    assert found.by_group == [
        GroupSummary("g-2", "A", 2, {**NONE, "live": 2}),
        GroupSummary("g-1", "B", 7, {**NONE, "offline": 3, "idle": 4}),
        GroupSummary(None, None, 1, {**NONE, "idle": 1}),
    ]
    assert found.by_host == [
        HostSummary("h-1", "lab-1", 5, {**NONE, "live": 2, "offline": 3}),
        HostSummary(None, None, 5, {**NONE, "idle": 5}),
    ]
