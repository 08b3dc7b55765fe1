"""What is kept of a host's last heartbeat, and when the catalogue must be told of it. Plain."""

import hashlib
import json
from collections.abc import Iterable

from pydantic import Field

from shared.contracts.contract import Contract
from shared.contracts.heartbeat import Detection, DeviceReport, DiskReport, Heartbeat


class AddressClaim(Contract):
    """A `public_url` that a host claims and may not have: `problem` says why. Looked at again after a
    while, since names may come to mean something else."""

    public_url: str
    problem: str
    judged_utc_ms: int


class Untold(Contract):
    """What a host is not told of its cameras, and why. `sentence`: for whoever watches over the host.
    `devices`: of these, by name; `others`: of all others; empty: they are told."""

    sentence: str
    devices: dict[str, str] = Field(default_factory=dict)
    others: str = ""

    def reason(self, device: str) -> str:
        """Why this one is not told; empty: it is."""
        return self.devices.get(device, self.others)


class StoredReport(Contract):
    """The part of a heartbeat that has no column of its own. `devices` by name."""

    devices: dict[str, DeviceReport] = Field(default_factory=dict)
    disks: list[DiskReport] = Field(default_factory=list)
    alarms: list[str] = Field(default_factory=list)
    versions: dict[str, str] = Field(default_factory=dict)
    claim: AddressClaim | None = None
    untold: Untold | None = None

    def as_json(self) -> str:
        """JSON without what is absent. `StoredReport.model_validate_json` reads it."""
        return self.model_dump_json(exclude_none=True)


def stored_report(
    heartbeat: Heartbeat, claim: AddressClaim | None, untold: Untold | None = None
) -> StoredReport:
    """What is kept of `heartbeat`, which was checked already. `untold`: as it was after the last one."""
    return StoredReport.model_construct(
        devices={device.name: device for device in heartbeat.devices},
        disks=heartbeat.disks,
        alarms=heartbeat.alarms,
        versions=heartbeat.versions,
        claim=claim,
        untold=untold,
    )


def devices_digest(devices: Iterable[DeviceReport]) -> str:
    """Changes when the catalogue must be told: of names, labels, sources, who says so, and how devices are
    analysed, in any order."""
    told = sorted(
        (
            *(device.name, device.label, device.source, device.assigned),
            *map(_pair, (device.detection, device.own_detection)),
        )
        for device in devices
    )
    return hashlib.sha256(json.dumps(told).encode()).hexdigest()


def _pair(detection: Detection | None) -> tuple[bool, float] | None:
    return None if detection is None else (detection.enabled, detection.sensitivity)
