"""What is true of recorded footage: the clocks burnt into it against what playlists and files say.

Every check returns its findings as sentences; none is what a test wants.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from hashlib import sha256
from itertools import islice, pairwise

from shared.spans import Span, from_utc_ms, merge
from tests.support.burnt_clock import Stamp
from tests.support.footage_decoder import decode_bytes
from tests.support.playlist_check import Listed, Playlist

DATE_TOLERANCE_MS = 500
HOLE_S = 0.5  # what is shorter is no gap
_SHOWN = 5
_PACKET_BYTES = 188


@dataclass(frozen=True, slots=True)
class DatedPicture:
    """A picture with the time it was taken (burnt in) and the time that it is said to be of."""

    stamp: Stamp
    dated_utc_ms: int
    where: str

    @property
    def error_ms(self) -> int:
        """Positive: dated too late."""
        return self.dated_utc_ms - self.stamp.wall_ms


@dataclass(frozen=True, slots=True)
class Footage:
    """The pictures of a playlist in its order, and what ffmpeg and the count of pictures complain of."""

    pictures: list[DatedPicture]
    faults: list[str]

    @property
    def stamps(self) -> list[Stamp]:
        return [picture.stamp for picture in self.pictures]


# -- reading -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class SegmentPicture:
    """A picture of a segment: how far behind the segment's first, and its stamp where it is readable."""

    behind_ms: int
    stamp: Stamp | None


class SegmentDecoder:
    """Decodes segments that follow each other as a player does: all of a run through one decoder.

    What has been decoded once, byte for byte, is not decoded again: hours, ranges and the disk hold the
    same segments.
    """

    def __init__(self) -> None:
        self._known: dict[bytes, list[SegmentPicture]] = {}

    def decode(
        self, names: Sequence[str], contents: Sequence[bytes]
    ) -> tuple[list[list[SegmentPicture]], list[str]]:
        """Return the pictures of each segment, and what is wrong with the run."""
        digests = [sha256(content).digest() for content in contents]
        if all(digest in self._known for digest in digests):
            return [self._known[digest] for digest in digests], []
        counts = [len(picture_times(content)) for content in contents]
        decoded = decode_bytes(b"".join(contents))
        where = f"{names[0]} to {names[-1]}"
        faults = [f"{where}: {complaint}" for complaint in decoded.complaints]
        faults += [f"{name}: holds no picture" for name, n in zip(names, counts, strict=True) if not n]
        if decoded.unreadable:
            faults.append(f"{where}: {decoded.unreadable} pictures have no readable stamp")
        if sum(counts) != len(decoded.pictures):
            faults.append(f"{where}: {sum(counts)} pictures are in it, {len(decoded.pictures)} were decoded")
            return [[] for _ in names], faults
        found: list[list[SegmentPicture]] = []
        rest = iter(decoded.pictures)
        for count in counts:
            pictures = list(islice(rest, count))
            found.append(
                [
                    SegmentPicture(round((picture.media_s - pictures[0].media_s) * 1000), picture.stamp)
                    for picture in pictures
                ]
            )
        if not faults:
            self._known.update(zip(digests, found, strict=True))
        return found, faults


def listed_footage(
    playlist: Playlist, read: Callable[[Listed], bytes], decoder: SegmentDecoder | None = None
) -> Footage:
    """Decode everything that `playlist` lists; `read` gets a segment's bytes.

    A picture is dated by its segment's date-time and how far it stands behind the segment's first
    picture. All segments between two discontinuities go through one decoder.
    """
    decoder = decoder or SegmentDecoder()
    pictures: list[DatedPicture] = []
    faults: list[str] = []
    for run in playlist.runs():
        names = [segment.uri for segment in run]
        decoded, wrong = decoder.decode(names, [read(segment) for segment in run])
        faults += wrong
        for segment, found in zip(run, decoded, strict=True):
            if segment.begin_utc_ms is not None:
                pictures += dated(found, segment.begin_utc_ms, segment.uri)
    return Footage(pictures, faults)


def dated(pictures: Iterable[SegmentPicture], begin_utc_ms: int, where: str) -> list[DatedPicture]:
    """The pictures of a segment whose first is said to be of `begin_utc_ms`."""
    return [
        DatedPicture(picture.stamp, begin_utc_ms + picture.behind_ms, where)
        for picture in pictures
        if picture.stamp is not None
    ]


def picture_times(transport_stream: bytes) -> list[int]:
    """The time (90 kHz, 33 bits) of every picture in a segment, in the order of the file.

    ISO 13818-1: 2.4.3.2 packets, 2.4.3.6 PES headers. What is no video (stream ids E0 to EF) is left out.
    """
    times: list[int] = []
    for at in range(0, len(transport_stream) - _PACKET_BYTES + 1, _PACKET_BYTES):
        packet = transport_stream[at : at + _PACKET_BYTES]
        begins_payload, control = packet[1] & 0x40, packet[3] >> 4 & 3
        if packet[0] != 0x47 or not begins_payload or not control & 1:
            continue
        pes = packet[5 + packet[4] :] if control & 2 else packet[4:]
        if pes[:3] == b"\x00\x00\x01" and len(pes) >= 14 and pes[3] & 0xF0 == 0xE0 and pes[7] & 0x80:
            times.append(
                (pes[9] >> 1 & 7) << 30 | pes[10] << 22 | pes[11] >> 1 << 15 | pes[12] << 7 | pes[13] >> 1
            )
    return times


# -- judging -----------------------------------------------------------------------------------------


