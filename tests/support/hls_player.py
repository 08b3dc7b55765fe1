"""A player that stays open: hls.js under Node, and what it played, read from the burnt clocks.

hls.js loads playlists and segments, chooses, remultiplexes and appends as in a browser; only the
browser's buffers are stood in for (`player/media.mjs`). What it appended is decoded by ffmpeg.
"""

import json
import subprocess
import sys
import tempfile
import time
from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.footage_check import DatedPicture
from tests.support.footage_decoder import Picture, decode

PLAYER = Path(__file__).with_name("player")
_INSTALL_TIMEOUT_S = 120.0
_STOP_TIMEOUT_S = 10.0
_LONGEST_PICTURE_MS = 100
_SAME_TIME_S = 0.0002  # two roundings of one time
_LONGEST_STEP_S = 1.0  # between two reports of the playhead; what is longer is a jump


@dataclass(frozen=True, slots=True)
class Playhead:
    """Where the player was: on its own time line, and which date it took that for (None: none yet)."""

    media_s: float
    date_ms: int | None


@dataclass(frozen=True, slots=True)
class PlayerError:
    """An error event of hls.js."""

    kind: str
    detail: str
    is_fatal: bool
    message: str


@dataclass(frozen=True, slots=True)
class _Said:
    """A line of the player's standard output; which fields it has depends on the event."""

    event: str
    is_head: bool = False
    bytes: int = 0
    offset_s: float = 0.0
    media_s: float = 0.0
    date_ms: int | None = None
    kind: str = ""
    detail: str = ""
    fatal: bool = False
    message: str = ""


class HlsPlayer:
    """Plays the live playlist at `url` from `__enter__` on."""

    def __init__(self, url: str, folder: Path) -> None:
        self._url = url
        self._media = folder / "player.mp4"
        self._events = folder / "player.jsonl"
        self._words = folder / "player.log"
        self._process: subprocess.Popen[bytes] | None = None

    def __enter__(self) -> Self:
        install()
        with self._events.open("wb") as events, self._words.open("wb") as words:
            self._process = subprocess.Popen(
                [_program("node"), str(PLAYER / "player.mjs"), self._url, str(self._media)],
                stdin=subprocess.PIPE,
                stdout=events,
                stderr=words,
                cwd=PLAYER,
            )
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()

    def stop(self) -> None:
        """Close the player. May be called again."""
        process, self._process = self._process, None
        if process is None:
            return
        assert process.stdin is not None
        process.stdin.close()
        try:
            process.wait(_STOP_TIMEOUT_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        assert process.returncode == 0, self._words.read_text(errors="replace")[-2000:]

    def wait_until_played(self, media_s: float, *, deadline_s: float) -> None:
        """Wait until the playhead has moved on by `media_s` from now. Raises AssertionError."""
        until = time.monotonic() + deadline_s
        before = self._newest_media_s()
        while (now := self._newest_media_s()) < before + media_s:
            if time.monotonic() > until or (self._process is not None and self._process.poll() is not None):
                raise AssertionError(
                    f"the player came from {before:.1f} to {now:.1f} s in {deadline_s} s:"
                    f" {self.errors()} {self._words.read_text(errors='replace')[-2000:]}"
                )
            time.sleep(0.1)

    def playheads(self) -> list[Playhead]:
        return [Playhead(said.media_s, said.date_ms) for said in self._said("playhead")]

    def errors(self) -> list[PlayerError]:
        return [PlayerError(said.kind, said.detail, said.fatal, said.message) for said in self._said("error")]

    def played(self) -> list[Picture]:
        """The pictures that the playhead has passed, on the player's time line, in its order."""
        held = sorted(self._appended_pictures(), key=lambda picture: picture.media_s)
        times = [picture.media_s for picture in held]
        found: list[Picture] = []
        for before, after in pairwise(self.playheads()):
            if 0 <= after.media_s - before.media_s <= _LONGEST_STEP_S:
                found += held[bisect_left(times, before.media_s) : bisect_left(times, after.media_s)]
        return found

    def dated(self) -> list[DatedPicture]:
        """The picture under each playhead, with the date that the player took it for.

        A playhead that waits for more stands where the next picture will begin, and shows the one before.
        """
        held = sorted(self._appended_pictures(), key=lambda picture: picture.media_s)
        times = [picture.media_s for picture in held]
        found: list[DatedPicture] = []
        for playhead in self.playheads():
            at = bisect_right(times, playhead.media_s - _SAME_TIME_S) - 1
            if at < 0 or playhead.date_ms is None:
                continue
            behind_ms = round((playhead.media_s - held[at].media_s) * 1000)
            stamp = held[at].stamp
            if stamp is not None and behind_ms < _LONGEST_PICTURE_MS:
                found.append(DatedPicture(stamp, playhead.date_ms - behind_ms, "the player"))
        return found

    def _newest_media_s(self) -> float:
        playheads = self.playheads()
        return playheads[-1].media_s if playheads else 0.0

    def _said(self, event: str) -> list[_Said]:
        whole = self._events.read_text().rpartition("\n")[0]
        lines = [_Said(**json.loads(line)) for line in whole.splitlines()]
        return [said for said in lines if said.event == event]

    def _appended_pictures(self) -> list[Picture]:
        """Everything that was appended, decoded; a picture that was appended again counts once."""
        pieces = self._said("appended")
        held: dict[float, Picture] = {}
        media = self._media.read_bytes()
        head, at = b"", 0
        body: list[bytes] = []
        for piece, following in zip(pieces, [*pieces[1:], None], strict=True):
            content = media[at : at + piece.bytes]
            at += piece.bytes
            if piece.is_head:
                head, body = content, []
                continue
            body.append(content)
            if following is None or following.is_head or following.offset_s != piece.offset_s:
                for picture in _decode_fragments(head + b"".join(body)):
                    media_s = round(picture.media_s + piece.offset_s, 4)
                    held[media_s] = Picture(media_s, picture.stamp)
                body = []
        return list(held.values())


def install() -> None:
    """Install hls.js as the lock file says, where it is not there yet. Raises CalledProcessError."""
    installed = PLAYER / "node_modules" / ".package-lock.json"
    if installed.exists() and installed.stat().st_mtime >= (PLAYER / "package-lock.json").stat().st_mtime:
        return
    subprocess.run(
        [_program("npm"), "ci", "--no-audit", "--no-fund", "--ignore-scripts"],
        cwd=PLAYER,
        check=True,
        capture_output=True,
        timeout=_INSTALL_TIMEOUT_S,
    )


def _program(name: str) -> str:
    """The environment's own `node` or `npm`, which the set-up installs where the path has none."""
    own = Path(sys.executable).with_name(name)
    return str(own) if own.exists() else name


def _decode_fragments(fragments: bytes) -> list[Picture]:
    with tempfile.NamedTemporaryFile(suffix=".mp4") as file:
        file.write(fragments)
        file.flush()
        decoded = decode(["-i", file.name])
    assert decoded.complaints == [], decoded.complaints
    return decoded.pictures
