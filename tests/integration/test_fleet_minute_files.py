"""Minutes are found wherever the ring keeps them, and files that did not change are not read again."""

from datetime import timedelta
from pathlib import Path

import pytest

from host_agent.frames.minute_files import MinuteFiles
from host_agent.ring.layout import MINUTES_NAME, Hour, Kind
from tests.support.fleet_host import write_hour
from tests.support.http_agent import NOW, HttpAgent, make_agent

RUNNING = Hour.of(NOW)


def hours_ago(count: int) -> Hour:
    return Hour(RUNNING.start - timedelta(hours=count))


@pytest.fixture
def agent(tmp_path: Path) -> HttpAgent:
    return make_agent(tmp_path, devices=("a", "b"))


def files_of(agent: HttpAgent) -> MinuteFiles:
    return MinuteFiles(lambda: agent.stores, agent.clock)


def versions(files: MinuteFiles) -> dict[tuple[str, Hour], object]:
    return {(found.device, found.hour): found.version for found in files.hours()}


def test_running_sealed_and_lapped_hours_are_found(agent: HttpAgent) -> None:
    lapped, sealed = hours_ago(24), hours_ago(1)
    write_hour(agent.store("a"), lapped)
    agent.store("a").open_hour(Kind.HEATMAP, RUNNING)  # takes the place of yesterday's
    write_hour(agent.store("a"), sealed)
    write_hour(agent.store("b"), RUNNING, minutes=5, sealed=False)
    files = files_of(agent)
    assert versions(files).keys() == {("a", lapped), ("a", sealed), ("b", RUNNING)}
    assert [len(files.minutes("a", lapped)), len(files.minutes("b", RUNNING))] == [60, 5]


def test_an_hour_that_is_lapped_between_two_looks_is_not_lost(agent: HttpAgent) -> None:
    yesterday = hours_ago(24)
    write_hour(agent.store("a"), yesterday)
    files = files_of(agent)
    assert versions(files).keys() == {("a", yesterday)}
    agent.store("a").open_hour(Kind.HEATMAP, RUNNING)
    agent.clock.pass_time(60)
    assert versions(files).keys() == {("a", yesterday)}
    assert len(files.minutes("a", yesterday)) == 60


def test_only_what_was_written_again_has_another_version(agent: HttpAgent) -> None:
    for device in ("a", "b"):
        write_hour(agent.store(device), hours_ago(1))
    files = files_of(agent)
    before = versions(files)
    assert versions(files) == before
    write_hour(agent.store("a"), hours_ago(1), revision=2)
    after = versions(files)
    assert {key for key in after if after[key] != before[key]} == {("a", hours_ago(1))}


def test_of_two_files_of_an_hour_the_newer_minutes_count(agent: HttpAgent) -> None:
    write_hour(agent.store("a"), hours_ago(1), revision=1, minutes=60, sealed=False)
    write_hour(agent.store("a"), hours_ago(1), revision=2, minutes=30)
    files = files_of(agent)
    assert list(versions(files)) == [("a", hours_ago(1))]
    revisions = [minute.revision for minute in files.minutes("a", hours_ago(1))]
    assert revisions == [2] * 30 + [1] * 30


def test_torn_and_strange_files_do_no_harm(agent: HttpAgent) -> None:
    write_hour(agent.store("a"), hours_ago(1))
    for number, content in ((3, b""), (4, b"{"), (5, b"\xff\x00"), (6, b'{"minutes": []}')):
        (agent.store("a").folders.cold(Kind.HEATMAP, number) / MINUTES_NAME).write_bytes(content)
    (agent.store("b").folders.cold(Kind.HEATMAP, 3) / MINUTES_NAME).mkdir()
    files = files_of(agent)
    assert list(versions(files)) == [("a", hours_ago(1))]
    assert files.minutes("b", hours_ago(1)) == []


def test_a_device_that_is_gone_is_gone(agent: HttpAgent) -> None:
    for device in ("a", "b"):
        write_hour(agent.store(device), hours_ago(1))
    files = files_of(agent)
    assert len(versions(files)) == 2
    del agent.stores["b"]
    assert list(versions(files)) == [("a", hours_ago(1))]
