"""Every finished minute reaches the gateway, whatever happens on the way."""

from datetime import timedelta
from pathlib import Path

from host_agent.gateway_state import GatewayStatus
from host_agent.ring.layout import Hour
from tests.support.fleet_gateway import FleetGateway
from tests.support.fleet_host import fleet_host, minute_number, write_hour
from tests.support.http_agent import NOW

TOKEN = "enrol-lab-1"
RUNNING = Hour.of(NOW)
BEFORE = Hour(RUNNING.start - timedelta(hours=1))


def test_a_host_enrols_and_reports_what_it_has(tmp_path: Path) -> None:
    with FleetGateway(TOKEN) as gateway, fleet_host(tmp_path, gateway.url, TOKEN) as host:
        write_hour(host.agent.store(), BEFORE)
        write_hour(host.agent.store(), RUNNING, minutes=29, sealed=False)
        host.steps()
        assert host.service.state().status is GatewayStatus.ONLINE
        assert len(gateway.host.minutes) == 89
        assert gateway.heartbeats[-1].devices[0].name == "capture1"
        assert gateway.host.minutes["capture1", minute_number(BEFORE, 59)].frames == 120
