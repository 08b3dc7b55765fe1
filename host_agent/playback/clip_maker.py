"""Makes one clip: from segments to MP4, nothing encoded, one file for each coding."""

import subprocess
import zipfile
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from pathlib import Path

import structlog

from host_agent.playback.clip import Clip, ClipPart, ClipState, clip_name
from host_agent.playback.clip_command import Coding, mux_command, parse_probe, probe_command
from host_agent.playback.clip_lease import ClipLease
from host_agent.playback.clip_muxer import ClipMuxer, MuxFailedError, NotWantedError
from host_agent.playback.clip_store import HeldClip
from host_agent.playback.clip_timing import ClipTiming
from host_agent.playback.footage import times_of
from host_agent.playback.stream_packets import configuration, shifted
from host_agent.ring.layout import Hour, Kind, RingFile
from host_agent.ring.segment_times import SegmentTime
from host_agent.ring.store import RingStore
from host_agent.ring.transport_stream import is_whole
from shared.clock import Clock
from shared.opened_file import open_beneath
from shared.spans import Span

_TELL_EVERY_S = 0.5
_PROBE_WITHIN_S = 20.0
_ATTEMPTS = 3
# What is left of the progress for the end of the file: its index is moved to the front.
_FED_SHARE = 0.95
_COPY_BYTES = 1 << 20

Log = structlog.typing.FilteringBoundLogger


@dataclass(slots=True)
class _Part:
    """The MP4 that is being written."""

    coding: Coding
    muxer: ClipMuxer
    path: Path
    first: SegmentTime
    last: SegmentTime
    timing: ClipTiming = field(default_factory=ClipTiming)
    footage_ms: int = 0


