"""Names on disk say what a file is, and nothing else is taken for one."""

from datetime import UTC, date, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.ring.layout import (
    DEVICE_NAME,
    NUMBERED_KINDS,
    DeviceFolders,
    Hour,
    Kind,
    RingFile,
    hours_of,
    name_format,
    parse_file_name,
)
from shared.spans import Span

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)
MOMENTS = st.datetimes(datetime(1970, 1, 1), datetime(9998, 12, 31), timezones=st.just(UTC))  # noqa: DTZ001


@given(st.sampled_from(NUMBERED_KINDS), st.integers(0, 9_999_999_999))
def test_a_file_is_known_by_its_name_alone(kind: Kind, number: int) -> None:
    file = RingFile(kind, number)
    assert parse_file_name(file.name) == file
    assert name_format(kind).format(number) == file.name


@pytest.mark.parametrize(
    ("file", "name"),
    [
        (RingFile(Kind.SEGMENTS, 1), "segment_000000001.ts"),
        (RingFile(Kind.CAPTURES, 1), "capture_000000001.jpg"),
        (RingFile(Kind.THUMBNAILS, 1), "capture_000000001_thumbnail.jpg"),
        (RingFile(Kind.METADATA, 1), "capture_000000001.json"),
        (RingFile(Kind.SEGMENTS, 999_999_999), "segment_999999999.ts"),
        (RingFile(Kind.CAPTURES, 1_000_000_000), "capture_1000000000.jpg"),
    ],
)
def test_numbers_have_nine_digits_until_ten_are_needed(file: RingFile, name: str) -> None:
    assert file.name == name
    assert parse_file_name(name) == file


@pytest.mark.parametrize(
    "name",
    [
        "",
        "segment_1.ts",
        "segment_00000001.ts",  # eight digits
        "segment_00000000001.ts",  # eleven
        "segment_000000001.ts\n",
        "segment_00000000１.ts",  # a full-width digit
        "segment_00000000٣.ts",  # an Arabic one
        "segment_-00000001.ts",
        "segment_000000001.TS",
        "segment_000000001.jpg",
        "segment_000000001.ts.tmp",
        ".segment_000000001.ts",
        "../segment_000000001.ts",
        "capture_000000001.ts",
        "capture_000000001_thumbnail.json",
        "capture_000000001_thumbnail",
        "capture_000000001-thumbnail.jpg",
        "capture_000000001.jpeg",
        "segment_000000001.conflict-1.ts",
        "000000001.ts",
        "output.m3u8",
        "times.csv",
    ],
)
def test_other_names_are_no_files_of_the_ring(name: str) -> None:
    assert parse_file_name(name) is None


@given(st.text(max_size=40))
def test_whatever_is_taken_for_a_file_has_that_files_name(name: str) -> None:
    file = parse_file_name(name)
    assert file is None or file.name == name


@pytest.mark.parametrize("name", ["capture1", "0", "a", "hall_2-left", "a" * 63])
def test_device_names(name: str) -> None:
    assert DEVICE_NAME.fullmatch(name)


@pytest.mark.parametrize(
    "name", ["", "A", "-a", "_a", "a b", "a.b", "a/b", "..", "caméra", "capture1\n", "a" * 64, "１"]
)
def test_what_is_no_device_name(name: str) -> None:
    assert not DEVICE_NAME.fullmatch(name)


@given(MOMENTS)
def test_an_hour_holds_the_moments_it_is_the_hour_of(moment: datetime) -> None:
    hour = Hour.of(moment)
    assert moment in hour.span
    assert hour.span.duration_s == 3600
    assert Hour.parse(str(hour)) == hour
    assert Hour.at(hour.date, hour.number) == hour
    assert hour.next().start == hour.end


def test_hours_are_of_utc_whatever_offset_a_time_has() -> None:
    india = timezone(timedelta(hours=5, minutes=30))
    assert str(Hour.of(datetime(2026, 11, 22, 3, 10, tzinfo=india))) == "2026-11-21T21"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-11-21",
        "2026-11-21T24",
        "2026-11-31T00",
        "2026-11-21t14",
        "2026-11-21T14:00",
        "2026-11-21T14\n",
        "２026-11-21T14",
        "26-11-21T14",
    ],
)
def test_what_is_no_hour(text: str) -> None:
    with pytest.raises(ValueError, match=r"hour|day|data"):
        Hour.parse(text)


def span(start_minute: float, end_minute: float) -> Span:
    return Span(NOON + timedelta(minutes=start_minute), NOON + timedelta(minutes=end_minute))


@pytest.mark.parametrize(
    ("asked", "numbers"),
    [
        (span(0, 0), []),
        (span(0, 60), [12]),
        (span(0, 60.001), [12, 13]),
        (span(59, 61), [12, 13]),
        (span(-0.001, 0), [11]),
        (span(-90, 30), [10, 11, 12]),
    ],
)
def test_the_hours_that_a_span_touches(asked: Span, numbers: list[int]) -> None:
    assert [hour.number for hour in hours_of(asked)] == numbers


@pytest.mark.parametrize("kind", Kind)
def test_every_kind_of_a_device_has_the_same_folders(kind: Kind) -> None:
    folders = DeviceFolders(Path("/footage"), "capture1")
    hour = Hour.at(date(2026, 11, 9), 4)
    assert str(folders.hot(kind)) == f"/footage/capture1/{kind}"
    assert str(folders.cold(kind, 4)) == f"/footage/capture1/{kind}/4"
    assert str(folders.vault(kind, hour)) == f"/footage/capture1/vault/2026-11-09/4/{kind}"
    assert str(folders.aside(hour)) == "/footage/capture1/aside/2026-11-09/4"
    assert str(folders.live_playlist) == "/footage/capture1/segments/output.m3u8"
