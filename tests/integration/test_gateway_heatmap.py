"""The fleet's heatmap over real rows of a real PostgreSQL, as a caller gets it."""

import base64
import gzip
import json
import uuid
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Engine, event

from gateway.archive.heatmap.heatmap import FleetHeatmap
from gateway.archive.heatmap.repository import ActivityMinutes
from gateway.archive.heatmap.routes import blp
from gateway.archive.heatmap.turns import Turns
from gateway.catalogue.repository import Catalogue
from gateway.db.engine import create_database
from tests.support.fleet_rows import add_group, add_host, add_minute, add_partition
from tests.support.gateway_rooms import RoomsClient, a_caller, rooms_app, signed_in

START = datetime(2026, 11, 20, 23, 58, tzinfo=UTC)
MIDNIGHT = datetime(2026, 11, 21, tzinfo=UTC)
PATH = "/api/v1/heatmap"
NONE = 255


@dataclass(frozen=True, slots=True)
class Fleet:
    engine: Engine
    ids: dict[str, int]
    admin: RoomsClient
    guard: RoomsClient


@pytest.fixture
def fleet(migrated_database_url: str) -> Iterator[Fleet]:
    """lab-1 with street and yard, lab-2 with pattern; the guard sees the group of yard alone. Minutes lie on
    both sides of midnight, in a partition and in the default one."""
    engine = create_database(migrated_database_url, pool_size=2)
    catalogue = Catalogue(engine, lambda: str(uuid.uuid4()))
    try:
        with engine.begin() as connection:
            add_partition(connection, MIDNIGHT, MIDNIGHT + timedelta(days=1))
            ids = add_host(connection, catalogue, "lab-1", ["street", "yard"], START)
            ids |= add_host(connection, catalogue, "lab-2", ["pattern"], START)
            add_group(connection, "tenant", [ids["lab-1/yard"]])
            # Out of order, with a hole at 00:00, as late footage leaves them.
            for minute in (3, 0, 1):
                moved = {"motion_mean": 0.01, "motion_peak": 0.25, "thumbnail_at": _at(minute, seconds=17.9)}
                add_minute(connection, ids["lab-1/street"], _at(minute), **moved)
            add_minute(connection, ids["lab-1/yard"], _at(1), missing_s=29.2, black_s=60.0, frozen_s=0.1)
            unseen: dict[str, Any] = {"analysed": False, "motion_mean": None, "motion_peak": None}
            unseen |= {"black_s": None, "frozen_s": None, "frames": 300}
            add_minute(connection, ids["lab-2/pattern"], _at(2), **unseen)
        app = rooms_app(
            [blp],
            [FleetHeatmap(catalogue, ActivityMinutes(engine), Turns(2))],
            callers := [a_caller("admin", role="admin"), a_caller("guard", scope=frozenset({"tenant"}))],
        )
        admin, guard = (signed_in(app, caller) for caller in callers)
        yield Fleet(engine, ids, admin, guard)
    finally:
        engine.dispose()


def _at(minute: int, seconds: float = 0.0) -> datetime:
    return START + timedelta(minutes=minute, seconds=seconds)


def _asked(more: Mapping[str, str] | None = None, *, minutes: int = 4) -> dict[str, str]:
    return {"from": START.isoformat(), "to": _at(minutes).isoformat(), **(more or {})}


def _rows(answer: Any) -> dict[str, dict[str, list[int]]]:
    """The series of each device as numbers."""
    told = {"device", "label", "group_id", "group", "removed"}
    return {
        row["device"]: {
            name: list(base64.b64decode(text, validate=True))
            for name, text in row.items()
            if name not in told
        }
        for row in answer["devices"]
    }


def test_each_minute_of_each_device_is_a_byte_in_each_series(fleet: Fleet) -> None:
    assert all("thumbnail_s" not in row for row in fleet.admin.data(PATH, **_asked())["devices"])
    found = fleet.admin.data(PATH, **_asked({"thumbnails": "true"}))
    assert (found["from"], found["to"]) == ("2026-11-20T23:58:00.000Z", "2026-11-21T00:02:00.000Z")
    assert (found["every_minutes"], found["cells"]) == (1, 4)
    assert _rows(found) == {
        "lab-1/street": {
            "frames": [120, 120, NONE, 120],
            "motion_mean": [25, 25, NONE, 25],  # 254 · √0.01
            "motion_peak": [127, 127, NONE, 127],
            "thumbnail_s": [17, 17, NONE, 17],
        },
        "lab-1/yard": {
            "frames": [NONE, 120, NONE, NONE],
            "motion_mean": [NONE, 0, NONE, NONE],
            "motion_peak": [NONE, 0, NONE, NONE],
            "black_s": [NONE, 60, NONE, NONE],
            "frozen_s": [NONE, 1, NONE, NONE],
            "missing_s": [NONE, 30, NONE, NONE],
        },
        "lab-2/pattern": {"frames": [NONE, NONE, 254, NONE]},
    }
    yard = found["devices"][1]
    assert (yard["label"], yard["group_id"], yard["group"]) == ("yard of lab-1", "tenant", "tenant")


def test_a_caller_limited_to_a_group_sees_no_other_device(fleet: Fleet) -> None:
    assert set(_rows(fleet.guard.data(PATH, **_asked()))) == {"lab-1/yard"}
    for asked in ({"devices": "lab-1/street"}, {"devices": "lab-2/pattern,lab-1/yard"}, {"host": "lab-2"}):
        refused = fleet.guard.get(PATH, **_asked(asked))
        assert refused.status_code == 404
        # Word for word what is said of one that does not exist.
        nowhere = {name: value.replace("lab-", "gone-") for name, value in asked.items()}
        unknown = fleet.admin.get(PATH, **_asked(nowhere)).get_json()["error"]["message"]
        said = refused.get_json()["error"]["message"]
        assert said.partition("/")[0] == unknown.replace("gone-", "lab-").partition("/")[0]


