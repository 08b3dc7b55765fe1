"""A host's state from the age of its last heartbeat, asked from both sides."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.hosts.host_states import HostLimits, HostState, heard_when, host_state

NOW = datetime(2026, 11, 21, 14, 0, tzinfo=UTC)
LIMITS = HostLimits(late_after_s=25, offline_after_s=60)


@pytest.mark.parametrize(
    ("silent_s", "state"),
    [
        (-5.0, HostState.ONLINE),  # the gateway's own clock was set back
        (-59.0, HostState.ONLINE),
        (-60.0, HostState.OFFLINE),  # by so much that a host which is there has reported since
        (-1e8, HostState.OFFLINE),
        (0.0, HostState.ONLINE),
        (25.0, HostState.ONLINE),
        (25.000001, HostState.LATE),
        (60.0, HostState.LATE),
        (60.000001, HostState.OFFLINE),
        (1e8, HostState.OFFLINE),
        (None, HostState.OFFLINE),
    ],
)
def test_states_begin_right_after_their_limits(silent_s: float | None, state: HostState) -> None:
    received_at = None if silent_s is None else NOW - timedelta(seconds=silent_s)
    assert host_state(received_at, NOW, LIMITS, is_revoked=False) is state
    assert host_state(received_at, NOW, LIMITS, is_revoked=True) is HostState.REVOKED


@given(st.one_of(st.none(), st.integers(-100_000_000, 100_000_000)))
def test_looking_for_a_state_finds_the_hosts_that_are_in_it(silent_us: int | None) -> None:
    received_at = None if silent_us is None else NOW - timedelta(microseconds=silent_us)
    found = []
    for state in (HostState.ONLINE, HostState.LATE, HostState.OFFLINE):
        heard = heard_when(state, NOW, LIMITS)
        in_time = received_at is not None and heard.since <= received_at < heard.before
        if in_time is not heard.or_else:
            found.append(state)
    assert found == [host_state(received_at, NOW, LIMITS, is_revoked=False)]


def test_no_heartbeat_says_that_a_host_is_revoked() -> None:
    with pytest.raises(ValueError, match="revoked"):
        heard_when(HostState.REVOKED, NOW, LIMITS)
