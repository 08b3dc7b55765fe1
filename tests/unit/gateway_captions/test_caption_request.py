"""What somebody sends to have captions taken."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.captions.intake.caption_request import MOST_FAULTS_TOLD, checked, read_body
from shared.errors import BadRequestError

NOW_MS = 1_795_269_600_000
GOOD: dict[str, Any] = {"camera_id": "cam_001", "captured_at": NOW_MS, "text": "a door"}


def fields_of(told: Any) -> dict[str, str]:
    """What is wrong, by field."""
    body = told if isinstance(told, bytes) else json.dumps(told).encode()
    with pytest.raises(BadRequestError) as refused:
        checked(read_body(body), NOW_MS)
    assert refused.value.remedy
    json.dumps(refused.value.details, ensure_ascii=False).encode()
    str(refused.value).encode()
    found: Any = refused.value.details.get("fields", {})
    return dict(found)


@pytest.mark.parametrize("told", [GOOD, [GOOD], {"captions": [GOOD]}])
def test_captions_come_alone_in_a_list_or_named(told: Any) -> None:
    (caption,) = checked(read_body(json.dumps(told).encode()), NOW_MS)
    assert (caption.camera_id, caption.captured_ms, caption.text) == ("cam_001", NOW_MS, "a door")
    assert (caption.embedding, caption.model, caption.frame) == (None, "", "")


@pytest.mark.parametrize(
    ("at", "ms"),
    [
        ("2026-11-21T14:00:00Z", NOW_MS),
        ("2026-11-21T15:00:00.250+01:00", NOW_MS + 250),
        ("2026-11-21T14:00:00.1239Z", NOW_MS + 123),
        (NOW_MS, NOW_MS),
    ],
)
def test_a_time_is_iso_8601_or_milliseconds(at: object, ms: int) -> None:
    (caption,) = checked(read_body(json.dumps({**GOOD, "captured_at": at}).encode()), NOW_MS)
    assert caption.captured_ms == ms


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"camera_id": "a b"}, "camera_id"),
        ({"camera_id": "x" * 131}, "camera_id"),
        ({"camera_id": "cam\n"}, "camera_id"),
        ({"camera_id": 7}, "camera_id"),
        ({"captured_at": float(NOW_MS)}, "captured_at"),
        ({"captured_at": True}, "captured_at"),
        ({"captured_at": None}, "captured_at"),
        ({"captured_at": "2026-11-21T14:00:00"}, "captured_at"),
        ({"captured_at": "1999-12-31T23:59:59Z"}, "captured_at"),
        ({"captured_at": str(NOW_MS)}, "captured_at"),
        ({"captured_at": -NOW_MS}, "captured_at"),
        ({"captured_at": NOW_MS + 60_001}, "captured_at"),
        ({"text": ""}, "text"),
        ({"text": "x" * 10_000_000}, "text"),
        ({"text": "\ud800"}, "text"),
        ({"embedding": [1, "2"]}, "embedding"),
        ({"model": 7}, "model"),
        ({"frame": {}}, "frame"),
        ({"colour": "red"}, "colour"),
        ({"\ud800": 1}, "\\ud800"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(changes: dict[str, Any], field: str) -> None:
    wrong = {**GOOD, **changes}
    assert list(fields_of(wrong)) == [field]
    assert list(fields_of([GOOD, GOOD, GOOD, wrong])) == [f"captions.3.{field}"]


@pytest.mark.parametrize("name", ["camera_id", "captured_at", "text"])
def test_what_is_missing_is_named(name: str) -> None:
    assert fields_of({key: value for key, value in GOOD.items() if key != name}) == {name: "is missing."}


@pytest.mark.parametrize("number", ["NaN", "Infinity", "-Infinity", "1e999"])
def test_an_embedding_is_finite_however_it_is_written(number: str) -> None:
    body = json.dumps({**GOOD, "embedding": [0.5, 12345.0]}).replace("12345.0", number)
    assert list(fields_of(body.encode())) == ["embedding"]


@pytest.mark.parametrize(
    ("told", "field"),
    [
        ([], "captions"),
        ({"captions": []}, "captions"),
        ([GOOD] * 1001, "captions"),
        ({"captions": GOOD}, "captions"),
        ({"captions": None}, "captions"),
        ({"captions": [GOOD], "camera_id": "cam_001"}, "camera_id"),
        ([GOOD, 7], "captions.1"),
        ({"captions": [None]}, "captions.0"),
    ],
)
def test_there_are_one_to_a_thousand(told: Any, field: str) -> None:
    assert list(fields_of(told)) == [field]


@pytest.mark.parametrize(
    "body",
    [
        b"", b"{", b"null", b"7", b'"a"', b"\xff\xfe", b"[" * 100_000, b'{"a":' * 100_000, b"[1,]",
        b"[{},{}" * 1_000_000, b"[" + b"0," * 7_000_000 + b"0]", b'{"captured_at": ' + b"9" * 5000 + b"}",
    ],
    ids=lambda body: repr(body[:12]),
)  # fmt: skip
def test_what_holds_no_captions_is_refused_without_being_taken_apart(body: bytes) -> None:
    assert fields_of(body) == {}


def test_not_more_is_told_than_somebody_reads() -> None:
    assert len(fields_of([{**GOOD, "text": ""}] * 1000)) == MOST_FAULTS_TOLD


_JSON: st.SearchStrategy[Any] = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters()),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters()), inner, max_size=4),
    max_leaves=8,
)


@given(
    st.dictionaries(
        st.sampled_from(["camera_id", "captured_at", "text", "embedding", "model", "frame", "more"]), _JSON
    )
    | _JSON
)
def test_whatever_comes_is_taken_or_refused_in_words(told: Any) -> None:
    try:
        checked(read_body(json.dumps(told).encode()), NOW_MS)
    except BadRequestError as error:
        json.dumps([error.message, error.details], ensure_ascii=False).encode()
