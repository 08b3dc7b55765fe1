"""The fleet's time line: hosts that answer, late, never or with nonsense, side by side."""

import json
import socket
import time
import uuid
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, insert

from gateway.archive.timeline.fleet_timeline import FleetTimeline
from gateway.archive.timeline.repository import ReportedMinutes
from gateway.archive.timeline.routes import blp
from gateway.catalogue.repository import Catalogue
from gateway.catalogue.tables import hosts
from gateway.db.engine import create_database
from gateway.hosts.fleet_reports import FleetReports
from gateway.hosts.fleet_repository import FleetRepository
from gateway.hosts.host_client import CallLimits, HostClient
from gateway.hosts.host_states import HostLimits
from gateway.hosts.tables import host_reports
from tests.support.fleet_rows import add_group, add_host, add_minute
from tests.support.gateway_rooms import RoomsClient, a_caller, rooms_app, signed_in
from tests.support.raw_host import Answer, RawHost, answering, target_of
from tests.support.set_clock import SetClock

START = datetime(2026, 11, 21, 14, tzinfo=UTC)
NOW = START + timedelta(minutes=30)
DEADLINE_S = 1.5
LIMITS = HostLimits(late_after_s=25, offline_after_s=60)
PATH = "/api/v1/timeline"


def _at(minute: float) -> str:
    return (START + timedelta(minutes=minute)).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _ends(begin: float, end: float) -> dict[str, str]:
    return {"from": _at(begin), "to": _at(end)}


GAP = {**_ends(10, 11), "code": "source_unreachable", "sentence": "The camera did not answer."}
HONEST = {**_ends(0, 29.5), "recorded": [_ends(0, 10), _ends(11, 29.5)], "gaps": [GAP]}


def honest(connection: socket.socket, head: bytes) -> None:
    answering(json.dumps({"device": "street", **HONEST}).encode())(connection, head)


def late(connection: socket.socket, head: bytes) -> None:
    time.sleep(DEADLINE_S + 0.5)
    honest(connection, head)


def never(connection: socket.socket, _head: bytes) -> None:
    while connection.recv(1000):
        pass


def dead(connection: socket.socket, _head: bytes) -> None:
    connection.close()


GONE: Answer = answering(
    b'{"error": "There is no device street on this host.", "code": "unknown_device", "remedy": "Look."}',
    status="404 Not Found",
)
HOSTS: Mapping[str, Answer] = {
    "honest": honest,
    "other": honest,
    "late": late,
    "never": never,
    "dead": dead,
    "gone": GONE,
    "odd": answering(b'{"recorded": "all of it"}'),
    "page": answering(b"<html>", content_type="text/html"),
}


@dataclass(frozen=True, slots=True)
class Fleet:
    engine: Engine
    ids: dict[str, int]
    raw: dict[str, RawHost]
    admin: RoomsClient
    guard: RoomsClient


@pytest.fixture
def fleet(migrated_database_url: str) -> Iterator[Fleet]:
    """Hosts named for how they answer, with a device each. All but `never` report; the guard sees that of
    `other` alone."""
    with ExitStack() as stack:
        engine = create_database(migrated_database_url, pool_size=2)
        stack.callback(engine.dispose)
        catalogue = Catalogue(engine, lambda: str(uuid.uuid4()))
        raw = {name: stack.enter_context(RawHost(answer)) for name, answer in HOSTS.items()}
        ids: dict[str, int] = {}
        with engine.begin() as connection:
            for name in HOSTS:
                ids |= add_host(connection, catalogue, name, ["street"], NOW)
            add_group(connection, "tenant", [ids["other/street"]])
            for row in connection.execute(hosts.select()).all():
                heard = NOW - timedelta(seconds=300 if row.name == "never" else 5)
                connection.execute(insert(host_reports).values(_report(row.id, heard)))
        clock = SetClock(NOW)
        find: Callable[[str], Any] = {name: host.known(name) for name, host in raw.items()}.__getitem__
        client = HostClient(find, time.monotonic, CallLimits(connect_s=0.5, answer_s=10.0))
        stack.callback(client.close)
        service = FleetTimeline(
            catalogue,
            FleetReports(FleetRepository(engine, LIMITS), clock, LIMITS),
            client,
            ReportedMinutes(engine),
            clock,
            deadline_s=DEADLINE_S,
        )
        callers = [a_caller("admin", role="admin"), a_caller("guard", scope=frozenset({"tenant"}))]
        app = rooms_app([blp], [service], callers)
        admin, guard = (signed_in(app, caller) for caller in callers)
        yield Fleet(engine, ids, raw, admin, guard)


def _report(host_id: uuid.UUID, heard: datetime) -> dict[str, Any]:
    return {
        "host_id": host_id,
        "received_at": heard,
        "version": "1",
        "clock_offset_s": 0.0,
        "report": {},
        "devices_digest": "",
    }


