"""The agent's processes: what dies is started again, what is asked for is done, nothing is left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
import tomli_w

from deploy.local.free_port import free_port
from host_agent.journal.journal import Journal
from shared.clock import SystemClock
from tests.support.agent_under_test import CHILDREN, PROJECT, AgentUnderTest
from tests.support.footage_decoder import decode_bytes
from tests.support.ring_on_disk import TimesRow

Start = Callable[..., AgentUnderTest]

FAST = {
    "ring": {"archive_interval_s": 0.5},
    "supervisor": {
        "backoff_min_s": 0.2,
        "backoff_max_s": 0.5,
        "stalled_after_s": 3,
        "start_timeout_s": 10,
    },
}


def pattern(name: str, **own: object) -> dict[str, object]:
    return {"name": name, "source": "pattern:testsrc2", "size": "320x180", "fps": 10, "frames": "off", **own}


def times(agent: AgentUnderTest, device: str) -> list[TimesRow]:
    return agent.ring(device).times()


def runs_of(agent: AgentUnderTest, device: str) -> set[int]:
    return {row.run for row in times(agent, device)}


def grows(agent: AgentUnderTest, device: str, *, by: int = 2) -> None:
    """Wait until `device` has recorded some more."""
    before = len(times(agent, device))
    agent.wait_for(f"more of {device}", lambda: len(times(agent, device)) >= before + by)


@pytest.fixture
def start(tmp_path: Path) -> Iterator[Start]:
    """An agent of one test's own."""
    started: list[AgentUnderTest] = []

    def begin(*devices: dict[str, object]) -> AgentUnderTest:
        agent = AgentUnderTest(tmp_path, devices, sections=FAST)
        started.append(agent)
        agent.start()
        return agent

    yield begin
    for agent in started:
        agent.__exit__(None, None, None)


@pytest.fixture(scope="module")
def shared_agent(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AgentUnderTest]:
    devices = [pattern("one"), pattern("two")]
    with AgentUnderTest(tmp_path_factory.mktemp("agent"), devices, sections=FAST) as running:
        yield running


@pytest.fixture
def agent(shared_agent: AgentUnderTest) -> AgentUnderTest:
    """The agent that tests share which leave it as it was: live, with the devices one and two."""
    shared_agent.wait_live()
    return shared_agent


# -- what dies ---------------------------------------------------------------------------------------


@pytest.mark.parametrize("child", CHILDREN)
def test_a_process_that_dies_is_started_again(agent: AgentUnderTest, child: str) -> None:
    killed = agent.kill(child)

    def is_another() -> bool:
        try:
            return agent.child_pid(child) != killed
        except AssertionError:
            return False

    agent.wait_for(f"another {child}", is_another)
    agent.wait_live()
    grows(agent, "one")


def test_a_dead_ffmpeg_is_started_again_and_no_other_device_notices(agent: AgentUnderTest) -> None:
    other = agent.ffmpegs("two")
    runs, other_runs = runs_of(agent, "one"), runs_of(agent, "two")
    restarts = agent.json("/api/host/devices/one")["restarts"]
    assert agent.kill_ffmpeg("one")
    agent.wait_for("another run", lambda: len(runs_of(agent, "one")) > len(runs))
    agent.wait_live()
    assert agent.ffmpegs("two") == other
    assert runs_of(agent, "two") == other_runs
    assert agent.json("/api/host/devices/one")["restarts"] == restarts + 1


def test_an_ffmpeg_that_hangs_is_killed_and_started_again(agent: AgentUnderTest) -> None:
    other_runs = runs_of(agent, "two")
    (hanging,) = agent.ffmpegs("one")
    os.kill(hanging.pid, signal.SIGSTOP)
    agent.wait_for("a state that says so", lambda: '"stalled"' in agent.log.read_text())
    agent.wait_for("another ffmpeg", lambda: hanging.pid not in {seen.pid for seen in agent.ffmpegs("one")})
    agent.wait_live()
    grows(agent, "one")
    assert runs_of(agent, "two") == other_runs


# -- what is asked for -------------------------------------------------------------------------------


