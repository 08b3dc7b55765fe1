"""Which hours may go, and why the others stay.

An hour goes as a whole, when all of it is older than its kind's retention: retention is a minimum.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from host_agent.journal.facts import Lease
from host_agent.ring.layout import Hour, Kind
from shared.spans import iso_ms

EXPIRED = "expired"
DISK_FULL = "disk_full"

# The last segment of an hour plays on into the next one, for as long as a key-frame interval.
_SPILL = timedelta(seconds=60)
# As long as a gateway keeps minutes by default. They are some kB an hour: a gateway that never comes back
# costs no more room than this.
UNREPORTED_KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class StoredHour:
    """One hour of one kind of one device. `kind` is a `Kind`'s value, or `aside` (torn files).

    `size_bytes` is None where nobody has counted yet.
    """

    device: str
    kind: str
    hour: Hour
    size_bytes: int | None = None


class Kept(StrEnum):
    """Why an hour must not go, whatever its age and however full the disk."""

    CURRENT = "it is being recorded"
    FUTURE = "it is dated in the future"
    HOT = "its newest files are still hot"
    LEASED = "a clip is being made of it"
    UNREPORTED = "the gateway does not have its minutes yet"


@dataclass(frozen=True, slots=True)
class Circumstances:
    """What protects hours now. `hot`: (device, kind, hour) of the files in the hot folders.

    `unreported`: (device, hour) of the minutes that a gateway is to have and has not acknowledged.
    """

    now: datetime
    leases: Sequence[Lease] = ()
    hot: frozenset[tuple[str, str, Hour]] = frozenset()
    unreported: frozenset[tuple[str, Hour]] = frozenset()


@dataclass(frozen=True, slots=True)
class Departure:
    """An hour that is to go, for the receipt (`reason`) and for a person (`why`)."""

    stored: StoredHour
    reason: str
    why: str


def kept(stored: StoredHour, circumstances: Circumstances) -> Kept | None:
    """Return what protects `stored`, or None where it may go if there is a reason to."""
    hour, now = stored.hour, circumstances.now
    if hour.start > now:
        return Kept.FUTURE
    if now < hour.end:
        return Kept.CURRENT
    if (stored.device, stored.kind, hour) in circumstances.hot:
        return Kept.HOT
    if any(_touches(lease, stored, now) for lease in circumstances.leases):
        return Kept.LEASED
    if may_wait_for_gateway(stored, now) and (stored.device, hour) in circumstances.unreported:
        return Kept.UNREPORTED
    return None


def may_wait_for_gateway(stored: StoredHour, now: datetime) -> bool:
    """Whether `stored` are the minutes of a complete hour that a gateway which was away would still take."""
    return stored.kind == Kind.HEATMAP and stored.hour.end <= now < stored.hour.end + UNREPORTED_KEPT_FOR


def _touches(lease: Lease, stored: StoredHour, now: datetime) -> bool:
    return (
        lease.device == stored.device
        and lease.until > now
        and lease.span.start < stored.hour.end + _SPILL
        and lease.span.end >= stored.hour.start
    )


def expired(
    listing: Iterable[StoredHour],
    retention_hours: Mapping[tuple[str, str], int],
    circumstances: Circumstances,
) -> list[Departure]:
    """Return the hours that have outlived their retention and that nothing protects, oldest first.

    `retention_hours` by device and kind, for every pair in `listing`.
    """
    leaving = []
    for stored in listing:
        hours = retention_hours[stored.device, stored.kind]
        if stored.hour.end + timedelta(hours=hours) > circumstances.now:
            continue
        if kept(stored, circumstances) is None:
            why = f"{stored.kind} are kept for {hours} h and this hour ended at {iso_ms(stored.hour.end)}"
            leaving.append(Departure(stored, EXPIRED, why))
    return sorted(leaving, key=_by_age)


def _by_age(departure: Departure) -> tuple[Hour, str, str]:
    return departure.stored.hour, departure.stored.device, departure.stored.kind
