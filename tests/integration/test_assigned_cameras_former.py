"""What the API says of a device that was taken away, and of a camera that cannot be recorded."""

from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from host_agent.app import create_app, served_devices
from host_agent.assigned_cameras import Assignment
from host_agent.capture.device_report import DeviceReporter
from host_agent.capture.unrecorded import Unrecorded, why_it_left
from host_agent.heartbeat_facts import HeartbeatFacts
from host_agent.journal.facts import DEVICE_ADDED
from host_agent.reported_state import ToldAlarm
from shared.clock import Clock
from shared.spans import Span
from tests.support.http_agent import NOW, HttpAgent, ReadingClient, make_agent

SENTENCE = "It cannot be recorded as the gateway has set it: colour: is no setting."


class NoLog:
    def warning(self, *_words: object, **_more: object) -> None:
        pass


@pytest.fixture
def agent(tmp_path: Path) -> HttpAgent:
    """`stays` and `gone` were recorded for ten seconds; then `gone` was taken away."""
    agent = make_agent(tmp_path, devices=("stays", "gone", "empty"))
    for device in ("stays", "gone"):
        agent.journal.note(DEVICE_ADDED, "starting", "The device is in the settings.", device=device)
        agent.record(10, begin=NOW - timedelta(seconds=60), device=device)
        agent.report(device)
    for device in ("gone", "empty"):
        del agent.devices[device]
    return agent


def read(agent: HttpAgent, path: str, **query: str) -> Any:
    """A JSON answer."""
    return agent.client.get(path, query_string=query).json


def unrecorded(agent: HttpAgent) -> Unrecorded:
    clock: Clock = agent.clock
    return Unrecorded(agent.journal, clock, NoLog())


def assign(agent: HttpAgent, assignment: Assignment) -> None:
    """As the process that serves is told of it."""
    agent.services = replace(agent.services, assignment=lambda: assignment)
    agent.app = create_app(agent.services)
    agent.app.test_client_class = ReadingClient


def test_a_device_that_was_taken_away_is_listed_as_long_as_there_is_footage_of_it(agent: HttpAgent) -> None:
    sentence = why_it_left(was_assigned=True, has_gateway=True)
    unrecorded(agent).leave("gone", sentence)
    listed = {entry["device"]: entry for entry in read(agent, "/api/host/devices")["devices"]}
    assert {name: entry["former"] for name, entry in listed.items()} == {"gone": True, "stays": False}
    gone = listed["gone"]
    assert (gone["state"], gone["code"], gone["reason"]) == ("stopped", "unassigned", sentence)
    assert gone["hot"]["segments"]["files"] == 10


def test_its_footage_plays_and_its_gap_says_that_it_was_taken_away(agent: HttpAgent) -> None:
    unrecorded(agent).leave("gone", "The gateway took this camera away from this host.")
    agent.journal.note_clock()
    agent.clock.pass_time(60)
    span = {"from": "2026-11-21T14:28:00Z", "to": "2026-11-21T14:31:00Z"}
    told = read(agent, "/api/host/timeline/gone", **span)
    assert len(told["recorded"]) == 1 and told["gaps"][-1]["code"] == "unassigned"
    playlist = agent.client.get("/host/stream/gone/playlist.m3u8", query_string=span)
    assert playlist.text.count(".ts") == 10
    assert agent.client.get("/host/stream/gone/segments/segment_000000003.ts").status_code == 200
    assert agent.client.get("/api/host/heatmap/gone", query_string=span).status_code == 200


@pytest.mark.parametrize("action", ["start", "stop", "restart"])
def test_nobody_starts_or_stops_what_is_not_recorded_here(agent: HttpAgent, action: str) -> None:
    answer = agent.client.post(f"/api/host/devices/gone/{action}")
    assert answer.status_code == 409 and "former_device" in answer.text
    assert agent.journal.wanted("gone").asked_by == ""


def test_it_is_no_affair_of_health_metrics_and_heartbeats(agent: HttpAgent) -> None:
    assert [entry["device"] for entry in read(agent, "/api/host/health")["devices"]] == ["stays"]
    assert 'device="gone"' not in agent.client.get("/metrics").text
    devices = served_devices(agent.services)
    reports = HeartbeatFacts(devices, DeviceReporter(devices)).devices()
    assert [(report.name, report.assigned) for report in reports] == [("stays", False)]


def test_a_camera_that_cannot_be_recorded_is_misconfigured_and_says_why(agent: HttpAgent) -> None:
    assign(agent, Assignment(frozenset({"gone", "stays"}), {"gone": SENTENCE}, ("Two of a name.",)))
    lacking = unrecorded(agent)
    lacking.refuse("gone", SENTENCE, is_new=True)
    told = read(agent, "/api/host/devices/gone")
    assert (told["state"], told["code"], told["reason"]) == ("misconfigured", "misconfigured", SENTENCE)
    assert (told["assigned"], told["former"], told["source"]) == (True, False, "")
    assert read(agent, "/api/host/devices/stays")["assigned"] is True
    health = read(agent, "/api/host/health")
    assert health["status"] == "degraded"
    assert {"code": "camera_refused", "sentence": "Two of a name."} in health["alarms"]
    # Said once, however often the assignment is looked at.
    facts = agent.journal.facts(_today(), "gone")
    lacking.refuse("gone", SENTENCE, is_new=False)
    assert agent.journal.facts(_today(), "gone") == facts


def test_what_it_left_behind_and_cannot_be_deleted_is_an_alarm_of_the_host(agent: HttpAgent) -> None:
    stuck = {"code": "deletion_failed", "sentence": "The hour 2026-11-20T14 of gone's segments should go."}
    full = {"code": "disk_full", "sentence": "The disk is too small."}
    for device, alarms in (("stays", [full]), ("gone", [full, stuck])):
        agent.journal.set_state(device, "archive", {"hot": {}, "alarms": alarms})
    assert read(agent, "/api/host/health")["alarms"] == [stuck, full]
    devices = served_devices(agent.services)
    assert devices.host_alarms() == [ToldAlarm(stuck["code"], stuck["sentence"])]
    assert HeartbeatFacts(devices, DeviceReporter(devices)).alarms() == [stuck["sentence"], full["sentence"]]
    # Once it has gone nobody speaks of it any more; that says nothing of a process that does not run.
    agent.clock.pass_time(600)
    agent.journal.set_state("stays", "archive", {"hot": {}, "alarms": [full]})
    assert read(agent, "/api/host/health")["alarms"] == [full]


def test_what_left_while_nobody_was_there_is_said_once(agent: HttpAgent) -> None:
    for _start in range(2):
        unrecorded(agent).leave_unless_said("gone")
    told = [fact for fact in agent.journal.facts(_today(), "gone") if fact.code == "unassigned"]
    assert [fact.sentence for fact in told] == ["The device is not recorded here any more."]


def _today() -> Span:
    return Span(NOW - timedelta(hours=1), NOW + timedelta(hours=1))
