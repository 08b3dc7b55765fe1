"""A device's ring as it lies on disk, read by its names alone: nothing of the agent is used."""

import csv
import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from shared.spans import utc_ms
from tests.support.burnt_clock import Stamp
from tests.support.footage_check import DatedPicture, Footage, SegmentDecoder, dated, picture_times
from tests.support.footage_decoder import read_jpeg

_WRAP_90KHZ = 1 << 33


@dataclass(frozen=True, slots=True)
class TimesRow:
    """A line of `times.csv`."""

    number: int
    begin_utc_ms: int
    duration_ms: int
    media_ts_90khz: int
    run: int

    @property
    def name(self) -> str:
        return f"segment_{self.number:09d}.ts"


class RingOnDisk:
    """One device's folder."""

    def __init__(self, root: Path, device: str) -> None:
        self.base = root / device
        self._read: dict[Path, Stamp | None] = {}

    def files(self, kind: str, pattern: str) -> list[Path]:
        """All files of a kind, hot, cold and in the vault, by name."""
        folders = [self.base / kind, *(self.base / kind).glob("[0-9]*"), *self.base.glob(f"vault/*/*/{kind}")]
        found = [path for folder in folders for path in folder.glob(pattern) if path.is_file()]
        return sorted(found, key=lambda path: path.name)

    def segments(self) -> dict[str, Path]:
        """Every segment by its name."""
        return {path.name: path for path in self.files("segments", "segment_*.ts")}

    def times(self) -> list[TimesRow]:
        """Every line of every `times.csv`, by number."""
        rows: list[TimesRow] = []
        for path in self.files("segments", "times.csv"):
            with path.open(newline="") as file:
                rows += [TimesRow(*map(int, row)) for row in csv.reader(file) if row and row[0].isdigit()]
        return sorted(rows, key=lambda row: row.number)

    def footage(self, decoder: SegmentDecoder | None = None) -> Footage:
        """Decode all segments that `times.csv` dates, and date pictures by it alone."""
        decoder = decoder or SegmentDecoder()
        files = self.segments()
        rows = self.times()
        faults = [f"{row.name}: is dated and not on disk" for row in rows if row.name not in files]
        dated_names = {row.name for row in rows}
        faults += [f"{name}: is on disk and not dated" for name in files if name not in dated_names]
        pictures: list[DatedPicture] = []
        runs: dict[int, list[TimesRow]] = {}
        for row in rows:
            if row.name in files:
                runs.setdefault(row.run, []).append(row)
        for members in runs.values():
            contents = [files[row.name].read_bytes() for row in members]
            decoded, wrong = decoder.decode([row.name for row in members], contents)
            faults += wrong
            for row, content, found in zip(members, contents, decoded, strict=True):
                first = (picture_times(content) or [row.media_ts_90khz])[0]
                begin_utc_ms = row.begin_utc_ms + (first - row.media_ts_90khz) % _WRAP_90KHZ // 90
                pictures += dated(found, begin_utc_ms, row.name)
        return Footage(pictures, faults)

    def jpegs(self, kind: str) -> Footage:
        """Captures or thumbnails: each dated by its modification time."""
        pattern = "capture_*_thumbnail.jpg" if kind == "thumbnails" else "capture_*.jpg"
        pictures: list[DatedPicture] = []
        faults: list[str] = []
        for path in self.files(kind, pattern):
            stamp = self._readable(path, faults)
            if stamp is not None:
                pictures.append(DatedPicture(stamp, path.stat().st_mtime_ns // 1_000_000, path.name))
        return Footage(pictures, faults)

    def metadata(self) -> Footage:
        """Captures that still have their picture: each dated by `captured_at` of its metadata."""
        captures = {path.stem: path for path in self.files("captures", "capture_*.jpg")}
        pictures: list[DatedPicture] = []
        faults: list[str] = []
        for path in self.files("metadata", "capture_*.json"):
            if path.stem not in captures:
                continue
            told = json.loads(path.read_text())
            captured_ms = utc_ms(datetime.fromisoformat(told["captured_at"]))
            mtime_ms = path.stat().st_mtime_ns // 1_000_000
            if abs(mtime_ms - captured_ms) > 1:
                faults.append(f"{path.name}: mtime differs from captured_at by {mtime_ms - captured_ms} ms")
            stamp = self._readable(captures[path.stem], faults)
            if stamp is not None:
                pictures.append(DatedPicture(stamp, captured_ms, path.name))
        return Footage(pictures, faults)

    def _readable(self, path: Path, faults: list[str]) -> Stamp | None:
        if path not in self._read:
            try:
                self._read[path] = read_jpeg(path)
            except OSError as error:
                faults.append(f"{path.name}: {error}")
                return None
        if self._read[path] is None:
            faults.append(f"{path.name}: has no readable stamp")
        return self._read[path]
