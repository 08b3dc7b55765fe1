"""The fleet's heatmap: devices × minutes, from what the hosts have reported."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.archive.heatmap.cells import Grid, grid_of, series_of
from gateway.archive.heatmap.repository import ActivityMinutes
from gateway.archive.heatmap.turns import Turns
from gateway.archive.named_devices import named_devices
from gateway.catalogue.device import Device, Scope
from gateway.catalogue.full_names import FullName
from gateway.catalogue.repository import Catalogue
from shared.errors import BadRequestError
from shared.spans import Span, utc_ms

# What is read and what is sent for one answer: 10,000 devices × a day, in hours; 2,000 × a day, in minutes.
MOST_MINUTES = 15_000_000
MOST_CELLS = 3_000_000


@dataclass(frozen=True, slots=True)
class HeatmapQuery:
    """What is asked for. `group`: its id; `devices`: full names, None: all that the others leave."""

    span: Span
    every_minutes: int = 1
    host: str | None = None
    group: str | None = None
    devices: Sequence[FullName] | None = None
    with_thumbnails: bool = False


@dataclass(frozen=True, slots=True)
class DeviceRow:
    """A device and its series, a byte a cell; none where nothing is known."""

    device: Device
    series: Mapping[str, bytes] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Heatmap:
    """Rows by name. Removed devices are among them where something is known of them."""

    grid: Grid
    rows: Sequence[DeviceRow]


class FleetHeatmap:
    """Answers for hosts that are down as for those that are up."""

    def __init__(self, catalogue: Catalogue, minutes: ActivityMinutes, turns: Turns) -> None:
        self._catalogue = catalogue
        self._minutes = minutes
        self._turns = turns

    def heatmap(self, asked: HeatmapQuery, scope: Scope) -> Heatmap:
        """What is known of the devices in `scope`.

        Raises NotFoundError for a host or a device that is not there or not in `scope`, BadRequestError
        where more is asked for than one answer can hold, UnavailableError where too many ask.
        """
        devices = self._devices(asked, scope)
        grid = grid_of(utc_ms(asked.span.start), utc_ms(asked.span.end), asked.every_minutes)
        _check_size(len(devices), grid)
        ids = [device.id for device in devices]
        with self._turns.turn():
            packed = self._minutes.packed(ids, grid, with_thumbnails=asked.with_thumbnails) if ids else {}
            rows = [DeviceRow(device, series_of(packed.get(device.id, b""), grid)) for device in devices]
        return Heatmap(grid, [row for row in rows if row.series or not row.device.removed])

    def _devices(self, asked: HeatmapQuery, scope: Scope) -> list[Device]:
        if asked.devices is not None:
            found = sorted(
                named_devices(self._catalogue, asked.devices, scope),
                key=lambda device: (device.host, device.name),
            )
            return [
                device
                for device in found
                if asked.host in (None, device.host) and asked.group in (None, device.group_id)
            ]
        devices = self._catalogue.devices(scope, host=asked.host, group=asked.group)
        if asked.host is not None and not devices:
            self._catalogue.host_id(asked.host, scope)
        return devices


def _check_size(devices: int, grid: Grid) -> None:
    cells = devices * grid.count
    if cells <= MOST_CELLS and cells * grid.every_minutes <= MOST_MINUTES:
        return
    raise BadRequestError(
        f"{devices} devices × {grid.count * grid.every_minutes} minutes are more than one answer holds.",
        remedy="Ask for a shorter range, for fewer devices or for longer cells (every).",
    )
