"""What a heartbeat says of this host: devices, disks, alarms, versions; and its minutes of activity.

From the same sources as the host's own API. What is shown as text is cut to what the messages take.
"""

import math
import platform
import shutil
import subprocess
from collections.abc import Callable, Iterable, Sequence
from datetime import timedelta

from host_agent.capture.device_report import DeviceReporter
from host_agent.fleet.minutes_ledger import HourOnDisk
from host_agent.frames.metadata import parse_metadata
from host_agent.frames.minute_files import MinuteFiles
from host_agent.frames.minutes import MINUTES, Minute
from host_agent.reported_state import ReportedState
from host_agent.ring.layout import Hour, Kind
from host_agent.ring.store import RingStore
from host_agent.served_devices import ServedDevices
from host_agent.settings import FrameSettings
from shared.contracts.heartbeat import MOST_ALARMS, MOST_DEVICES, Detection, DeviceReport, DiskReport
from shared.contracts.minutes import MinuteReport
from shared.ffmpeg.masking import mask_secrets
from shared.spans import EPOCH, utc_ms

_STATES = frozenset({"starting", "live", "stalled", "backing_off", "stopped", "misconfigured"})
_LONGEST_SENTENCE = 500
# Counting footage lists the running hours: not with every heartbeat.
_FORECAST_EVERY_S = 300.0
_PICTURE_IS_NEW_FOR_MS = 30_000
_VERSION_WITHIN_S = 10.0


class HeartbeatFacts:
    """Raises OSError and sqlite3.Error where disk or journal cannot be read. For one thread."""

    def __init__(self, devices: ServedDevices, reporter: DeviceReporter) -> None:
        self._devices = devices
        self._reporter = reporter
        self._full_in_hours: dict[str, float] = {}
        self._forecast_at_s = -math.inf
        self._versions: dict[str, str] = {}

    def devices(self) -> list[DeviceReport]:
        """Every device by name, as many as a heartbeat takes."""
        self._forecast()
        names = self._devices.names()[:MOST_DEVICES]
        return [self._device(name, state) for name, state in self._devices.states(names).items()]

    def disks(self) -> list[DiskReport]:
        """Every disk that takes footage."""
        self._forecast()
        found: list[DiskReport] = []
        for storage in self._reporter.storages()[:64]:
            expected = [
                hours
                for name, hours in self._full_in_hours.items()
                if (store := self._devices.stores.get(name)) is not None
                and store.folders.root == storage.root
            ]
            found.append(
                DiskReport(
                    root=str(storage.root),
                    free_bytes=0 if storage.space is None else storage.space.free.size_bytes,
                    total_bytes=0 if storage.space is None else storage.space.total.size_bytes,
                    full_in_hours=min(expected, default=None),
                    problem=storage.problem[:_LONGEST_SENTENCE],
                )
            )
        return found

    def alarms(self) -> list[str]:
        """What a person must know, each sentence once."""
        found = {alarm for name in self._devices.names() for alarm in self._devices.alarms(name)}
        found.update(self._devices.host_alarms())
        sentences = dict.fromkeys(alarm.sentence[:_LONGEST_SENTENCE] for alarm in sorted(found))
        return list(sentences)[:MOST_ALARMS]

    def versions(self) -> dict[str, str]:
        """Of what runs here; asked once."""
        if not self._versions:
            self._versions = {
                "agent": self._devices.version,
                "ffmpeg": _ffmpeg_version(),
                "python": platform.python_version(),
                "os": platform.platform()[:200],
            }
        return self._versions

    def _device(self, name: str, state: ReportedState) -> DeviceReport:
        configured, told = self._devices.configured.get(name), state.told
        source = "" if configured is None else mask_secrets(configured.source.get_secret_value())
        store = self._devices.stores.get(name)
        is_live = state.state == "live"
        return DeviceReport.model_validate(
            {
                "name": name,
                "label": self._devices.label(name)[:200],
                "source": source[:2048],
                # Without a capture process nobody knows more than that nothing new comes.
                "state": state.state if state.state in _STATES else "stalled",
                "code": state.code[:50],
                "sentence": state.sentence[:_LONGEST_SENTENCE],
                "since_utc_ms": None if state.since is None else utc_ms(state.since),
                "picture": self._picture(store) if is_live and store is not None else None,
                "fps": _number(told.get("fps"), 1000) if is_live else None,
                "bitrate_bps": _number(told.get("bitrate_bps"), 1e12) if is_live else None,
                "width": _whole(told.get("width")),
                "height": _whole(told.get("height")),
                "codec": codec[:50] if isinstance(codec := told.get("codec"), str) else None,
                "newest_segment_utc_ms": _whole(told.get("newest_segment_utc_ms"), 2**53),
                "disk_full_in_hours": self._full_in_hours.get(name),
                "assigned": self._devices.is_assigned(name),
                "detection": _detection(None if configured is None else self._devices.picture_settings(name)),
                "own_detection": _detection(self._devices.own_picture_settings(name)),
            }
        )

    def _picture(self, store: RingStore) -> str | None:
        """What the newest capture shows, as far as anything judged it."""
        try:
            newest = store.newest_hot(Kind.METADATA)
            facts = None if newest is None else parse_metadata(newest.read_bytes())
        except OSError:
            return None  # archived between the two looks; or a disk that refuses, which has an alarm
        if facts is None or facts.judgement is None:
            return None
        if abs(utc_ms(self._devices.clock.now()) - facts.captured_at_utc_ms) > _PICTURE_IS_NEW_FOR_MS:
            return None
        if facts.judgement.blackscreen:
            return "black"
        return "frozen" if facts.judgement.freeze else "ok"

    def _forecast(self) -> None:
        now_s = self._devices.clock.monotonic()
        if now_s - self._forecast_at_s < _FORECAST_EVERY_S:
            return
        self._forecast_at_s = now_s
        try:
            reports = self._reporter.reports(self._devices.names())
        except OSError:
            self._full_in_hours = {}  # a disk that refuses says so in its own report
            return
        self._full_in_hours = {
            report.device: max(0.0, report.forecast.hours_until_full)
            for report in reports
            if report.forecast is not None and report.forecast.hours_until_full is not None
        }


