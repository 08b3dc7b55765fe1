"""The clock is stepped in a running agent: a day ahead, an hour back, to 1970, and right again. Nothing is
deleted, the alarm is there, recording goes on, and new footage carries the new time."""

import time
from collections.abc import Iterator

import pytest

from host_agent.journal.journal import Journal
from host_agent.ring.layout import Hour
from shared.clock import SystemClock
from shared.spans import from_utc_ms, iso_ms
from tests.support.agent_under_test import AgentUnderTest
from tests.support.ring_on_disk import TimesRow
from tests.support.ring_witness import RingWitness

DAY_S, HOUR_S = 86_400.0, 3600.0
DEVICES = ("one", "two")
A_FEW = 6
# An hour of retention and a cleaner each second: a wrong clock that is believed deletes at once.
SECTIONS: dict[str, dict[str, object]] = {
    "ring": {"archive_interval_s": 0.5, "clean_interval_s": 1, "hot_segments": 3},
    "retention": {"segments": 1},
}


def pattern(name: str) -> dict[str, object]:
    picture = {"source": "pattern:life", "size": "160x90", "fps": 8, "bitrate_kbps": 200}
    return {"name": name, "frames": "off", **picture}


def rows(agent: AgentUnderTest, device: str) -> list[TimesRow]:
    return agent.ring(device).times()


def wait_for_more(agent: AgentUnderTest, count: int) -> None:
    before = {device: len(rows(agent, device)) for device in DEVICES}
    agent.wait_for(
        f"{count} more segments of every device",
        lambda: all(len(rows(agent, device)) >= before[device] + count for device in DEVICES),
        within_s=60,
    )


def step(agent: AgentUnderTest, offset_s: float) -> None:
    """Set the clock, and record a few segments by it."""
    before = {device: {row.number for row in rows(agent, device)} for device in DEVICES}
    agent.reload(clock_offset_s=offset_s)
    agent.wait_for(
        "footage of the new time",
        lambda: all(_is_now(agent, device, before[device]) for device in DEVICES),
        within_s=30,
    )
    wait_for_more(agent, A_FEW)
    for device in DEVICES:
        _check_newest(agent, device)


def _is_now(agent: AgentUnderTest, device: str, before: set[int]) -> bool:
    newest = rows(agent, device)[-1]
    return newest.number not in before and abs(newest.begin_utc_ms / 1000 - agent.now_s()) < 20


def _check_newest(agent: AgentUnderTest, device: str) -> None:
    """The newest footage is of now by this clock, and lies where this clock's hour is."""
    newest = rows(agent, device)[-1]
    assert abs(newest.begin_utc_ms / 1000 - agent.now_s()) < 8
    path = agent.ring(device).segments()[newest.name]
    assert path.stat().st_mtime_ns == newest.begin_utc_ms * 1_000_000
    hour = Hour.of(from_utc_ms(newest.begin_utc_ms))
    base = agent.ring(device).base
    places = [
        base / "segments" / str(hour.number),
        base / "vault" / str(hour.date) / str(hour.number) / "segments",
    ]
    lines = [place / "times.csv" for place in places if (place / "times.csv").exists()]
    dated = [place for place in lines if f"\n{newest.number},{newest.begin_utc_ms}," in place.read_text()]
    assert len(dated) == 1, (device, newest, lines)
    assert str(hour) in (dated[0].parent / ".hour.json").read_text()


def alarms(agent: AgentUnderTest, device: str) -> set[str]:
    return {alarm["code"] for alarm in agent.json(f"/api/host/devices/{device}")["alarms"]}


@pytest.fixture(scope="module")
def stepped(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[AgentUnderTest, list[RingWitness]]]:
    """An agent that was taken through all steps, still running."""
    folder = tmp_path_factory.mktemp("clock")
    running = AgentUnderTest(folder, [pattern(name) for name in DEVICES], sections=SECTIONS)
    witnesses = [RingWitness(running.root, device) for device in DEVICES]
    with witnesses[0], witnesses[1], running as agent:
        agent.wait_live()
        wait_for_more(agent, A_FEW)
        assert alarms(agent, "one") == set()
        step(agent, DAY_S)
        agent.wait_for("the alarm", lambda: all("clock_suspect" in alarms(agent, name) for name in DEVICES))
        step(agent, -HOUR_S)
        # 1970, at this time of the day: the ring's folder of the hour holds a later day.
        step(agent, -float(int(time.time() // DAY_S) * DAY_S))
        assert "clock_suspect" in alarms(agent, "one")
        step(agent, 0.0)
        yield agent, witnesses


Stepped = tuple[AgentUnderTest, list[RingWitness]]


def test_nothing_is_deleted(stepped: Stepped) -> None:
    agent, _witnesses = stepped
    journal = Journal(agent.state_dir / "journal.db", SystemClock())
    assert [receipt for device in DEVICES for receipt in journal.receipts(device)] == []
    journal.close()
    assert list((agent.root / ".trash").iterdir()) == []


def test_recording_went_on_in_the_same_run_with_numbers_that_only_grow(stepped: Stepped) -> None:
    agent, _witnesses = stepped
    for device in DEVICES:
        assert agent.state(device) == "live"
        recorded = rows(agent, device)
        assert {row.run for row in recorded} == {1}
        numbers = [row.number for row in recorded]
        assert numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_every_step_has_its_own_hours_and_each_moment_its_own_date(stepped: Stepped) -> None:
    agent, _witnesses = stepped
    for device in DEVICES:
        days = {from_utc_ms(row.begin_utc_ms).date() for row in rows(agent, device)}
        today = from_utc_ms(round(time.time() * 1000)).date()
        assert {str(day) for day in days} >= {"1970-01-01", str(today)}
        assert max(days) > today
        # 1970 came late: its hour's place is in the vault, since the ring holds a later day.
        assert (agent.ring(device).base / "vault" / "1970-01-01").is_dir()


def test_the_time_line_has_no_gap_that_it_cannot_explain(stepped: Stepped) -> None:
    agent, _witnesses = stepped
    now_ms = round(agent.now_s() * 1000)
    around = {
        "from": iso_ms(from_utc_ms(now_ms - 2 * 3_600_000)),
        "to": iso_ms(from_utc_ms(now_ms + round(DAY_S * 1000) + 3_600_000)),
    }
    answer = agent.json("/api/host/timeline/one", **around)
    assert answer["recorded"]
    assert "unknown" not in {gap["code"] for gap in answer["gaps"]}, answer["gaps"]


def test_playlists_and_files_are_whole_when_it_has_ended(stepped: Stepped) -> None:
    """Last: it ends the agent."""
    agent, witnesses = stepped
    agent.stop()
    faults = [fault for witness in witnesses for fault in witness.faults()]
    assert faults == [], "\n".join(faults)
    agent.start()
    agent.wait_live()
    wait_for_more(agent, 2)
