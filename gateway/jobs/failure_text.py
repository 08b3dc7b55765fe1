"""Why a job failed, as people see it: the end of its trace, without credentials."""

import re
from collections.abc import Iterator

from gateway.jobs.shown_text import shown_text

LAST_LINES = 20
MOST_CHARACTERS = 4000
_FRAME = re.compile(r'^  File "(?P<file>[^"]*)", line \d+, in ')
# What calls every task tells nothing of this one.
_CALLERS = re.compile(r"/(rq/(job|worker/base)|gateway/jobs/entry|gateway/bootstrap/tasks)\.py$")


def failure_text(trace: str) -> str:
    """The last lines of `trace`, from the task's own code on; what went wrong stands at its end."""
    lines = list(_without_callers(trace.replace("\0", "").rstrip().splitlines()))[-LAST_LINES:]
    return shown_text("\n".join(lines))[-MOST_CHARACTERS:]


def _without_callers(lines: list[str]) -> Iterator[str]:
    is_left_out = False
    for line in lines:
        frame = _FRAME.match(line)
        if frame is not None:
            is_left_out = _CALLERS.search(frame["file"]) is not None
        elif not line.startswith("    "):
            is_left_out = False  # a frame's lines are indented; what is not belongs to no frame
        if not is_left_out:
            yield line