def _asked(*names: str, begin: float = 0, end: float = 60) -> dict[str, str]:
    return {"device": ",".join(f"{name}/street" for name in names), **_ends(begin, end)}


def test_a_host_that_answers_is_told_of_as_it_tells(fleet: Fleet) -> None:
    found = fleet.admin.data(PATH, **_asked("honest"))
    empty: dict[str, Any] = {"unreachable": [], "reported": []}
    assert found == {
        "complete": True,
        "devices": [{"device": "honest/street", "complete": True, **HONEST, **empty}],
    }
    target = target_of(fleet.raw["honest"].heads[0])
    assert target.startswith("/api/host/timeline/street?from=2026-11-21T14%3A00")


def test_hosts_that_do_not_answer_are_unreachable_and_do_not_change_the_others(fleet: Fleet) -> None:
    alone_s, alone = _timed(fleet, "honest")
    assert alone_s < DEADLINE_S
    took_s, found = _timed(fleet, "never", "late", "honest", "dead", "odd", "page", "gone")
    # The deadline, and time for a busy machine; the late host alone takes half a second more.
    assert DEADLINE_S <= took_s < DEADLINE_S + 4
    by_name = {one["device"].partition("/")[0]: one for one in found["devices"]}
    assert list(by_name) == ["never", "late", "honest", "dead", "odd", "page", "gone"]
    assert by_name.pop("honest") == alone["devices"][0]
    assert found["complete"] is False
    assert {name: one["unreachable"][0]["code"] for name, one in by_name.items()} == {
        "never": "host_unreachable",
        "late": "host_unreachable",
        "dead": "host_unreachable",
        "odd": "bad_upstream",
        "page": "bad_upstream",
        "gone": "unknown_device",
    }
    for one in by_name.values():
        assert one["complete"] is False
        assert (one["recorded"], one["gaps"]) == ([], [])
        # To the present: what has not happened yet is not unreachable.
        assert [(part["from"], part["to"]) for part in one["unreachable"]] == [(_at(0), _at(30))]
        assert (one["from"], one["to"]) == (_at(0), _at(30))
        assert one["unreachable"][0]["sentence"]
    since = {name: one["unreachable"][0]["since"] for name, one in by_name.items()}
    assert since == {**dict.fromkeys(by_name), "never": _at(25)}


def _timed(fleet: Fleet, *names: str) -> tuple[float, Any]:
    begun = time.monotonic()
    found = fleet.admin.data(PATH, **_asked(*names))
    return time.monotonic() - begun, found


def test_what_a_silent_host_had_reported_is_given_and_no_more(fleet: Fleet) -> None:
    with fleet.engine.begin() as connection:
        for minute, missing_s in ((-1, 0), (0, 0), (1, 0), (2, 12.5), (3, 0), (4, 60), (7, 0), (8, 0)):
            at = START + timedelta(minutes=minute)
            add_minute(connection, fleet.ids["dead/street"], at, missing_s=missing_s)
            add_minute(connection, fleet.ids["honest/street"], at)
    found = fleet.admin.data(PATH, **_asked("dead", "honest", begin=0.5))
    assert [one["reported"] for one in found["devices"]] == [[_ends(0.5, 2), _ends(3, 4), _ends(7, 9)], []]


def test_the_future_of_a_silent_host_is_nothing_at_all(fleet: Fleet) -> None:
    (found,) = fleet.admin.data(PATH, **_asked("dead", begin=45))["devices"]
    assert (found["from"], found["to"], found["unreachable"]) == (_at(45), _at(45), [])


def test_a_caller_limited_to_a_group_sees_no_other_device_and_asks_no_other_host(fleet: Fleet) -> None:
    assert fleet.guard.data(PATH, **_asked("other"))["complete"]
    for names in (("honest",), ("other", "honest")):
        refused = fleet.guard.get(PATH, **_asked(*names))
        assert (refused.status_code, refused.get_json()["error"]["code"]) == (404, "unknown_device")
    assert fleet.raw["honest"].heads == []
    assert len(fleet.raw["other"].heads) == 1


def test_a_device_that_nobody_knows_is_not_found(fleet: Fleet) -> None:
    refused = fleet.admin.get(PATH, **{**_asked("honest"), "device": "honest/street,honest/none"})
    assert (refused.status_code, refused.get_json()["error"]["code"]) == (404, "unknown_device")
    assert "honest/none" in refused.get_json()["error"]["message"]


@pytest.mark.parametrize(
    "wrong",
    [
        {"device": ""},
        {"device": ",".join(f"lab/d{number}" for number in range(37))},
        {"to": _at(-1)},
        {"to": _at(60 * 24 * 32)},
        {"from": "yesterday"},
        {"devices": "honest/street"},
    ],
)
def test_what_cannot_be_meant_is_refused(fleet: Fleet, wrong: dict[str, str]) -> None:
    assert fleet.admin.get(PATH, **{**_asked("honest"), **wrong}).status_code == 422
    assert fleet.raw["honest"].heads == []
