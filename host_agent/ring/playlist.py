"""Playlists (RFC 8216) as text: an hour's, a range's and the live one. Data in, text out.

Rendering an hour or a range is causal: what a segment's lines are depends on it and on what came
before. So a playlist that was rendered earlier is always the beginning of one rendered later, and what
was published is only appended to.
"""

import math
import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from host_agent.ring.layout import Kind, RingFile
from host_agent.ring.segment_times import SegmentTime
from shared.spans import from_utc_ms, iso_ms, utc_ms

# How far the time that a player interpolates may be off before the playlist states it anew.
DATE_TIME_TOLERANCE_MS = 200
MEDIA_JUMP_TOLERANCE_MS = 500
MINIMUM_TARGET_DURATION_S = 6
MINIMUM_LIVE_TARGET_DURATION_S = 3
_WRAP_90KHZ = 1 << 33
_VERSION = 3


def target_duration_s(longest_segment_s: float) -> int:
    """The TARGETDURATION of a playlist that begins now (RFC 8216, 4.3.3.1: it may never change).

    Twice what the camera does today, since cameras vary their key-frame interval.
    """
    return max(MINIMUM_TARGET_DURATION_S, math.ceil(2 * longest_segment_s))


def live_target_duration_s(longest_segment_s: float) -> int:
    """The TARGETDURATION of a live playlist: with as much margin as its window of ten allows.

    Three of it must always be left in the window (RFC 8216, 6.2.2); players start that far from its end.
    """
    return max(MINIMUM_LIVE_TARGET_DURATION_S, math.ceil(2 * longest_segment_s))


def media_jump_ms(previous: SegmentTime, current: SegmentTime) -> float:
    """How far `current`'s media begins from where `previous` ends, in ms; 0 in a continuous run."""
    expected = previous.media_ts_90khz + previous.duration_ms * 90
    ticks = (current.media_ts_90khz - expected) % _WRAP_90KHZ
    if ticks > _WRAP_90KHZ // 2:
        ticks -= _WRAP_90KHZ
    return ticks / 90


def is_discontinuous(previous: SegmentTime, current: SegmentTime) -> bool:
    """Whether a decoder must start anew between the two: another run, or media time jumped."""
    return previous.run != current.run or abs(media_jump_ms(previous, current)) > MEDIA_JUMP_TOLERANCE_MS


def segment_name(time: SegmentTime) -> str:
    """The file's own name: the address within its hour's folder."""
    return RingFile(Kind.SEGMENTS, time.number).name


class EntryRenderer:
    """Renders segments one by one; holds only what the next one's lines depend on."""

    def __init__(self, uri: Callable[[SegmentTime], str] = segment_name) -> None:
        self._uri = uri
        self._previous: SegmentTime | None = None
        self._interpolated_ms = 0

    def lines(self, time: SegmentTime) -> str:
        """The lines of one segment: DISCONTINUITY and PROGRAM-DATE-TIME where needed, EXTINF, address."""
        text = ""
        previous = self._previous
        discontinuous = previous is not None and is_discontinuous(previous, time)
        if discontinuous:
            text += "#EXT-X-DISCONTINUITY\n"
        off_ms = abs(time.begin_utc_ms - self._interpolated_ms)
        if previous is None or discontinuous or off_ms > DATE_TIME_TOLERANCE_MS:
            text += _date_time_line(time.begin_utc_ms)
            self._interpolated_ms = time.begin_utc_ms
        self._interpolated_ms += time.duration_ms
        self._previous = time
        return f"{text}{_extinf_line(time.duration_ms)}{self._uri(time)}\n"


def header(target_s: int, playlist_type: str | None) -> str:
    """The lines before the first segment; `playlist_type` is EVENT, VOD or None."""
    lines = [
        "#EXTM3U",
        f"#EXT-X-VERSION:{_VERSION}",
        f"#EXT-X-TARGETDURATION:{target_s}",
        "#EXT-X-MEDIA-SEQUENCE:0",
    ]
    if playlist_type is not None:
        lines.append(f"#EXT-X-PLAYLIST-TYPE:{playlist_type}")
    return "\n".join(lines) + "\n"


END = "#EXT-X-ENDLIST\n"


def render_hour(
    times: Iterable[SegmentTime],
    target_s: int,
    *,
    ended: bool,
    uri: Callable[[SegmentTime], str] = segment_name,
) -> str:
    """An hour's playlist: EVENT, closed by ENDLIST once the hour has ended."""
    renderer = EntryRenderer(uri)
    body = "".join(renderer.lines(time) for time in times)
    return header(target_s, "EVENT") + body + (END if ended else "")


def render_range(
    times: Iterable[SegmentTime],
    target_s: int,
    uri: Callable[[SegmentTime], str],
    *,
    ended: bool = True,
    grown: bool = False,
) -> Iterator[str]:
    """A range's playlist in pieces, so that a day need not be held in memory.

    `grown`: it was given out before it ended, and so stays an EVENT (RFC 8216, 6.2.1).
    """
    renderer = EntryRenderer(uri)
    yield header(target_s, "VOD" if ended and not grown else "EVENT")
    for time in times:
        yield renderer.lines(time)
    if ended:
        yield END


@dataclass(frozen=True, slots=True)
class LiveEntry:
    """A segment in the live window."""

    name: str
    begin_utc_ms: int
    duration_ms: int
    discontinuity: bool


