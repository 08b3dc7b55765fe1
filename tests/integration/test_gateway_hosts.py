"""Hosts enrol and report, and are listed: over HTTP, on a real PostgreSQL, with the time passed in."""

import gzip
import json
import threading
from collections.abc import Iterator
from typing import Any

import pytest

from shared.errors import UnavailableError
from tests.support.fleet_stand import NOW, Agent, FleetStand, device_report, error_of, heartbeat


class Unreachable:
    """No host can be called."""

    def call_json(self, host: str, method: str, path: str, *, json: object = None) -> Any:
        raise UnavailableError(f"Host {host} cannot be reached.", code="host_unreachable", remedy="")


@pytest.fixture
def stand(migrated_database_url: str) -> Iterator[FleetStand]:
    made = FleetStand(migrated_database_url, Unreachable())
    yield made
    made.close()


# -- enrolment -----------------------------------------------------------------------------------


def test_a_token_is_traded_for_a_credential_that_reports(stand: FleetStand) -> None:
    agent = stand.enrolled()
    answer = stand.beat(agent, "street", "yard")
    assert answer.status_code == 200
    assert answer.get_json() == {
        "success": True,
        "data": {
            "received_utc_ms": int(NOW.timestamp() * 1000),
            "interval_s": 10.0,
            "minutes": {"stored": 0, "too_old": 0, "too_new": 0},
            "commands": [],
            "cameras": None,
        },
    }
    (host,) = stand.data("GET", "/hosts")
    assert (host["name"], host["state"]) == ("lab-1", "online")
    assert [device["device"] for device in host["devices"]] == ["street", "yard"]
    devices = stand.data("GET", "/devices")
    assert [(device["full_name"], device["word"]) for device in devices] == [
        ("lab-1/street", "live"),
        ("lab-1/yard", "live"),
    ]
