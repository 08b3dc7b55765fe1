"""Which captions of a host can be kept."""

import pytest

from gateway.captions.intake.host_captions import judge
from gateway.captions.known_cameras_repository import KnownCamera
from shared.contracts.captions import CaptionReport

NOW_MS = 1_795_269_600_000
DOOR = KnownCamera("cam_001", "id-1", "Door", None, None, "lab-1", "door", False)


def report(**changes: object) -> CaptionReport:
    return CaptionReport.model_validate(
        {"device": "door", "captured_utc_ms": NOW_MS, "text": "a door", **changes}
    )


@pytest.mark.parametrize(
    ("changes", "code"),
    [
        ({"device": "yard"}, "unknown_device"),
        ({"device": "x" * 10_000}, "unknown_device"),
        ({"device": "\0"}, "unknown_device"),
        ({"captured_utc_ms": NOW_MS + 60_001}, "in_the_future"),
        ({"captured_utc_ms": -1}, "bad_time"),
        ({"text": " "}, "empty_text"),
        ({"text": "x" * 2001}, "text_too_long"),
        ({"text": "\0"}, "bad_text"),
        ({"embedding": []}, "bad_embedding"),
        ({"model": "x" * 201}, "bad_model"),
        ({"frame": "x" * 501}, "bad_frame"),
    ],
)
def test_one_that_is_wrong_is_refused_alone(changes: dict[str, object], code: str) -> None:
    judged = judge([report(), report(**changes), report(text="two")], {"door": DOOR}, NOW_MS)
    assert [caption.text for caption in judged.captions] == ["a door", "two"]
    ((refused),) = judged.refused
    assert (refused.index, refused.code) == (1, code)
    assert 0 < len(refused.sentence) < 250


def test_captions_of_a_camera_that_is_switched_off_are_kept_as_they_may_be_late() -> None:
    (caption,) = judge([report()], {"door": DOOR}, NOW_MS).captions
    assert caption.camera_id == "cam_001"
