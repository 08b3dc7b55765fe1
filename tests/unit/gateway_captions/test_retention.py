"""Since when events are kept."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.captions.migration.retention import kept_since
from shared.spans import utc_ms

NOW = datetime(2026, 11, 21, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("own", "of_all", "days"),
    [(None, 0, None), (None, 90, 90), (30, 90, 30), (0, 90, None), (60, 0, 60), (0, 0, None)],
)
def test_a_cameras_own_days_count_and_none_is_for_ever(
    own: int | None, of_all: int, days: int | None
) -> None:
    expected = None if days is None else utc_ms(NOW - timedelta(days=days))
    assert kept_since(own, of_all, NOW) == expected
