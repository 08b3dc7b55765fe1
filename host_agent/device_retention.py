"""How long a device's files are kept, also once it is not configured any more.

A device that left `host.toml`, an assignment or an `auto` source keeps its footage as long as it was
promised then, and never shorter than `[retention]` says. What it was promised is in the journal.
"""

import json
import sqlite3
from collections.abc import Mapping

from host_agent.journal.journal import Journal
from host_agent.ring.layout import Kind
from host_agent.settings import HostSettings

_PREFIX = "retention:"


def kept_hours(settings: HostSettings, device: str, kind: Kind, promised: Mapping[str, int]) -> int:
    """For how many hours `kind` of `device` is kept at least. `promised`: what it had of its own, by kind,
    when it was configured last; counts only where it is not configured now."""
    configured = settings.named(device)
    if configured is not None:
        return settings.retention_hours(configured, kind)
    return max(settings.retention.hours(kind), promised.get(kind.value, 0))


def promised_to(journal: Journal, device: str) -> dict[str, int]:
    """The hours of its own that a device had when it was configured last, by kind; nothing where it went
    by `[retention]`, or never was. Raises sqlite3.Error."""
    return _decode(journal.recall(_name(device)))


class DeviceRetention:
    """For the one process that deletes. What it has seen counts also where the journal's disk is full."""

    def __init__(self, journal: Journal) -> None:
        self._journal = journal
        self._written: dict[str, dict[str, int]] | None = None
        self._promised: dict[str, dict[str, int]] = {}

    def load(self) -> None:
        """Read what was promised before this process began; once. Raises sqlite3.Error."""
        if self._written is None:
            found = self._journal.recall_all(_PREFIX)
            self._written = {name.removeprefix(_PREFIX): _decode(text) for name, text in found.items()}
            self._promised = dict(self._written)

    def note(self, settings: HostSettings) -> str:
        """Remember what every configured device is promised. Return why the journal refuses, if it does:
        tried again with the next call."""
        written = self._written if self._written is not None else {}
        trouble = ""
        for device in settings.device:
            own = {kind: int(hours) for kind, hours in device.retention.model_dump(exclude_none=True).items()}
            self._promised[device.name] = own
            if trouble or written.get(device.name, {}) == own:
                continue
            try:
                self._journal.remember(_name(device.name), json.dumps(own))
            except sqlite3.Error as error:
                trouble = str(error)  # that of the next one would take as long; all are seen
            else:
                written[device.name] = own
        return trouble

    def hours(self, settings: HostSettings, device: str, kind: Kind) -> int:
        """As `kept_hours`."""
        return kept_hours(settings, device, kind, self._promised.get(device, {}))

    def is_known(self, settings: HostSettings, device: str) -> bool:
        """Whether anything says how long the device's footage is kept. Nothing does where it is not
        configured and the journal, which was lost then, knows nothing of it. Raises sqlite3.Error."""
        return (
            settings.named(device) is not None
            or device in self._promised
            or any(self._journal.knows_numbers(device, kind.value) for kind in Kind)
        )

    def longest_hours(self, settings: HostSettings) -> int:
        """The longest that anything is kept."""
        return max(
            [settings.retention.hours(kind) for kind in Kind]
            + [settings.retention_hours(device, kind) for device in settings.device for kind in Kind]
            + [hours for promised in self._promised.values() for hours in promised.values()]
        )


def _name(device: str) -> str:
    return f"{_PREFIX}{device}"


def _decode(text: str | None) -> dict[str, int]:
    return {} if text is None else {str(kind): int(hours) for kind, hours in json.loads(text).items()}
