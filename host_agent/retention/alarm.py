"""What a person must know, as plain values: the archive process puts them where they are shown."""

from dataclasses import dataclass

CLOCK_SUSPECT = "clock_suspect"
DISK_FULL = "disk_full"
DISK_STUCK = "disk_stuck"
DISK_MISSING = "disk_missing"
DISK_READ_ONLY = "disk_read_only"
DELETION_FAILED = "deletion_failed"
FOREIGN_FILES = "foreign_files"
FUTURE_FOOTAGE = "future_footage"
JOURNAL_FAILED = "journal_failed"


@dataclass(frozen=True, slots=True)
class Alarm:
    """`device` is None where it concerns the host or a disk."""

    code: str
    sentence: str
    device: str | None = None