@dataclass(frozen=True, slots=True)
class LivePlaylist:
    """The sliding window of `output.m3u8`. It is its own memory: after a restart it is parsed and goes on.

    Media sequence and discontinuity sequence are counters of their own (RFC 8216, 4.3.3.2, 4.3.3.3):
    file numbers may leap, they may not.
    """

    target_s: int
    media_sequence: int = 0
    discontinuity_sequence: int = 0
    entries: tuple[LiveEntry, ...] = ()

    def with_segment(self, time: SegmentTime, *, discontinuity: bool, window: int) -> "LivePlaylist":
        """The window after one more segment; the oldest leave it, counted."""
        entry = LiveEntry(
            segment_name(time), time.begin_utc_ms, time.duration_ms, discontinuity and bool(self.entries)
        )
        entries = (*self.entries, entry)
        # A server may not change it; a camera that began to send longer segments leaves no choice.
        # It bounds durations rounded to the nearest second (RFC 8216, 4.3.3.1).
        target_s = max(self.target_s, (time.duration_ms + 500) // 1000)
        grown = replace(self, target_s=target_s, entries=entries)
        if discontinuity and not self.entries and self.media_sequence > 0:
            # All that was before has left the window, and with it the place for the tag.
            grown = replace(grown, discontinuity_sequence=self.discontinuity_sequence + 1)
        return grown.without_oldest(grown._removable(window))

    def _removable(self, window: int) -> int:
        """How many entries beyond `window` may leave: three target durations must stay (RFC 8216, 6.2.2)."""
        left_ms = sum(entry.duration_ms for entry in self.entries)
        count = 0
        while len(self.entries) - count > window:
            left_ms -= self.entries[count].duration_ms
            if left_ms < 3000 * self.target_s:
                break
            count += 1
        return count

    def without_oldest(self, count: int) -> "LivePlaylist":
        """The window after its `count` oldest segments have left it."""
        leaving = self.entries[:count]
        return replace(
            self,
            media_sequence=self.media_sequence + len(leaving),
            discontinuity_sequence=self.discontinuity_sequence + sum(gone.discontinuity for gone in leaving),
            entries=self.entries[count:],
        )

    def render(self) -> str:
        """The text of `output.m3u8`, with the true date of every segment."""
        lines = [
            "#EXTM3U\n",
            f"#EXT-X-VERSION:{_VERSION}\n",
            f"#EXT-X-TARGETDURATION:{self.target_s}\n",
            f"#EXT-X-MEDIA-SEQUENCE:{self.media_sequence}\n",
            f"#EXT-X-DISCONTINUITY-SEQUENCE:{self.discontinuity_sequence}\n",
        ]
        for entry in self.entries:
            if entry.discontinuity:
                lines.append("#EXT-X-DISCONTINUITY\n")
            lines.append(_date_time_line(entry.begin_utc_ms))
            lines.append(_extinf_line(entry.duration_ms))
            lines.append(f"{entry.name}\n")
        return "".join(lines)


_TAG = re.compile(r"^#EXT-X-(?P<tag>TARGETDURATION|MEDIA-SEQUENCE|DISCONTINUITY-SEQUENCE):(?P<value>[0-9]+)$")


def parse_live(text: str) -> LivePlaylist | None:
    """Return what `LivePlaylist.render` wrote; None where the text is torn or somebody else's."""
    if not text.startswith("#EXTM3U\n") or not text.endswith("\n"):
        return None
    counters: dict[str, int] = {}
    entries: list[LiveEntry] = []
    discontinuity = False
    begin_utc_ms: int | None = None
    duration_ms: int | None = None
    for line in text.splitlines():
        tag = _TAG.match(line)
        if tag is not None:
            counters[tag["tag"]] = int(tag["value"])
        elif line == "#EXT-X-DISCONTINUITY":
            discontinuity = True
        elif line.startswith("#EXT-X-PROGRAM-DATE-TIME:"):
            begin_utc_ms = _parse_date_time(line)
        elif line.startswith("#EXTINF:"):
            duration_ms = _parse_extinf(line)
        elif not line.startswith("#"):
            if begin_utc_ms is None or duration_ms is None:
                return None
            entries.append(LiveEntry(line, begin_utc_ms, duration_ms, discontinuity))
            discontinuity, begin_utc_ms, duration_ms = False, None, None
    if len(counters) != 3:
        return None
    return LivePlaylist(
        target_s=counters["TARGETDURATION"],
        media_sequence=counters["MEDIA-SEQUENCE"],
        discontinuity_sequence=counters["DISCONTINUITY-SEQUENCE"],
        entries=tuple(entries),
    )


def _date_time_line(begin_utc_ms: int) -> str:
    return f"#EXT-X-PROGRAM-DATE-TIME:{iso_ms(from_utc_ms(begin_utc_ms))}\n"


def _parse_date_time(line: str) -> int | None:
    try:
        moment = datetime.fromisoformat(line.partition(":")[2])
    except ValueError:
        return None
    return None if moment.tzinfo is None else utc_ms(moment)


def _extinf_line(duration_ms: int) -> str:
    return f"#EXTINF:{duration_ms // 1000}.{duration_ms % 1000:03d},\n"


def _parse_extinf(line: str) -> int | None:
    found = re.fullmatch(r"#EXTINF:([0-9]+)\.([0-9]{3}),", line)
    return None if found is None else int(found[1]) * 1000 + int(found[2])
