import pytest

from host_agent.fleet.assignment_answer import NonsenseAssignmentError, checked_cameras, checked_overrides
from shared.contracts.heartbeat import MOST_DEVICES


def cameras(*names: str) -> list[dict[str, object]]:
    return [{"name": name, "settings": {"source": "rtsp://camera/1"}} for name in names]


def test_as_many_cameras_as_a_host_may_have_are_taken() -> None:
    told = cameras(*(f"cam-{number}" for number in range(MOST_DEVICES)))
    assert [camera.name for camera in checked_cameras(told)] == [str(camera["name"]) for camera in told]
    assert checked_cameras([]) == []


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ({}, "cameras is not as agreed"),
        ("door", "cameras is not as agreed"),
        ([5], "cameras.0 is not as agreed"),
        (cameras("door", "Gate"), "cameras.1.name is not as agreed"),
        (cameras("door", "../door"), "cameras.1.name is not as agreed"),
        (cameras("x" * 64), "cameras.0.name is not as agreed"),
        ([{"name": "door"}], "cameras.0.settings is not as agreed"),
        (cameras("door", "gate", "door"), "it names 'door' twice"),
        (cameras(*("cam",) * (MOST_DEVICES + 1)), f"it assigns {MOST_DEVICES + 1} cameras"),
    ],
)
def test_what_cannot_be_meant_is_refused_whole_with_the_place(told: object, why: str) -> None:
    with pytest.raises(NonsenseAssignmentError) as refused:
        checked_cameras(told)
    assert why in refused.value.message and "What it assigned before stays." in refused.value.message


def test_an_older_gateway_says_nothing_over_host_toml() -> None:
    assert checked_overrides(None) == []
    (told,) = checked_overrides([{"name": "own", "enable_detection": False, "colour": "red"}])
    assert (told.enable_detection, told.detection_sensitivity) == (False, None)


@pytest.mark.parametrize(
    ("told", "why"),
    [
        ("own", "overrides is not as agreed"),
        ([{"name": "own", "detection_sensitivity": 2}], "overrides.0.detection_sensitivity is not as agreed"),
        ([{"name": "own"}, {"name": "own"}], "it names 'own' twice"),
    ],
)
def test_overrides_that_cannot_be_meant_are_refused_with_the_place(told: object, why: str) -> None:
    with pytest.raises(NonsenseAssignmentError) as refused:
        checked_overrides(told)
    assert why in refused.value.message
