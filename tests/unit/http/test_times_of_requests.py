"""Times, spans and hours as requests name them."""

from contextlib import suppress
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from host_agent.hour_address import parse_hour_address
from host_agent.ring.layout import Hour
from shared.errors import BadRequestError
from shared.http.fields import checked_span, parse_time
from shared.spans import from_utc_ms, iso_ms

AT = datetime(2026, 11, 21, 14, 2, 3, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "moment"),
    [
        ("2026-11-21T14:02:03Z", AT),
        ("2026-11-21T14:02:03+00:00", AT),
        ("2026-11-21T15:02:03+01:00", AT),
        ("2026-11-21T15:02:03 01:00", AT),  # an unencoded + of a query string
        ("2026-11-21t14:02:03z", AT),
        ("2026-11-21T14:02Z", AT.replace(second=0)),
        ("2026-11-21T14:02:03.250Z", AT.replace(microsecond=250_000)),
        ("2026-11-21T14:02:03.123456789Z", AT.replace(microsecond=123_456)),
    ],
)
def test_a_time_with_an_offset_is_understood(text: str, moment: datetime) -> None:
    assert parse_time(text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "",
        "now",
        "1700000000",
        "2026-11-21",
        "2026-11-21T14:02:03",
        "2026-11-21 14:02:03Z",
        "2026-11-21T14:02:03+0100",
        "20261121T140203Z",
        "2026-W47-6T14:02:03Z",
        "2026-11-21T24:02:03Z",
        "2026-11-21T14:60:03Z",
        "2026-02-30T14:00:00Z",
        "2026-11-21T14:02:03Z\n",
        "２０２６-11-21T14:02:03Z",
        "0001-01-01T00:00:00+23:59",
        "1969-12-31T23:59:59Z",
        "9000-01-01T00:00:00Z",
        "9999-12-31T23:59:59-23:59",
        "99999-01-01T00:00:00Z",
        "2026-11-21T14:02:03+99:99",
    ],
)
def test_a_naive_malformed_or_absurd_time_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match=r"\.$"):
        parse_time(text)


@given(st.integers(0, 221_000_000_000_000).map(from_utc_ms))
def test_every_time_that_is_sent_is_understood(moment: datetime) -> None:
    assert parse_time(iso_ms(moment)) == moment


@given(st.text(max_size=40))
def test_any_text_is_a_time_or_refused(text: str) -> None:
    with suppress(ValueError):
        assert parse_time(text).tzinfo is UTC


@pytest.mark.parametrize(
    ("length", "fits"),
    [
        (timedelta(milliseconds=1), True),
        (timedelta(days=31), True),
        (timedelta(0), False),
        (timedelta(seconds=-1), False),
        (timedelta(days=31, milliseconds=1), False),
    ],
)
def test_a_span_is_neither_empty_nor_reversed_nor_longer_than_31_days(length: timedelta, fits: bool) -> None:
    if fits:
        assert checked_span(AT, AT + length).duration_s == length.total_seconds()
    else:
        with pytest.raises(ValueError, match="must be"):
            checked_span(AT, AT + length)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("14", "2026-11-21T14"),
        ("13", "2026-11-21T13"),
        ("0", "2026-11-21T00"),
        ("15", "2026-11-20T15"),
        ("23", "2026-11-20T23"),
        ("2026-11-21T14", "2026-11-21T14"),
        ("2024-02-29T00", "2024-02-29T00"),
    ],
)
def test_an_hour_is_the_last_such_one_or_a_dated_one(text: str, hour: str) -> None:
    address = parse_hour_address(text, AT)
    assert (address.text, address.hour) == (text, Hour.parse(hour))


@pytest.mark.parametrize(
    "text",
    [
        "24",
        "-1",
        "+1",
        "abc",
        "",
        "05",
        "1.0",
        "1e1",
        " 1",
        "1\n",
        "１４",
        "१४",
        "..",
        "2026-11-21",
        "2026-11-21T24",
        "2026-02-30T10",
        "2026-11-21T14:00",
        "0000-01-01T00",
        "0001-01-01T00",
        "9999-12-31T23",
        "9" * 5000,
    ],
)
def test_what_is_no_hour_is_refused_with_a_remedy(text: str) -> None:
    with pytest.raises(BadRequestError, match="no hour") as refused:
        parse_hour_address(text, AT)
    assert "0 to 23" in refused.value.remedy
    assert len(refused.value.message) < 100
