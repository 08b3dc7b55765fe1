"""What the HTTP API stands on, put together by `bootstrap/serve.py` in the process that serves."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from host_agent.assigned_cameras import Assignment, nothing_assigned
from host_agent.frames.heatmap import HeatmapReader
from host_agent.gateway_state import GatewayState, no_gateway
from host_agent.journal.journal import Journal
from host_agent.playback.clips import ClipService
from host_agent.playback.frame_at import FrameFinder
from host_agent.playback.range_playlist import RangePlaylists
from host_agent.ring.store import RingStore
from host_agent.settings import DeviceSettings, HostSettings
from host_agent.timeline.timeline import TimelineService
from shared.clock import Clock


@dataclass(frozen=True, slots=True)
class AppServices:
    """Everything the routes need. The mappings are live: devices come and go on reload.

    `settings`: gives those in force now. `devices`: each device's settings by name, `auto` sources
    taken apart. `tokens`: gives the secrets that callers may send now; none: only this machine may ask.
    `gateway`: gives how things stand with the gateway; `assignment`: what became of the cameras that it
    assigned. `needs_restart`: gives a sentence for each setting that was changed and cannot be taken over.
    """

    version: str
    settings: Callable[[], HostSettings]
    devices: Mapping[str, DeviceSettings]
    stores: Mapping[str, RingStore]
    journal: Journal
    clock: Clock
    tokens: Callable[[], Sequence[str]]
    timelines: TimelineService
    playlists: RangePlaylists
    heatmaps: HeatmapReader
    frame_finder: FrameFinder
    clips: ClipService
    gateway: Callable[[], GatewayState] = no_gateway
    assignment: Callable[[], Assignment] = nothing_assigned
    needs_restart: Callable[[], Sequence[str]] = tuple
