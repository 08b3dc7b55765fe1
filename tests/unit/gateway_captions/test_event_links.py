"""From an event to the device that recorded it, its picture and the player."""

from datetime import UTC, datetime

import pytest

from gateway.captions.events.event_links import (
    EventCamera,
    Recorder,
    device_at,
    only_device,
    picture_address,
    player_address,
)

# A camera that went from lab-1 to lab-2, and came back.
LAB_1 = Recorder("lab-1", "door", datetime(2026, 1, 1, tzinfo=UTC), None)
LAB_2 = Recorder("lab-2", "entry", datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC))


def camera(*recorders: Recorder, now: tuple[str, str] | None = ("lab-1", "door")) -> EventCamera:
    host, device = now or (None, None)
    return EventCamera("cam_001", "Door", None, None, recorders, host, device)


@pytest.mark.parametrize(
    ("recorders", "month", "expected"),
    [
        ((LAB_1,), 2, ("lab-1", "door")),
        ((LAB_1, LAB_2), 2, ("lab-1", "door")),
        ((LAB_2, LAB_1), 4, ("lab-2", "entry")),
        ((LAB_1, LAB_2), 6, ("lab-1", "door")),
        ((LAB_2,), 6, ("lab-1", "door")),
        ((), 2, ("lab-1", "door")),
    ],
)
def test_an_event_is_of_the_device_that_its_camera_was_then_else_of_the_present_one(
    recorders: tuple[Recorder, ...], month: int, expected: tuple[str, str]
) -> None:
    assert device_at(camera(*recorders), datetime(2026, month, 15, tzinfo=UTC)) == expected


def test_what_a_host_recorded_before_it_was_known_here_is_of_the_present_device() -> None:
    moved = camera(LAB_2, now=("lab-9", "gate"))
    assert device_at(moved, datetime(2025, 1, 1, tzinfo=UTC)) == ("lab-9", "gate")


def test_the_first_moment_of_a_device_is_its_and_the_last_is_not() -> None:
    moved = camera(LAB_1, LAB_2)
    assert device_at(moved, LAB_2.since) == ("lab-2", "entry")
    assert LAB_2.until is not None
    assert device_at(moved, LAB_2.until) == ("lab-1", "door")


def test_a_camera_that_nobody_records_or_recorded_has_no_device() -> None:
    assert device_at(camera(now=None), datetime(2026, 2, 1, tzinfo=UTC)) is None


def test_a_camera_that_never_moved_has_the_same_device_at_any_moment() -> None:
    assert only_device(camera(LAB_1)) == only_device(camera()) == ("lab-1", "door")
    for several in (camera(LAB_1, LAB_2), camera(LAB_2), camera(LAB_1, now=None), camera(now=None)):
        assert only_device(several) is None


def test_addresses_are_of_the_gateways_picture_and_of_the_players_page() -> None:
    at = datetime(2025, 10, 29, 13, 0, 0, 250_000, tzinfo=UTC)
    assert picture_address(("lab-1", "door"), at) == (
        "/api/v1/devices/lab-1/door/frame?at=2025-10-29T13%3A00%3A00.250Z"
    )
    assert player_address(("lab-1", "door"), at) == "/devices/lab-1/door?t=2025-10-29T13:00:00.250Z"
    whole = at.replace(microsecond=0)
    assert player_address(("lab-1", "door"), whole) == "/devices/lab-1/door?t=2025-10-29T13:00:00Z"
