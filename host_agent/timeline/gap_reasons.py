"""Why is there no footage? A hole, what the journal says of that time, and what was deleted → reasons.

A hole may have several in a row: the agent was stopped, then the camera could not be reached. What is
decided here, in this order:

1. A cause that the journal names for a time is that time's reason.
2. Else, in an hour that was deleted, the receipt is.
3. Seconds in which the recorder was at work and yet nothing was recorded belong to the cause before
   them (starting up takes its time), or, at the beginning of a hole, to the one after them (that
   ffmpeg has died is noticed a moment later, that it has stalled after ten seconds).
4. Where nothing at all was named: a leap of the clock close by, a silence of the source within one run
   of ffmpeg, a restart of ffmpeg between two runs, or deletion too long ago to have a receipt.

Whole milliseconds UTC; no I/O, no clock.
"""

from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import replace
from itertools import accumulate, pairwise

from host_agent.journal.facts import Receipt
from host_agent.ring.layout import Hour, Kind
from host_agent.ring.segment_times import UNKNOWN_RUN
from host_agent.timeline.causes import AT_WORK, START_UP_MS, Cause, History
from host_agent.timeline.gap_codes import GapCode
from host_agent.timeline.stretches import SHORTEST_HOLE_MS, Hole
from shared.spans import utc_ms

# How long after the beginning of a hole its cause may be noticed: three key-frame intervals of a slow
# camera are minutes.
NOTICE_MS = 15 * 60_000
# Segments around a leap of the clock are dated within a few seconds of it.
NEAR_LEAP_MS = 15_000
# Segments that were rebuilt after a kill lie this close to it.
NEAR_KILL_MS = 60_000
_HOUR_MS = 3_600_000
_STALLED = Cause(
    0, 0, GapCode.STALLED.value, "The source sent no picture for a while; the recorder stayed connected."
)
_STALLED_NOW = Cause(0, 0, GapCode.STALLED.value, "No complete segment has come since then.")
_STARTED_ANEW = Cause(
    0, 0, GapCode.FFMPEG_CRASHED.value, "The recorder was started anew; why was not written down."
)
_DELETED: dict[str, tuple[str, str]] = {
    "expired": (GapCode.EXPIRED.value, "Deleted: older than what is kept of this device."),
    "quota": (GapCode.EXPIRED.value, "Deleted: the device had more footage than it may keep."),
    "disk_full": (GapCode.DISK_FULL.value, "Deleted to make room: the disk was full."),
}
_NAMED, _RECEIPT, _WORKED, _LEAPT, _SILENT = 4, 3, 2, 1, 0


class Deletions:
    """What receipts say of hours of segments."""

    def __init__(self, receipts: Sequence[Receipt]) -> None:
        hours: dict[int, Cause] = {}
        for receipt in receipts:
            if receipt.kind != Kind.SEGMENTS.value:
                continue
            start_ms = utc_ms(Hour.parse(receipt.hour).start)
            code, sentence = _DELETED.get(
                receipt.reason, (GapCode.EXPIRED.value, f"Deleted: {receipt.reason}.")
            )
            hours[start_ms] = Cause(start_ms, start_ms + _HOUR_MS, code, sentence)
        self._starts = sorted(hours)
        self._hours = [hours[start] for start in self._starts]

    def within(self, start_ms: int, end_ms: int) -> list[Cause]:
        """The deleted hours that overlap, oldest first."""
        return self._hours[
            bisect_right(self._starts, start_ms - _HOUR_MS) : bisect_left(self._starts, end_ms)
        ]

    @property
    def newest_end_ms(self) -> int | None:
        """Hours go oldest first: what was there before this has gone as well."""
        return self._starts[-1] + _HOUR_MS if self._starts else None


class _Lookup:
    """Finds the causes that overlap a hole without looking at all of them; they may overlap."""

    def __init__(self, causes: Sequence[Cause]) -> None:
        self._sorted = sorted(enumerate(causes), key=lambda item: item[1].start_ms)
        self._starts = [cause.start_ms for _, cause in self._sorted]
        self._latest_end = list(accumulate((cause.end_ms for _, cause in self._sorted), max))

    def within(self, start_ms: int, end_ms: int) -> list[Cause]:
        """The causes that overlap, in the order they were written."""
        candidates = self._sorted[
            bisect_right(self._latest_end, start_ms) : bisect_left(self._starts, end_ms)
        ]
        return [cause for _, cause in sorted(candidates) if cause.end_ms > start_ms]


