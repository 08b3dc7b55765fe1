"""What an independent reader finds in a playlist: the m3u8 package, and the rules of RFC 8216.

Every check returns its findings as sentences; none is what a test wants.
"""

from collections import Counter
from dataclasses import dataclass
from datetime import UTC, datetime
from itertools import pairwise

import m3u8

from shared.spans import utc_ms

_ONCE = (
    "#EXTM3U",
    "#EXT-X-VERSION",
    "#EXT-X-TARGETDURATION",
    "#EXT-X-MEDIA-SEQUENCE",
    "#EXT-X-DISCONTINUITY-SEQUENCE",
    "#EXT-X-PLAYLIST-TYPE",
    "#EXT-X-ENDLIST",
)


@dataclass(frozen=True, slots=True)
class Listed:
    """A segment as a playlist names it. `begin_utc_ms`: its date-time, carried on from the last one
    given by the durations in between; None where none was given before. `own_begin_utc_ms`: only
    where the segment has a date-time of its own. `era`: its discontinuity sequence number."""

    sequence: int
    uri: str
    absolute_uri: str
    duration_s: float
    begin_utc_ms: int | None
    own_begin_utc_ms: int | None
    discontinuity: bool
    era: int

    @property
    def end_utc_ms(self) -> int | None:
        return None if self.begin_utc_ms is None else self.begin_utc_ms + round(self.duration_s * 1000)


@dataclass(frozen=True, slots=True)
class Playlist:
    """A media playlist as the m3u8 package reads it."""

    version: int
    target_s: int
    media_sequence: int
    discontinuity_sequence: int
    kind: str | None
    is_ended: bool
    segments: tuple[Listed, ...]

    @property
    def duration_s(self) -> float:
        """The sum of all EXTINF."""
        return sum(segment.duration_s for segment in self.segments)

    def runs(self) -> list[list[Listed]]:
        """The segments between discontinuities: within a run media time goes on."""
        found: list[list[Listed]] = []
        for segment in self.segments:
            if segment.discontinuity or not found:
                found.append([])
            found[-1].append(segment)
        return found


def read_playlist(text: str, base_uri: str = "") -> Playlist:
    """Parse strictly. Raises an error of the m3u8 package where the text is no playlist."""
    read = m3u8.loads(text, uri=base_uri or None)
    m3u8.parse(text, strict=True)
    era = int(read.discontinuity_sequence or 0)
    segments: list[Listed] = []
    for index, segment in enumerate(read.segments):
        era += bool(segment.discontinuity)
        segments.append(
            Listed(
                sequence=int(read.media_sequence or 0) + index,
                uri=str(segment.uri),
                absolute_uri=str(segment.absolute_uri) if base_uri else str(segment.uri),
                duration_s=float(segment.duration),
                begin_utc_ms=_utc_ms(segment.current_program_date_time),
                own_begin_utc_ms=_utc_ms(segment.program_date_time),
                discontinuity=bool(segment.discontinuity),
                era=era,
            )
        )
    return Playlist(
        version=int(read.version or 1),
        target_s=int(read.target_duration or 0),
        media_sequence=int(read.media_sequence or 0),
        discontinuity_sequence=int(read.discontinuity_sequence or 0),
        kind=read.playlist_type,
        is_ended=bool(read.is_endlist),
        segments=tuple(segments),
    )


def playlist_faults(text: str) -> list[str]:
    """What is wrong with one media playlist, by RFC 8216 sections 4.1 and 4.3."""
    lines = text.splitlines()
    faults: list[str] = []
    if not lines or lines[0] != "#EXTM3U":
        faults.append("the first line is not #EXTM3U (4.3.1.1)")
    if text and not text.endswith("\n"):
        faults.append("the last line has no end: half a playlist")
    counts = Counter(line.partition(":")[0] for line in lines)
    faults += [f"{tag} stands {counts[tag]} times (4.3.3)" for tag in _ONCE if counts[tag] > 1]
    if not counts["#EXT-X-TARGETDURATION"]:
        faults.append("there is no #EXT-X-TARGETDURATION (4.3.3.1)")
    faults += _misplaced(lines)
    try:
        playlist = read_playlist(text)
    except Exception as error:  # noqa: BLE001 (the package raises bare Exception for what it refuses)
        return [*faults, f"the m3u8 package refuses it: {error}"]
    if playlist.version < 3 and any(not segment.duration_s.is_integer() for segment in playlist.segments):
        faults.append("EXTINF has a fraction, which needs #EXT-X-VERSION:3 (4.3.2.1)")
    for segment in playlist.segments:
        if int(segment.duration_s + 0.5) > playlist.target_s:
            faults.append(
                f"{segment.uri}: {segment.duration_s} s exceeds the target of {playlist.target_s} s (4.3.3.1)"
            )
        if segment.duration_s <= 0:
            faults.append(f"{segment.uri}: lasts {segment.duration_s} s")
        if segment.begin_utc_ms is None:
            faults.append(f"{segment.uri}: has no date-time and none before it to go by")
    faults += [
        f"{uri} is listed {n} times" for uri, n in Counter(s.uri for s in playlist.segments).items() if n > 1
    ]
    return faults


