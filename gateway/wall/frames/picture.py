"""A device's newest picture as the wall knows it. Plain."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PictureFacts:
    """Which picture: its number on its host, which never repeats, and when it was taken, by the host's
    clock."""

    number: int
    taken_utc_ms: int


@dataclass(frozen=True, slots=True)
class Picture:
    """A JPEG, as the host made it: never decoded here."""

    facts: PictureFacts
    jpeg: bytes