class ClipMaker:
    """Made for one clip and used once, in a thread of its own. `has_room` says whether the disk may be
    written to still."""

    def __init__(
        self,
        store: RingStore,
        held: HeldClip,
        lease: ClipLease,
        clock: Clock,
        log: Log,
        has_room: Callable[[], bool],
    ) -> None:
        self._store = store
        self._held = held
        self._lease = lease
        self._clock = clock
        self._log = log
        self._has_room = has_room
        self._part: _Part | None = None
        self._parts: list[ClipPart] = []
        self._zip: zipfile.ZipFile | None = None
        self._codings: dict[bytes, Coding | None] = {}
        self._fed_ms = 0
        self._left_out = 0
        self._told_s = clock.monotonic()

    def make(self, clip: Clip) -> Clip:
        """Make it; return it as done or failed. Raises NotWantedError where it was deleted meanwhile."""
        try:
            for time, data in self._segments(clip):
                coding = self._coding_of(data)
                if coding is None:
                    self._left_out += 1
                    continue
                part = self._part_for(clip, time, coding)
                part.muxer.feed(shifted(data, part.timing.shift_of(time)))
                part.last = time
                part.footage_ms += time.duration_ms
                self._fed_ms += time.duration_ms
                self._tell(clip)
            return self._finished(clip)
        except MuxFailedError as error:
            return self._failed(clip, str(error))
        except OSError as error:
            return self._failed(clip, f"The disk refuses: {error.strerror or error}.")
        finally:
            if self._part is not None:
                self._part.muxer.kill()
            if self._zip is not None:
                with suppress(OSError):  # it is done already, or in vain
                    self._zip.close()

    # -- reading -----------------------------------------------------------------------------

    def _segments(self, clip: Clip) -> Iterator[tuple[SegmentTime, bytes]]:
        for hour, time in times_of(self._store, clip.span):
            data = self._read(hour, time)
            if data is None or not is_whole(len(data)):
                self._left_out += 1
            else:
                yield time, data

    def _read(self, hour: Hour, time: SegmentTime) -> bytes | None:
        for _ in range(_ATTEMPTS):
            path = self._store.find(RingFile(Kind.SEGMENTS, time.number), hour)
            opened = open_beneath(self._store.folders.base, path) if path is not None else None
            if opened is not None:
                with opened:
                    return opened.read()
            # It was moved between the two looks.
        return None

    def _coding_of(self, data: bytes) -> Coding | None:
        """How a segment is coded; None where it has no picture. Equal beginnings are looked at once."""
        beginning = configuration(data)
        if beginning not in self._codings:
            try:
                probed = subprocess.run(
                    probe_command(), input=data, capture_output=True, timeout=_PROBE_WITHIN_S, check=False
                )
                self._codings[beginning] = parse_probe(probed.stdout.decode(errors="replace"))
            except subprocess.TimeoutExpired:
                raise MuxFailedError("ffprobe did not answer; the machine is too busy.") from None
        return self._codings[beginning]

    # -- writing -----------------------------------------------------------------------------

    def _part_for(self, clip: Clip, time: SegmentTime, coding: Coding) -> _Part:
        """The part that `time` belongs to; a new one where the coding has changed."""
        if self._part is not None and self._part.coding == coding:
            return self._part
        if self._part is not None:
            self._end_part(clip)
            self._move_into_zip(clip)
        number = len(self._parts) + 1 if self._parts else None
        path = self._held.folder.path / clip_name(clip.device, time.begin, number, ".mp4")
        muxer = ClipMuxer(mux_command(path, time.begin), self._held.is_wanted, self._clock.monotonic)
        self._part = _Part(coding, muxer, path, time, time)
        return self._part

    def _end_part(self, clip: Clip) -> None:
        part = self._part
        if part is None:
            return
        part.muxer.finish()
        self._part = None
        span = Span(part.first.begin, max(part.first.begin, part.last.span.end))
        self._parts.append(ClipPart(part.path.name, span, part.footage_ms, str(part.coding)))

    def _move_into_zip(self, clip: Clip) -> None:
        """Put the last part behind the others: stored, not packed, and by pieces."""
        if self._zip is None:
            name = clip_name(clip.device, self._parts[0].span.start, None, ".zip")
            self._zip = zipfile.ZipFile(
                self._held.folder.path / name, "w", zipfile.ZIP_STORED, allowZip64=True
            )
        part = self._parts[-1]
        begun = part.span.start
        entry = zipfile.ZipInfo(
            part.name, (begun.year, begun.month, begun.day, begun.hour, begun.minute, begun.second)
        )
        entry.external_attr = 0o644 << 16
        path = self._held.folder.path / part.name
        with path.open("rb") as source, self._zip.open(entry, "w", force_zip64=True) as target:
            while piece := source.read(_COPY_BYTES):
                target.write(piece)
                if not self._held.is_wanted():
                    raise NotWantedError
        self._held.discard(part.name)

    # -- telling -----------------------------------------------------------------------------

    def _tell(self, clip: Clip) -> None:
        """Write the progress down, and keep the footage leased, not too often."""
        now_s = self._clock.monotonic()
        if now_s - self._told_s < _TELL_EVERY_S:
            return
        self._told_s = now_s
        if not self._held.is_wanted():
            raise NotWantedError
        if not self._has_room():
            raise MuxFailedError("The disk has become too full.")
        progress = min(_FED_SHARE, _FED_SHARE * self._fed_ms / max(1, clip.footage_ms))
        self._held.write(replace(clip, progress=progress))
        trouble = self._lease.renew()
        if trouble is not None:
            self._log.warning("clip_lease_failed", clip=clip.id, error=trouble)

    def _finished(self, clip: Clip) -> Clip:
        self._end_part(clip)
        if not self._parts:
            return self._failed(clip, "None of the segments could be read any more.")
        if self._zip is None:
            path = self._held.folder.path / self._parts[0].name
        else:
            self._move_into_zip(clip)
            path = Path(str(self._zip.filename))
            self._zip.close()
        return replace(
            clip,
            state=ClipState.DONE,
            progress=1.0,
            message=self._summary(),
            footage_ms=self._fed_ms,
            file_name=path.name,
            size_bytes=path.stat().st_size,
            parts=tuple(self._parts),
        )

    def _summary(self) -> str:
        sentences = ["The clip is ready."]
        if len(self._parts) > 1:
            sentences.append(f"Codec or size change in this range: {len(self._parts)} parts, in a zip.")
        if self._left_out:
            sentences.append(f"{self._left_out} segments could not be read and are left out.")
        return " ".join(sentences)

    def _failed(self, clip: Clip, sentence: str) -> Clip:
        if self._part is not None:
            self._part.muxer.kill()
            self._held.discard(self._part.path.name)
        for part in self._parts:
            self._held.discard(part.name)
        if self._zip is not None:
            self._held.discard(Path(str(self._zip.filename)).name)
        self._log.warning("clip_failed", clip=clip.id, device=clip.device, reason=sentence)
        return replace(clip, state=ClipState.FAILED, message=sentence)