class ReportedMinutes:
    """`MinuteSource` of the fleet room over the files of minutes. For one thread."""

    def __init__(self, files: MinuteFiles, on_unfit: Callable[[str, int], None]) -> None:
        """`on_unfit`: called with device and minute of what no message can carry (a file that somebody
        wrote by hand); it is left out."""
        self._files = files
        self._on_unfit = on_unfit

    def hours(self) -> Iterable[HourOnDisk]:
        """Every hour on disk."""
        return [
            HourOnDisk(found.device, _first_minute(found.hour), found.version)
            for found in self._files.hours()
            if found.hour.start >= EPOCH
        ]

    def minutes(self, device: str, first_minute: int) -> Sequence[MinuteReport]:
        """The finished minutes of an hour."""
        hour = Hour(EPOCH + timedelta(minutes=first_minute))
        found = (self._report(device, first_minute, minute) for minute in self._files.minutes(device, hour))
        return [report for report in found if report is not None]

    def _report(self, device: str, first_minute: int, minute: Minute) -> MinuteReport | None:
        try:
            if not 0 <= minute.minute < MINUTES:
                raise ValueError(minute.minute)
            return MinuteReport(
                device=device,
                minute=first_minute + minute.minute,
                revision=minute.revision,
                frames=minute.frames,
                analysed=minute.analysed,
                motion_mean=minute.motion_mean,
                motion_peak=minute.motion_peak,
                black_s=minute.black_s,
                frozen_s=minute.frozen_s,
                missing_s=minute.missing_s,
                thumbnail=minute.thumbnail,
                thumbnail_utc_ms=minute.thumbnail_utc_ms,
            )
        except ValueError:  # pydantic's own is one
            self._on_unfit(device, first_minute + minute.minute)
            return None


def _detection(picture: FrameSettings | None) -> Detection | None:
    if picture is None:
        return None
    return Detection(enabled=picture.enable_detection, sensitivity=picture.detection_sensitivity)


def _first_minute(hour: Hour) -> int:
    return (hour.start - EPOCH) // timedelta(minutes=1)


def _number(value: object, most: float) -> float | None:
    if isinstance(value, int | float) and not isinstance(value, bool) and 0 <= value <= most:
        return float(value)
    return None


def _whole(value: object, below: int = 100_001) -> int | None:
    return value if isinstance(value, int) and not isinstance(value, bool) and 0 <= value < below else None


def _ffmpeg_version() -> str:
    """The first line of `ffmpeg -version`; empty where there is none."""
    program = shutil.which("ffmpeg")
    if program is None:
        return ""
    try:
        said = subprocess.run(
            [program, "-hide_banner", "-version"],
            capture_output=True,
            text=True,
            timeout=_VERSION_WITHIN_S,
            check=False,
        ).stdout
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return next(iter(said.splitlines()), "")[:200]
