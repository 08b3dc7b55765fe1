"""Clips on disk: `{root}/.clips/{id}/` holds a clip's state and, when it is done, its file.

All that is known of a clip is here, so any process that serves can answer for it. Whoever makes a clip
holds a lock on its folder as long as it lives: a clip that is unfinished while nobody holds the lock
was left behind by a process that died. Clips are copies; footage is never touched here.
"""

import fcntl
import os
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from host_agent.playback.clip import CLIP_ID, Clip, ClipState, encode_clip, parse_clip
from shared.atomic_write import write_atomically
from shared.clock import Clock

CLIPS_NAME = ".clips"
_STATE_NAME = "clip.json"
_LOCK_NAME = "making.lock"
_GONE_NAME = "gone"
_SLOTS_NAME = "slots"
_MADE_WITHIN_S = 60.0
_DIED = "The agent ended or failed while this clip was being made: ask for it again."


@dataclass(frozen=True, slots=True)
class ClipFolder:
    """The place of one clip. `root` is the disk's footage folder."""

    root: Path
    id: str

    @property
    def path(self) -> Path:
        return self.root / CLIPS_NAME / self.id

    @property
    def state(self) -> Path:
        return self.path / _STATE_NAME


class HeldClip:
    """A clip that this thread makes: nobody else writes to its folder until it is let go."""

    def __init__(self, folder: ClipFolder, lock: int) -> None:
        self.folder = folder
        self._lock = lock

    def write(self, clip: Clip) -> None:
        """Replace the clip's state. Raises OSError."""
        write_atomically(self.folder.state, encode_clip(clip))

    def is_wanted(self) -> bool:
        """Whether nobody has deleted the clip meanwhile, in whichever process."""
        return not (self.folder.path / _GONE_NAME).exists()

    def discard(self, name: str) -> None:
        """Remove a file of the clip's folder; fine where there is none."""
        (self.folder.path / name).unlink(missing_ok=True)

    def let_go(self) -> None:
        """End the making; a clip that was deleted meanwhile goes with its files."""
        if not self.is_wanted():
            _remove(self.folder.path)
        os.close(self._lock)


