"""A player that stays open: hls.js under Node, and what it showed, read from the burnt clocks.

hls.js loads playlists and segments, chooses, remultiplexes and appends as in a browser; only the
browser's buffers are stood in for (`player/media.mjs`). What it appended is decoded by ffmpeg.
"""

import json
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import Self

from tests.support.burnt_clock import Stamp
from tests.support.footage_decoder import Picture, decode

PLAYER = Path(__file__).with_name("player")
_INSTALL_TIMEOUT_S = 120.0
_STOP_TIMEOUT_S = 10.0
_TICKS_A_SECOND = 90_000  # what hls.js counts in; the first two pictures of a source may be one tick apart


@dataclass(frozen=True, slots=True)
class Shown:
    """A picture that the player showed, and the date that it took it for (None: it knew none)."""

    media_s: float
    stamp: Stamp | None
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
        """Wait until what is shown has moved on by `media_s` from now. Raises AssertionError."""
        until = time.monotonic() + deadline_s
        before = self._newest_media_s()
        while (now := self._newest_media_s()) < before + media_s:
            if time.monotonic() > until or (self._process is not None and self._process.poll() is not None):
                raise AssertionError(
                    f"the player came from {before:.1f} to {now:.1f} s in {deadline_s} s:"
                    f" {self.errors()} {self._words.read_text(errors='replace')[-2000:]}"
                )
            time.sleep(0.1)

    def errors(self) -> list[PlayerError]:
        return [PlayerError(said.kind, said.detail, said.fatal, said.message) for said in self._said("error")]

    def shown(self) -> list[Shown]:
        """The pictures that the player showed, in its order."""
        held = self._appended_pictures()
        return [
            Shown(said.media_s, held[round(said.media_s * _TICKS_A_SECOND)], said.date_ms)
            for said in self._said("shown")
        ]

    def _newest_media_s(self) -> float:
        return next((said.media_s for said in self._newest_first("shown")), 0.0)

    def _said(self, event: str) -> list[_Said]:
        return list(self._newest_first(event))[::-1]

    def _newest_first(self, event: str) -> Iterator[_Said]:
        whole = self._events.read_text().rpartition("\n")[0]
        for line in reversed(whole.splitlines()):
            said = _Said(**json.loads(line))
            if said.event == event:
                yield said

    def _appended_pictures(self) -> dict[int, Stamp | None]:
        """Everything that was appended, decoded: by its time (90 kHz); the newest counts."""
        pieces = self._said("appended")
        held: dict[int, Stamp | None] = {}
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
                    held[round((picture.media_s + piece.offset_s) * _TICKS_A_SECOND)] = picture.stamp
                body = []
        return held


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
