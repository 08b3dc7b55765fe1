"""What needs no row of its own."""

from dataclasses import replace
from datetime import UTC, datetime

from gateway.audit.entry import NewEntry
from gateway.audit.recent_deeds import RecentDeeds
from tests.support.set_clock import SetClock

NOW = datetime(2026, 11, 21, 14, tzinfo=UTC)
ENTRY = NewEntry(NOW, None, "guard", "192.0.2.7", "r-1", "clip.download", "clip", "c", "lab-1/door")


def test_the_same_is_new_once_and_again_after_a_while() -> None:
    clock = SetClock(NOW)
    recent = RecentDeeds(clock.monotonic, kept_s=60)
    assert recent.is_new(ENTRY)
    clock.pass_time(59)
    assert not recent.is_new(replace(ENTRY, request_id="r-2", at=clock.now()))
    clock.pass_time(1)
    assert recent.is_new(ENTRY)


def test_another_user_another_place_and_another_thing_are_new() -> None:
    recent = RecentDeeds(SetClock(NOW).monotonic)
    entries = [
        ENTRY,
        replace(ENTRY, username="boss"),
        replace(ENTRY, address="192.0.2.8"),
        replace(ENTRY, subject_id="d"),
        replace(ENTRY, action="clip.delete"),
    ]
    assert [recent.is_new(entry) for entry in entries] == [True] * 5


def test_it_remembers_no_more_than_it_may() -> None:
    recent = RecentDeeds(SetClock(NOW).monotonic, largest=2)
    for subject_id in "abc":
        assert recent.is_new(replace(ENTRY, subject_id=subject_id))
    assert recent.is_new(replace(ENTRY, subject_id="a"))
    assert not recent.is_new(replace(ENTRY, subject_id="c"))
