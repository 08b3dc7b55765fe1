"""Why nothing can be recorded now."""

from typing import NamedTuple

DISK_FULL = "disk_full"
DISK_MISSING = "disk_missing"
MISCONFIGURED = "misconfigured"
UNASSIGNED = "unassigned"


class Refusal(NamedTuple):
    """`code` is a gap code of the time line; `sentence` says what is wrong and what to do about it."""

    code: str
    sentence: str
