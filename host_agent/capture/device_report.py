"""All that is to be said of a device: its state, its footage, its disk."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from host_agent.capture.footage_counts import DeviceFootage, count_footage
from host_agent.capture.storage_state import RetentionHours, StorageState, disk_forecast, storage_state
from host_agent.journal.facts import WantedState
from host_agent.reported_state import ReportedState, ToldAlarm
from host_agent.retention.forecast import Forecast
from host_agent.served_devices import ServedDevices
from host_agent.settings import DeviceSettings
from host_agent.told_captions import ToldCaptions
from shared.ffmpeg.masking import mask_secrets


@dataclass(frozen=True, slots=True)
class DeviceReport:
    """One device. `parts`: what frames and archive said last; `configured` is None for one that is not
    recorded any more, and for one that cannot be; `captions` for one that is not captioned."""

    device: str
    label: str
    configured: DeviceSettings | None
    state: ReportedState
    wanted: WantedState
    parts: Mapping[str, Mapping[str, Any]]
    footage: DeviceFootage
    retention_hours: RetentionHours
    storage: StorageState
    alarms: list[ToldAlarm]
    forecast: Forecast | None
    is_assigned: bool
    is_former: bool
    captions: ToldCaptions | None = None

    @property
    def masked_source(self) -> str:
        """The source as it may be shown: without credentials."""
        return mask_secrets(self.configured.source.get_secret_value()) if self.configured is not None else ""

    @property
    def masked_preview_source(self) -> str | None:
        """The sub-stream as it may be shown, None where there is none."""
        preview = None if self.configured is None else self.configured.preview_source
        return None if preview is None else mask_secrets(preview.get_secret_value())


class DeviceReporter:
    """Puts reports together from the journal and the disk; keeps nothing."""

    def __init__(self, devices: ServedDevices) -> None:
        self._devices = devices

    def storages(self) -> list[StorageState]:
        """Every root that footage is written to, by path."""
        stores = self._devices.stores
        roots = {store.folders.root for name in self._devices.names() if (store := stores.get(name))}
        # A host that waits for its first camera has a disk too.
        roots = roots or {self._devices.settings().agent.root}
        return [storage_state(root) for root in sorted(roots)]

    def reports(self, names: Iterable[str]) -> list[DeviceReport]:
        """Report on each of `names`, which are known. Raises OSError where their disk refuses."""
        wanted_names = list(names)
        now = self._devices.clock.now()
        states = self._devices.states(wanted_names)
        # A disk's forecast is that of all devices on it, also of those that were not asked for.
        stores = dict(self._devices.stores)
        footage = {name: count_footage(store) for name, store in stores.items()}
        storages = {name: storage_state(store.folders.root) for name, store in stores.items()}
        return [
            DeviceReport(
                device=name,
                label=self._devices.label(name),
                configured=self._devices.configured.get(name),
                state=states[name],
                wanted=self._devices.journal.wanted(name),
                parts=self._devices.journal.states(name),
                footage=footage[name],
                retention_hours=self._devices.retention_hours(name),
                storage=storages[name],
                alarms=self._devices.alarms(name),
                forecast=self._forecast(storages[name], storages, footage, now),
                is_assigned=self._devices.is_assigned(name),
                is_former=self._devices.is_former(name),
                captions=self._devices.captions(name),
            )
            for name in wanted_names
            if name in stores
        ]

    def _forecast(
        self,
        storage: StorageState,
        storages: Mapping[str, StorageState],
        footage: Mapping[str, DeviceFootage],
        now: datetime,
    ) -> Forecast | None:
        if storage.space is None:
            return None
        shared = {
            name: (footage[name], self._devices.retention_hours(name))
            for name, other in storages.items()
            if other.space is not None and other.space.file_system == storage.space.file_system
        }
        return disk_forecast(storage.space, self._devices.settings().ring.free_floor_percent, shared, now)
