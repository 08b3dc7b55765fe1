"""Which minutes the gateway does not have yet, and how many of them to send at once."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol, TypeVar

MINUTES_AN_HOUR = 60


class Revised(Protocol):
    """A minute since 1970, and how often it was written."""

    @property
    def minute(self) -> int: ...

    @property
    def revision(self) -> int: ...


_Minute = TypeVar("_Minute", bound=Revised)
_Key = TypeVar("_Key")


def unacknowledged(
    minutes: Iterable[_Minute], first_minute: int, acknowledged: Sequence[int]
) -> list[_Minute]:
    """Those of an hour's `minutes` that are newer than what was acknowledged, by time.

    `acknowledged`: a revision for each of the 60 minutes, negative for none. A lower revision than the
    acknowledged one (the file was made again from footage) says nothing new.
    """
    found = [minute for minute in minutes if minute.revision > acknowledged[minute.minute - first_minute]]
    return sorted(found, key=lambda minute: minute.minute)


def oldest_first(waiting: Mapping[tuple[str, int], int]) -> list[tuple[str, int]]:
    """Hours (device, first minute) that have minutes waiting, in the order in which they are sent."""
    return sorted((key for key, count in waiting.items() if count > 0), key=lambda key: (key[1], key[0]))


def next_batch_size(size: int, most: int, *, was_taken: bool) -> int:
    """How many minutes to send next: what was not taken is halved, down to one; then it grows again."""
    return min(most, size * 2) if was_taken else max(1, size // 2)