class ClipStore:
    """All clips of this agent. `roots` gives the footage folders, each of which may have some."""

    def __init__(self, roots: Callable[[], Iterable[Path]], clock: Clock) -> None:
        self._roots = roots
        self._clock = clock

    def open_new(self, root: Path, clip: Clip) -> HeldClip:
        """Make room for a clip, held by the caller before anybody can see it. Raises OSError."""
        folder = ClipFolder(root, clip.id)
        folder.path.parent.mkdir(exist_ok=True)
        folder.path.mkdir()
        lock = _lock(folder.path / _LOCK_NAME)
        if lock is None:
            raise FileExistsError(f"{folder.path} is being used already")
        held = HeldClip(folder, lock)
        held.write(clip)
        return held

    def get(self, clip_id: str) -> tuple[ClipFolder, Clip] | None:
        """The clip as it is now; None where there is none. One whose maker died is told as failed."""
        if not CLIP_ID.match(clip_id):
            return None
        for root in self._roots():
            found = self._read(ClipFolder(root, clip_id))
            if found is not None:
                return found
        return None

    def all(self) -> list[tuple[ClipFolder, Clip]]:
        """Every clip, oldest first."""
        found = [self._read(folder) for folder in self._folders()]
        clips = [entry for entry in found if entry is not None]
        return sorted(clips, key=lambda entry: (entry[1].created_at, entry[1].id))

    def _folders(self) -> list[ClipFolder]:
        return [
            ClipFolder(root, name)
            for root in self._roots()
            for name in _names(root / CLIPS_NAME)
            if CLIP_ID.match(name)
        ]

    def _read(self, folder: ClipFolder) -> tuple[ClipFolder, Clip] | None:
        clip = _state_of(folder)
        if clip is None or (folder.path / _GONE_NAME).exists():
            return None
        if clip.is_unfinished:
            lock = _lock(folder.path / _LOCK_NAME)
            if lock is not None:
                try:
                    # It may have come to its end between the two looks.
                    clip = _state_of(folder) or clip
                    if clip.is_unfinished:
                        clip = self._bury(folder, clip)
                finally:
                    os.close(lock)
        return folder, clip

    def _bury(self, folder: ClipFolder, clip: Clip) -> Clip:
        """Tell a clip whose maker died as failed, and remove what it left half made."""
        failed = replace(clip, state=ClipState.FAILED, message=_DIED)
        for name in _names(folder.path):
            if name not in (_STATE_NAME, _LOCK_NAME):
                (folder.path / name).unlink(missing_ok=True)
        write_atomically(folder.state, encode_clip(failed))
        return failed

    def delete(self, folder: ClipFolder) -> bool:
        """Nobody can see the clip from now on; its maker, if there is one, stops.

        Return whether its files are gone already; else its maker removes them, or `sweep`.
        """
        try:
            (folder.path / _GONE_NAME).touch()
        except FileNotFoundError:
            return True
        lock = _lock(folder.path / _LOCK_NAME)
        if lock is None:
            return False
        _remove(folder.path)
        os.close(lock)
        return True

    def remove_finished(self, folder: ClipFolder) -> bool:
        """Remove a clip that nobody makes; needs no room on its disk. Return whether it went: not where
        somebody looks at it this very moment. Raises OSError."""
        lock = _lock(folder.path / _LOCK_NAME)
        if lock is None:
            return False
        try:
            _remove(folder.path)
        finally:
            os.close(lock)
        return True

    def sweep(self) -> int:
        """Remove what has expired, was deleted, or never got a state; return how many clips went.

        Also finds clips whose maker died. Raises OSError.
        """
        removed = 0
        for folder in self._folders():
            found = self._read(folder)
            if self._is_being_made(folder) if found is None else self._has_time_left(found[1]):
                continue
            lock = _lock(folder.path / _LOCK_NAME)
            if lock is not None:
                _remove(folder.path)
                os.close(lock)
                removed += 1
        return removed

    def _has_time_left(self, clip: Clip) -> bool:
        clock = self._clock
        monotonic_ms = int(clock.monotonic() * 1000)
        return clip.is_unfinished or not clip.has_expired(clock.now(), clock.boot_id(), monotonic_ms)

    def _is_being_made(self, folder: ClipFolder) -> bool:
        """Whether a folder without a state is one that is just being made: the lock comes after it."""
        if (folder.path / _GONE_NAME).exists():
            return False
        try:
            changed_ns = folder.path.stat().st_mtime_ns + self._clock.offset_ns()
        except FileNotFoundError:
            return True
        return abs(self._clock.now().timestamp() - changed_ns / 1e9) < _MADE_WITHIN_S

    @contextmanager
    def slot(self, root: Path, count: int, keep_waiting: Callable[[], bool]) -> Iterator[bool]:
        """Wait until fewer than `count` clips of this disk are being made, in all processes.

        Yields False where `keep_waiting` said so first; it is asked again and again and takes its time.
        """
        folder = root / CLIPS_NAME / _SLOTS_NAME
        folder.mkdir(parents=True, exist_ok=True)
        while True:
            for number in range(count):
                lock = _lock(folder / str(number))
                if lock is not None:
                    try:
                        yield True
                    finally:
                        os.close(lock)
                    return
            if not keep_waiting():
                yield False
                return


def _state_of(folder: ClipFolder) -> Clip | None:
    try:
        return parse_clip(folder.state.read_text())
    except (OSError, UnicodeDecodeError):
        return None


def _lock(path: Path) -> int | None:
    """Take the lock at `path`; None where somebody has it, or its folder is gone."""
    try:
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC | os.O_NOFOLLOW, 0o600)
    except FileNotFoundError:
        return None
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        os.close(descriptor)
        return None
    return descriptor


def _names(folder: Path) -> list[str]:
    try:
        return os.listdir(folder)
    except (FileNotFoundError, NotADirectoryError):
        return []


def _remove(folder: Path) -> None:
    """Remove a clip's folder and its files; fine where they are gone already."""
    for name in _names(folder):
        (folder / name).unlink(missing_ok=True)
    try:
        folder.rmdir()
    except FileNotFoundError:
        return
