"""What the demo records, and how its table reads."""

import tomllib
from pathlib import Path

from deploy.local.demo_plan import DemoAgent, DemoDevice, host_toml, plan_agents, render_table, rows_of
from host_agent.settings import HostSettings

AGENTS = plan_agents(Path("/clips"), "rtsp://demo:pw@127.0.0.1:8554/meadow", [(Path("/dev/video0"), "C920")])


def test_the_settings_that_are_written_are_taken_by_an_agent() -> None:
    for agent in AGENTS:
        text = host_toml(agent, folder=Path("/state/lab"), port=8101)
        settings = HostSettings.model_validate(tomllib.loads(text))
        assert [device.name for device in settings.device] == [device.name for device in agent.devices]


def test_every_local_camera_a_clip_an_rtsp_camera_and_a_pattern_are_recorded() -> None:
    kinds = [device.source.partition(":")[0] for agent in AGENTS for device in agent.devices]
    assert sorted(kinds) == ["file", "file", "file", "pattern", "rtsp", "v4l2"]


def test_the_table_ends_with_an_address_a_device_and_says_why_one_is_not_live() -> None:
    agent = DemoAgent("lab-1", (DemoDevice("a", "Street", "x"), DemoDevice("b", "Door", "y")))
    states = {"a": ("live", ""), "b": ("backing_off", "The camera refused the login.")}
    rows = rows_of(agent, "http://127.0.0.1:8101", states, "starting")
    assert render_table(rows, [("lab-1", "http://127.0.0.1:8101/docs")]).splitlines() == [
        "HOST   DEVICE  STATE        WHAT      OPEN IN A PLAYER",
        "lab-1  a       live         Street    http://127.0.0.1:8101/host/stream/a/segments/output.m3u8",
        "lab-1  b       backing_off  Door      http://127.0.0.1:8101/host/stream/b/segments/output.m3u8",
        "       → The camera refused the login.",
        "lab-1                       HTTP API  http://127.0.0.1:8101/docs",
    ]


def test_a_device_that_the_agent_has_not_named_yet_is_starting() -> None:
    [row] = rows_of(DemoAgent("lab", (DemoDevice("a", "A", "x"),)), "http://h", {}, "starting")
    assert (row.state, row.is_settled) == ("starting", False)
