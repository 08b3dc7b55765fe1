"""Prometheus metrics, computed from the journal and the disk at each scrape.

Nothing but reports to the gateway, which are sent from here, is counted in this process.
"""

from collections.abc import Iterable, Iterator
from contextlib import suppress

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from host_agent.capture.device_report import DeviceReporter
from host_agent.gateway_state import GatewayStatus, GatewayView
from host_agent.reported_state import UNKNOWN, ReportedState, is_silent
from host_agent.ring.layout import NUMBERED_KINDS, Kind
from host_agent.served_devices import ServedDevices
from shared.spans import utc_ms

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_STATES = ("starting", "live", "stalled", "backing_off", "stopped", "misconfigured", UNKNOWN)


class HostMetrics(Collector):
    """Everything that the agent tells Prometheus. No label or value carries a source or a token."""

    def __init__(self, devices: ServedDevices, reporter: DeviceReporter, gateway: GatewayView) -> None:
        self._devices = devices
        self._reporter = reporter
        self._gateway = gateway

    def render(self) -> bytes:
        """The text of one scrape."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry)

    def describe(self) -> Iterable[Metric]:
        """Nothing in advance: the metrics follow from the devices that there are."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """One scrape. A device whose disk refuses is left out of the counts, not of the states."""
        names = self._devices.names()
        states = self._devices.states(names)
        yield InfoMetricFamily(
            "coldframe_host", "The agent.", value={"version": self._devices.version, "name": self._name}
        )
        yield from self._process()
        yield from self._states(states)
        yield from self._recording(states)
        yield from self._hot(names)
        yield from self._footage(names)
        yield from self._alarms(names)
        yield from self._disks()
        yield from self._forecasts(names)
        yield from self._reports()
        yield from self._captions(names)

    @property
    def _name(self) -> str:
        return self._devices.settings().agent.name

    def _process(self) -> Iterator[Metric]:
        silence_s = self._devices.silence_s()
        running = GaugeMetricFamily("coldframe_capture_running", "1 while the capture process reports.")
        running.add_metric([], 0 if is_silent(silence_s) else 1)
        yield running
        silent = GaugeMetricFamily("coldframe_capture_silent_seconds", "Since the capture process reported.")
        if silence_s is not None:
            silent.add_metric([], silence_s)
        yield silent

    @staticmethod
    def _states(states: dict[str, ReportedState]) -> Iterator[Metric]:
        family = GaugeMetricFamily(
            "coldframe_device_state", "1 for the state that a device is in.", labels=["device", "state"]
        )
        for name, state in states.items():
            for possible in _STATES:
                family.add_metric([name, possible], 1 if state.state == possible else 0)
        yield family

    def _recording(self, states: dict[str, ReportedState]) -> Iterator[Metric]:
        age = _gauge("coldframe_device_newest_segment_age_seconds", "Since the end of the newest segment.")
        fps = _gauge("coldframe_device_frames_per_second", "Pictures a second of the recording.")
        bitrate = _gauge("coldframe_device_bitrate_bits_per_second", "Bits a second of the recording.")
        restarts = CounterMetricFamily(
            "coldframe_device_restarts", "Restarts of the recorder that nobody asked for.", labels=["device"]
        )
        skipped = CounterMetricFamily(
            "coldframe_device_captures_skipped", "Captures that were torn or too many.", labels=["device"]
        )
        now = self._devices.clock.now()
        for name, state in states.items():
            if state.newest_segment_at is not None:
                age.add_metric([name], max(0.0, (now - state.newest_segment_at).total_seconds()))
            frames = self._devices.journal.states(name).get("frames", {})
            _add(fps, name, state.told.get("fps"))
            _add(bitrate, name, state.told.get("bitrate_bps"))
            _add(restarts, name, state.told.get("restarts"))
            _add(skipped, name, frames.get("captures_skipped"))
        yield from (age, fps, bitrate, restarts, skipped)

    def _hot(self, names: list[str]) -> Iterator[Metric]:
        ring = self._devices.settings().ring
        limits = GaugeMetricFamily(
            "coldframe_hot_limit_files", "Files that the archiver leaves hot.", labels=["kind"]
        )
        for kind in NUMBERED_KINDS:
            limits.add_metric([kind.value], ring.hot_segments if kind is Kind.SEGMENTS else ring.hot_frames)
        yield limits
        hot = GaugeMetricFamily(
            "coldframe_device_hot_files", "Files in the hot folder.", labels=["device", "kind"]
        )
        for name in names:
            store = self._devices.stores.get(name)
            if store is None:
                continue
            for kind in NUMBERED_KINDS:
                try:
                    hot.add_metric([name, kind.value], len(store.hot_files(kind)))
                except OSError:
                    continue  # its folder is not there (yet); the disk's own metric says so
        yield hot

    def _footage(self, names: list[str]) -> Iterator[Metric]:
        oldest = GaugeMetricFamily(
            "coldframe_device_oldest_footage_age_seconds",
            "Since the end of the oldest hour that is kept.",
            labels=["device", "kind"],
        )
        kept = GaugeMetricFamily(
            "coldframe_device_retention_seconds", "What is kept at least.", labels=["device", "kind"]
        )
        now = self._devices.clock.now()
        for name in names:
            store = self._devices.stores.get(name)
            if store is None:
                continue
            retention = self._devices.retention_hours(name)
            for kind in NUMBERED_KINDS:
                kept.add_metric([name, kind.value], retention[kind] * 3600)
                hours = store.hours(kind)
                if hours:
                    age_s = max(0.0, (now - hours[0].end).total_seconds())
                    oldest.add_metric([name, kind.value], age_s)
        yield from (oldest, kept)

    def _alarms(self, names: list[str]) -> Iterator[Metric]:
        family = GaugeMetricFamily(
            "coldframe_device_alarm", "1 while a person must know something.", labels=["device", "code"]
        )
        for name in names:
            for code in sorted({alarm.code for alarm in self._devices.alarms(name)}):
                family.add_metric([name, code], 1)
        yield family

    def _forecasts(self, names: list[str]) -> Iterator[Metric]:
        family = _gauge("coldframe_device_disk_full_in_seconds", "At the present rate; absent: not soon.")
        with suppress(OSError):  # a disk that refuses has a metric of its own
            for report in self._reporter.reports(names):
                if report.forecast is not None and report.forecast.hours_until_full is not None:
                    family.add_metric([report.device], report.forecast.hours_until_full * 3600)
        yield family

    def _reports(self) -> Iterator[Metric]:
        state = self._gateway.state()
        family = GaugeMetricFamily(
            "coldframe_gateway_state", "1 for how this host and its gateway stand.", labels=["state"]
        )
        for status in GatewayStatus:
            family.add_metric([status.value], 1 if state.status is status else 0)
        yield family
        beats = CounterMetricFamily(
            "coldframe_gateway_heartbeats",
            "Reports, by what became of them.",
            labels=["outcome"],
        )
        beats.add_metric(["taken"], state.heartbeats_sent)
        beats.add_metric(["failed"], state.heartbeats_failed)
        yield beats
        age = GaugeMetricFamily(
            "coldframe_gateway_last_success_age_seconds", "Since the gateway took a report; absent: never."
        )
        if state.last_success_monotonic_s is not None:
            age.add_metric([], max(0.0, self._devices.clock.monotonic() - state.last_success_monotonic_s))
        yield age
        yield GaugeMetricFamily(
            "coldframe_gateway_minutes_waiting",
            "Minutes of activity that the gateway does not have yet.",
            value=state.minutes_waiting,
        )

    def _captions(self, names: list[str]) -> Iterator[Metric]:
        """Counts are since the captions process began; nothing where none are made."""
        sending = self._devices.sending()
        if sending is None:
            return
        outcomes = CounterMetricFamily(
            "coldframe_captions",
            "Frames to be captioned, by what became of them.",
            labels=["device", "outcome"],
        )
        age = _gauge("coldframe_captions_newest_age_seconds", "Since the newest captioned frame was taken.")
        now_ms = utc_ms(self._devices.clock.now())
        for name in names:
            told = self._devices.captions(name)
            if told is None:
                continue
            outcomes.add_metric([name, "made"], told.made)
            outcomes.add_metric([name, "missed"], told.missed)
            outcomes.add_metric([name, "failed"], told.failed)
            if told.last_captured_utc_ms is not None:
                age.add_metric([name], max(0.0, (now_ms - told.last_captured_utc_ms) / 1000))
        yield from (outcomes, age)
        yield GaugeMetricFamily(
            "coldframe_captions_waiting",
            "Captions that the gateway does not have yet.",
            value=sending.waiting,
        )
        delivered = CounterMetricFamily(
            "coldframe_captions_delivered",
            "Captions, by what became of them on their way.",
            labels=["outcome"],
        )
        delivered.add_metric(["sent"], sending.sent)
        delivered.add_metric(["refused"], sending.refused)
        delivered.add_metric(["dropped"], sending.dropped)
        yield delivered

    def _disks(self) -> Iterator[Metric]:
        usable = _root_gauge("coldframe_disk_usable", "1 where footage can be written.")
        free = _root_gauge("coldframe_disk_free_bytes", "Free bytes of the disk.")
        total = _root_gauge("coldframe_disk_size_bytes", "Bytes of the disk.")
        percent = _root_gauge("coldframe_disk_free_percent", "Free bytes or inodes, whichever is scarcer.")
        for storage in self._reporter.storages():
            root = str(storage.root)
            usable.add_metric([root], 1 if storage.is_usable else 0)
            if storage.space is not None:
                free.add_metric([root], storage.space.free.size_bytes)
                total.add_metric([root], storage.space.total.size_bytes)
                percent.add_metric([root], storage.space.free_percent)
        yield from (usable, free, total, percent)


def _gauge(name: str, documentation: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, documentation, labels=["device"])


def _root_gauge(name: str, documentation: str) -> GaugeMetricFamily:
    return GaugeMetricFamily(name, documentation, labels=["root"])


def _add(family: GaugeMetricFamily | CounterMetricFamily, device: str, value: object) -> None:
    if isinstance(value, int | float):
        family.add_metric([device], value)
