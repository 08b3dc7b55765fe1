"""The HTTP API, in the process that answers."""

import sqlite3
import threading
import time
from collections.abc import Callable
from pathlib import Path

from host_agent import VERSION
from host_agent.app import create_app, served_devices
from host_agent.bootstrap import fleet
from host_agent.bootstrap.parts import Parts, new_id
from host_agent.fleet.service import FleetService
from host_agent.frames.heatmap import HeatmapReader
from host_agent.gateway_state import GatewayState
from host_agent.http_services import AppServices
from host_agent.playback.clips import ClipService
from host_agent.playback.frame_at import FrameFinder
from host_agent.playback.range_playlist import RangePlaylists
from host_agent.settings import AgentSettings
from host_agent.timeline.timeline import TimelineService
from shared.http.server import Served

CLIP_SWEEP_EVERY_S = 300.0


def served_app(path: Path, at_start: AgentSettings) -> Served:
    """The HTTP API, in the process that answers. `at_start`: what its address was opened with."""
    parts = Parts(path, "serve", at_start)
    timelines = TimelineService(parts.stores, parts.journal, parts.clock)

    def state() -> GatewayState:
        return reports.state()

    def tokens() -> list[str]:
        # An enrolled host answers to secrets only, on loopback too.
        secrets = (parts.settings.agent.token.get_secret_value(), reports.calling_secret())
        return [secret for secret in secrets if secret]

    clips = ClipService(
        parts.stores,
        parts.journal,
        parts.clock,
        timelines,
        roots=parts.roots,
        floor_percent=lambda: parts.settings.ring.free_floor_percent,
        new_id=lambda: new_id()[:16],
        start=lambda work: _start_thread("clips", work),
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
        gateway=state,
        assignment=lambda: parts.assignment,
        needs_restart=parts.needs_restart,
    )
    reports = fleet.build(parts, served_devices(services))
    reports.load()
    _start_thread("clips", lambda: _sweep_for_ever(parts, clips))
    # It ends with the process: whatever it is doing is done again, or was done whole.
    _start_thread("gateway", lambda: reports.run(threading.Event()))
    return Served(create_app(services), lambda: _reload(parts, reports))


def _start_thread(name: str, work: Callable[[], None]) -> None:
    threading.Thread(target=work, name=name, daemon=True).start()


def _sweep_for_ever(parts: Parts, clips: ClipService) -> None:
    """Expired clips free their disk although nobody asks for another."""
    while True:
        try:
            clips.sweep()
        except (OSError, sqlite3.Error) as error:
            parts.log.warning("clips_not_swept", error=str(error))
        time.sleep(CLIP_SWEEP_EVERY_S)


def _reload(parts: Parts, reports: FleetService) -> None:
    parts.reload()
    reports.wake()
