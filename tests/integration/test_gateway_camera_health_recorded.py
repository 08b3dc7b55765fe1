"""Cameras that hosts record: their health is what heartbeats say, and no connection of the gateway's own."""

from dataclasses import dataclass
from typing import Any

import pytest

from gateway.cameras.health_check import CameraHealth, HealthRun
from gateway.cameras.health_probes import HealthProbes, ProbeLimits
from gateway.cameras.health_repository import HealthRepository
from shared.ffmpeg.stream_address import StreamAddress
from shared.ffmpeg.stream_probe_failure import StreamProbe
from tests.support.fleet_stand import Agent, FleetStand, device_report, new_id


@dataclass
class Watched:
    """A fleet whose cameras are checked; the clock goes on by a minute before each check."""

    fleet: FleetStand
    health: CameraHealth

    def check(self, *agents: tuple[Agent, list[Any]]) -> HealthRun:
        """A minute goes by, these agents report, and the cameras are checked."""
        self.fleet.clock.pass_time(60)
        for agent, devices in agents:
            assert self.fleet.beat(agent, *devices).status_code == 200
        return self.health.check()

    def camera(self, external_id: str) -> tuple[Any, ...]:
        """Status, code, failures in a row."""
        (found,) = self.fleet.rows(
            "SELECT status, problem_code, failures_in_row FROM cameras WHERE external_id = :id",
            id=external_id,
        )
        return found

    def assign(self, name: str, host: str, **columns: Any) -> None:
        """A camera of the gateway's that this host is to record."""
        self.fleet.run(
            "INSERT INTO cameras (id, external_id, name, rtsp_url, host_id, device_name, updated_at, fps)"
            " SELECT :id, :name, :name, 'rtsp://127.0.0.1:1/x', hosts.id, :name, :now, :fps"
            " FROM hosts WHERE name = :host",
            id=new_id(),
            name=name,
            host=host,
            now=self.fleet.clock.now(),
            fps=columns.get("fps"),
        )


@pytest.fixture
def watched(fleet_gateway: FleetStand) -> Watched:
    def never(_address: StreamAddress, _timeout_s: float) -> StreamProbe:
        raise AssertionError("a recorded camera is not asked")

    fleet = fleet_gateway.begin()
    return Watched(
        fleet,
        CameraHealth(
            HealthRepository(fleet.engine),
            fleet.reports,
            HealthProbes(ProbeLimits(4, 1.0, 10.0), never, lambda: "nonce"),
            fleet.secrets,
            fleet.clock,
            offline_after=3,
            kept_days=30,
        ),
    )


def test_a_recorded_camera_follows_what_its_host_says_and_keeps_the_history(watched: Watched) -> None:
    agent = watched.fleet.enrolled("lab-2")
    reports = [
        device_report("door"),
        device_report("door", picture="frozen"),
        device_report("door", state="stalled", code="stalled", sentence="No picture for 12 s."),
        device_report("door", state="backing_off", code="source_unreachable", sentence="It is off."),
        device_report("door", state="backing_off", code="source_unreachable", sentence="It is off."),
        device_report("door", state="starting", code="starting", sentence="It begins."),
        device_report("door"),
        device_report("door", state="backing_off", code="source_refused", sentence="Wrong password."),
    ]
    found = []
    for report in reports:
        run = watched.check((agent, [report]))
        assert (run.recorded, run.probed, run.stored) == (1, 0, 1)
        found.append(watched.camera("lab-2__door"))
    assert found == [
        ("live", None, 0),
        ("degraded", "frozen", 0),
        ("degraded", "stalled", 1),
        ("degraded", "source_unreachable", 2),
        ("offline", "source_unreachable", 3),
        ("offline", "source_unreachable", 4),
        ("live", None, 0),
        ("error", "source_refused", 1),
    ]
    history = watched.fleet.rows(
        "SELECT is_connected, fps_actual, latency_ms, judged_by, problem FROM camera_health"
        " ORDER BY created_at"
    )
    assert [row[0] for row in history] == [True, True, False, False, False, False, True, False]
    assert history[0][1:] == (25.0, None, "heartbeat", None)
    assert history[7][4] == "Wrong password."


def test_a_silent_host_is_why_and_not_the_camera(watched: Watched) -> None:
    silent, heard = watched.fleet.enrolled("lab-2"), watched.fleet.enrolled("lab-3")
    watched.check((silent, ["door", "gate"]), (heard, ["yard"]))
    watched.fleet.clock.pass_time(5)
    watched.check((heard, ["yard"]))
    watched.check((heard, ["yard"]))
    assert watched.camera("lab-2__door") == ("degraded", "host_offline", 2)
    watched.check((heard, ["yard"]))
    assert watched.camera("lab-2__gate") == ("offline", "host_offline", 3)
    assert watched.camera("lab-3__yard") == ("live", None, 0)
    ((sentence,),) = watched.fleet.rows("SELECT problem FROM cameras WHERE external_id = 'lab-2__door'")
    assert sentence.startswith("Host lab-2 has not reported for 3 min, so nothing is known of this camera")
    watched.check((silent, ["door"]), (heard, ["yard"]))
    assert watched.camera("lab-2__door") == ("live", None, 0)
    # And what it has no more is nobody's failure.
    assert watched.camera("lab-2__gate") == ("idle", "not_reported", 0)


def test_an_assigned_camera_has_a_minute_to_be_recorded(watched: Watched) -> None:
    agent = watched.fleet.enrolled("lab-2")
    watched.check((agent, []))
    watched.fleet.clock.pass_time(50)
    watched.assign("door", "lab-2", fps=25)
    watched.fleet.clock.pass_time(-50)
    watched.check((agent, []))
    assert watched.camera("door") == ("degraded", "starting", 0)
    watched.check((agent, []))
    assert watched.camera("door") == ("degraded", "not_recorded", 1)
    watched.check((agent, [device_report("door", assigned=True, fps=24.0)]))
    assert watched.camera("door") == ("live", None, 0)
    watched.check((agent, [device_report("door", assigned=True, fps=6.0)]))
    assert watched.camera("door") == ("degraded", "few_pictures", 0)
    watched.check((agent, [device_report("door", assigned=True, state="stopped", code="stopped_by_user")]))
    assert watched.camera("door") == ("idle", "stopped_by_user", 0)


def test_many_hosts_and_cameras_cost_a_handful_of_statements(watched: Watched) -> None:
    from sqlalchemy import event

    agents = [watched.fleet.enrolled(f"lab-{n}") for n in range(4)]
    names: list[Any] = [f"cam-{n}" for n in range(50)]
    statements: list[str] = []

    def note(_connection: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    watched.check(*((agent, names) for agent in agents))
    watched.fleet.clock.pass_time(60)
    for agent in agents:
        watched.fleet.beat(agent, *names)
    event.listen(watched.fleet.engine, "before_cursor_execute", note)
    try:
        run = watched.health.check()
    finally:
        event.remove(watched.fleet.engine, "before_cursor_execute", note)
    assert (run.recorded, run.stored, dict(run.statuses)) == (200, 200, {"live": 200})
    assert len(statements) <= 8
