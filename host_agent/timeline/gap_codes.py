"""Why footage is missing: the codes of gaps."""

from enum import StrEnum


class GapCode(StrEnum):
    """A gap's reason, for programs; the sentence beside it is for people."""

    SOURCE_UNREACHABLE = "source_unreachable"
    SOURCE_REFUSED = "source_refused"
    STALLED = "stalled"
    FFMPEG_CRASHED = "ffmpeg_crashed"
    AGENT_STOPPED = "agent_stopped"
    AGENT_CRASHED = "agent_crashed"
    HOST_DOWN = "host_down"
    DISK_FULL = "disk_full"
    DISK_MISSING = "disk_missing"
    MISCONFIGURED = "misconfigured"
    STOPPED_BY_USER = "stopped_by_user"
    UNASSIGNED = "unassigned"
    CLOCK_JUMPED = "clock_jumped"
    BEFORE_MIGRATION = "before_migration"
    EXPIRED = "expired"
    UNKNOWN = "unknown"


_CODES = frozenset(code.value for code in GapCode)


def is_gap_code(code: str) -> bool:
    """Whether a fact with this code explains missing footage; `live` and the like do not."""
    return code in _CODES
