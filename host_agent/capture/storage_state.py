"""The disks that the footage lies on, as they are now and as they will be."""

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from host_agent.capture.footage_counts import DeviceFootage
from host_agent.retention.disk_space import DiskSpace, measure_disk
from host_agent.retention.forecast import Forecast, Stream, forecast
from host_agent.ring.layout import Kind

RetentionHours = Mapping[Kind, int]


@dataclass(frozen=True, slots=True)
class StorageState:
    """A root and its disk. `space` is None where the disk cannot be asked; `problem` then says why."""

    root: Path
    space: DiskSpace | None
    problem: str

    @property
    def is_usable(self) -> bool:
        return not self.problem


def storage_state(root: Path) -> StorageState:
    """Ask the kernel about `root`. Never raises: what is wrong is part of the answer."""
    try:
        space = measure_disk(root)
    except OSError as error:
        return StorageState(root, None, f"{root} cannot be used: {error.strerror}.")
    if space.read_only:
        return StorageState(root, space, f"{root} is mounted read-only.")
    if not os.access(root, os.W_OK | os.X_OK):
        return StorageState(root, space, f"{root} may not be written by the agent's user.")
    return StorageState(root, space, "")


def disk_forecast(
    space: DiskSpace,
    floor_percent: float,
    recorded: Mapping[str, tuple[DeviceFootage, RetentionHours]],
    now: datetime,
) -> Forecast:
    """When a disk will be full. `recorded`: what every device that shares it has, by name."""
    above_floor = space.free.size_bytes - int(space.total.size_bytes * floor_percent / 100)
    streams = [
        Stream(retention[kind], {hour: count.size_bytes for hour, count in hours.items()})
        for footage, retention in recorded.values()
        for kind, hours in footage.hours.items()
    ]
    return forecast(above_floor, streams, now)
