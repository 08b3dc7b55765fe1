"""Captions of a real agent at a real gateway: they arrive once, whatever was away or killed meanwhile."""

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

import httpx
import pytest

from host_agent.captioner.outbox import OUTBOX_NAME
from host_agent.doctor.doctor import examine
from shared.finding import Verdict
from shared.spans import utc_ms
from tests.support.agent_under_test import AgentUnderTest
from tests.support.gateway_under_test import INGEST, GatewayUnderTest, enrolled_agent
from tests.support.openai_server import KEY, VISION_MODEL, OpenAiServer

DEVICES = [
    {"name": "door", "source": "pattern:testsrc2", "size": "320x180", "fps": 5, "bitrate_kbps": 100},
    {"name": "yard", "source": "pattern:smptebars", "size": "320x180", "fps": 5, "bitrate_kbps": 100},
]
# Nobody asks this graph: captions are only taken in here.
GRAPH = {"uri": "bolt://127.0.0.1:9", "password": "nobody's"}
WITHIN_S = 30.0
TOKEN = "a-token-of-the-tests-own"


@dataclass(frozen=True, slots=True)
class Captioned:
    """An agent whose devices are captioned once a second, and its gateway."""

    gateway: GatewayUnderTest
    agent: AgentUnderTest
    http: httpx.Client

    def hot(self, device: str) -> list[dict[str, Any]]:
        """The gateway's captions of a device, oldest first."""
        cameras = self.http.get("/api/v1/cameras").json()["data"]
        [camera] = [camera for camera in cameras if camera["device"] == f"lab-1/{device}"]
        answer = self.http.get("/api/v1/captions", params={"camera": camera["external_id"], "limit": 1000})
        assert answer.status_code == 200, answer.text
        found: list[dict[str, Any]] = answer.json()["data"]["captions"]
        return found[::-1]

    def waiting(self) -> list[tuple[str, int]]:
        with closing(sqlite3.connect(self.agent.state_dir / OUTBOX_NAME)) as db:
            return db.execute("SELECT device, captured_utc_ms FROM waiting ORDER BY id").fetchall()

    def sending(self) -> dict[str, Any]:
        told: dict[str, Any] = self.agent.json("/api/host/health")["captions"]
        return told

    def findings(self) -> list[tuple[Verdict, str]]:
        return [
            (finding.verdict, finding.sentence)
            for finding in examine(self.agent.config)
            if finding.subject == "captions"
        ]


@pytest.fixture
def captioned(tmp_path: Path, migrated_database_url: str, redis_url: str) -> Iterator[Captioned]:
    sections: dict[str, dict[str, object]] = {
        "agent": {"token": TOKEN},
        "captions": {"enabled": True, "every_s": 1.0},
    }
    with GatewayUnderTest(tmp_path / "gateway", migrated_database_url, redis_url, graph=GRAPH) as gateway:
        agent = enrolled_agent(gateway, tmp_path / "lab-1", "lab-1", DEVICES, sections=sections)
        with agent:
            agent.wait_live()
            gateway.wait_host("lab-1")
            yield Captioned(gateway, agent, gateway.login())


def at_ms(caption: dict[str, Any]) -> int:
    return utc_ms(datetime.fromisoformat(caption["captured_at"]))


