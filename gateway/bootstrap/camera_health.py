"""The checks of cameras, put together: for the worker that runs them."""

import secrets

from gateway.bootstrap.hosts import host_limits
from gateway.bootstrap.parts import Parts
from gateway.cameras.health_check import CameraHealth
from gateway.cameras.health_probes import HealthProbes, ProbeLimits
from gateway.cameras.health_repository import HealthRepository
from gateway.hosts.fleet_reports import FleetReports
from gateway.hosts.fleet_repository import FleetRepository
from shared.ffmpeg.stream_address import StreamAddress
from shared.ffmpeg.stream_probe import probe_stream
from shared.ffmpeg.stream_probe_failure import StreamProbe

# A run every minute: it has ended, and its worker looked for more to do, before the next one is due.
DEADLINE_S = 50.0


def build_camera_health(parts: Parts) -> CameraHealth:
    """Put the checks together; nothing runs before one is asked for."""
    settings, limits = parts.settings.cameras, host_limits(parts)

    def probe(address: StreamAddress, timeout_s: float) -> StreamProbe:
        return probe_stream(address, timeout_s, networks=settings.allowed_networks)

    return CameraHealth(
        HealthRepository(parts.engine, checked_once_within_s=settings.checked_once_within_s),
        FleetReports(FleetRepository(parts.engine, limits), parts.clock, limits),
        HealthProbes(
            ProbeLimits(
                settings.checks_at_once, settings.probe_timeout_s, DEADLINE_S, settings.allowed_networks
            ),
            probe,
            lambda: secrets.token_hex(16),
        ),
        parts.secrets,
        parts.clock,
        offline_after=settings.offline_after_failures,
        kept_days=settings.health_kept_days,
    )
