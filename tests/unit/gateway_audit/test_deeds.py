"""Which answered requests are kept, and as what."""

from dataclasses import replace
from datetime import UTC, datetime

import pytest

from gateway.audit.deeds import VERBS, action_of, occurrence_of
from gateway.audit.entry import LONGEST_NAME, fitting
from shared.deed import AnsweredRequest, Deed, Doer
from shared.http.deed import changes_of

NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)
GUARD = Doer("0d4c7cf5-7a0f-4b9c-9a52-6b5e9f3c2a11", "guard")
CHANGE = AnsweredRequest(
    method="PUT",
    rule="/api/v1/cameras/<id:camera_id>",
    operation="change_camera",
    parts={"camera_id": "7"},
    status=200,
    address="192.0.2.7",
    request_id="r-1",
    deed=Deed("camera", "7", "Lobby", details={"changes": {"name": {"from": "Hall", "to": "Lobby"}}}),
    doer=GUARD,
)


def test_what_a_program_does_all_the_time_needs_no_row_each_time() -> None:
    sent = replace(CHANGE, operation="take_captions", deed=Deed("caption", "cam_001", "Lobby", often=True))
    found = occurrence_of(sent, NOW)
    assert found is not None and found.once
    assert found.entry.action == "caption.create"


def test_a_change_is_kept_with_who_what_when_and_from_where() -> None:
    found = occurrence_of(CHANGE, NOW)
    assert found is not None and not found.once
    entry = found.entry
    assert (entry.user_id, entry.username, entry.address, entry.at) == (GUARD.id, "guard", "192.0.2.7", NOW)
    assert (entry.action, entry.subject_kind, entry.subject_id) == ("camera.change", "camera", "7")
    assert (entry.subject, entry.request_id) == ("Lobby", "r-1")
    assert entry.details == {"changes": {"name": {"from": "Hall", "to": "Lobby"}}}


def test_a_change_of_which_nothing_was_told_is_kept_by_its_address() -> None:
    found = occurrence_of(replace(CHANGE, deed=None), NOW)
    assert found is not None
    assert (found.entry.action, found.entry.subject_kind) == ("camera.change", "camera")
    assert (found.entry.subject_id, found.entry.subject) == ("7", "")


@pytest.mark.parametrize("status", [400, 404, 409, 422, 500, 503])
def test_what_was_not_done_is_not_kept(status: int) -> None:
    assert occurrence_of(replace(CHANGE, status=status), NOW) is None


@pytest.mark.parametrize("method", ["GET", "HEAD", "OPTIONS"])
def test_reading_is_not_kept(method: str) -> None:
    assert occurrence_of(replace(CHANGE, method=method, deed=None), NOW) is None


def test_something_taken_along_is_kept_and_once_for_all_its_parts() -> None:
    taken = replace(
        CHANGE, method="GET", operation="device_clip_file", deed=Deed("clip", "c", verb="download")
    )
    whole, part = occurrence_of(taken, NOW), occurrence_of(replace(taken, status=206), NOW)
    assert whole is not None and part is not None
    assert (whole.entry.action, whole.once) == ("clip.download", False)
    assert (part.entry.action, part.once) == ("clip.download", True)


def test_a_look_at_the_head_of_a_file_takes_nothing() -> None:
    assert occurrence_of(replace(CHANGE, method="HEAD", deed=Deed("clip", verb="download")), NOW) is None


def test_machines_of_which_no_view_says_who_they_are_do_no_deeds() -> None:
    assert occurrence_of(replace(CHANGE, doer=None), NOW) is None


def test_a_host_that_enrols_is_kept_by_its_name() -> None:
    enrolled = replace(
        CHANGE,
        method="POST",
        operation="enrol_host",
        deed=Deed("host", "lab-1", "lab-1"),
        doer=Doer(None, "host lab-1"),
    )
    found = occurrence_of(enrolled, NOW)
    assert found is not None
    assert (found.entry.user_id, found.entry.username, found.entry.action) == (
        None,
        "host lab-1",
        "host.enrol",
    )


def test_what_was_tried_in_vain_is_kept_where_the_view_says_so() -> None:
    failed = replace(
        CHANGE,
        method="POST",
        operation="log_in",
        status=401,
        deed=Deed("user", "", "gurad", verb="fail-login", failed=True),
        doer=Doer(None, "gurad"),
    )
    found = occurrence_of(failed, NOW)
    assert found is not None
    assert (found.entry.action, found.entry.username) == ("user.fail-login", "gurad")


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_what_a_user_was_refused_is_kept_once(method: str) -> None:
    refused = replace(CHANGE, method=method, status=403, deed=None)
    found = occurrence_of(refused, NOW)
    assert found is not None and found.once
    assert found.entry.action == "access.refuse"
    assert found.entry.subject == f"{method} /api/v1/cameras/<id:camera_id>"


def test_what_nobody_was_refused_is_not_kept() -> None:
    assert occurrence_of(replace(CHANGE, status=403, deed=None, doer=None), NOW) is None


@pytest.mark.parametrize(
    ("operation", "kind", "verb", "action"),
    [
        ("create_user", "", "", "user.create"),
        ("make_enrolment_token", "enrolment-token", "", "enrolment-token.create"),
        ("remove_user", "user", "", "user.delete"),
        ("put_device", "device", "", "device.change"),
        ("start_device", "", "", "device.start"),
        ("export_cameras", "camera", "", "camera.export"),
        ("device_clip_file", "clip", "download", "clip.download"),
        ("dance", "", "", "request.dance"),
    ],
)
def test_an_action_is_what_was_told_or_what_the_operation_is_named_by(
    operation: str, kind: str, verb: str, action: str
) -> None:
    assert action_of(operation, kind, verb) == action


def test_verbs_are_one_word_for_one_thing() -> None:
    assert all(VERBS[verb] == verb for verb in set(VERBS.values()))


def test_texts_are_cut_to_what_the_table_takes() -> None:
    found = occurrence_of(replace(CHANGE, deed=Deed("camera", "7" * 300, "L" * 300)), NOW)
    assert found is not None
    fit = fitting(found.entry)
    assert len(fit.subject) == len(fit.subject_id) == LONGEST_NAME
    assert replace(fit, subject="", subject_id="") == replace(found.entry, subject="", subject_id="")


def test_changes_are_those_fields_that_are_another() -> None:
    before, after = {"name": "Hall", "fps": 5, "gone": 1}, {"name": "Lobby", "fps": 5, "new": 2}
    assert changes_of(before, after) == {
        "name": {"from": "Hall", "to": "Lobby"},
        "gone": {"from": 1, "to": None},
        "new": {"from": None, "to": 2},
    }
