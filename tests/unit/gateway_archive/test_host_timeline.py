"""A host's time line, checked and cut before anybody sees it."""

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from gateway.archive.timeline.host_timeline import Gap, parse_host_timeline
from shared.errors import UpstreamError
from shared.spans import Span, iso_ms

START = datetime(2026, 11, 21, 14, tzinfo=UTC)


def _at(minute: float) -> datetime:
    return START + timedelta(minutes=minute)


def _span(begin: float, end: float) -> Span:
    return Span(_at(begin), _at(end))


def _told(begin: float, end: float, **more: Any) -> dict[str, Any]:
    return {"from": iso_ms(_at(begin)), "to": iso_ms(_at(end)), **more}


ASKED = _span(0, 60)


def test_recorded_and_gaps_come_as_the_host_tells_them() -> None:
    gap = _told(20, 21, code="stalled", sentence="Nothing came.")
    told = {**_told(0, 50), "device": "street", "recorded": [_told(0, 20), _told(21, 50)], "gaps": [gap]}
    found = parse_host_timeline("lab-1", told, ASKED)
    assert found.span == _span(0, 50)
    assert found.recorded == [_span(0, 20), _span(21, 50)]
    assert found.gaps == [Gap(_span(20, 21), "stalled", "Nothing came.")]


def test_nothing_beyond_what_was_asked_for_is_believed() -> None:
    gaps = [_told(-9, -8, code="stalled", sentence=""), _told(59, 70, code="stalled", sentence="x" * 9000)]
    told = {**_told(-30, 90), "recorded": [_told(80, 90), _told(-5, 5)], "gaps": gaps}
    found = parse_host_timeline("lab-1", told, ASKED)
    assert found.span == ASKED
    assert found.recorded == [_span(0, 5)]
    assert [(gap.span, len(gap.sentence)) for gap in found.gaps] == [(_span(59, 60), 500)]


def test_a_range_that_has_not_begun_is_empty() -> None:
    found = parse_host_timeline("lab-1", {**_told(-9, -9), "recorded": [], "gaps": []}, ASKED)
    assert found.span == _span(0, 0)


@pytest.mark.parametrize(
    "told",
    [
        None,
        [],
        {},
        "recorded",
        {**_told(0, 60), "recorded": None, "gaps": []},
        {**_told(0, 60), "recorded": [{"from": "yesterday", "to": "today"}], "gaps": []},
        {
            **_told(0, 60),
            "recorded": [{"from": "2026-11-21T14:00:00", "to": "2026-11-21T15:00:00"}],
            "gaps": [],
        },
        {**_told(0, 60), "recorded": [_told(9, 3)], "gaps": []},
        {**_told(0, 60), "recorded": [], "gaps": [_told(0, 1, code="<b>", sentence="")]},
        {**_told(0, 60), "recorded": [], "gaps": [_told(0, 1, code="stalled", sentence=7)]},
    ],
)
def test_what_is_no_time_line_is_refused(told: Any) -> None:
    with pytest.raises(UpstreamError, match="no time line"):
        parse_host_timeline("lab-1", told, ASKED)


def test_times_at_the_ends_of_the_calendar_are_cut_like_any_other() -> None:
    ends = {"from": "0001-01-01T00:00:00+14:00", "to": "9999-12-31T23:59:59-14:00"}
    found = parse_host_timeline("lab-1", {**ends, "recorded": [ends], "gaps": []}, ASKED)
    assert found.recorded == [ASKED]
    assert iso_ms(found.recorded[0].start) == "2026-11-21T14:00:00.000Z"
