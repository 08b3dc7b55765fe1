"""A camera's history and the report of many, over HTTP, on rows as checks leave them."""

import csv
import io
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pytest
from flask import Flask
from sqlalchemy import text

from deploy.local.postgres import PrivatePostgres
from gateway.bootstrap.cameras import build_cameras
from gateway.cameras import health_report_repository
from gateway.cameras.health_routes import blp as camera_health_routes
from gateway.catalogue.repository import Catalogue
from shared.spans import iso_ms
from tests.support.fleet_stand import new_id
from tests.support.gateway_rooms import RoomsClient, a_caller, rooms_app, signed_in
from tests.support.health_stand import NOW, HealthStand
from tests.support.servers import fresh_database

OWN_GROUP = "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11"
GUARD = a_caller("guard", scope=frozenset([OWN_GROUP]))
CALLERS = (a_caller("anna", role="admin"), GUARD)
UP, DOWN, NEITHER = True, False, None


@dataclass
class Reports:
    """Rows, and who asks for them."""

    stand: HealthStand
    app: Flask

    def add(self, name: str, checks: Iterable[bool | None] = (), **columns: Any) -> str:
        """A camera with checks, one a minute, the last one 30 s ago."""
        camera_id = self.stand.add(name, "rtsp://10.0.0.5/x", **columns)
        states = list(checks)
        for number, state in enumerate(states):
            self.add_check(camera_id, self.minute(len(states) - 1 - number), state)
        return camera_id

    def minute(self, ago: float) -> datetime:
        return NOW - timedelta(seconds=30) - timedelta(minutes=ago)

    def add_check(self, camera_id: str, at: datetime, state: bool | None, **columns: Any) -> None:
        values = {
            "id": new_id(),
            "camera_id": camera_id,
            "is_connected": state,
            "created_at": at,
            "last_check": at,
            "status": {UP: "live", DOWN: "offline", NEITHER: "idle"}[state],
            "latency_ms": 40 if state else None,
            "judged_by": "probe",
            "problem_code": "refused" if state is DOWN else None,
            "problem": "Nothing listens." if state is DOWN else None,
            **columns,
        }
        names = ", ".join(values)
        self.stand.run(
            f"INSERT INTO camera_health ({names}) VALUES ({', '.join(':' + name for name in values)})",
            **values,
        )

    def client(self, name: str = "anna") -> RoomsClient:
        (caller,) = (caller for caller in CALLERS if caller.username == name)
        return signed_in(self.app, caller)

    def report(self, name: str = "anna", **query: str) -> dict[str, dict[str, Any]]:
        """The report by name of camera."""
        found = self.client(name).data("/api/v1/cameras/health-report", **query)
        return {camera["name"]: camera for camera in found["cameras"]}


@pytest.fixture(scope="module")
def gateway(postgres: PrivatePostgres, migrated_template: str) -> Iterator[Reports]:
    with fresh_database(postgres, migrated_template) as url, HealthStand(url) as stand:
        rooms = build_cameras(stand.parts, Catalogue(stand.parts.engine, new_id))
        yield Reports(stand, rooms_app([camera_health_routes], [rooms.health], CALLERS))


@pytest.fixture
def reports(gateway: Reports) -> Reports:
    for table in ("cameras", "camera_groups", "hosts"):
        gateway.stand.run(f"DELETE FROM {table}")
    gateway.stand.run("INSERT INTO camera_groups (id, name) VALUES (:id, 'Tenant A')", id=OWN_GROUP)
    return gateway


def ends(camera: dict[str, Any]) -> list[tuple[str, str | None, int, bool]]:
    return [
        (outage["from"], outage["to"], outage["seconds"], outage["is_end_known"])
        for outage in camera["outages"]
    ]


def test_the_report_of_a_day_tells_uptime_outages_and_latency(reports: Reports) -> None:
    checks = [UP] * 5 + [DOWN] * 3 + [UP] * 2 + [DOWN] + [UP] * 9
    camera_id = reports.add("door", checks, group_id=OWN_GROUP, status="live")
    reports.add("new")
    found = reports.report()
    door = found["door"]
    assert {key: door[key] for key in ("camera_id", "external_id", "group", "host", "status", "checks")} == {
        "camera_id": camera_id,
        "external_id": "door",
        "group": "Tenant A",
        "host": None,
        "status": "live",
        "checks": 20,
    }
    assert door["uptime_percent"] == 80.0
    assert door["unknown_seconds"] == 86_400 - 20 * 60
    assert ends(door) == [
        (iso_ms(reports.minute(9)), iso_ms(reports.minute(8)), 60, True),
        (iso_ms(reports.minute(14)), iso_ms(reports.minute(11)), 180, True),
    ]
    assert (door["outages"][0]["problem_code"], door["outages"][0]["problem"]) == (
        "refused",
        "Nothing listens.",
    )
    assert (door["outages_total"], door["outage_seconds"], door["longest_outage_seconds"]) == (2, 240, 180)
    assert door["latency_ms"] == {"p50": 40, "p95": 40, "max": 40}
    new = found["new"]
    assert (new["checks"], new["uptime_percent"], new["outages"]) == (0, None, [])
    assert (new["latency_ms"], new["fps_actual_mean"]) == ({"p50": None, "p95": None, "max": None}, None)


