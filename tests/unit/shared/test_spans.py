"""Half-open spans of UTC time, their holes, and how times are written."""

from datetime import UTC, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from shared.spans import EPOCH, Span, from_utc_ms, holes, iso_ms, merge, utc_ms

NOON = datetime(2026, 11, 21, 12, tzinfo=UTC)


def span(start_s: float, end_s: float) -> Span:
    return Span(NOON + timedelta(seconds=start_s), NOON + timedelta(seconds=end_s))


SPANS = st.lists(
    st.tuples(st.integers(0, 60), st.integers(0, 20)).map(lambda at: span(at[0], at[0] + at[1])), max_size=8
)


@given(st.integers(-(10**13), 10**13))
def test_milliseconds_survive(ms: int) -> None:
    assert utc_ms(from_utc_ms(ms)) == ms


def test_milliseconds_are_rounded_down_also_before_1970() -> None:
    assert utc_ms(EPOCH + timedelta(microseconds=1999)) == 1
    assert utc_ms(EPOCH - timedelta(microseconds=1)) == -1


def test_a_time_is_written_in_utc_with_milliseconds() -> None:
    india = timezone(timedelta(hours=5, minutes=30))
    assert iso_ms(datetime(2026, 11, 21, 19, 32, 3, 250_000, tzinfo=india)) == "2026-11-21T14:02:03.250Z"


@pytest.mark.parametrize(
    ("start", "end"),
    [
        (NOON.replace(tzinfo=None), NOON),
        (NOON, NOON.replace(tzinfo=None)),
        (NOON, NOON - timedelta(microseconds=1)),
    ],
)
def test_a_span_needs_an_offset_and_cannot_end_before_it_starts(start: datetime, end: datetime) -> None:
    with pytest.raises(ValueError, match="span"):
        Span(start, end)


def test_a_span_holds_its_start_and_not_its_end() -> None:
    assert NOON in span(0, 1)
    assert NOON + timedelta(seconds=1) not in span(0, 1)
    assert NOON not in span(0, 0)
    assert span(0, 1.5).duration_s == 1.5


@pytest.mark.parametrize(
    ("one", "other", "common"),
    [
        (span(0, 2), span(1, 3), span(1, 2)),
        (span(0, 3), span(1, 2), span(1, 2)),
        (span(0, 1), span(1, 2), None),
        (span(0, 1), span(2, 3), None),
    ],
)
def test_what_two_spans_have_in_common(one: Span, other: Span, common: Span | None) -> None:
    assert one.intersection(other) == other.intersection(one) == common
    assert one.overlaps(other) is other.overlaps(one) is (common is not None)


@pytest.mark.parametrize(
    ("spans", "tolerance_s", "merged"),
    [
        ([], 0, []),
        ([span(2, 3), span(0, 1)], 0, [span(0, 1), span(2, 3)]),
        ([span(0, 1), span(1, 2)], 0, [span(0, 2)]),
        ([span(0, 9), span(1, 2)], 0, [span(0, 9)]),
        ([span(0, 1), span(1.5, 2)], 0.5, [span(0, 2)]),
        ([span(0, 1), span(1.6, 2)], 0.5, [span(0, 1), span(1.6, 2)]),
    ],
)
def test_spans_are_joined_where_they_touch(spans: list[Span], tolerance_s: float, merged: list[Span]) -> None:
    assert merge(spans, tolerance_s) == merged


@pytest.mark.parametrize(
    ("covered", "left"),
    [
        ([], [span(10, 20)]),
        ([span(0, 30)], []),
        ([span(10, 20)], []),
        ([span(0, 12), span(15, 16), span(18, 40)], [span(12, 15), span(16, 18)]),
        ([span(0, 5), span(25, 30)], [span(10, 20)]),
        ([span(0, 10), span(20, 30)], [span(10, 20)]),
    ],
)
def test_holes_are_what_nothing_covers(covered: list[Span], left: list[Span]) -> None:
    assert holes(span(10, 20), covered) == left


@given(SPANS)
def test_what_is_covered_and_its_holes_make_the_whole(spans: list[Span]) -> None:
    within = span(10, 70)
    covered = merge(spans)
    parts = [common for one in covered if (common := one.intersection(within)) is not None]
    together = sorted([*parts, *holes(within, covered)])
    assert [one.start for one in together] == [within.start, *[one.end for one in together[:-1]]]
    assert together[-1].end == within.end
