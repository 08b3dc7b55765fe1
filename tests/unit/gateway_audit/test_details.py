"""What a deed tells about itself, as it may stand in the log."""

import json
from datetime import UTC, datetime
from typing import Any
from uuid import UUID

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from gateway.audit.details import HIDDEN, LONGEST_TEXT, MOST_ITEMS, fit_details, plain_text


@pytest.mark.parametrize(
    "key",
    [
        "password",
        "new_password",
        "PASSWORD",
        "passwd",
        "pwd",
        "secret",
        "calling_secret",
        "token",
        "accessToken",
        "credential",
        "credential_sha256",
        "authorization",
        "api_key",
        "cookie",
    ],
)
def test_what_is_named_as_a_secret_is_hidden_however_deep_it_stands(key: str) -> None:
    told = fit_details({key: "hunter22", "changes": {key: {"from": "hunter21", "to": ["hunter22"]}}})
    assert told == {key: HIDDEN, "changes": {key: {"from": HIDDEN, "to": [HIDDEN]}}}


def test_that_a_secret_was_changed_and_that_there_is_one_may_be_told() -> None:
    details = {"password": "changed", "has_password": True, "include_credentials": False, "token": None}
    assert fit_details(details) == details


def test_credentials_inside_an_address_are_cut_out() -> None:
    told = fit_details({"rtsp_url": "rtsp://guard:hunter22@10.0.0.7/live?token=hunter23"})
    assert told == {"rtsp_url": "rtsp://***@10.0.0.7/live?token=***"}


def test_what_is_no_json_is_told_as_text() -> None:
    at = datetime(2026, 11, 21, 14, tzinfo=UTC)
    one = UUID(int=7)
    told = fit_details(
        {"at": at, "id": one, "networks": ("10.0.0.0/8",), "ids": {2, 1}, "rate": float("nan")}
    )
    assert told == {
        "at": "2026-11-21T14:00:00+00:00",
        "id": str(one),
        "networks": ["10.0.0.0/8"],
        "ids": [1, 2],
        "rate": "nan",
    }


def test_endless_things_are_cut_and_say_so() -> None:
    told = fit_details({"text": "x" * 10_000, "many": list(range(1000)), **{f"k{n}": n for n in range(100)}})
    assert told["text"] == "x" * (LONGEST_TEXT - 1) + "…"
    assert told["many"] == [*range(MOST_ITEMS), f"… {1000 - MOST_ITEMS} more"]
    assert told["…"] == f"{102 - MOST_ITEMS} more"


def test_text_that_no_database_holds_is_replaced() -> None:
    assert plain_text("a\0b\ud800c", 10) == "a\N{REPLACEMENT CHARACTER}b\N{REPLACEMENT CHARACTER}c"


_ANYTHING = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=6,
)


@settings(max_examples=40)
@given(st.dictionaries(st.text(), _ANYTHING))
def test_whatever_is_told_becomes_json_that_a_database_takes(details: dict[str, Any]) -> None:
    text = json.dumps(fit_details(details), allow_nan=False, ensure_ascii=False)
    text.encode()
    assert "\\u0000" not in text
