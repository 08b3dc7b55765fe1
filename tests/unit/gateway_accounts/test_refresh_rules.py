"""What a refresh token still opens."""

from datetime import UTC, datetime, timedelta

import pytest

from gateway.accounts.sessions.rules import SessionState, Verdict, judge_refresh

NOW = datetime(2026, 11, 21, 14, 30, tzinfo=UTC)


def state(*, rotated_s_ago: float | None = None, lasts_s: float = 60, is_usable: bool = True) -> SessionState:
    return SessionState(
        refresh_jti="newest",
        previous_jti=None if rotated_s_ago is None else "before",
        rotated_at=None if rotated_s_ago is None else NOW - timedelta(seconds=rotated_s_ago),
        expires_at=NOW + timedelta(seconds=lasts_s),
        is_usable=is_usable,
    )


@pytest.mark.parametrize(
    ("present", "jti", "verdict"),
    [
        (state(), "newest", Verdict.ROTATE),
        (state(rotated_s_ago=5), "newest", Verdict.ROTATE),
        (state(rotated_s_ago=0), "before", Verdict.REPEAT),
        (state(rotated_s_ago=30), "before", Verdict.REPEAT),
        (state(rotated_s_ago=30.001), "before", Verdict.STOLEN),
        (state(rotated_s_ago=5), "older still", Verdict.STOLEN),
        (state(), "never given", Verdict.STOLEN),
        (state(rotated_s_ago=-3600), "before", Verdict.REPEAT),  # the clock was set back
        (state(lasts_s=0), "newest", Verdict.ENDED),
        (state(is_usable=False), "newest", Verdict.ENDED),
        (state(is_usable=False, rotated_s_ago=99), "before", Verdict.ENDED),
    ],
)
def test_a_refresh_token_is_good_once_and_for_half_a_minute_more(
    present: SessionState, jti: str, verdict: Verdict
) -> None:
    assert judge_refresh(present, jti, NOW) is verdict