def reload_faults(before: str, after: str) -> list[str]:
    """What changed between two loads of a live playlist that may not (RFC 8216, 6.2.1 and 6.2.2)."""
    old, new = read_playlist(before), read_playlist(after)
    faults: list[str] = []
    longest_s = max((int(segment.duration_s + 0.5) for segment in new.segments), default=0)
    if new.target_s != old.target_s and not (old.target_s < longest_s <= new.target_s):
        # A camera that begins to send longer segments breaks one rule or the other: 4.3.3.1 weighs more.
        faults.append(f"the target duration changed from {old.target_s} to {new.target_s} s")
    if new.version != old.version:
        faults.append(f"the version changed from {old.version} to {new.version}")
    if new.media_sequence < old.media_sequence:
        faults.append(f"the media sequence fell from {old.media_sequence} to {new.media_sequence}")
    if new.discontinuity_sequence < old.discontinuity_sequence:
        faults.append(
            f"the discontinuity sequence fell from {old.discontinuity_sequence}"
            f" to {new.discontinuity_sequence}"
        )
    if old.segments and new.segments and new.segments[-1].sequence < old.segments[-1].sequence:
        faults.append(f"{old.segments[-1].uri} was taken from the end of the list")
    if old.is_ended and before != after:
        faults.append("it changed after #EXT-X-ENDLIST")
    known = {segment.sequence: segment for segment in old.segments}
    for segment in new.segments:
        earlier = known.get(segment.sequence)
        if earlier is not None:
            faults += _changes(earlier, segment)
    # Between two loads a segment may have gone first, and the target may have grown with the next one.
    if new.media_sequence > old.media_sequence and new.duration_s < 3 * min(old.target_s, new.target_s):
        faults.append(
            f"after a removal only {new.duration_s:.1f} s are left, less than three target durations (6.2.2)"
        )
    return faults


def growth_faults(before: str, after: str) -> list[str]:
    """What changed between two loads of an EVENT playlist: it may only be appended to (4.3.3.5)."""
    if after.startswith(before):
        return []
    for number, (old, new) in enumerate(zip(before.splitlines(), after.splitlines(), strict=False), start=1):
        if old != new:
            return [f"line {number} was {old!r} and is {new!r}"]
    return [f"it shrank from {len(before.splitlines())} to {len(after.splitlines())} lines"]


def series_faults(loads: list[str], *, event: bool) -> list[str]:
    """All findings over successive loads of one address, oldest first."""
    compare = growth_faults if event else reload_faults
    faults = [fault for text in dict.fromkeys(loads) for fault in playlist_faults(text)]
    faults += [
        fault for before, after in pairwise(loads) if before != after for fault in compare(before, after)
    ]
    return list(dict.fromkeys(faults))


def _misplaced(lines: list[str]) -> list[str]:
    """Counters must stand before the first segment, and before the first discontinuity (4.3.3.2/3)."""
    first = next((n for n, line in enumerate(lines) if line and not line.startswith("#")), len(lines))
    faults: list[str] = []
    for number, line in enumerate(lines):
        tag = line.partition(":")[0]
        if tag in ("#EXT-X-MEDIA-SEQUENCE", "#EXT-X-DISCONTINUITY-SEQUENCE") and number > first:
            faults.append(f"{tag} stands after the first segment")
        if tag == "#EXT-X-DISCONTINUITY-SEQUENCE" and "#EXT-X-DISCONTINUITY" in lines[:number]:
            faults.append(f"{tag} stands after a discontinuity")
        if tag == "#EXT-X-PROGRAM-DATE-TIME":
            try:
                moment = datetime.fromisoformat(line.partition(":")[2])
            except ValueError:
                faults.append(f"{line}: is no date-time")
            else:
                if moment.tzinfo is None:
                    faults.append(f"{line}: has no offset from UTC (4.3.2.6)")
    return faults


def _changes(earlier: Listed, now: Listed) -> list[str]:
    faults: list[str] = []
    for what, old, new in (
        ("the address", earlier.uri, now.uri),
        ("the duration", earlier.duration_s, now.duration_s),
        ("the discontinuity tag", earlier.discontinuity, now.discontinuity),
        ("the discontinuity number", earlier.era, now.era),
    ):
        if old != new:
            faults.append(f"segment {now.sequence}: {what} changed from {old} to {new}")
    if None not in (earlier.begin_utc_ms, now.begin_utc_ms):
        moved_ms = abs((now.begin_utc_ms or 0) - (earlier.begin_utc_ms or 0))
        if moved_ms > 1 and earlier.own_begin_utc_ms is not None and now.own_begin_utc_ms is not None:
            faults.append(f"segment {now.sequence}: its date-time moved by {moved_ms} ms")
    return faults


def _utc_ms(moment: datetime | None) -> int | None:
    if moment is None:
        return None
    return utc_ms(moment.replace(tzinfo=UTC) if moment.tzinfo is None else moment)
