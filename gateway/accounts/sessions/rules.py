"""What a login is, and what a refresh token still opens. Plain."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import Enum

# Two tabs that refresh at the same moment both send the token that the first of them uses up.
REPEAT_WITHIN = timedelta(seconds=30)


@dataclass(frozen=True, slots=True)
class NewSession:
    """A login to be remembered. `media_token_sha256`: None for programs, which have no cookies."""

    id: str
    user_id: str
    created_at: datetime
    expires_at: datetime
    refresh_jti: str
    media_token_sha256: str | None
    address: str
    user_agent: str


@dataclass(frozen=True, slots=True)
class SessionState:
    """A login as it is remembered. `is_usable`: not revoked, and its user is active."""

    refresh_jti: str
    previous_jti: str | None
    rotated_at: datetime | None
    expires_at: datetime
    is_usable: bool


class Verdict(Enum):
    """What to do with a refresh token."""

    ROTATE = "rotate"  # its one use: the next one takes its place
    REPEAT = "repeat"  # used a moment ago: the one that took its place is given once more
    STOLEN = "stolen"  # used long ago, by somebody: nobody knows who is right, so the login ends
    ENDED = "ended"


def judge_refresh(state: SessionState, jti: str, now: datetime) -> Verdict:
    """Decide on the refresh token `jti`, which we once signed for this login.

    Reuse of a rotated token is how a stolen one shows (RFC 9700 section 4.14.2).
    """
    if not state.is_usable or state.expires_at <= now:
        return Verdict.ENDED
    if jti == state.refresh_jti:
        return Verdict.ROTATE
    was_just_rotated = state.rotated_at is not None and now - state.rotated_at <= REPEAT_WITHIN
    if jti == state.previous_jti and was_just_rotated:
        return Verdict.REPEAT
    return Verdict.STOLEN
