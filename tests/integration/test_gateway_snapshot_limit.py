"""How many snapshots one user may take: counted by all processes together, and by each without Redis."""

import time
from datetime import UTC, datetime

import pytest
import redis
from structlog.testing import capture_logs

from gateway.cameras.snapshot_limit import SnapshotLimit
from shared.errors import TooManyRequestsError
from tests.support.gateway_app import NO_REDIS
from tests.support.set_clock import SetClock

LIMIT = 3


@pytest.fixture
def clock() -> SetClock:
    return SetClock(datetime(2026, 11, 21, tzinfo=UTC))


def refused(limit: SnapshotLimit, user_id: str = "anna") -> int:
    """How many seconds a user who is refused is to wait."""
    with pytest.raises(TooManyRequestsError) as error:
        limit.count(user_id)
    seconds = error.value.details["retry_after_s"]
    assert error.value.remedy == f"Try again in {seconds} s."
    return int(str(seconds))


def test_processes_count_together_and_users_apart(redis_url: str, clock: SetClock) -> None:
    one, other = (SnapshotLimit(redis.Redis.from_url(redis_url), LIMIT, clock) for _ in range(2))
    begun_s = time.time()
    for limit in (one, other, one):
        limit.count("anna")
    wait_s = refused(other)
    assert 60 - (time.time() - begun_s) <= wait_s <= 62
    other.count("berta")
    # What was refused is not counted: the wait does not grow.
    assert refused(one) <= wait_s


def test_without_redis_a_process_counts_for_itself_and_says_so(clock: SetClock) -> None:
    limit = SnapshotLimit(redis.Redis.from_url(NO_REDIS), LIMIT, clock)
    with capture_logs() as logs:
        for _ in range(LIMIT):
            limit.count("anna")
            clock.pass_time(1)
        assert refused(limit) == 58
        limit.count("berta")
    assert [entry["log_level"] for entry in logs if entry["event"] == "snapshot_limit_in_memory"] == [
        "warning"
    ]
    clock.pass_time(58)
    limit.count("anna")
