"""An ffmpeg that takes nothing, or never ends, is given up by the clock that it was given."""

import itertools
import sys

import pytest

from host_agent.playback.clip_muxer import ClipMuxer, MuxFailedError

DEAF = (sys.executable, "-c", "import time; time.sleep(600)")
HOUR_S = 3600.0


def deaf_muxer() -> ClipMuxer:
    """Ten minutes pass with each look at the clock."""
    return ClipMuxer(DEAF, lambda: True, itertools.count(0.0, HOUR_S / 6).__next__)


def test_one_that_takes_nothing_is_given_up() -> None:
    with pytest.raises(MuxFailedError, match="took nothing for 60 s"):
        deaf_muxer().feed(b"x" * (4 << 20))


def test_one_that_does_not_end_is_given_up() -> None:
    with pytest.raises(MuxFailedError, match="did not come to an end"):
        deaf_muxer().finish()
