"""Which files in a ring are ours: what we never wrote, we never remove."""

import os
import re
from pathlib import Path

from host_agent.ring.layout import (
    ARCHIVE_PLAYLIST_NAME,
    METADATA_ARRAY_NAME,
    MINUTES_NAME,
    MOSAIC_NAME,
    STAMP_NAME,
    SUMMARY_NAME,
    TIMES_NAME,
    parse_file_name,
)
from host_agent.ring.trash_name import Origin

# Files that this system derives from footage; they live and go with the hour they describe.
DERIVED_NAMES = frozenset(
    {
        STAMP_NAME,
        TIMES_NAME,
        ARCHIVE_PLAYLIST_NAME,
        SUMMARY_NAME,
        METADATA_ARRAY_NAME,
        MINUTES_NAME,
        MOSAIC_NAME,
    }
)
CONFLICT = ".conflict-"
# What a kill in the middle of `write_atomically` leaves.
PARTIAL = re.compile(r"^\.(?P<name>.+)\.[0-9]+\.[0-9a-f]{8}\.part\Z")
# What `set_aside` makes of a torn file's name: its folder, then itself as ffmpeg or we named it.
_ASIDE = re.compile(
    r"^.+-(?:segment_|capture_|[a-z]_)?[0-9]+(?:_thumbnail)?(?:\.conflict-[0-9]+)?\.(?:ts|jpg|json)(?:\.[a-z]+)?\Z"
)


def holds_ours(folder: Path, origin: Origin) -> bool:
    """Whether a folder holds what we wrote, and not only what a person left there."""
    try:
        with os.scandir(folder) as entries:
            return any(is_ours(entry, origin) for entry in entries)
    except (FileNotFoundError, NotADirectoryError):
        return False


def is_ours(entry: os.DirEntry[str], origin: Origin) -> bool:
    """Whether this system wrote it: we write plain files, no links and no folders."""
    if not entry.is_file(follow_symlinks=False):
        return False
    return bool(_ASIDE.match(entry.name)) if origin is Origin.ASIDE else _is_our_name(entry.name)


def _is_our_name(name: str) -> bool:
    if name in DERIVED_NAMES or _is_footage_name(name):
        return True
    partial = PARTIAL.match(name)
    return partial is not None and partial["name"] in DERIVED_NAMES


def _is_footage_name(name: str) -> bool:
    if parse_file_name(name) is not None:
        return True
    stem, found, rest = name.partition(CONFLICT)
    attempt, _, suffix = rest.partition(".")
    return bool(found) and attempt.isdigit() and parse_file_name(f"{stem}.{suffix}") is not None


def is_footage(name: str, origin: Origin) -> bool:
    """Whether a receipt counts it as a file; what is derived from footage counts in bytes only."""
    return origin is Origin.ASIDE or name in (MINUTES_NAME, MOSAIC_NAME) or _is_footage_name(name)
