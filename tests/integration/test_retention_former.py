"""A device that left the settings keeps its footage as long as it was promised when it was in them."""

import sqlite3
from collections.abc import Mapping
from contextlib import closing
from pathlib import Path

import pytest

from host_agent.app import served_devices
from host_agent.device_retention import DeviceRetention as PromisedRetention
from host_agent.device_retention import kept_hours
from host_agent.retention import alarm
from host_agent.ring.layout import Hour, Kind
from host_agent.settings import DeviceRetention, HostSettings, RetentionSettings
from tests.support.clean_host import CleanHost, record_hour
from tests.support.http_agent import make_agent

NAME = "garden"
RETENTION = RetentionSettings(segments=24)


def make_host(tmp_path: Path) -> CleanHost:
    host = CleanHost(
        tmp_path / "state",
        {NAME: tmp_path / "footage", "stays": tmp_path / "footage"},
        retention=RETENTION,
    )
    host.start()
    return host


def with_own(host: CleanHost, **hours: int) -> HostSettings:
    """The settings with a retention of its own for the device."""
    devices = tuple(
        device.model_copy(update={"retention": DeviceRetention(**hours)}) if device.name == NAME else device
        for device in host.settings.device
    )
    return host.settings.model_copy(update={"device": devices})


def without(settings: HostSettings) -> HostSettings:
    """The settings without the device."""
    return settings.model_copy(
        update={"device": tuple(device for device in settings.device if device.name != NAME)}
    )


def record_days(host: CleanHost) -> None:
    """Three hours of the device: of this night, of two days ago, of a week ago; as the agent numbers them."""
    host.journal.reserve_numbers(NAME, Kind.SEGMENTS.value, 100)
    for position, ago in enumerate((200, 60, 10)):
        first = position * 10 + 1
        record_hour(host.stores[NAME], Kind.SEGMENTS, host.hour(ago), range(first, first + 3))


def left(host: CleanHost) -> list[Hour]:
    return host.stores[NAME].hours(Kind.SEGMENTS)


def test_a_device_that_left_keeps_what_it_was_promised(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    host.cleaner.reload(with_own(host, segments=168))
    host.cleaner.run_cycle()
    record_days(host)
    host.cleaner.reload(without(host.settings))
    host.cleaner.run_cycle()
    assert left(host) == [host.hour(60), host.hour(10)]


def test_that_survives_a_restart(tmp_path: Path) -> None:
    before = make_host(tmp_path)
    before.cleaner.reload(with_own(before, segments=168))
    before.cleaner.run_cycle()
    record_days(before)

    host = make_host(tmp_path)
    # As `serve` has it: the ring of a former device is open, and so is that of a refused one.
    host.cleaner.reload(without(host.settings))
    host.cleaner.run_cycle()
    assert left(host) == [host.hour(60), host.hour(10)]


def test_what_it_was_promised_last_counts(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    for own in ({"segments": 168}, {}):
        host.cleaner.reload(with_own(host, **own))
        host.cleaner.run_cycle()
    record_days(host)
    host.cleaner.reload(without(host.settings))
    host.cleaner.run_cycle()
    assert left(host) == [host.hour(10)]


def test_of_a_lost_journal_nothing_is_deleted_by_that_nobody_promised(tmp_path: Path) -> None:
    """The agent cannot know that the footage is not to be kept for longer: so it is kept."""
    host = make_host(tmp_path)
    for ago in (200, 60):
        record_hour(host.stores[NAME], Kind.SEGMENTS, host.hour(ago), range(ago, ago + 3))
    host.cleaner.reload(without(host.settings))
    assert host.cleaner.run_cycle().departed == []
    assert len(left(host)) == 2
    host.cleaner.reload(host.settings)
    host.cleaner.run_cycle()
    assert left(host) == []


def test_a_journal_that_cannot_be_written_to_does_not_keep_the_cleaner_from_its_work(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    record_days(host)
    with closing(sqlite3.connect(tmp_path / "state" / "journal.sqlite")) as db:
        db.execute(
            "CREATE TRIGGER refuses BEFORE INSERT ON remembered WHEN NEW.name LIKE 'retention:%'"
            " BEGIN SELECT RAISE(FAIL, 'disk full'); END"
        )
        host.cleaner.reload(with_own(host, segments=168))
        report = host.cleaner.run_cycle()
        assert [departure.stored.hour for departure in report.departed] == [host.hour(200)]
        assert alarm.JOURNAL_FAILED in [one.code for one in report.alarms]
        # What was seen counts, though it is not written down yet.
        host.cleaner.reload(without(host.settings))
        assert host.cleaner.run_cycle().departed == []
        db.execute("DROP TRIGGER refuses")
    host.cleaner.reload(with_own(host, segments=168))
    assert host.cleaner.run_cycle().alarms == []

    again = make_host(tmp_path)
    again.cleaner.reload(without(again.settings))
    again.cleaner.run_cycle()
    assert left(again) == [again.hour(60), again.hour(10)]


def test_of_all_devices_counts_what_was_seen_while_the_journal_cannot_be_written_to(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    record_days(host)
    with closing(sqlite3.connect(tmp_path / "state" / "journal.sqlite")) as db:
        db.execute(
            "CREATE TRIGGER refuses BEFORE INSERT ON remembered WHEN NEW.name LIKE 'retention:%'"
            " BEGIN SELECT RAISE(FAIL, 'disk full'); END"
        )
    own = with_own(host, segments=240)
    first = own.device[1].model_copy(update={"retention": DeviceRetention(segments=48)})
    host.cleaner.reload(own.model_copy(update={"device": (first, own.device[0])}))
    host.cleaner.run_cycle()
    host.cleaner.reload(without(host.settings))
    assert host.cleaner.run_cycle().departed == []


@pytest.mark.parametrize(
    ("name", "promised", "hours"),
    [
        ("stays", {"segments": 168}, 24),  # it is configured: the settings say it
        (NAME, {"segments": 168}, 168),
        (NAME, {"segments": 4}, 24),
        (NAME, {"captures": 168}, 24),
        (NAME, {}, 24),
    ],
)
def test_the_longer_of_what_it_had_and_what_all_have(
    tmp_path: Path, name: str, promised: Mapping[str, int], hours: int
) -> None:
    settings = without(CleanHost(tmp_path, {NAME: tmp_path, "stays": tmp_path}, retention=RETENTION).settings)
    assert kept_hours(settings, name, Kind.SEGMENTS, promised) == hours


def test_the_journal_outlives_the_footage_of_a_former_device(tmp_path: Path) -> None:
    host = make_host(tmp_path)
    host.cleaner.reload(with_own(host, segments=8000))
    host.cleaner.run_cycle()
    promised = PromisedRetention(host.journal)
    promised.load()
    assert promised.longest_hours(without(host.settings)) == 8000


def test_what_is_told_of_a_former_device_is_what_the_cleaner_goes_by(tmp_path: Path) -> None:
    agent = make_agent(tmp_path, devices=("stays", NAME))
    agent.journal.remember(f"retention:{NAME}", '{"segments": 168}')
    told = served_devices(agent.services).retention_hours
    assert told(NAME)[Kind.SEGMENTS] == 24
    del agent.devices[NAME]
    agent.settings = without(agent.settings)
    assert told(NAME) == {**told("stays"), Kind.SEGMENTS: 168}
