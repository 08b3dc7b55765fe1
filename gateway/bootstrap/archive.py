"""The fleet's heatmap and time line, put together."""

from dataclasses import dataclass

from gateway.archive.heatmap.heatmap import FleetHeatmap
from gateway.archive.heatmap.repository import ActivityMinutes
from gateway.archive.heatmap.turns import Turns
from gateway.archive.timeline.fleet_timeline import FleetTimeline
from gateway.archive.timeline.repository import ReportedMinutes
from gateway.bootstrap.hosts import Fleet
from gateway.bootstrap.parts import Parts
from gateway.catalogue.repository import Catalogue

# So many are left for everything else, for each that a heatmap holds.
_CONNECTIONS_PER_HEATMAP = 4


@dataclass(frozen=True, slots=True)
class Archive:
    """What the routes stand on."""

    heatmap: FleetHeatmap
    timeline: FleetTimeline


def build_archive(parts: Parts, catalogue: Catalogue, fleet: Fleet) -> Archive:
    """Put together what shows many devices at once."""
    heatmaps_at_once = max(1, parts.settings.database.pool // _CONNECTIONS_PER_HEATMAP)
    return Archive(
        FleetHeatmap(catalogue, ActivityMinutes(parts.engine), Turns(heatmaps_at_once)),
        FleetTimeline(
            catalogue,
            fleet.reports,
            fleet.client,
            ReportedMinutes(parts.engine),
            parts.clock,
            deadline_s=parts.settings.fleet.fan_out_deadline_s,
        ),
    )
