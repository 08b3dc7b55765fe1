"""What a snapshot is called, until when it stays, and what is said where there is none."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.cameras.camera_pictures import no_picture
from gateway.cameras.snapshot import TakenPicture, new_snapshot
from gateway.storage.keys import checked_key
from shared.ffmpeg.picture_grab import GrabbedPicture
from tests.support.camera_of_tests import a_camera

NOW = datetime(2026, 11, 21, 14, 2, 3, 250_000, tzinfo=UTC)
CAMERA = "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11"


@pytest.mark.parametrize("thumbnail", [b"", b"small"])
def test_a_snapshot_is_named_by_when_its_picture_was_taken(thumbnail: bytes) -> None:
    taken_at = NOW - timedelta(seconds=2)
    made = new_snapshot(
        "id-1", CAMERA, TakenPicture(b"large", thumbnail, taken_at, "host"), NOW, timedelta(days=7)
    )
    assert made.filename == "20261121T140201Z-id-1.jpg"
    assert made.storage_path == f"snapshots/{CAMERA}/{made.filename}"
    assert (made.taken_at, made.created_at, made.expiry_date) == (taken_at, NOW, NOW + timedelta(days=7))
    assert (made.file_size, made.source) == (5, "host")
    expected = (f"snapshots/{CAMERA}/20261121T140201Z-id-1_thumbnail.jpg",) if thumbnail else ()
    assert made.paths == (*expected, made.storage_path)
    assert all(checked_key(path) == path for path in made.paths)


@pytest.mark.parametrize(
    ("said", "message", "remedy"),
    [
        (
            "The camera refused the login (401): check user and password.",
            "There is no picture of Front Door: The camera refused the login (401).",
            "Check user and password.",
        ),
        (
            "10.0.0.5:554 accepts the connection, but sent none in 5 s: check port and path.",
            "There is no picture of Front Door: 10.0.0.5:554 accepts the connection, but sent none in 5 s.",
            "Check port and path.",
        ),
        (
            "The camera ended the stream.",
            "There is no picture of Front Door: The camera ended the stream.",
            "Test the connection to the camera.",
        ),
    ],
)
def test_why_there_is_no_picture_and_what_to_do_are_told_apart(said: str, message: str, remedy: str) -> None:
    error = no_picture(a_camera(), GrabbedPicture("unauthorised", said))
    assert (error.message, error.remedy, error.code) == (message, remedy, "camera_unauthorised")