def test_an_outage_that_lasts_has_no_end(reports: Reports) -> None:
    reports.add("door", [UP, DOWN, DOWN])
    door = reports.report()["door"]
    assert ends(door) == [(iso_ms(reports.minute(1)), None, 90, False)]
    assert door["uptime_percent"] == pytest.approx(33.333)


def test_time_without_checks_is_neither_up_nor_down(reports: Reports) -> None:
    """The workers were down for an hour in the middle of an outage, and again after a good check."""
    camera_id = reports.add("door")
    for ago, state in ((200, DOWN), (199, DOWN), (139, DOWN), (138, UP), (60, UP), (59, DOWN), (58, NEITHER)):
        reports.add_check(camera_id, reports.minute(ago), state)
    door = reports.report()["door"]
    assert ends(door) == [
        (iso_ms(reports.minute(59)), iso_ms(reports.minute(58)), 60, False),
        (iso_ms(reports.minute(139)), iso_ms(reports.minute(138)), 60, True),
        (iso_ms(reports.minute(200)), iso_ms(reports.minute(198)), 120, False),
    ]
    assert door["uptime_percent"] == pytest.approx(100 * 2 / 6, abs=0.001)
    assert (door["outage_seconds"], door["unknown_seconds"]) == (240, 86_400 - 6 * 60)


def test_the_reason_of_an_outage_is_what_was_wrong_at_its_end(reports: Reports) -> None:
    camera_id = reports.add("door")
    reports.add_check(camera_id, reports.minute(3), DOWN, problem_code="ended", problem="It broke off.")
    reports.add_check(camera_id, reports.minute(2), DOWN, problem_code="timeout", problem="Silence.")
    reports.add_check(camera_id, reports.minute(1), UP, latency_ms=7, fps_actual=24.0)
    reports.add_check(camera_id, reports.minute(0), UP, latency_ms=900, fps_actual=None)
    door = reports.report()["door"]
    assert [outage["problem_code"] for outage in door["outages"]] == ["timeout"]
    assert door["latency_ms"] == {"p50": 7, "p95": 900, "max": 900}
    assert door["fps_actual_mean"] == 24.0


def test_a_camera_that_flaps_is_told_in_numbers_and_by_its_newest_outages(reports: Reports) -> None:
    reports.add("door", [state for _n in range(110) for state in (DOWN, UP)])
    door = reports.report()["door"]
    assert (door["outages_total"], len(door["outages"]), door["outage_seconds"]) == (110, 100, 110 * 60)
    assert door["outages"][0]["from"] == iso_ms(reports.minute(1))


def test_a_period_cuts_what_is_outside(reports: Reports) -> None:
    reports.add("door", [DOWN] * 10 + [UP] * 10)
    query = {"from": iso_ms(reports.minute(14)), "to": iso_ms(reports.minute(5))}
    door = reports.report(**query)["door"]
    assert (door["checks"], door["uptime_percent"]) == (9, pytest.approx(100 * 4 / 9, abs=0.001))
    assert ends(door) == [(iso_ms(reports.minute(14)), iso_ms(reports.minute(9)), 300, True)]
    # It still lasted where the period ended.
    earlier = reports.report(**{"from": iso_ms(reports.minute(18)), "to": iso_ms(reports.minute(12))})["door"]
    assert ends(earlier) == [(iso_ms(reports.minute(18)), None, 360, False)]


