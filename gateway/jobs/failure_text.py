"""Why a job failed, as people see it: the end of its trace, without credentials."""

from shared.ffmpeg.masking import mask_secrets

LAST_LINES = 20
MOST_CHARACTERS = 4000


def failure_text(trace: str) -> str:
    """The last lines of `trace`; what went wrong stands at its end."""
    lines = trace.replace("\0", "").rstrip().splitlines()[-LAST_LINES:]
    return mask_secrets("\n".join(lines))[-MOST_CHARACTERS:]