class GapReasons:
    """Explains the holes of one device."""

    def __init__(self, history: History, receipts: Sequence[Receipt], now_ms: int) -> None:
        self._lived = _Lookup(history.lived)
        self._leapt = _Lookup(history.leapt)
        self._deletions = Deletions(receipts)
        self._known_from_ms = history.known_from_ms
        self._now_ms = now_ms

    def is_work_only(self, hole: Hole) -> bool:
        """Whether the recorder was at work all through `hole`, as far as is written down."""
        return all(piece.code == AT_WORK for piece in self._paint(hole))

    def explain(self, hole: Hole) -> list[Cause]:
        """Return consecutive causes that cover `hole`, none of them AT_WORK, no two alike in a row."""
        return _without_slivers(_merged(self._settle(_merged(self._paint(hole)), hole)))

    def _paint(self, hole: Hole) -> list[Cause]:
        """Cut `hole` wherever anything begins or ends; what says most about a piece colours it."""
        start, end = hole.start_ms, hole.end_ms
        layers = [(cause, _LEAPT) for cause in self._leapt.within(start, end)]
        layers += [
            (cause, _WORKED if cause.code == AT_WORK else _NAMED) for cause in self._lived.within(start, end)
        ]
        layers += [(cause, _RECEIPT) for cause in self._deletions.within(start, end)]
        cuts = {start, end}
        for cause, _ in layers:
            cuts.update(cut for cut in (cause.start_ms, cause.end_ms) if start < cut < end)
        if self._known_from_ms is not None and start < self._known_from_ms < end:
            cuts.add(self._known_from_ms)
        edges = sorted(cuts)
        colours = [self._unwritten(edge) for edge in edges[:-1]]
        weights = [_SILENT] * len(colours)
        for cause, weight in layers:
            for index in range(
                bisect_left(edges, max(cause.start_ms, start)), bisect_left(edges, min(cause.end_ms, end))
            ):
                if weight >= weights[index]:
                    colours[index], weights[index] = cause, weight
        return [
            Cause(piece_start, piece_end, colour.code, colour.sentence)
            for (piece_start, piece_end), colour in zip(pairwise(edges), colours, strict=True)
        ]

    def _unwritten(self, at_ms: int) -> Cause:
        """What holds where the journal is silent."""
        if self._known_from_ms is not None and at_ms >= self._known_from_ms:
            return Cause(at_ms, at_ms, AT_WORK, "")
        if self._is_older_than_kept(at_ms):
            return Cause(at_ms, at_ms, GapCode.EXPIRED.value, "Older than what is kept of this device.")
        return Cause(
            at_ms, at_ms, GapCode.UNASSIGNED.value, "The device was not configured on this host yet."
        )

    def _is_older_than_kept(self, at_ms: int) -> bool:
        newest = self._deletions.newest_end_ms
        return newest is not None and at_ms < newest

    def _settle(self, pieces: Sequence[Cause], hole: Hole) -> list[Cause]:
        """Give every piece of mere work to the cause it belongs to."""
        settled: list[Cause] = []
        for index, piece in enumerate(pieces):
            if piece.code != AT_WORK:
                settled.append(piece)
                continue
            length_ms = piece.end_ms - piece.start_ms
            after = pieces[index + 1] if index + 1 < len(pieces) else None
            if settled and length_ms <= START_UP_MS:
                owner = settled[-1]
            elif not settled and after is not None and length_ms <= NOTICE_MS:
                owner = after
            else:
                owner = self._deduce(piece, hole)
            settled.append(replace(piece, code=owner.code, sentence=owner.sentence))
        return settled

    def _deduce(self, piece: Cause, hole: Hole) -> Cause:
        """The reason of a time of which nothing is written but that the recorder was at work."""
        leaps = self._leapt.within(piece.start_ms - NEAR_LEAP_MS, piece.end_ms + NEAR_LEAP_MS)
        if leaps:
            return replace(piece, code=leaps[-1].code, sentence=leaps[-1].sentence)
        is_whole = (piece.start_ms, piece.end_ms) == (hole.start_ms, hole.end_ms)
        if is_whole and piece.end_ms - piece.start_ms <= NOTICE_MS and hole.run_before is not None:
            owner = self._between_runs(hole)
            if owner is not None:
                return replace(piece, code=owner.code, sentence=owner.sentence)
        if self._is_older_than_kept(piece.start_ms):
            return replace(
                piece, code=GapCode.EXPIRED.value, sentence="Older than what is kept of this device."
            )
        return replace(
            piece, code=GapCode.UNKNOWN.value, sentence="Nothing that was written down explains this."
        )

    def _between_runs(self, hole: Hole) -> Cause | None:
        """What two runs of ffmpeg say of the hole between their footage."""
        if hole.run_after is None:
            return _STALLED_NOW if hole.end_ms >= self._now_ms else None
        if UNKNOWN_RUN in (hole.run_before, hole.run_after):
            # A line that was lost with a kill and rebuilt from its file, and so not dated to the
            # second: the hole belongs to what the kill did.
            near = [
                cause
                for cause in self._lived.within(hole.start_ms - NEAR_KILL_MS, hole.end_ms + NEAR_KILL_MS)
                if cause.code != AT_WORK
            ]
            return near[-1] if near else None
        if hole.run_before == hole.run_after:
            return _STALLED
        # A new run dates the backlog that it is sent as from before the stall was noticed.
        noticed = [
            cause
            for cause in self._lived.within(hole.end_ms, hole.end_ms + NOTICE_MS)
            if cause.code != AT_WORK
        ]
        return min(noticed, key=lambda cause: cause.start_ms) if noticed else _STARTED_ANEW


def _merged(pieces: Sequence[Cause]) -> list[Cause]:
    """Join neighbours of the same code; the first one's sentence holds."""
    merged: list[Cause] = []
    for piece in pieces:
        if merged and merged[-1].code == piece.code:
            merged[-1] = replace(merged[-1], end_ms=piece.end_ms)
        else:
            merged.append(piece)
    return merged


def _without_slivers(pieces: Sequence[Cause]) -> list[Cause]:
    """Give pieces shorter than any hole to a neighbour: the one before, where there is one."""
    kept: list[Cause] = []
    begin_ms: int | None = None
    for piece in pieces:
        start_ms = piece.start_ms if begin_ms is None else begin_ms
        if piece.end_ms - start_ms >= SHORTEST_HOLE_MS:
            kept.append(replace(piece, start_ms=start_ms))
            begin_ms = None
        elif kept:
            kept[-1] = replace(kept[-1], end_ms=piece.end_ms)
        else:
            begin_ms = start_ms
    return _merged(kept)
