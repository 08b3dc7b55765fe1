"""The HTTP API, in the process that answers."""

import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

from host_agent import VERSION
from host_agent.app import create_app
from host_agent.bootstrap.parts import Parts, new_id
from host_agent.frames.heatmap import HeatmapReader
from host_agent.http_services import AppServices
from host_agent.playback.clips import ClipService
from host_agent.playback.frame_at import FrameFinder
from host_agent.playback.range_playlist import RangePlaylists
from host_agent.timeline.timeline import TimelineService
from shared.http.server import Served

CLIP_SWEEP_EVERY_S = 300.0


def served_app(path: Path) -> Served:
    """The HTTP API, in the process that answers."""
    parts = Parts(path, "serve")
    timelines = TimelineService(parts.stores, parts.journal, parts.clock)

    def tokens() -> list[str]:
        token = parts.settings.agent.token.get_secret_value()
        return [token] if token else []

    clips = ClipService(
        parts.stores,
        parts.journal,
        parts.clock,
        timelines,
        roots=parts.roots,
        reserve_percent=lambda: parts.settings.ring.free_reserve_percent,
        new_id=lambda: new_id()[:16],
        start=_start_thread,
        log=parts.log,
    )
    services = AppServices(
        version=VERSION,
        settings=lambda: parts.settings,
        devices=parts.devices,
        stores=parts.stores,
        journal=parts.journal,
        clock=parts.clock,
        tokens=tokens,
        timelines=timelines,
        playlists=RangePlaylists(parts.stores, timelines, parts.clock),
        heatmaps=HeatmapReader(parts.stores, parts.clock),
        frame_finder=FrameFinder(parts.stores, timelines, parts.capture_interval_s),
        clips=clips,
    )
    _start_thread(lambda: _sweep_for_ever(parts, clips))
    return Served(create_app(services), lambda: _reload(parts))


def _start_thread(work: Callable[[], None]) -> None:
    threading.Thread(target=work, name="clips", daemon=True).start()


def _sweep_for_ever(parts: Parts, clips: ClipService) -> None:
    """Expired clips free their disk although nobody asks for another."""
    while True:
        try:
            clips.sweep()
        except (OSError, sqlite3.Error) as error:
            parts.log.warning("clips_not_swept", error=str(error))
        time.sleep(CLIP_SWEEP_EVERY_S)


def _reload(parts: Parts) -> None:
    parts.reload()