def test_many_cameras_in_several_queries_are_the_same_as_in_one(
    reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(7):
        reports.add(f"door-{number}", [UP] * number + [DOWN, UP])
    at_once = reports.report()
    monkeypatch.setattr("gateway.cameras.health_reports._CHECKS_A_QUERY", 3000)
    assert reports.report() == at_once
    assert len(at_once) == 7


def test_filters_and_limits_decide_whose_cameras_are_told(reports: Reports) -> None:
    host_id = new_id()
    reports.stand.run("INSERT INTO hosts (id, name) VALUES (:id, 'lab-1')", id=host_id)
    reports.add("ours", [UP], group_id=OWN_GROUP)
    reports.add("theirs", [UP], host_id=host_id, device_name="theirs")
    assert set(reports.report()) == {"ours", "theirs"}
    assert set(reports.report(group_id=OWN_GROUP)) == {"ours"}
    assert set(reports.report(host_id=host_id)) == {"theirs"}
    assert reports.report(host_id=host_id)["theirs"]["host"] == "lab-1"
    assert set(reports.report("guard")) == {"ours"}
    assert set(reports.report("guard", host_id=host_id)) == set()
    for which in ("theirs", "not-there"):
        answer = reports.client("guard").get(f"/api/v1/cameras/{which}/health")
        assert (answer.status_code, answer.get_json()["error"]["code"]) == (404, "unknown_camera")
    assert reports.client("guard").get("/api/v1/cameras/ours/health").status_code == 200


def test_the_table_for_spreadsheets_says_the_same_and_runs_nothing(reports: Reports) -> None:
    reports.add("door", [UP, UP, DOWN, UP])
    reports.add("evil", [UP])
    reports.stand.run("UPDATE cameras SET name = '=cmd|''/c calc''!A1' WHERE external_id = 'evil'")
    answer = reports.client().get("/api/v1/cameras/health-report", format="csv")
    assert answer.content_type == "text/csv; charset=utf-8"
    assert answer.headers["Content-Disposition"].startswith("attachment; filename=")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    evil, door = sorted(rows, key=lambda row: row["external_id"], reverse=True)
    assert evil["name"] == "'=cmd|'/c calc'!A1"
    assert (door["checks"], door["uptime_percent"], door["outages"], door["outage_seconds"]) == (
        "4",
        "75.0",
        "1",
        "60",
    )
    assert door["outage_list"] == (
        f"{iso_ms(reports.minute(1))} to {iso_ms(reports.minute(0))}, 60 s: Nothing listens."
    )
    assert door["group"] == ""


def test_a_cameras_checks_come_newest_first_by_pages_and_times(reports: Reports) -> None:
    camera_id = reports.add("door", [UP, DOWN, NEITHER, UP])
    client = reports.client()
    page = client.get("/api/v1/cameras/door/health", page_size="3").get_json()
    assert page["meta"] == {"page": 1, "pageSize": 3, "total": 4, "totalPages": 2}
    assert [check["is_connected"] for check in page["data"]] == [True, None, False]
    assert page["data"][2] == {
        "id": page["data"][2]["id"],
        "camera_id": camera_id,
        "is_connected": False,
        "latency_ms": None,
        "fps_actual": None,
        "status": "offline",
        "judged_by": "probe",
        "problem_code": "refused",
        "problem": "Nothing listens.",
        "last_check": iso_ms(reports.minute(2)),
        "createdAt": iso_ms(reports.minute(2)),
    }
    second = client.data(f"/api/v1/cameras/{camera_id}/health", page="2", page_size="3")
    assert [check["createdAt"] for check in second] == [iso_ms(reports.minute(3))]
    some = client.data(
        "/api/v1/cameras/door/health", **{"from": iso_ms(reports.minute(2)), "to": iso_ms(reports.minute(0))}
    )
    assert [check["is_connected"] for check in some] == [None, False]
    since = client.data("/api/v1/cameras/door/health", **{"from": iso_ms(reports.minute(1))})
    assert len(since) == 2


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ({"from": "2026-11-21T14:00:00Z", "to": "2026-11-21T14:00:00Z"}, "to"),
        ({"from": "2026-10-20T14:00:00Z", "to": "2026-11-21T14:00:00Z"}, "to"),
        ({"from": "2026-10-01T14:00:00Z"}, "to"),  # until now
        ({"from": "2027-01-01T00:00:00Z"}, "to"),
        ({"from": "yesterday"}, "from"),
        ({"format": "xml"}, "format"),
        ({"host_id": "lab-1"}, "host_id"),
        ({"group_id": ""}, "group_id"),
        ({"until": "now"}, "until"),
    ],
)
def test_a_report_that_cannot_be_made_is_refused_by_the_name_of_the_field(
    reports: Reports, query: dict[str, str], field: str
) -> None:
    answer = reports.client().get("/api/v1/cameras/health-report", **query)
    assert answer.status_code == 422
    assert list(answer.get_json()["error"]["details"]["fields"]) == [field]


def test_a_report_of_too_many_checks_is_refused_before_it_is_begun(
    reports: Reports, monkeypatch: pytest.MonkeyPatch
) -> None:
    reports.add("door")
    monkeypatch.setattr("gateway.cameras.health_reports._MOST_CHECKS", 1000)
    answer = reports.client().get("/api/v1/cameras/health-report")
    assert answer.status_code == 422
    assert "one group or host" in answer.get_json()["error"]["remedy"]


def test_a_report_reads_each_cameras_index_in_its_order_and_nothing_else(reports: Reports) -> None:
    """However many other cameras and days there are."""
    for number in range(3):
        camera_id = reports.add(f"door-{number}")
        reports.stand.run(
            "INSERT INTO camera_health (id, camera_id, is_connected, created_at)"
            " SELECT gen_random_uuid()::text, :id, true, CAST(:now AS timestamptz) - n * interval '1 minute'"
            " FROM generate_series(1, 20000) n",
            id=camera_id,
            now=NOW,
        )
    values = {
        "cameras": [camera_id],
        "start": NOW - timedelta(days=1),
        "end": NOW,
        "together": timedelta(seconds=150),
        "every": timedelta(seconds=60),
        "most": 100,
    }
    with reports.stand.parts.engine.connect() as connection:
        connection.execution_options(isolation_level="AUTOCOMMIT").execute(
            text("VACUUM ANALYZE camera_health")
        )
        for query in (health_report_repository._TOTALS, health_report_repository._FAILED_RUNS):
            plan = "\n".join(connection.execute(text(f"EXPLAIN {query.text}"), values).scalars())
            assert "Index Only Scan using ix_camera_health_camera_id_created_at" in plan
            assert "Seq Scan" not in plan
