"""What the captions process says is read back as it was, and some of it is for a person to know."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.told_captions import (
    DROPPED,
    NOT_MADE,
    NOT_RUNNING,
    NOT_TAKEN,
    ToldCaptions,
    ToldSending,
    caption_alarms,
    encode_told,
    parse_captions,
    parse_sending,
    sending_alarms,
)

NOW_MS = 1_795_000_000_000
CAPTIONS = st.builds(ToldCaptions, last_captured_utc_ms=st.none() | st.integers(0, 2**50))
SENDING = st.builds(ToldSending, oldest_waiting_utc_ms=st.none() | st.integers(0, 2**50))
WRONG = ToldCaptions(
    "openai", code="model_unreachable", sentence="It is away.", remedy="Start it.", wrong_since_utc_ms=NOW_MS
)

FULL = ToldSending(9, code="captions_full", sentence="No room.", wrong_since_utc_ms=NOW_MS)


@given(CAPTIONS, SENDING)
def test_what_is_said_is_read_back(captions: ToldCaptions, sending: ToldSending) -> None:
    assert parse_captions(json.loads(json.dumps(encode_told(captions)))) == captions
    assert parse_sending(json.loads(json.dumps(encode_told(sending)))) == sending


@pytest.mark.parametrize(
    "state",
    [None, {}, {"made": "7"}, {"made": True}, {"captioner": None, "last_captured_utc_ms": "x", "new": 1}],
)
def test_what_another_version_says_is_left_out(state: dict[str, Any] | None) -> None:
    assert parse_captions(state) == ToldCaptions()


@pytest.mark.parametrize(
    ("told", "after_s", "alarms"),
    [
        (ToldCaptions("scene"), 0, []),
        (WRONG, 0, []),
        (WRONG, 599, []),
        (WRONG, 600, [NOT_MADE]),
        (replace(WRONG, code="model_nonsense"), 601, [NOT_MADE]),
        (replace(WRONG, code="model_key_refused"), 0, [NOT_MADE]),
        (replace(WRONG, code="model_refused"), 0, [NOT_MADE]),
        (replace(WRONG, code="model_not_allowed"), 0, [NOT_MADE]),
        (replace(WRONG, wrong_since_utc_ms=None), 9999, []),
    ],
)
def test_what_does_not_go_away_by_itself_is_an_alarm(
    told: ToldCaptions, after_s: int, alarms: list[str]
) -> None:
    found = caption_alarms(told, NOW_MS + after_s * 1000)
    assert [alarm.code for alarm in found] == alarms
    assert all("It is away. Start it." in alarm.sentence for alarm in found)


@pytest.mark.parametrize(
    ("sending", "age_s", "alarms"),
    [
        (ToldSending(), 0, []),
        (ToldSending(waiting=9, code="gateway_unreachable"), 0, []),
        (ToldSending(waiting=9, code="captions_off", sentence="They are off."), 0, [NOT_TAKEN]),
        (ToldSending(dropped=3), 0, [DROPPED]),
        (FULL, 0, []),
        (replace(FULL, wrong_since_utc_ms=NOW_MS - 599_000), 0, []),
        # Before any are dropped.
        (replace(FULL, wrong_since_utc_ms=NOW_MS - 600_000), 0, [NOT_TAKEN]),
        (replace(FULL, code="in_the_future", wrong_since_utc_ms=NOW_MS - 600_000), 0, [NOT_TAKEN]),
        (replace(FULL, code="gateway_unreachable", wrong_since_utc_ms=0), 0, []),
        (ToldSending(), 89, []),
        (ToldSending(), 91, [NOT_RUNNING]),
    ],
)
def test_captions_that_do_not_arrive_are_an_alarm(
    sending: ToldSending, age_s: int, alarms: list[str]
) -> None:
    state = {**encode_told(sending), "at_utc_ms": NOW_MS - age_s * 1000}
    assert [alarm.code for alarm in sending_alarms(state, NOW_MS)] == alarms


def test_a_process_that_has_said_nothing_yet_is_no_alarm() -> None:
    assert sending_alarms(None, NOW_MS) == []
