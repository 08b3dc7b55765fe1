import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.frames.staged_names import (
    StagedName,
    StagingFolder,
    is_preview_folder,
    parse_staged_name,
    parse_staging_folder,
    preview_folder,
)
from host_agent.ring.layout import Kind


@given(st.integers(0, 10**9), st.none() | st.integers(0, 10**6))
def test_a_staging_folders_name_says_its_run_and_start(run: int, start: int | None) -> None:
    folder = StagingFolder(run, start)
    assert parse_staging_folder(folder.name) == folder


@pytest.mark.parametrize(
    ("name", "parsed"),
    [
        ("c_000000000480.jpg", StagedName(Kind.CAPTURES, 480)),
        ("t_17.jpg", StagedName(Kind.THUMBNAILS, 17)),
        # ffmpeg undoes a wrap of the 33-bit clock by going below zero.
        ("c_-000000000238.jpg", StagedName(Kind.CAPTURES, -238)),
        ("c_000000000480.jpg.tmp", None),
        ("x_1.jpg", None),
        ("c_.jpg", None),
        ("c_٣.jpg", None),
        ("capture_000000001.jpg", None),
    ],
)
def test_a_staged_name_says_kind_and_media_time(name: str, parsed: StagedName | None) -> None:
    assert parse_staged_name(name) == parsed


@pytest.mark.parametrize("name", ["", "-1", "1-", "a", "1-2-3", "metadata", "1/2", "٣"])
def test_other_folders_are_not_taken_for_ours(name: str) -> None:
    assert parse_staging_folder(name) is None


@given(st.text(max_size=40))
def test_no_name_breaks_the_parsers(name: str) -> None:
    parse_staged_name(name)
    parse_staging_folder(name)


def test_a_sub_streams_folder_is_none_of_a_run() -> None:
    name = preview_folder(7)
    assert is_preview_folder(name) and parse_staging_folder(name) is None
    assert not any(is_preview_folder(other) for other in ("7", "7-1", "preview-", "preview-x", "preview-1-2"))
