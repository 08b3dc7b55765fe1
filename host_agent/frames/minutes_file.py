"""`minutes.json`: the minutes of one hour and the form of its mosaic. Encoder and parser."""

import json
from dataclasses import asdict, dataclass
from typing import Any

from host_agent.frames.minutes import MINUTES, Minute
from host_agent.ring.layout import Hour

COLUMNS, ROWS = 10, 6
TILE_WIDTH, TILE_HEIGHT = 160, 90


@dataclass(frozen=True, slots=True)
class MinutesFile:
    """`minutes` has 60 entries, None for those that were not over yet. `sealed`: the hour is over and
    the file lies in the hour's folder for good. `mosaic`: there is a picture of tiles beside it."""

    hour: Hour
    sealed: bool
    mosaic: bool
    minutes: tuple[Minute | None, ...]


def encode_minutes(file: MinutesFile) -> str:
    """Return the text of `minutes.json`."""
    fields: dict[str, Any] = {
        "hour": str(file.hour),
        "sealed": file.sealed,
        "mosaic": file.mosaic,
        "columns": COLUMNS,
        "rows": ROWS,
        "tile_width": TILE_WIDTH,
        "tile_height": TILE_HEIGHT,
        "minutes": [None if minute is None else asdict(minute) for minute in file.minutes],
    }
    return json.dumps(fields, separators=(",", ":")) + "\n"


def parse_minutes(text: str) -> MinutesFile | None:
    """Return what the file says; None where it is torn or something else."""
    try:
        fields = json.loads(text)
        minutes = tuple(None if entry is None else _minute(entry) for entry in fields["minutes"])
        if len(minutes) != MINUTES:
            return None
        return MinutesFile(
            Hour.parse(str(fields["hour"])), bool(fields["sealed"]), bool(fields["mosaic"]), minutes
        )
    except (ValueError, KeyError, TypeError):
        return None


def _minute(fields: dict[str, Any]) -> Minute:
    return Minute(
        minute=int(fields["minute"]),
        frames=int(fields["frames"]),
        analysed=bool(fields["analysed"]),
        motion_mean=_optional(fields["motion_mean"]),
        motion_peak=_optional(fields["motion_peak"]),
        black_s=_optional(fields["black_s"]),
        frozen_s=_optional(fields["frozen_s"]),
        missing_s=float(fields["missing_s"]),
        thumbnail=None if fields["thumbnail"] is None else int(fields["thumbnail"]),
        thumbnail_utc_ms=None if fields["thumbnail_utc_ms"] is None else int(fields["thumbnail_utc_ms"]),
        revision=int(fields["revision"]),
    )


def _optional(value: object) -> float | None:
    return None if value is None else float(str(value))
