"""What the agent's API, metrics and alarms say of captions."""

from pathlib import Path
from typing import Any

import pytest

from host_agent.settings import FrameSettings, HostSettings
from host_agent.told_captions import HOST, STATE_PART, ToldCaptions, ToldSending, encode_told
from shared.spans import utc_ms
from tests.support.http_agent import NOW, HttpAgent, make_agent

NOW_MS = utc_ms(NOW)
MADE = ToldCaptions("scene", 7, 2, 1, NOW_MS - 1500, "dark scene, no motion")
SENT = ToldSending(waiting=3, oldest_waiting_utc_ms=NOW_MS - 60_000, sent=4, refused=1)


def captioning(agent: HttpAgent, **captions: Any) -> HttpAgent:
    told = agent.settings.model_dump(exclude_unset=True)
    told |= {"captions": {"enabled": True, **captions}, "gateway": {"url": "http://gateway"}}
    agent.settings = HostSettings.model_validate(told)
    agent.devices.update({device.name: device for device in agent.settings.device})
    return agent


@pytest.fixture
def agent(tmp_path: Path) -> HttpAgent:
    made = make_agent(tmp_path)
    made.report()
    return made


def json_of(agent: HttpAgent, address: str) -> Any:
    return agent.client.get(address).get_json()


def metric_lines(agent: HttpAgent) -> list[str]:
    text = agent.client.get("/metrics").get_data(as_text=True)
    return [line for line in text.splitlines() if line.startswith("coldframe_captions")]


def test_an_agent_that_makes_none_says_nothing_of_captions(agent: HttpAgent) -> None:
    agent.journal.set_state("capture1", STATE_PART, encode_told(MADE))
    assert json_of(agent, "/api/host/devices/capture1")["captions"] is None
    assert json_of(agent, "/api/host/health")["captions"] is None
    assert metric_lines(agent) == []


def test_of_a_device_that_is_not_to_be_looked_at_nothing_is_said(agent: HttpAgent) -> None:
    captioning(agent)
    agent.journal.set_state("capture1", STATE_PART, encode_told(MADE))
    [device] = [device for device in agent.settings.device if device.name == "capture1"]
    unseen = device.model_copy(update={"picture": FrameSettings(enable_detection=False)})
    agent.devices["capture1"] = unseen
    assert json_of(agent, "/api/host/devices/capture1")["captions"] is None


def test_what_is_made_and_waits_is_told(agent: HttpAgent) -> None:
    captioning(agent)
    agent.journal.set_state("capture1", STATE_PART, encode_told(MADE))
    agent.journal.set_state(HOST, STATE_PART, encode_told(SENT))
    told = json_of(agent, "/api/host/devices/capture1")["captions"]
    assert (told["captioner"], told["made"], told["missed"], told["failed"]) == ("scene", 7, 2, 1)
    assert (told["last_at"], told["last_text"]) == ("2026-11-21T14:29:58.500Z", "dark scene, no motion")
    assert (told["code"], told["wrong_since"]) == ("", None)
    sending = json_of(agent, "/api/host/health")["captions"]
    assert (sending["waiting"], sending["sent"], sending["refused"], sending["dropped"]) == (3, 4, 1, 0)
    assert sending["oldest_waiting_at"] == "2026-11-21T14:29:00.000Z"
    assert {
        'coldframe_captions_total{device="capture1",outcome="made"} 7.0',
        'coldframe_captions_total{device="capture1",outcome="missed"} 2.0',
        'coldframe_captions_total{device="capture1",outcome="failed"} 1.0',
        'coldframe_captions_newest_age_seconds{device="capture1"} 1.5',
        "coldframe_captions_waiting 3.0",
        'coldframe_captions_delivered_total{outcome="sent"} 4.0',
        'coldframe_captions_delivered_total{outcome="refused"} 1.0',
        'coldframe_captions_delivered_total{outcome="dropped"} 0.0',
    } <= set(metric_lines(agent))


def test_before_the_process_has_said_anything_there_is_nothing_to_tell(agent: HttpAgent) -> None:
    captioning(agent)
    assert json_of(agent, "/api/host/devices/capture1")["captions"]["captioner"] == ""
    assert json_of(agent, "/api/host/health")["captions"]["waiting"] == 0
    assert json_of(agent, "/api/host/health")["alarms"] == []


def test_what_a_person_has_to_do_is_an_alarm_of_device_and_host(agent: HttpAgent) -> None:
    captioning(agent)
    refused = {
        "code": "model_key_refused",
        "sentence": "It does not accept the key.",
        "remedy": "Correct it.",
    }
    agent.journal.set_state("capture1", STATE_PART, {**encode_told(MADE), **refused})
    agent.journal.set_state(HOST, STATE_PART, {**encode_told(SENT), "code": "captions_off"})
    [alarm] = json_of(agent, "/api/host/devices/capture1")["alarms"]
    assert alarm["code"] == "captions_not_made"
    assert alarm["sentence"] == "Captions are not made: It does not accept the key. Correct it."
    codes = {alarm["code"] for alarm in json_of(agent, "/api/host/health")["alarms"]}
    assert codes == {"captions_not_made", "captions_not_taken"}
    assert 'coldframe_device_alarm{code="captions_not_made",device="capture1"} 1.0' in agent.client.get(
        "/metrics"
    ).get_data(as_text=True)
