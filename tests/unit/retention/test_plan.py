"""Which hours may go."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.journal.facts import Lease
from host_agent.retention.plan import EXPIRED, Circumstances, Kept, StoredHour, expired, kept
from host_agent.ring.layout import Hour
from shared.spans import Span

HOUR = Hour.parse("2026-11-20T14")


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def lease(begin: str, end: str, *, device: str = "capture1", until: str = "2099-01-01T00:00") -> Lease:
    return Lease("clip", device, Span(at(begin), at(end)), at(until))


@pytest.mark.parametrize(
    ("retention_hours", "now", "goes"),
    [
        (24, "2026-11-21T15:00:00", True),  # the last second of the hour is a day old
        (24, "2026-11-21T14:59:59", False),  # it is not, though the hour's begin is
        (24, "2026-11-25T00:00:00", True),
        (1, "2026-11-20T15:59:59", False),  # captures are held one to two hours
        (1, "2026-11-20T16:00:00", True),
        (72, "2026-11-21T15:00:00", False),
        (24, "2026-11-20T14:30:00", False),  # it is being recorded
        (24, "1970-01-01T00:00:00", False),  # the clock is not set
    ],
)
def test_an_hour_goes_when_all_of_it_is_older_than_its_retention(
    retention_hours: int, now: str, goes: bool
) -> None:
    stored = StoredHour("capture1", "segments", HOUR)
    leaving = expired([stored], {("capture1", "segments"): retention_hours}, Circumstances(at(now)))
    assert [departure.stored for departure in leaving] == ([stored] if goes else [])
    assert all(departure.reason == EXPIRED and str(retention_hours) in departure.why for departure in leaving)


def test_every_kind_has_its_own_retention_and_the_oldest_goes_first() -> None:
    older = Hour.parse("2026-11-20T13")
    listing = [
        StoredHour("capture1", "segments", HOUR),
        StoredHour("capture1", "captures", HOUR),
        StoredHour("capture1", "captures", older),
    ]
    retention = {("capture1", "segments"): 24, ("capture1", "captures"): 1}
    leaving = expired(listing, retention, Circumstances(at("2026-11-20T18:00")))
    assert [(departure.stored.kind, departure.stored.hour) for departure in leaving] == [
        ("captures", older),
        ("captures", HOUR),
    ]


@pytest.mark.parametrize(
    ("circumstances", "protection"),
    [
        (Circumstances(at("2026-11-20T15:00")), None),
        (Circumstances(at("2026-11-20T14:00")), Kept.CURRENT),
        (Circumstances(at("2026-11-20T14:59:59")), Kept.CURRENT),
        (Circumstances(at("2026-11-20T13:59:59")), Kept.FUTURE),
        (Circumstances(at("2026-11-21T00:00"), hot=frozenset({("capture1", "segments", HOUR)})), Kept.HOT),
        (Circumstances(at("2026-11-21T00:00"), hot=frozenset({("capture2", "segments", HOUR)})), None),
        (Circumstances(at("2026-11-21T00:00"), hot=frozenset({("capture1", "captures", HOUR)})), None),
    ],
)
def test_what_is_recorded_now_or_later_or_still_hot_is_kept(
    circumstances: Circumstances, protection: Kept | None
) -> None:
    assert kept(StoredHour("capture1", "segments", HOUR), circumstances) is protection


@pytest.mark.parametrize(
    ("held", "is_kept"),
    [
        (lease("2026-11-20T14:10", "2026-11-20T14:20"), True),
        (lease("2026-11-20T13:00", "2026-11-20T14:00:01"), True),
        (lease("2026-11-20T10:00", "2026-11-20T18:00"), True),
        (lease("2026-11-20T14:30", "2026-11-20T14:30"), True),
        (lease("2026-11-20T15:00:05", "2026-11-20T15:10"), True),  # the last segment may play on so far
        (lease("2026-11-20T15:01:00", "2026-11-20T15:10"), False),
        (lease("2026-11-20T12:00", "2026-11-20T13:59:59"), False),
        (lease("2026-11-20T14:10", "2026-11-20T14:20", device="capture2"), False),
        (lease("2026-11-20T14:10", "2026-11-20T14:20", until="2026-11-21T23:59"), False),  # it ran out
    ],
)
def test_an_hour_that_a_lease_touches_is_kept(held: Lease, is_kept: bool) -> None:
    stored = StoredHour("capture1", "segments", HOUR)
    circumstances = Circumstances(at("2026-11-22T00:00"), leases=[held])
    assert (kept(stored, circumstances) is Kept.LEASED) is is_kept
    assert (expired([stored], {("capture1", "segments"): 24}, circumstances) == []) is is_kept


@pytest.mark.parametrize(
    ("kind", "now", "unreported", "protection"),
    [
        ("heatmap", "2026-11-22T00:00", {("capture1", HOUR)}, Kept.UNREPORTED),
        ("heatmap", "2026-11-22T00:00", {("capture2", HOUR)}, None),
        ("heatmap", "2026-11-22T00:00", set(), None),
        ("segments", "2026-11-22T00:00", {("capture1", HOUR)}, None),
        ("heatmap", "2026-12-20T14:59:59", {("capture1", HOUR)}, Kept.UNREPORTED),
        ("heatmap", "2026-12-20T15:00:00", {("capture1", HOUR)}, None),  # no gateway takes them any more
    ],
)
def test_minutes_that_wait_for_the_gateway_are_kept_for_a_month(
    kind: str, now: str, unreported: set[tuple[str, Hour]], protection: Kept | None
) -> None:
    stored = StoredHour("capture1", kind, HOUR)
    circumstances = Circumstances(at(now), unreported=frozenset(unreported))
    assert kept(stored, circumstances) is protection
    assert (expired([stored], {("capture1", kind): 24}, circumstances) == []) is (protection is not None)


BASE = at("2026-11-20T00:00")
HOURS = st.integers(-50, 50).map(lambda hours: Hour.of(BASE + timedelta(hours=hours)))
DEVICES = st.sampled_from(["capture1", "capture2"])
KINDS = st.sampled_from(["segments", "captures", "thumbnails", "aside"])
LISTINGS = st.lists(st.builds(StoredHour, DEVICES, KINDS, HOURS), max_size=40)
MOMENTS = st.integers(-40 * 60, 40 * 60).map(lambda minutes: BASE + timedelta(minutes=minutes))
LEASES = st.lists(
    st.builds(
        lambda device, start, length, until: Lease("x", device, Span(start, start + length), until),
        DEVICES,
        MOMENTS,
        st.integers(0, 300).map(lambda minutes: timedelta(minutes=minutes)),
        MOMENTS,
    ),
    max_size=5,
)
RETENTIONS = st.fixed_dictionaries(
    {
        (device, kind): st.integers(1, 48)
        for device in ("capture1", "capture2")
        for kind in ("segments", "captures", "thumbnails", "aside")
    }
)


@given(LISTINGS, RETENTIONS, LEASES, MOMENTS, st.sets(st.tuples(DEVICES, KINDS, HOURS), max_size=5))
def test_nothing_goes_that_is_young_current_leased_or_hot(
    listing: list[StoredHour],
    retention: dict[tuple[str, str], int],
    leases: list[Lease],
    now: datetime,
    hot: set[tuple[str, str, Hour]],
) -> None:
    leaving = expired(listing, retention, Circumstances(now, leases, frozenset(hot)))
    for departure in leaving:
        stored = departure.stored
        assert now - stored.hour.end >= timedelta(hours=retention[stored.device, stored.kind])
        assert now not in stored.hour.span and stored.hour.start <= now
        assert (stored.device, stored.kind, stored.hour) not in hot
        assert not any(
            held.device == stored.device and held.until > now and held.span.overlaps(stored.hour.span)
            for held in leases
        )
    assert [departure.stored.hour for departure in leaving] == sorted(
        departure.stored.hour for departure in leaving
    )


@given(LISTINGS, RETENTIONS, MOMENTS)
def test_everything_goes_that_is_old_enough_and_unprotected(
    listing: list[StoredHour], retention: dict[tuple[str, str], int], now: datetime
) -> None:
    leaving = {departure.stored for departure in expired(listing, retention, Circumstances(now))}
    for stored in listing:
        old = now - stored.hour.end >= timedelta(hours=retention[stored.device, stored.kind])
        assert (stored in leaving) is old


@given(LISTINGS, RETENTIONS, MOMENTS, st.integers(0, 5000))
def test_what_may_go_may_go_later_too(
    listing: list[StoredHour], retention: dict[tuple[str, str], int], now: datetime, minutes: int
) -> None:
    later = now + timedelta(minutes=minutes)
    before = {departure.stored for departure in expired(listing, retention, Circumstances(now))}
    after = {departure.stored for departure in expired(listing, retention, Circumstances(later))}
    assert before <= after
