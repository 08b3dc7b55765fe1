"""What a clean-up has to tell a person, in sentences."""

from collections.abc import Collection, Iterable
from datetime import datetime
from pathlib import Path

from host_agent.retention.alarm import (
    DELETION_FAILED,
    DISK_FULL,
    DISK_STUCK,
    FUTURE_FOOTAGE,
    JOURNAL_FAILED,
    Alarm,
)
from host_agent.retention.clock_suspicion import TOLERANCE
from host_agent.retention.disk_pressure import protections
from host_agent.retention.plan import Circumstances, Departure, StoredHour
from host_agent.retention.survey import Disk


def journal_unread(error: Exception) -> Alarm:
    return Alarm(
        JOURNAL_FAILED,
        f"The journal refuses ({error}), so it is not known what is protected and nothing more is deleted."
        " Check state_dir.",
    )


def retention_unwritten(trouble: str) -> Alarm:
    return Alarm(
        JOURNAL_FAILED,
        f"How long devices are kept could not be written down ({trouble}); it will be, once the journal"
        " works again. Check state_dir.",
    )


def root_unlisted(root: Path, error: OSError) -> Alarm:
    return Alarm(DELETION_FAILED, f"{root} cannot be listed: {error.strerror}. Check its mode.")


def no_room_made(disk: Disk, error: OSError) -> Alarm:
    return Alarm(
        DELETION_FAILED,
        f"Making room on the disk at {disk.name} failed: {error.strerror or error}. Check the disk.",
    )


def clip_not_removed(disk: Disk, error: OSError) -> Alarm:
    return Alarm(
        DELETION_FAILED,
        f"A clip on the disk at {disk.name} could not be removed: {error.strerror or error}."
        " Check the owner and mode of its .clips folder.",
    )


def hour_not_moved(departure: Departure, error: OSError) -> Alarm:
    stored = departure.stored
    return Alarm(
        DELETION_FAILED,
        f"The hour {stored.hour} of {stored.device}'s {stored.kind} should go ({departure.why}),"
        f" but {error.strerror or error}. Check the owner and mode of its folders.",
        stored.device,
    )


def hours_lost(disk: Disk, lost: Collection[tuple[str, str, str]]) -> Iterable[Alarm]:
    """One alarm where there are any. `lost`: device, kind and hour of what went before its time."""
    if lost:
        device, kind, hour = max(lost, key=lambda one: one[2])
        yield Alarm(
            DISK_FULL,
            f"The disk at {disk.name} is too small for the retention that is set: {len(lost)} hours were"
            f" deleted before their time within a day, up to {hour} ({kind} of {device}). Recording goes"
            " on. Lower [retention] or use a larger disk.",
        )


def stuck_since_nothing_may_go(disk: Disk, circumstances: Circumstances) -> Alarm:
    kept = protections(disk.hours, circumstances)
    if not kept:
        return stuck(disk, "none of our footage is left on it")
    return stuck(disk, "of the hours that are left none may go (" + ", ".join(sorted(kept)) + ")")


def stuck(disk: Disk, why: str) -> Alarm:
    return Alarm(
        DISK_STUCK,
        f"The disk at {disk.name} is full ({disk.space.free_percent:.1f} % of its {disk.space.scarce} are"
        f" free) and stays so: {why}. Free some of it, or recording will pause.",
    )


def future_footage(disks: Iterable[Disk], now: datetime) -> Iterable[Alarm]:
    """One alarm for each device that has footage of times to come."""
    ahead: dict[str, list[StoredHour]] = {}
    for disk in disks:
        for stored in disk.hours:
            if stored.hour.start > now + TOLERANCE:
                ahead.setdefault(stored.device, []).append(stored)
    for device, hours in sorted(ahead.items()):
        last = max(stored.hour for stored in hours)
        yield Alarm(
            FUTURE_FOOTAGE,
            f"Footage of {device} is dated in the future, up to {last}: the clock was wrong when it was"
            " recorded. It is kept until that time has passed.",
            device,
        )
