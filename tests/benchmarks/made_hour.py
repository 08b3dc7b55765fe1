"""An hour of one device's footage, made for a measurement: names, times and lists as the agent has them.

Where it does not matter what is in the files they are as small as the agent lets pass.
"""

import os
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from host_agent.frames.metadata import CaptureFacts, Judgement, encode_metadata
from host_agent.ring.layout import Hour, Kind, RingFile
from host_agent.ring.playlist import target_duration_s
from host_agent.ring.segment_times import HEADER, SegmentTime, encode_line
from host_agent.ring.store import RingStore
from shared.spans import utc_ms

A_SECOND: dict[Kind, float] = {
    Kind.SEGMENTS: 1,
    Kind.CAPTURES: 2,
    Kind.THUMBNAILS: 5,
    Kind.METADATA: 2,
}
_HOUR_MS = 3_600_000
_TS_PACKET = b"\x47\x1f\xff\x10" + b"\xff" * 184
SMALLEST_JPEG = b"\xff\xd8" + bytes(500) + b"\xff\xd9"


@dataclass(frozen=True, slots=True)
class MadeFile:
    """A file of the hour and when it begins."""

    file: RingFile
    begin_utc_ms: int


def count_of(kind: Kind, share: float = 1.0) -> int:
    """How many files of `kind` the first `share` (0–1) of an hour has."""
    return int(3600 * A_SECOND[kind] * share)


def files_of(kind: Kind, hour: Hour, first_number: int, share: float = 1.0) -> Iterator[MadeFile]:
    """The files of `hour`, evenly spaced from its beginning."""
    start_ms, step_ms = utc_ms(hour.start), 1000 / A_SECOND[kind]
    for index in range(count_of(kind, share)):
        yield MadeFile(RingFile(kind, first_number + index), start_ms + int(index * step_ms))


def content_of(made: MadeFile, pictures: Sequence[bytes]) -> bytes:
    """What may stand in such a file; `pictures` are taken in turn."""
    if made.file.kind is Kind.SEGMENTS:
        return _TS_PACKET
    if made.file.kind is Kind.METADATA:
        judgement = Judgement(104.2, False, False, 0.0, 0.0312, 12.4)
        facts = CaptureFacts(
            made.file.number, made.begin_utc_ms, 1280, 720, 93_412, made.file.number, judgement
        )
        return encode_metadata(facts).encode()
    return pictures[made.file.number % len(pictures)]


def write_files(
    folder: Path,
    kind: Kind,
    hour: Hour,
    first_number: int,
    share: float = 1.0,
    *,
    pictures: Sequence[bytes] = (SMALLEST_JPEG,),
) -> None:
    """Write the hour's files into `folder`, each with its true time. Raises OSError."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        for made in files_of(kind, hour, first_number, share):
            target = os.open(made.file.name, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o644, dir_fd=descriptor)
            os.write(target, content_of(made, pictures))
            os.utime(target, ns=(made.begin_utc_ms * 1_000_000, made.begin_utc_ms * 1_000_000))
            os.close(target)
    finally:
        os.close(descriptor)


def segment_times(hour: Hour, first_number: int, share: float = 1.0) -> list[SegmentTime]:
    """The times of the hour's segments: one unbroken run."""
    return [
        SegmentTime(made.file.number, made.begin_utc_ms, 1000, (made.begin_utc_ms * 90) % (1 << 33), run=1)
        for made in files_of(Kind.SEGMENTS, hour, first_number, share)
    ]


def write_times(store: RingStore, hour: Hour, first_number: int, share: float = 1.0) -> None:
    """Write the hour's `times.csv`, as it stands once every segment has been dated. Raises OSError."""
    folder = store.open_hour(Kind.SEGMENTS, hour, target_duration_s=target_duration_s(1.0))
    lines = map(encode_line, segment_times(hour, first_number, share))
    (folder / "times.csv").write_text(HEADER + "".join(lines))


def last_ms(hour: Hour) -> int:
    """The end of the hour, in UTC ms."""
    return utc_ms(hour.start) + _HOUR_MS
