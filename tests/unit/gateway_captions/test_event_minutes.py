"""In which minutes devices have events."""

from datetime import UTC, datetime

from gateway.captions.events.event_links import EventCamera, Recorder
from gateway.captions.events.event_minutes import devices_in_minutes
from shared.spans import utc_ms

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
NOON_MS = utc_ms(NOON)
MINUTE_MS = 60_000
DOOR = EventCamera("cam_1", "Door", None, None, (), "lab-1", "door")


def minutes(
    *times: tuple[int, int], from_ms: int = NOON_MS, to_ms: int = NOON_MS + 10 * MINUTE_MS
) -> list[int]:
    """Minutes since noon of events of the door, each from and to seconds since noon."""
    shifted = [(NOON_MS + start * 1000, NOON_MS + end * 1000) for start, end in times]
    [row] = devices_in_minutes({"cam_1": shifted}, {"cam_1": DOOR}, from_ms, to_ms)
    assert row.events == len(times)
    return [(minute - NOON_MS) // MINUTE_MS for minute in row.minutes]


def test_an_event_is_in_every_minute_that_it_touches_and_each_is_told_once() -> None:
    assert minutes((59, 61)) == [0, 1]
    assert minutes((60, 119)) == [1]
    assert minutes((60, 120)) == [1, 2]
    assert minutes((200, 210), (10, 20), (30, 30)) == [0, 3]


def test_minutes_end_with_the_time_that_was_asked_for() -> None:
    assert minutes((-300, 90)) == [0, 1]
    assert minutes((540, 900)) == [9]


def test_a_camera_that_was_moved_has_a_row_of_each_device() -> None:
    moved = EventCamera(
        "cam_1",
        "Door",
        None,
        None,
        (
            Recorder("lab-1", "door", datetime(2026, 1, 1, tzinfo=UTC), NOON),
            Recorder("lab-2", "entry", NOON, None),
        ),
        "lab-2",
        "entry",
    )
    times = [(NOON_MS - 30_000, NOON_MS - 20_000), (NOON_MS + 30_000, NOON_MS + 30_000)]
    span = (NOON_MS - 3_600_000, NOON_MS + 3_600_000)
    rows = devices_in_minutes({"cam_1": times}, {"cam_1": moved}, *span)
    assert [(row.device, list(row.minutes)) for row in rows] == [
        ("lab-1/door", [NOON_MS - MINUTE_MS]),
        ("lab-2/entry", [NOON_MS]),
    ]
    of_host = devices_in_minutes({"cam_1": times}, {"cam_1": moved}, *span, host="lab-2")
    assert [row.device for row in of_host] == ["lab-2/entry"]


def test_a_camera_that_was_deleted_is_called_by_its_external_id() -> None:
    [row] = devices_in_minutes({"gone": [(NOON_MS, NOON_MS)]}, {}, NOON_MS, NOON_MS + MINUTE_MS)
    assert (row.camera, row.device, list(row.minutes)) == ("gone", None, [NOON_MS])
