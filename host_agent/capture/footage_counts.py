"""How much footage a device has, hot and cold, without opening 700,000 files on every request."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from host_agent.ring.hour_summary import parse_summary
from host_agent.ring.layout import NUMBERED_KINDS, SUMMARY_NAME, Hour, Kind, RingFile, numbers_among
from host_agent.ring.store import RingStore

# Sizes of an hour that is still growing are estimated from so many of its files, evenly spaced.
_SAMPLES = 50


@dataclass(frozen=True, slots=True)
class FootageCount:
    """Files and bytes of one kind. `is_estimate`: bytes of running hours are taken from a sample."""

    files: int = 0
    size_bytes: int = 0
    hours: int = 0
    is_estimate: bool = False


@dataclass(frozen=True, slots=True)
class DeviceFootage:
    """All of a device's numbered files: what is hot, and hour by hour what has left the hot folders."""

    hot: Mapping[Kind, FootageCount]
    hours: Mapping[Kind, Mapping[Hour, FootageCount]]

    def cold(self, kind: Kind) -> FootageCount:
        """All hours of `kind` together."""
        counts = self.hours[kind].values()
        return FootageCount(
            files=sum(count.files for count in counts),
            size_bytes=sum(count.size_bytes for count in counts),
            hours=len(counts),
            is_estimate=any(count.is_estimate for count in counts),
        )

    def oldest_hour(self, kind: Kind) -> Hour | None:
        return min(self.hours[kind], default=None)


def count_footage(store: RingStore) -> DeviceFootage:
    """Count by summaries of sealed hours and by listing the others. Raises OSError."""
    return DeviceFootage(
        hot={kind: count_hot(store, kind) for kind in NUMBERED_KINDS},
        hours={
            kind: {hour: _count_hour(store, kind, hour) for hour in store.hours(kind)}
            for kind in NUMBERED_KINDS
        },
    )


def count_hot(store: RingStore, kind: Kind) -> FootageCount:
    """What the hot folder holds, nothing before capture has made it. Raises OSError."""
    if not store.is_prepared():
        return FootageCount()
    files = store.hot_files(kind)
    return FootageCount(len(files), sum(file.size_bytes for file in files))


def _count_hour(store: RingStore, kind: Kind, hour: Hour) -> FootageCount:
    folder = store.hour_folder(kind, hour)
    if folder is None:
        return FootageCount()
    summary = read_summary(folder)
    if summary is not None:
        return summary
    numbers = numbers_among(kind, os.listdir(folder))
    step = max(1, len(numbers) // _SAMPLES)
    sampled = [RingFile(kind, number).name for number in numbers[::step]]
    sizes = [size for name in sampled if (size := _size(folder / name)) is not None]
    mean = sum(sizes) / len(sizes) if sizes else 0.0
    return FootageCount(len(numbers), round(mean * len(numbers)), 1, is_estimate=step > 1)


def read_summary(folder: Path) -> FootageCount | None:
    """What a sealed hour's `hour.json` says; None where there is none, or one that cannot be read."""
    try:
        summary = parse_summary((folder / SUMMARY_NAME).read_text(errors="replace"))
    except OSError:
        return None
    return None if summary is None else FootageCount(summary.files, summary.size_bytes, 1)


def _size(path: Path) -> int | None:
    try:
        return path.stat(follow_symlinks=False).st_size
    except OSError:
        return None  # expired meanwhile
