"""What goes when the disk runs full."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.journal.facts import Lease
from host_agent.retention.disk_pressure import is_below, next_to_go, protections
from host_agent.retention.disk_space import DiskSpace, Room
from host_agent.retention.plan import DISK_FULL, Circumstances, Kept, StoredHour, kept
from host_agent.ring.layout import Hour
from shared.spans import Span

NOW = datetime(2026, 11, 20, 14, 30, tzinfo=UTC)
NOTHING = Room()


def disk(free: int, *, free_inodes: int = 500, inodes: int = 1000, read_only: bool = False) -> DiskSpace:
    return DiskSpace(1, Room(free, free_inodes), Room(1000, inodes), read_only)


def stored(hour: str, kind: str = "segments", device: str = "capture1") -> StoredHour:
    return StoredHour(device, kind, Hour.parse(hour))


@pytest.mark.parametrize(
    ("space", "in_trash", "below"),
    [
        (disk(49), NOTHING, True),
        (disk(50), NOTHING, False),
        (disk(0), Room(50, 0), False),
        (disk(30), Room(19, 0), True),
        (disk(900, free_inodes=49), NOTHING, True),
        (disk(900, free_inodes=49), Room(0, 1), False),
        (disk(900, free_inodes=0, inodes=0), NOTHING, False),  # this file system counts no inodes
        (DiskSpace(1, Room(0, 0), Room(0, 0), False), NOTHING, False),
    ],
)
def test_the_floor_is_of_bytes_and_of_inodes_and_the_trash_counts_as_free(
    space: DiskSpace, in_trash: Room, below: bool
) -> None:
    assert is_below(space, 5, soon_free=in_trash) is below
    departure = next_to_go(space, 5, in_trash, [stored("2026-11-20T10")], Circumstances(NOW))
    assert (departure is not None) is below


@pytest.mark.parametrize(
    ("candidates", "goes"),
    [
        (["2026-11-20T11", "2026-11-19T23", "2026-11-20T02"], "2026-11-19T23"),
        (["2026-11-20T14", "2026-11-20T13"], "2026-11-20T13"),
        (["2026-11-20T14"], None),  # it is being recorded
        (["2026-11-20T15", "2027-11-20T15"], None),  # dated in the future
        ([], None),
    ],
)
def test_the_oldest_hour_goes_and_never_the_current_one(candidates: list[str], goes: str | None) -> None:
    departure = next_to_go(disk(10), 5, NOTHING, map(stored, candidates), Circumstances(NOW))
    assert (str(departure.stored.hour) if departure is not None else None) == goes
    assert departure is None or departure.reason == DISK_FULL


def test_the_oldest_hour_is_looked_for_across_devices_and_the_video_of_an_hour_goes_last() -> None:
    left = [
        stored("2026-11-20T10", "segments", "capture1"),
        stored("2026-11-20T10", "captures", "capture2"),
        stored("2026-11-20T09", "segments", "capture2"),
        stored("2026-11-20T10", "aside", "capture2"),
        stored("2026-11-20T10", "heatmap", "capture1"),
        stored("2026-11-20T10", "thumbnails", "capture1"),
        stored("2026-11-20T10", "metadata", "capture1"),
    ]
    gone = []
    while departure := next_to_go(disk(10), 5, NOTHING, left, Circumstances(NOW)):
        left.remove(departure.stored)
        gone.append((departure.stored.hour.number, departure.stored.kind))
    assert gone == [
        (9, "segments"),
        (10, "aside"),
        (10, "captures"),
        (10, "thumbnails"),
        (10, "metadata"),
        (10, "heatmap"),
        (10, "segments"),
    ]


def test_a_read_only_disk_is_another_trouble() -> None:
    assert (
        next_to_go(disk(0, read_only=True), 5, NOTHING, [stored("2026-11-20T10")], Circumstances(NOW)) is None
    )


def test_it_is_told_why_nothing_more_may_go() -> None:
    hour = Hour.parse("2026-11-20T10")
    leased = Lease("clip", "capture1", Span(hour.start, hour.end), NOW + timedelta(hours=1))
    left = [stored("2026-11-20T10"), stored("2026-11-20T14"), stored("2026-11-20T13")]
    circumstances = Circumstances(
        NOW, leases=[leased], hot=frozenset({("capture1", "segments", Hour.parse("2026-11-20T13"))})
    )
    assert next_to_go(disk(0), 5, NOTHING, left, circumstances) is None
    assert protections(left, circumstances) == {Kept.LEASED, Kept.CURRENT, Kept.HOT}


HOURS = st.integers(-60, 10).map(lambda hours: Hour.of(NOW + timedelta(hours=hours)))
LISTINGS = st.lists(
    st.builds(
        StoredHour,
        st.sampled_from(["capture1", "capture2"]),
        st.sampled_from(["segments", "captures", "thumbnails", "metadata", "heatmap", "aside"]),
        HOURS,
    ),
    max_size=30,
)
ROOMS = st.builds(Room, st.integers(0, 1000), st.integers(0, 1000))


@given(LISTINGS, ROOMS, ROOMS, st.floats(0.1, 90))
def test_what_goes_is_needed_is_the_oldest_and_is_not_protected(
    listing: list[StoredHour], free: Room, in_trash: Room, floor: float
) -> None:
    space = DiskSpace(1, free, Room(1000, 1000), False)
    circumstances = Circumstances(NOW)
    departure = next_to_go(space, floor, in_trash, listing, circumstances)
    may_go = [one for one in listing if kept(one, circumstances) is None]
    if departure is None:
        assert not may_go or not is_below(space, floor, soon_free=in_trash)
    else:
        assert is_below(space, floor, soon_free=in_trash)
        assert departure.stored in may_go
        assert departure.stored.hour == min(one.hour for one in may_go)
