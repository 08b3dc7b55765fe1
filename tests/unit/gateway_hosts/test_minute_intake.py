"""Minutes of a heartbeat by what becomes of them."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.hosts.minute_intake import Intake, minute_number, sort_minutes
from shared.contracts.minutes import MinuteReport
from shared.spans import utc_ms

NOW = datetime(2026, 11, 21, 14, 2, 3, 250_000, tzinfo=UTC)
NOW_MINUTE = minute_number(NOW)
DAY = 1440


def minute(number: int, device: str = "street", revision: int = 1, frames: int = 0) -> MinuteReport:
    return MinuteReport(device=device, minute=number, revision=revision, frames=frames, analysed=False)


def sort(told: list[MinuteReport], kept_days: int, host_is_ahead_s: int = 0) -> Intake:
    return sort_minutes(told, NOW, kept_days, sent_utc_ms=utc_ms(NOW) + host_is_ahead_s * 1000)


@pytest.mark.parametrize(
    ("ago", "part"),
    [
        (0, "stored"),
        (30 * DAY, "stored"),
        (30 * DAY + 1, "too_old"),
        (-5, "stored"),
        (-6, "too_new"),
        (NOW_MINUTE, "too_old"),
        (NOW_MINUTE - 150_000_000, "too_new"),
    ],
)
def test_a_minute_is_stored_from_thirty_days_ago_to_five_minutes_ahead(ago: int, part: str) -> None:
    intake = sort([minute(NOW_MINUTE - ago)], 30)
    counts = {"stored": len(intake.stored), "too_old": len(intake.too_old), "too_new": len(intake.too_new)}
    assert counts == {"stored": 0, "too_old": 0, "too_new": 0, part: 1}
    assert intake.as_answer().model_dump() == counts


def test_a_gateway_whose_clock_is_ahead_refuses_nothing_that_its_hosts_call_new() -> None:
    """What it refuses is acknowledged, too: no host would ever send it again."""
    told = [minute(NOW_MINUTE - 40 * DAY), minute(NOW_MINUTE - 71 * DAY)]
    ahead = sort(told, 30, host_is_ahead_s=-40 * 86_400)
    assert (ahead.stored, ahead.too_old) == ((told[0],), (told[1],))
    assert sort(told, 30, host_is_ahead_s=86_400).too_old == (told[1], told[0])


def test_of_what_is_there_twice_the_newest_revision_counts() -> None:
    told = [minute(NOW_MINUTE, revision=revision, frames=revision) for revision in (2, 5, 3)]
    assert [found.frames for found in sort(told, 30).stored] == [5]


def test_devices_of_minutes_that_are_dropped_need_not_be_known() -> None:
    told = [minute(NOW_MINUTE, "a"), minute(NOW_MINUTE + 9, "b"), minute(NOW_MINUTE - 31 * DAY, "c")]
    assert sort(told, 30).device_names() == {"a", "b"}


@given(
    st.lists(
        st.builds(
            minute,
            st.integers(NOW_MINUTE - 2 * DAY, NOW_MINUTE + 60),
            st.sampled_from(["a", "b"]),
            st.integers(0, 3),
        )
    )
)
def test_nothing_is_lost_and_nothing_doubles_in_any_order(told: list[MinuteReport]) -> None:
    intake = sort(told, 1)
    kept = [*intake.stored, *intake.too_old, *intake.too_new]
    newest = {
        (found.device, found.minute): max(
            other.revision for other in told if (other.device, other.minute) == (found.device, found.minute)
        )
        for found in told
    }
    assert {(found.device, found.minute): found.revision for found in kept} == newest
    assert len(kept) == len(newest)
    assert sort(list(reversed(told)), 1).device_names() == intake.device_names()
    assert list(intake.stored) == sorted(intake.stored, key=lambda found: (found.device, found.minute))


def test_a_minute_has_the_number_of_its_begin() -> None:
    begin = datetime(2026, 11, 21, 14, 2, tzinfo=UTC)
    assert minute_number(begin) == minute_number(begin + timedelta(seconds=59.999999))
    assert minute_number(begin) * 60 == begin.timestamp()
