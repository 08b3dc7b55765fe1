"""How long after a segment's end it is published, seen from outside: by the kernel's times of files.

The agent's own dating bends when everything is late, so delays are counted on the media's clock instead,
which the camera drives in real time: the smallest distance between a segment's media end and its
publication, as it was while a device was young, stays the measure for the rest of its run.
"""

import csv
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Published:
    """A segment: when its media ends on the run's own clock, and when it came into the hot folder."""

    run: int
    media_end_s: float
    at_s: float

    @property
    def distance_s(self) -> float:
        return self.at_s - self.media_end_s


class PublicationWatch:
    """Follows one device's hot folder; `look` must come before the archiver moves what is new."""

    def __init__(self, base: Path) -> None:
        self._segments = base / "segments"
        self._published_at_s: dict[int, float] = {}

    def look(self) -> None:
        """Note what has come since the last look."""
        try:
            for path in self._segments.glob("segment_*.ts"):
                number = int(path.stem.removeprefix("segment_"))
                if number not in self._published_at_s:
                    # The rename into the hot folder is the last thing that happens to a file there.
                    self._published_at_s[number] = path.stat().st_ctime
        except FileNotFoundError:
            return  # moved between listing and stat: it was noted before, or is missed once

    def published(self) -> list[Published]:
        """Everything that was seen and is dated, oldest first."""
        found: list[Published] = []
        for times in sorted(self._segments.glob("*/times.csv")):
            with times.open(newline="") as file:
                for row in csv.reader(file):
                    if row and row[0].isdigit() and int(row[0]) in self._published_at_s:
                        number, _begin, duration_ms, media_90khz, run = map(int, row)
                        media_end_s = media_90khz / 90_000 + duration_ms / 1000
                        found.append(Published(run, media_end_s, self._published_at_s[number]))
        return sorted(found, key=lambda published: published.at_s)


def delays_s(published: Iterable[Published], young_s: float) -> Mapping[float, float]:
    """Delay by time of publication; what a device did in its first `young_s` is the measure for it.

    A new run of ffmpeg has a media clock of its own and so a measure of its own.
    """
    least: dict[int, tuple[float, float]] = {}
    delays: dict[float, float] = {}
    for segment in published:
        first_s, smallest_s = least.setdefault(segment.run, (segment.at_s, segment.distance_s))
        if segment.at_s - first_s <= young_s:
            smallest_s = min(smallest_s, segment.distance_s)
            least[segment.run] = (first_s, smallest_s)
        delays[segment.at_s] = max(0.0, segment.distance_s - smallest_s)
    return delays