@pytest.mark.parametrize(
    ("asked", "devices"),
    [
        ({"host": "lab-2"}, ["lab-2/pattern"]),
        ({"group": "tenant"}, ["lab-1/yard"]),
        ({"group": "nobody"}, []),
        ({"devices": "lab-2/pattern,lab-1/street"}, ["lab-1/street", "lab-2/pattern"]),
        ({"devices": "lab-2/pattern,lab-1/street", "host": "lab-1"}, ["lab-1/street"]),
    ],
)
def test_host_group_and_names_choose_devices(fleet: Fleet, asked: dict[str, str], devices: list[str]) -> None:
    assert list(_rows(fleet.admin.data(PATH, **_asked(asked)))) == devices


def test_hours_are_the_means_and_peaks_of_their_known_minutes(fleet: Fleet) -> None:
    with fleet.engine.begin() as connection:
        street = fleet.ids["lab-1/street"]
        add_minute(connection, street, MIDNIGHT + timedelta(minutes=30), motion_mean=0.09, motion_peak=1.0)
        for minute in range(60):
            at = MIDNIGHT + timedelta(hours=1, minutes=minute)
            add_minute(connection, street, at, missing_s=60.0 if minute < 10 else 0.0)
    found = fleet.admin.data(PATH, **_asked({"every": "60", "devices": "lab-1/street"}, minutes=100))
    assert (found["from"], found["to"], found["cells"]) == (
        "2026-11-20T23:00:00.000Z",
        "2026-11-21T02:00:00.000Z",
        3,
    )
    assert _rows(found)["lab-1/street"] == {
        "frames": [120, 120, 120],
        "motion_mean": [25, round(254 * 0.05**0.5), 0],
        "motion_peak": [127, 254, 0],
        "missing_s": [0, 0, 10],
        "known_minutes": [2, 2, 60],
    }


def test_a_removed_device_is_there_while_something_is_known_of_it(fleet: Fleet) -> None:
    catalogue = Catalogue(fleet.engine, lambda: str(uuid.uuid4()))
    with fleet.engine.begin() as connection:
        add_host(connection, catalogue, "lab-1", ["yard", "new"], START)
    rows = {row["device"]: row["removed"] for row in fleet.admin.data(PATH, **_asked())["devices"]}
    assert rows == {"lab-1/new": False, "lab-1/street": True, "lab-1/yard": False, "lab-2/pattern": False}
    later = {"from": _at(60).isoformat(), "to": _at(120).isoformat()}
    rows = {row["device"]: row["removed"] for row in fleet.admin.data(PATH, **later)["devices"]}
    assert rows == {"lab-1/new": False, "lab-1/yard": False, "lab-2/pattern": False}


def test_minutes_of_all_hosts_are_one_query(fleet: Fleet) -> None:
    statements: list[str] = []

    def note(_c: Any, _cursor: Any, statement: str, *_rest: Any) -> None:
        statements.append(statement)

    event.listen(fleet.engine, "before_cursor_execute", note)
    fleet.admin.data(PATH, **_asked())
    assert sum("activity_minutes" in statement for statement in statements) == 1
    assert len(statements) == 3  # the devices, how to plan, the minutes


def test_the_answer_is_compressed_and_tagged(fleet: Fleet) -> None:
    packed = fleet.admin.send(
        "GET", PATH, query_string=_asked(minutes=1440), headers={"Accept-Encoding": "gzip"}
    )
    assert packed.headers["Content-Encoding"] == "gzip"
    assert json.loads(gzip.decompress(packed.data))["data"]["cells"] == 1440
    tag = {"If-None-Match": packed.headers["ETag"], "Accept-Encoding": "gzip"}
    again = fleet.admin.send("GET", PATH, query_string=_asked(minutes=1440), headers=tag)
    assert (again.status_code, again.data) == (304, b"")
    with fleet.engine.begin() as connection:
        add_minute(connection, fleet.ids["lab-2/pattern"], _at(9))
    assert fleet.admin.send("GET", PATH, query_string=_asked(minutes=1440), headers=tag).status_code == 200


@pytest.mark.parametrize(
    "wrong",
    [
        {"every": "7"},
        {"thumbnails": "yes"},
        {"host": "\0"},
        {"group": "\0"},
        {"every": "0"},
        {"devices": "street"},
        {"devices": "lab-1/street,"},
        {"devices": "lab-1/" + "x" * 64},
        {"devices": ",".join(f"lab-1/d{number}" for number in range(101))},
        {"from": "2026-10-01T00:00:00Z"},
        {"to": START.isoformat()},
        {"to": "2026-11-21T00:00:00"},
        {"color": "red"},
        {"host": ""},
    ],
)
def test_what_cannot_be_meant_is_refused(fleet: Fleet, wrong: dict[str, str]) -> None:
    refused = fleet.admin.get(PATH, **{**_asked(), **wrong})
    assert refused.status_code == 422
    assert refused.get_json()["error"]["code"] == "bad_request"


def test_whoever_is_not_signed_in_sees_nothing(fleet: Fleet) -> None:
    assert RoomsClient(fleet.admin.client, "nobody").get(PATH, **_asked()).status_code == 401
