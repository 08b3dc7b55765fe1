"""The cursor and the framing of the wall's answer."""

import json
import struct
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.frames.wall import (
    LONGEST_CURSOR,
    WallFrame,
    encode_cursor,
    encode_wall,
    next_cursor,
    parse_cursor,
)

DEVICES = st.from_regex(r"[a-z0-9][a-z0-9_-]{0,62}", fullmatch=True)


@given(st.dictionaries(DEVICES, st.integers(0, 9_999_999_999), max_size=20))
def test_a_cursor_comes_back_as_it_was_given(cursor: dict[str, int]) -> None:
    text = encode_cursor(cursor)
    assert parse_cursor(text) == cursor
    assert text.replace("-", "").replace("_", "").isalnum()


def test_no_cursor_is_one_that_has_nothing() -> None:
    assert parse_cursor("") == {}


@pytest.mark.parametrize(
    "text",
    [
        "x",
        "====",
        "not base64!",
        "\x00",
        "MixjYXB0dXJlMT0xMjM",  # of another version
        "MSxjYXB0dXJlMT1hYmM",  # 1,capture1=abc
        "MSwuLi9ldGM9MQ",  # 1,../etc=1
        "MSxhPTk5OTk5OTk5OTk5OTk5OTk5OTk5",  # a number that no file has
        "_" * (LONGEST_CURSOR + 1),
        "１",
    ],
)
def test_what_is_no_cursor_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="is no cursor"):
        parse_cursor(text)


@given(st.text(max_size=60))
def test_any_text_is_a_cursor_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert encode_cursor(parse_cursor(text))


def test_the_answer_is_a_head_and_the_pictures_behind_it() -> None:
    frames = [
        WallFrame("a", "live", 7, 1_795_269_600_250, b"\xff\xd8first\xff\xd9"),
        WallFrame("b", "live", 3, 1_795_269_600_000, b""),
        WallFrame("c", "stopped", None, None, b""),
        WallFrame("d", "live", 9, 1_795_269_601_000, b"\xff\xd8second\xff\xd9"),
    ]
    body = encode_wall(frames, "cursor")
    (length,) = struct.unpack(">I", body[:4])
    head = json.loads(body[4 : 4 + length])
    assert head["cursor"] == "cursor"
    assert [(item["device"], item["state"], item["number"]) for item in head["frames"]] == [
        ("a", "live", 7),
        ("b", "live", 3),
        ("c", "stopped", None),
        ("d", "live", 9),
    ]
    assert head["frames"][0]["time"] == "2026-11-21T14:00:00.250Z"
    pictures, at = [], 4 + length
    for item in head["frames"]:
        pictures.append(body[at : at + item["length"]])
        at += item["length"]
    assert pictures == [frame.jpeg for frame in frames]
    assert at == len(body)


def test_the_next_cursor_keeps_other_devices_and_drops_those_that_are_gone() -> None:
    frames = [WallFrame("a", "live", 8, 0, b""), WallFrame("c", "stopped", None, None, b"")]
    assert next_cursor(frames, {"a": 7, "b": 3, "gone": 1}, known={"a", "b", "c"}) == {"a": 8, "b": 3}
