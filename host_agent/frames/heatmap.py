"""Reads minutes and mosaics of a span: the running hour from the hot folder, sealed ones from theirs."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from host_agent.frames.minutes import Minute
from host_agent.frames.minutes_file import (
    COLUMNS,
    ROWS,
    TILE_HEIGHT,
    TILE_WIDTH,
    MinutesFile,
    parse_minutes,
)
from host_agent.ring.layout import MINUTES_NAME, MOSAIC_NAME, Hour, Kind, hours_of
from host_agent.ring.store import RingStore
from shared.clock import Clock
from shared.errors import NotFoundError
from shared.spans import Span


@dataclass(frozen=True, slots=True)
class HeatmapMinute:
    """One minute and when it began."""

    start: datetime
    values: Minute


@dataclass(frozen=True, slots=True)
class Mosaic:
    """The tiles of an hour: minute m is in column m % columns, row m // columns.

    `sealed`: the file lies in the hour's folder and stays; otherwise it is the hot one and changes.
    """

    hour: Hour
    path: Path
    sealed: bool


@dataclass(frozen=True, slots=True)
class Heatmap:
    """What is known of a span, by time; minutes of which nothing is known are left out.

    Where `values.analysed` is false nothing was judged (detection is off, or there are no frames):
    motion, black and frozen are None then.
    """

    device: str
    span: Span
    minutes: list[HeatmapMinute]
    mosaics: list[Mosaic]
    columns: int = COLUMNS
    rows: int = ROWS
    tile_width: int = TILE_WIDTH
    tile_height: int = TILE_HEIGHT


class HeatmapReader:
    """Reads what the frames process wrote; keeps nothing."""

    def __init__(self, stores: Mapping[str, RingStore], clock: Clock) -> None:
        self._stores = stores
        self._clock = clock

    def heatmap(self, device: str, span: Span) -> Heatmap:
        """The minutes that `span` touches and the mosaics of its hours, oldest first.

        Raises NotFoundError for an unknown device, OSError where the disk cannot be read.
        """
        store = self._stores.get(device)
        if store is None:
            raise NotFoundError(
                f"There is no device {device!r}.", remedy="GET /api/host/devices lists the devices."
            )
        minutes: list[HeatmapMinute] = []
        mosaics: list[Mosaic] = []
        hot = _read(store.folders.hot(Kind.HEATMAP))
        end = min(span.end, self._clock.now() + timedelta(days=1))
        hours = hours_of(Span(span.start, end)) if end > span.start else []
        for hour in hours:
            found = _hour(store, hour, hot, is_running=hour == Hour.of(self._clock.now()))
            if found is None:
                continue
            file, folder = found
            for index, minute in enumerate(file.minutes):
                start = hour.start + timedelta(minutes=index)
                if minute is not None and start < span.end and start + timedelta(minutes=1) > span.start:
                    minutes.append(HeatmapMinute(start, minute))
            if file.mosaic and (folder / MOSAIC_NAME).is_file():
                mosaics.append(Mosaic(hour, folder / MOSAIC_NAME, file.sealed))
        return Heatmap(device, span, minutes, mosaics)


def _hour(
    store: RingStore, hour: Hour, hot: MinutesFile | None, *, is_running: bool
) -> tuple[MinutesFile, Path] | None:
    if is_running and hot is not None and hot.hour == hour:
        # Also where the hour was sealed before, and the clock was set back into it.
        return hot, store.folders.hot(Kind.HEATMAP)
    folder = store.hour_folder(Kind.HEATMAP, hour)
    if folder is not None:
        sealed = _read(folder)
        if sealed is not None and sealed.hour == hour:
            return sealed, folder
    if hot is not None and hot.hour == hour:
        return hot, store.folders.hot(Kind.HEATMAP)
    return None


def _read(folder: Path) -> MinutesFile | None:
    try:
        return parse_minutes((folder / MINUTES_NAME).read_text())
    except (FileNotFoundError, NotADirectoryError):
        return None
