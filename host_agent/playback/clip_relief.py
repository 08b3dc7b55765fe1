"""Finished clips that go before footage does when a disk runs full: they are copies."""

from collections.abc import Callable, Iterable
from pathlib import Path

from host_agent.playback.clip import Clip, ClipState
from host_agent.playback.clip_store import ClipStore
from shared.clock import Clock


def next_clip_to_go(clips: Iterable[Clip]) -> Clip | None:
    """The finished clip of the youngest footage, None where none is finished: what an old one copies is
    the next to go itself."""
    done = [clip for clip in clips if clip.state is ClipState.DONE]
    return max(done, key=lambda clip: (clip.span.start, clip.created_at, clip.id), default=None)


class ClipRelief:
    """For the process that deletes. `on_gone` is told of each clip that went."""

    def __init__(self, clock: Clock, on_gone: Callable[[Clip], None]) -> None:
        self._clock = clock
        self._on_gone = on_gone

    def let_one_go(self, roots: Iterable[Path]) -> bool:
        """Remove what has expired below `roots`, or else one clip. Return whether anything went. Raises
        OSError."""
        held = frozenset(roots)
        store = ClipStore(lambda: held, self._clock)
        if store.sweep():
            return True
        found = store.all()
        clip = next_clip_to_go(clip for _, clip in found)
        if clip is None:
            return False
        folder = next(folder for folder, one in found if one is clip)
        if not store.remove_finished(folder):
            return False
        self._on_gone(clip)
        return True