def test_settings_that_are_wrong_are_refused_and_the_old_ones_stay(agent: AgentUnderTest) -> None:
    (running,) = agent.ffmpegs("one")
    refused = agent.log.read_text().count("settings_refused")
    agent.reload(devices=[pattern("one", encode="h264"), pattern("two")])
    agent.wait_for("the refusal", lambda: agent.log.read_text().count("settings_refused") >= refused + 3)
    assert "device.0.encode" in agent.log.read_text()
    grows(agent, "one")
    assert agent.ffmpegs("one") == [running]
    agent.reload(devices=[pattern("one"), pattern("two")])
    grows(agent, "one")
    assert agent.ffmpegs("one") == [running]


def test_a_restart_that_is_asked_for_is_done_once(agent: AgentUnderTest) -> None:
    (running,) = agent.ffmpegs("one")
    journal = Journal(agent.state_dir / "journal.db", SystemClock())
    journal.want_restart("one", "bob")
    agent.wait_for("another ffmpeg", lambda: agent.ffmpegs("one") not in ([], [running]))
    journal.close()
    agent.wait_live()
    (another,) = agent.ffmpegs("one")
    grows(agent, "one", by=3)
    assert agent.ffmpegs("one") == [another]


def test_a_second_agent_on_the_same_state_is_refused_with_a_sentence(agent: AgentUnderTest) -> None:
    second = subprocess.run(
        [sys.executable, "-m", "host_agent", "run", "--config", str(agent.config)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert second.returncode == 2
    assert f"already works with {agent.state_dir}" in second.stderr
    assert "state_dir of its own" in second.stderr
    assert "Traceback" not in second.stderr
    assert len(agent.ffmpegs("one")) == 1


def test_a_reload_restarts_only_the_devices_that_changed(start: Start) -> None:
    agent = start(pattern("same"), pattern("changed"), pattern("gone"))
    agent.wait_live()
    (same,), (changed,) = agent.ffmpegs("same"), agent.ffmpegs("changed")
    agent.reload(devices=[pattern("same"), pattern("changed", fps=5), pattern("new")])
    agent.wait_for("the new device", lambda: bool(agent.ffmpegs("new")))
    agent.wait_for("the old one's end", lambda: not agent.ffmpegs("gone"))
    agent.wait_live("same", "changed", "new")
    assert agent.ffmpegs("same") == [same]
    assert runs_of(agent, "same") == {1}
    assert agent.ffmpegs("changed") != [changed]
    agent.wait_for("its second run", lambda: runs_of(agent, "changed") == {1, 2})
    gone = agent.json("/api/host/devices/gone")
    assert (gone["former"], gone["state"], gone["code"]) == (True, "stopped", "unassigned")
    assert agent.ring("gone").segments()  # its footage stays
    assert "The settings of this device changed" in agent.log.read_text()
    assert '"The agent was stopped."' not in agent.log.read_text()


def test_another_address_is_listened_on_and_the_recording_goes_on(start: Start, tmp_path: Path) -> None:
    agent = start(pattern("one"))
    agent.wait_live()
    (running,) = agent.ffmpegs("one")
    another = f"127.0.0.1:{free_port()}"

    def answer(address: str) -> dict[str, Any] | None:
        try:
            return dict(httpx.get(f"http://{address}/api/host/health", timeout=10).json())
        except httpx.TransportError:
            return None

    agent.reload(sections={"agent": {"listen": another, "http_threads": 8}})
    agent.wait_for("an answer at the other address", lambda: answer(another) is not None)
    assert answer(f"127.0.0.1:{agent.port}") is None
    assert (answer(another) or {})["alarms"] == []
    assert agent.ffmpegs("one") == [running]
    assert "process_ended" not in agent.log.read_text()

    told = agent.log.read_text().count("settings_reloaded")
    agent.reload()
    agent.wait_for("a reload", lambda: agent.log.read_text().count("settings_reloaded") >= told + 3)
    agent.reload(sections={"agent": {"state_dir": str(tmp_path / "elsewhere")}})
    agent.wait_for("the alarm", lambda: bool((answer(another) or {}).get("alarms")))
    (alarm,) = (answer(another) or {})["alarms"]
    assert alarm["code"] == "needs_restart"
    assert "state_dir was changed and needs a restart" in alarm["sentence"]
    assert "needs_restart" in agent.log.read_text()
    assert not (tmp_path / "elsewhere").exists()
    assert agent.ffmpegs("one") == [running]
    assert agent.log.read_text().count("process_renewed") == 1, "only where its own settings changed"


def test_stop_and_start_are_wishes_in_the_journal_that_survive_a_restart(start: Start) -> None:
    agent = start(pattern("one"))
    agent.wait_live()
    journal = Journal(agent.state_dir / "journal.db", SystemClock())
    journal.want("one", "stopped", "ann")
    agent.wait_for("its stop", lambda: agent.state("one") == "stopped")
    assert "ann" in agent.json("/api/host/devices/one")["reason"]
    assert agent.ffmpegs("one") == []

    agent.stop()
    agent.start()
    agent.wait_healthy()
    agent.wait_for("the wish", lambda: agent.state("one") == "stopped")
    assert agent.ffmpegs("one") == []

    journal.want("one", "running", "ann")
    agent.wait_live()
    journal.close()


def test_a_device_that_is_stopped_has_its_folders_too(start: Start, tmp_path: Path) -> None:
    journal = Journal(tmp_path / "state" / "journal.db", SystemClock())
    journal.want("one", "stopped", "ann")
    journal.close()
    agent = start(pattern("one"))
    agent.wait_for("the folders", (agent.ring("one").base / "captures" / "23").is_dir)
    agent.wait_healthy()
    agent.wait_for("the state", lambda: agent.state("one") == "stopped")


# -- ends --------------------------------------------------------------------------------------------


def test_sigterm_ends_within_ten_seconds_with_the_last_segment_whole_and_no_process_left(
    start: Start,
) -> None:
    agent = start(pattern("one"), pattern("two"))
    agent.wait_live()
    grows(agent, "one")
    before_s = agent.now_s()
    assert agent.stop() < 10
    for device in ("one", "two"):
        ring = agent.ring(device)
        last = ring.times()[-1]
        # The footage reaches to the moment at which it was told to end, and decodes whole.
        assert abs((last.begin_utc_ms + last.duration_ms) / 1000 - before_s) < 1.5
        assert ring.segments()[last.name].stat().st_size % 188 == 0
        whole = b"".join(ring.segments()[row.name].read_bytes() for row in ring.times())
        assert decode_bytes(whole).complaints == []
        assert list((ring.base / ".staging" / "segments").iterdir()) == []


def test_a_hanging_ffmpeg_does_not_keep_the_agent_from_ending(start: Start) -> None:
    agent = start(pattern("one"))
    agent.wait_live()
    (hanging,) = agent.ffmpegs("one")
    os.kill(hanging.pid, signal.SIGSTOP)
    assert agent.stop() < 10


def test_when_the_agent_is_killed_nothing_outlives_it_and_another_start_goes_on(start: Start) -> None:
    agent = start(pattern("one"))
    agent.wait_live()
    agent.kill_all()
    before = times(agent, "one")
    agent.start()
    agent.wait_live()
    grows(agent, "one")
    after = times(agent, "one")
    assert after[: len(before)] == before
    assert after[len(before)].number > before[-1].number


def test_a_state_folder_that_cannot_be_used_is_said_in_a_sentence(tmp_path: Path) -> None:
    state_dir = tmp_path / "state"
    state_dir.write_text("a file is in its place")
    config = tmp_path / "host.toml"
    settings = {"agent": {"root": str(tmp_path), "state_dir": str(state_dir)}, "device": [pattern("one")]}
    config.write_text(tomli_w.dumps(settings))
    done = subprocess.run(
        [sys.executable, "-m", "host_agent", "run", "--config", str(config)],
        cwd=PROJECT,
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert done.returncode == 2
    assert f"state_dir {state_dir} cannot be used" in done.stderr
    assert "Traceback" not in done.stderr