def number_faults(stamps: Sequence[Stamp]) -> list[str]:
    """Numbers that come twice or out of order."""
    counts = Counter(stamp.number for stamp in stamps)
    doubled = sorted(number for number, count in counts.items() if count > 1)
    disorder = [(one.number, other.number) for one, other in pairwise(stamps) if other.number < one.number]
    return [
        *_sentence(doubled, "pictures come more than once"),
        *_sentence(disorder, "times a picture is followed by an earlier one"),
    ]


def jumps(stamps: Iterable[Stamp]) -> list[tuple[Stamp, Stamp]]:
    """Where numbers are left out: the last picture before and the first after."""
    return [(one, other) for one, other in pairwise(stamps) if other.number > one.number + 1]


def missing_faults(
    stamps: Iterable[Stamp],
    sent: Iterable[Stamp],
    within: Sequence[Span],
    *,
    edge_ms: int = DATE_TOLERANCE_MS,
) -> list[str]:
    """Pictures that were sent while it was recorded, by `within`, and cannot be found.

    Times of spans may be wrong by `edge_ms`, so what lies that near to an edge may be missing.
    """
    found = {stamp.number for stamp in stamps}
    inner = [(span.start, span.end) for span in within if span.duration_s * 1000 > 2 * edge_ms]
    missing = [
        stamp.number
        for stamp in sent
        if stamp.number not in found
        and any(
            start <= from_utc_ms(stamp.wall_ms - edge_ms) and from_utc_ms(stamp.wall_ms + edge_ms) < end
            for start, end in inner
        )
    ]
    return _sentence(missing, "pictures were sent in recorded time and are missing")


def date_faults(pictures: Iterable[DatedPicture], *, tolerance_ms: int = DATE_TOLERANCE_MS) -> list[str]:
    """Pictures that are dated wrong by more than `tolerance_ms`."""
    wrong = [
        (picture.where, picture.stamp.number, f"{picture.error_ms:+d} ms")
        for picture in pictures
        if abs(picture.error_ms) > tolerance_ms
    ]
    return _sentence(wrong, f"pictures are dated wrong by more than {tolerance_ms} ms")


def date_errors_ms(pictures: Iterable[DatedPicture]) -> tuple[int, int, int]:
    """The smallest, the median and the largest error, for a report."""
    errors = sorted(picture.error_ms for picture in pictures)
    return (errors[0], errors[len(errors) // 2], errors[-1]) if errors else (0, 0, 0)


def true_spans(stamps: Sequence[Stamp], *, picture_ms: int = 40, hole_s: float = HOLE_S) -> list[Span]:
    """When pictures were taken, by their own clocks; holes below `hole_s` are none."""
    each = (Span(from_utc_ms(s.wall_ms), from_utc_ms(s.wall_ms + picture_ms)) for s in stamps)
    return merge(each, tolerance_s=hole_s)


def clipped(spans: Iterable[Span], within: Span) -> list[Span]:
    """What of `spans` lies in `within`."""
    return [part for span in spans if (part := span.intersection(within)) is not None]


def span_faults(true: Sequence[Span], told: Sequence[Span], *, tolerance_s: float = 0.5) -> list[str]:
    """How spans that were told differ from the true ones, by more than `tolerance_s` at an edge."""
    if len(true) != len(told):
        return [
            f"{len(told)} spans are told of, {len(true)} are true: {_show(told)} instead of {_show(true)}"
        ]
    faults: list[str] = []
    for real, said in zip(true, told, strict=True):
        for edge, off_s in (
            ("begins", (said.start - real.start).total_seconds()),
            ("ends", (said.end - real.end).total_seconds()),
        ):
            if abs(off_s) > tolerance_s:
                faults.append(f"{_show([said])} {edge} {off_s:+.3f} s off; true is {_show([real])}")
    return faults


def sum_faults(playlist: Playlist, stamps: Sequence[Stamp], *, picture_ms: int = 40) -> list[str]:
    """Whether the sum of EXTINF is the time that was recorded by the burnt clocks, within one segment."""
    recorded_s = sum(span.duration_s for span in true_spans(stamps, picture_ms=picture_ms))
    longest_s = max((segment.duration_s for segment in playlist.segments), default=0.0)
    if abs(playlist.duration_s - recorded_s) <= longest_s:
        return []
    return [
        f"EXTINF adds up to {playlist.duration_s:.3f} s, but {recorded_s:.3f} s were recorded"
        f" (the longest segment is {longest_s:.3f} s)"
    ]


def media_rate(times: Sequence[int], stamps: Sequence[Stamp]) -> float:
    """Seconds of media in a true second, over one run: what the source's clock does."""
    media_ms = (times[-1] - times[0]) % (1 << 33) / 90
    return media_ms / (stamps[-1].wall_ms - stamps[0].wall_ms)


def same_pictures_faults(one: Mapping[str, Sequence[Stamp]]) -> list[str]:
    """Whether several ways to the same footage show the same pictures."""
    (first_name, first), *others = one.items()
    faults: list[str] = []
    for name, stamps in others:
        difference = {stamp.number for stamp in first} ^ {stamp.number for stamp in stamps}
        faults += _sentence(sorted(difference), f"pictures are only in one of {first_name} and {name}")
    return faults


def _sentence(findings: Sequence[object], what: str) -> list[str]:
    if not findings:
        return []
    shown = ", ".join(map(str, findings[:_SHOWN]))
    return [f"{len(findings)} {what}: {shown}{' …' if len(findings) > _SHOWN else ''}"]


def _show(spans: Iterable[Span]) -> str:
    def edges() -> Iterator[str]:
        for span in spans:
            yield f"{span.start:%H:%M:%S.%f}"[:-3] + "–" + f"{span.end:%H:%M:%S.%f}"[:-3]

    return ", ".join(edges()) or "none"
