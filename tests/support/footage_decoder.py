"""Reads burnt clocks out of footage with ffmpeg: playlists, segments, players' output, JPEGs."""

import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from PIL import Image

from tests.support.burnt_clock import (
    BAND_SHARE,
    CELLS,
    CELLS_ACROSS,
    CELLS_DOWN,
    Stamp,
    read_band,
)

# Every cell becomes one pixel, its mean: what leaves ffmpeg is 96 bytes a picture.
_CELLS_FILTER = (
    f"crop=iw:ih/{BAND_SHARE}:0:0,scale={CELLS_ACROSS}:{CELLS_DOWN}:flags=area,"
    "format=gray,split[cells][times]"
)
_TICKS_A_SECOND = 90_000


@dataclass(frozen=True, slots=True)
class Picture:
    """One decoded picture: its time in the stream (seconds) and what is burnt in; None: unreadable."""

    media_s: float
    stamp: Stamp | None


@dataclass(frozen=True, slots=True)
class Decoded:
    """All pictures in the order of decoding, and every complaint of ffmpeg: sound footage has none."""

    pictures: list[Picture]
    complaints: list[str]

    @property
    def stamps(self) -> list[Stamp]:
        return [picture.stamp for picture in self.pictures if picture.stamp is not None]

    @property
    def unreadable(self) -> int:
        return sum(picture.stamp is None for picture in self.pictures)


def decode(
    source: Sequence[str],
    *,
    standard_input: bytes | None = None,
    keep_times: bool = True,
    deadline_s: float = 120.0,
) -> Decoded:
    """Decode all video of `source`: ffmpeg's input options, with `-i` and an address or a file.

    `keep_times`: pictures have the times that stand in the stream; else ffmpeg joins what is
    discontinuous as a player would. Raises subprocess.TimeoutExpired beyond the deadline.
    """
    with tempfile.TemporaryDirectory(prefix="coldframe-decode-") as folder:
        cells, times = Path(folder, "cells.gray"), Path(folder, "times.framecrc")
        mode = "passthrough" if keep_times else "drop"
        output = ["-fps_mode", mode, "-enc_time_base", f"1/{_TICKS_A_SECOND}"]
        finished = subprocess.run(
            [
                *("ffmpeg", "-hide_banner", "-nostats", "-v", "level+warning"),
                *(["-nostdin"] if standard_input is None else []),
                *(["-copyts"] if keep_times else []),
                *source,
                *("-filter_complex", f"[0:v:0]{_CELLS_FILTER}"),
                *("-map", "[cells]", *output, "-c:v", "rawvideo", "-f", "rawvideo", str(cells)),
                *("-map", "[times]", *output, "-c:v", "rawvideo", "-f", "framecrc", str(times)),
            ],
            input=standard_input,
            stdin=subprocess.DEVNULL if standard_input is None else None,
            capture_output=True,
            timeout=deadline_s,
            check=False,
        )
        complaints = _complaints(finished.stderr.decode(errors="replace"), of_damage=keep_times)
        if finished.returncode:
            complaints.append(f"ffmpeg ended with {finished.returncode}")
        stamps = _stamps(cells.read_bytes() if cells.exists() else b"")
        media = _media_times(times.read_text() if times.exists() else "")
    if len(stamps) != len(media):
        complaints.append(f"{len(stamps)} pictures but {len(media)} times")
    pictures = [Picture(at, stamp) for at, stamp in zip(media, stamps, strict=False)]
    return Decoded(pictures, complaints)


def decode_bytes(stream: bytes, *, container: str = "mpegts") -> Decoded:
    """Decode a stream that is in memory, with the times that stand in it."""
    return decode(["-f", container, "-i", "pipe:0"], standard_input=stream)


def read_jpeg(path: Path) -> Stamp | None:
    """The stamp of a JPEG of any size; None where it is unreadable. Raises OSError where it is torn."""
    with Image.open(path) as image:
        image.draft("L", image.size)
        band = image.convert("L").crop((0, 0, image.width, image.height // BAND_SHARE))
    return read_band(band.resize((CELLS_ACROSS, CELLS_DOWN), Image.Resampling.BOX).tobytes())


def _complaints(words: str, *, of_damage: bool) -> list[str]:
    """Errors; and, `of_damage`, the warnings that ffmpeg gives for packets and pictures that are damaged.

    ffmpeg gives those at every discontinuity of a playlist too, where counters rightly begin anew.
    """
    marks = ("[error]", "[fatal]", "[panic]", *(("corrupt",) if of_damage else ()))
    return [line for line in words.splitlines() if any(mark in line for mark in marks)]


def _stamps(cells: bytes) -> list[Stamp | None]:
    return [read_band(cells[at : at + CELLS]) for at in range(0, len(cells) - CELLS + 1, CELLS)]


def _media_times(framecrc: str) -> list[float]:
    """The third column of `-f framecrc` is each picture's time, in ticks of 1/90000 s."""
    lines = (line for line in framecrc.splitlines() if line and not line.startswith("#"))
    return [int(line.split(",")[2]) / _TICKS_A_SECOND for line in lines]
