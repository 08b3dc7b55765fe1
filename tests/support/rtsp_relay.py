"""The RTSP relay as a test uses it: `from tests.support.rtsp_relay import relay` makes it a fixture.

`relay` runs on a free port with the user `cam` and the names `cam1` … `cam4`, for one test; a test that
needs digest authentication, no login or other names makes an `RtspRelay` of its own.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest

from deploy.local.rtsp_relay import (
    Publisher,
    RtspRelay,
    clip_source,
    h264_encoding,
    pattern_source,
)

NAMES = ("cam1", "cam2", "cam3", "cam4")


@pytest.fixture
def relay(tmp_path: Path) -> Iterator[RtspRelay]:
    """A running relay; whatever was published through it ends with the test."""
    with RtspRelay(tmp_path, names=NAMES) as running:
        yield running


__all__ = ["Publisher", "RtspRelay", "clip_source", "h264_encoding", "pattern_source", "relay"]
