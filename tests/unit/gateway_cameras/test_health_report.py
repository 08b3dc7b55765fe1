"""The report of a camera: uptime, where outages end, and what is not known."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.cameras.health_report import (
    CheckTotals,
    FailedRun,
    FailedRuns,
    camera_report,
    outage_of,
)
from shared.spans import Span

BEGIN = datetime(2026, 11, 21, 0, 0, tzinfo=UTC)
END = BEGIN + timedelta(hours=1)


def at(minutes: float) -> datetime:
    return BEGIN + timedelta(minutes=minutes)


def run(first: float, last: float, next_: float | None, connected: bool | None = None) -> FailedRun:
    return FailedRun(
        at(first), at(last), None if next_ is None else at(next_), connected, "refused", "Nothing listens."
    )


@pytest.mark.parametrize(
    ("failed", "end", "seconds", "is_end_known"),
    [
        (run(10, 10, 11, True), at(11), 60, True),
        (run(10, 14, 15, True), at(15), 300, True),
        # It was switched off: that it was down until then is known, what came after is not.
        (run(10, 14, 15, None), at(15), 300, False),
        # The workers were down: each check speaks for its minute.
        (run(10, 14, None), at(15), 300, False),
        (run(10, 57.5, None), None, 3000, False),
        (run(10, 57.4, None), at(58.4), 2904, False),
        (run(60, 60, None), None, 0, False),
    ],
)
def test_an_outage_ends_with_the_next_good_check_or_where_nothing_more_is_known(
    failed: FailedRun, end: datetime | None, seconds: int, is_end_known: bool
) -> None:
    outage = outage_of(failed, END)
    assert (outage.end, outage.seconds, outage.is_end_known) == (end, seconds, is_end_known)
    assert (outage.start, outage.code, outage.sentence) == (failed.first_at, "refused", "Nothing listens.")


@pytest.mark.parametrize(
    ("connected", "failed", "neither", "uptime", "unknown_s"),
    [
        (60, 0, 0, 100.0, 0),
        (0, 60, 0, 0.0, 0),
        (57, 3, 0, 95.0, 0),
        (2, 1, 0, 66.667, 57 * 60),  # what is not known counts neither way
        (0, 0, 60, None, 3600),
        (0, 0, 0, None, 3600),
        (61, 0, 0, 100.0, 0),  # one that somebody asked for in between
    ],
)
def test_uptime_is_a_share_of_what_is_known(
    connected: int, failed: int, neither: int, uptime: float | None, unknown_s: int
) -> None:
    totals = CheckTotals(connected + failed + neither, connected, failed)
    report = camera_report(totals, FailedRuns(), Span(BEGIN, END), END + timedelta(days=1))
    assert (report.uptime_percent, report.unknown_s) == (uptime, unknown_s)


def test_what_is_to_come_is_not_unknown() -> None:
    report = camera_report(CheckTotals(30, 30, 0), FailedRuns(), Span(BEGIN, END), at(30))
    assert report.unknown_s == 0
    ahead = camera_report(CheckTotals(), FailedRuns(), Span(BEGIN, END), at(-30))
    assert (ahead.unknown_s, ahead.uptime_percent) == (0, None)


def test_an_outage_that_lasts_counts_until_now() -> None:
    runs = (run(50, 58, None), run(10, 14, 15, True))
    failed = FailedRuns(runs, total=7, longest_s=300 + 240, all_s=3600)
    report = camera_report(CheckTotals(60, 45, 15), failed, Span(BEGIN, END), at(59.5))
    assert [outage.end for outage in report.outages] == [None, at(15)]
    assert report.outages[0].seconds == 570
    # Its 9 minutes up to its last check were in the sum; half a minute is to be added.
    assert (report.outages_total, report.outage_s, report.longest_outage_s) == (7, 3630, 570)
