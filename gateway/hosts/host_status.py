"""A host and its devices at a moment. Plain."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from gateway.hosts.host_states import HostState
from gateway.hosts.state_words import SILENT_STATES, Word, word_of_device
from gateway.hosts.stored_report import Untold
from shared.contracts.heartbeat import DeviceReport, DiskReport


@dataclass(frozen=True, slots=True)
class HostStatus:
    """A host now. `received_at`: of its last heartbeat, by the gateway's clock; what it said then is in
    the fields behind. `clock_offset_s`: its clock minus the gateway's. `devices` by name.

    `address_problem`: why the address that it claims is not the one it is called at; empty: it is.
    `untold`: what it is not told of its cameras; None: it is told all.
    """

    host_id: str
    host: str
    state: HostState
    public_url: str | None
    enrolled_at: datetime | None
    received_at: datetime | None
    version: str | None
    clock_offset_s: float | None
    minutes_waiting: int
    devices: Mapping[str, DeviceReport] = field(default_factory=dict)
    disks: tuple[DiskReport, ...] = ()
    alarms: tuple[str, ...] = ()
    versions: Mapping[str, str] = field(default_factory=dict)
    address_problem: str = ""
    untold: Untold | None = None

    @property
    def is_silent(self) -> bool:
        """Whether nothing it said last can be taken for the present."""
        return self.state in SILENT_STATES

    def word(self, device: str) -> Word:
        """The word that is shown for a device of this host."""
        told = self.devices.get(device)
        return word_of_device(
            self.state, None if told is None else told.state, None if told is None else told.picture
        )
