"""Thinning of lists, joining of metadata, ages of pictures."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.frames.hour_listing import thin
from host_agent.frames.metadata_array import join_objects
from host_agent.frames.screenshot import oldest_allowed_s
from host_agent.ring.layout import NUMBERED_KINDS, Kind, numbers_among, parse_file_name
from host_agent.settings import FrameSettings

MINUTE_MS = 60_000


@pytest.mark.parametrize(
    ("files", "every_s", "kept"),
    [
        ([], 60, []),
        ([(1, 0), (2, 200), (3, 400)], 60, [1]),
        ([(1, 59_999), (2, 60_000), (3, 60_001)], 60, [1, 2]),
        ([(1, 0), (2, 5 * MINUTE_MS), (3, 5 * MINUTE_MS + 1)], 60, [1, 2]),
        ([(number, number * 200) for number in range(1, 16)], 1, [1, 5, 10, 15]),
        # The clock was set back: numbers go on, and an earlier second is not taken twice.
        ([(1, 0), (2, 1000), (3, 0), (4, 2000)], 1, [1, 2, 4]),
    ],
)
def test_one_file_is_kept_for_every_piece_of_time(
    files: list[tuple[int, int]], every_s: int, kept: list[int]
) -> None:
    assert thin(files, every_s) == kept


def test_a_list_that_grows_keeps_what_it_had() -> None:
    files = [(number, number * 700) for number in range(1, 200)]
    full = thin(files, 10)
    assert all(full[: len(part)] == part for end in range(200) for part in [thin(files[:end], 10)])


NAMES = st.builds(
    "".join,
    st.tuples(
        st.sampled_from(["segment_", "capture_", "", "x"]),
        st.text("0123456789١-", min_size=7, max_size=12),
        st.sampled_from([".ts", ".jpg", "_thumbnail.jpg", ".json", ".conflict-1.jpg", ""]),
    ),
)


@given(st.lists(NAMES | st.text(max_size=20), max_size=30), st.sampled_from(list(NUMBERED_KINDS)))
def test_numbers_of_many_names_are_those_of_each(names: list[str], kind: Kind) -> None:
    parsed = [file.number for name in names if (file := parse_file_name(name)) and file.kind is kind]
    assert numbers_among(kind, names) == parsed


@pytest.mark.parametrize(
    ("texts", "objects"),
    [
        ([], []),
        ([b'{"a": 1}\n'], [{"a": 1}]),
        ([b'{"a": 1}', b' {"b": 2} \n'], [{"a": 1}, {"b": 2}]),
        # What a power cut leaves: nothing, zeros, a torn object.
        ([b"", b'{"a": 1}', b"\x00\x00\x00", b'{"b": ', b'"c"}', b'{"d": 4}'], [{"a": 1}, {"d": 4}]),
    ],
)
def test_metadata_is_joined_to_one_array_without_what_is_torn(texts: list[bytes], objects: list[Any]) -> None:
    assert json.loads("".join(join_objects(texts))) == objects


@pytest.mark.parametrize(
    ("capture_fps", "parts", "allowed_s"),
    [
        (2, {}, 3.0),
        (2, {"frames": {"mode": "all"}, "capture": {"keyframe_interval_s": 10.0}}, 3.0),
        (0.2, {"frames": {"mode": "all"}}, 15.0),
        (2, {"frames": {"mode": "keyframes"}, "capture": {"keyframe_interval_s": 0.5}}, 3.0),
        (2, {"frames": {"mode": "keyframes"}, "capture": {"keyframe_interval_s": 2.0}}, 6.0),
        (2, {"frames": {"mode": "keyframes"}, "capture": {"keyframe_interval_s": None}}, 3.0),
        (2, {"frames": {"mode": "keyframes"}}, 3.0),
    ],
)
def test_a_picture_may_be_three_seconds_old_or_three_intervals(
    capture_fps: float, parts: dict[str, dict[str, Any]], allowed_s: float
) -> None:
    assert oldest_allowed_s(FrameSettings(capture_fps=capture_fps), parts) == pytest.approx(allowed_s)