def check_that_captions_arrive_once_whatever_was_away_or_killed_meanwhile(captioned: Captioned) -> None:
    agent, gateway = captioned.agent, captioned.gateway
    agent.wait_for(
        "captions of both", lambda: all(captioned.hot(name) for name in ("door", "yard")), within_s=WITHIN_S
    )
    first = captioned.hot("door")[0]
    assert "scene" in first["text"] and first["model"] == "scene"
    picture = agent.get(first["frame"])
    assert (picture.status_code, picture.headers["Content-Type"]) == (200, "image/jpeg")
    shown = agent.get("/api/host/frame/door", at=first["captured_at"])
    assert shown.content == picture.content, "the caption's time is its frame's"

    gateway.kill(INGEST)
    agent.wait_for("captions wait", lambda: len(captioned.waiting()) >= 6, within_s=WITHIN_S)
    agent.wait_for("it is said why", lambda: captioned.sending()["code"] == "gateway_unreachable")
    agent.kill("captions")
    killed_with = len(captioned.waiting())
    agent.wait_for("it goes on", lambda: len(captioned.waiting()) >= killed_with + 2, within_s=WITHIN_S)
    waited = captioned.waiting()
    gateway.restart(INGEST)
    taken = {"door": 0, "yard": 0}
    agent.wait_for("all are taken", lambda: waited[-1] not in captioned.waiting(), within_s=WITHIN_S)
    agent.reload(sections={"captions": {"enabled": False}})
    agent.wait_for("no more are made", lambda: "captions" not in names(agent))
    for name in taken:
        times = [at_ms(caption) for caption in captioned.hot(name)]
        assert len(times) == len(set(times)), "none twice"
        assert {at for device, at in waited if device == name} <= set(times)
    recorded = agent.ring("door").times()
    assert all(later.number == earlier.number + 1 for earlier, later in pairwise(recorded))


def names(agent: AgentUnderTest) -> set[str]:
    """Of the agent's processes."""
    return {
        argument for seen in agent.processes() for argument in seen.arguments if seen.parent_pid == agent.pid
    }


def check_that_a_gateway_without_a_graph_is_said_where_people_look(captioned: Captioned) -> None:
    agent, gateway = captioned.agent, captioned.gateway
    agent.reload(sections={"captions": {"enabled": True}})
    gateway.stop(INGEST)
    gateway.restart(INGEST, graph={"uri": ""})
    agent.wait_for("it is said", lambda: captioned.sending()["code"] == "captions_off", within_s=WITHIN_S)
    alarms = {alarm["code"] for alarm in agent.json("/api/host/health")["alarms"]}
    assert "captions_not_taken" in alarms
    [(verdict, sentence)] = captioned.findings()
    assert verdict is Verdict.WARNING and "wait" in sentence
    metrics = agent.text("/metrics")
    assert 'coldframe_captions_total{device="door",outcome="made"}' in metrics
    assert "coldframe_captions_waiting" in metrics


def check_that_a_model_with_another_key_is_said_too(captioned: Captioned) -> None:
    agent = captioned.agent
    with OpenAiServer() as models:
        wrong = "sk-a-key-of-somebody-else"
        asked = {"captioner": "openai", "base_url": models.base_url, "model": VISION_MODEL, "key": wrong}
        agent.reload(sections={"captions": asked})
        agent.wait_for(
            "it is said",
            lambda: agent.json("/api/host/devices/door")["captions"]["code"] == "model_key_refused",
        )
        device = agent.json("/api/host/devices/door")
        assert "captions_not_made" in {alarm["code"] for alarm in device["alarms"]}
        assert any("does not accept the key" in sentence for _verdict, sentence in captioned.findings())
        agent.reload(sections={"captions": {"key": KEY}})
        agent.wait_for(
            "it is asked",
            lambda: agent.json("/api/host/devices/door")["captions"]["last_text"].startswith("A picture of"),
        )
        assert (Verdict.OK, f"{models.base_url} has '{VISION_MODEL}'.") in captioned.findings()
        said = agent.log.read_text() + agent.text("/api/host/health") + agent.text("/api/host/devices")
    assert wrong not in said and KEY not in said


def test_captions_of_real_frames_arrive_once_and_what_keeps_them_is_said(captioned: Captioned) -> None:
    check_that_captions_arrive_once_whatever_was_away_or_killed_meanwhile(captioned)
    check_that_a_gateway_without_a_graph_is_said_where_people_look(captioned)
    check_that_a_model_with_another_key_is_said_too(captioned)
