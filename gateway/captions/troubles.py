"""What stops captions as a whole, in words that several rooms of them say."""

from shared.errors import UnavailableError

WHAT_TO_SET = "Set NEO4J_URI, NEO4J_USER and NEO4J_PASSWORD, the same for all processes, and restart them."


def captions_off() -> UnavailableError:
    """There is nowhere to keep events, so nothing is taken in either."""
    return UnavailableError(
        "Captions are off: no graph is set, which keeps their events.",
        remedy=WHAT_TO_SET,
        code="captions_off",
    )
