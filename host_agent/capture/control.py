"""Starts, stops and restarts devices for whoever may ask: a caller of the API, or the gateway."""

from dataclasses import dataclass

from host_agent.reported_state import is_silent
from host_agent.served_devices import ServedDevices


@dataclass(frozen=True, slots=True)
class ControlAnswer:
    """What will happen. `wanted`: running or stopped."""

    device: str
    wanted: str
    sentence: str


class DeviceControl:
    """Writes wishes into the journal, where the capture process reads them within a second.

    Each raises NotFoundError for a device that is not here, ConflictError for one that was taken away,
    sqlite3.Error where the journal refuses.
    """

    def __init__(self, devices: ServedDevices) -> None:
        self._devices = devices

    def start(self, device: str, asked_by: str) -> ControlAnswer:
        """Record a device that was stopped."""
        name = self._devices.recorded(device).device
        self._devices.journal.want(name, "running", asked_by)
        return self._answer(name, "running", f"Recording of {name} starts within seconds.")

    def stop(self, device: str, asked_by: str) -> ControlAnswer:
        """Stop recording a device until it is started again."""
        name = self._devices.recorded(device).device
        self._devices.journal.want(name, "stopped", asked_by)
        return self._answer(
            name,
            "stopped",
            f"Recording of {name} stops within seconds, and stays stopped until it is started again.",
        )

    def restart(self, device: str, asked_by: str) -> ControlAnswer:
        """Restart a device's recorder; a stopped device is started."""
        name = self._devices.recorded(device).device
        self._devices.journal.want_restart(name, asked_by)
        return self._answer(
            name, "running", f"The recorder of {name} is restarted within seconds; a second or two is missed."
        )

    def _answer(self, device: str, wanted: str, sentence: str) -> ControlAnswer:
        if is_silent(self._devices.silence_s()):
            sentence = f"It is noted, but the capture process is not running. Once it does: {sentence}"
        return ControlAnswer(device, wanted, sentence)
