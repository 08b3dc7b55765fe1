"""Prometheus metrics of the fleet, computed from the database at each scrape.

Nothing is counted in this process, so it does not matter which process or worker is asked.
"""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime

from prometheus_client import CollectorRegistry, Metric, generate_latest
from prometheus_client.core import GaugeMetricFamily, InfoMetricFamily
from prometheus_client.registry import Collector

from shared.clock import Clock

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"


@dataclass(frozen=True, slots=True)
class HostNumbers:
    """What is told of one host. `device_words`: the word that is shown for each of its devices."""

    host: str
    state: str
    received_at: datetime | None
    clock_offset_s: float | None
    minutes_waiting: int
    device_words: Sequence[str]


class GatewayMetrics(Collector):
    """Everything that the gateway tells Prometheus. No label carries a source, an address or a token.

    `more`: what other rooms tell.
    """

    def __init__(
        self,
        version: str,
        clock: Clock,
        hosts: Callable[[], Iterable[HostNumbers]],
        more: Callable[[], Iterable[Metric]] = tuple,
    ) -> None:
        self.version = version
        self._clock = clock
        self._hosts = hosts
        self._more = more

    def render(self) -> bytes:
        """The text of one scrape."""
        registry = CollectorRegistry(auto_describe=False)
        registry.register(self)
        return generate_latest(registry)

    def describe(self) -> Iterable[Metric]:
        """Nothing in advance: the metrics follow from the hosts that there are."""
        return ()

    def collect(self) -> Iterator[Metric]:
        """One scrape."""
        yield InfoMetricFamily("coldframe_gateway", "The gateway.", value={"version": self.version})
        state = GaugeMetricFamily(
            "coldframe_fleet_host_state", "1 for the state it is in.", labels=["host", "state"]
        )
        age = GaugeMetricFamily(
            "coldframe_fleet_heartbeat_age_seconds", "Seconds since the last heartbeat.", labels=["host"]
        )
        clock = GaugeMetricFamily(
            "coldframe_fleet_clock_offset_seconds", "The host's clock minus the gateway's.", labels=["host"]
        )
        waiting = GaugeMetricFamily(
            "coldframe_fleet_minutes_waiting", "Minutes that a host has not sent yet.", labels=["host"]
        )
        devices = GaugeMetricFamily(
            "coldframe_fleet_devices", "Devices in each state.", labels=["host", "state"]
        )
        now = self._clock.now()
        for host in self._hosts():
            state.add_metric([host.host, host.state], 1)
            if host.received_at is not None:
                age.add_metric([host.host], (now - host.received_at).total_seconds())
            if host.clock_offset_s is not None:
                clock.add_metric([host.host], host.clock_offset_s)
            waiting.add_metric([host.host], host.minutes_waiting)
            for word, count in sorted(Counter(host.device_words).items()):
                devices.add_metric([host.host, word], count)
        yield from (state, age, clock, waiting, devices)
        yield from self._more()
