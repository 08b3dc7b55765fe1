"""Minutes outlive their retention while the gateway does not have them: an outage may be longer."""

from pathlib import Path

import pytest

from host_agent.journal.fleet_records import FleetRecords
from host_agent.ring.layout import MINUTES_NAME, Hour, Kind
from host_agent.settings import GatewaySettings
from tests.support.clean_host import CleanHost, record_hour
from tests.support.fleet_host import minute_number, write_hour

NAME = "capture1"
WEEKEND = (72, 50, 26)


@pytest.fixture
def host(tmp_path: Path) -> CleanHost:
    """A host with a gateway that was away for a weekend: minutes of each day, kept for one."""
    made = CleanHost(tmp_path / "state", {NAME: tmp_path / "footage"})
    made.start()
    has_gateway(made, "https://gateway.example")
    for ago in WEEKEND:
        write_hour(made.stores[NAME], made.hour(ago))
    return made


def has_gateway(host: CleanHost, url: str) -> None:
    gateway = GatewaySettings.model_validate({"url": url})
    host.cleaner.reload(host.settings.model_copy(update={"gateway": gateway}))


def acknowledge(host: CleanHost, hour: Hour, *, minutes: int = 60, revision: int = 1) -> None:
    first = minute_number(hour)
    FleetRecords(host.journal.database, host.clock).acknowledge(
        {(NAME, first): {first + index: revision for index in range(minutes)}}
    )


def left(host: CleanHost) -> list[Hour]:
    return host.stores[NAME].hours(Kind.HEATMAP)


def test_minutes_of_an_outage_stay_until_the_gateway_has_them(host: CleanHost) -> None:
    host.cleaner.run_cycle()
    assert left(host) == [host.hour(ago) for ago in WEEKEND]
    acknowledge(host, host.hour(72))
    acknowledge(host, host.hour(50), minutes=59)
    host.cleaner.run_cycle()
    assert left(host) == [host.hour(50), host.hour(26)]
    acknowledge(host, host.hour(50))
    acknowledge(host, host.hour(26))
    host.cleaner.run_cycle()
    assert left(host) == []


def test_a_minute_that_late_footage_changed_waits_again(host: CleanHost) -> None:
    for ago in WEEKEND:
        acknowledge(host, host.hour(ago))
    write_hour(host.stores[NAME], host.hour(50), revision=2)
    host.cleaner.run_cycle()
    assert left(host) == [host.hour(50)]
    acknowledge(host, host.hour(50), revision=2)
    host.cleaner.run_cycle()
    assert left(host) == []


def test_a_minute_that_changes_while_its_hour_waits_is_waited_for_as_it_is_now(host: CleanHost) -> None:
    host.cleaner.run_cycle()
    for ago in WEEKEND:
        acknowledge(host, host.hour(ago))
    write_hour(host.stores[NAME], host.hour(50), revision=2)
    host.cleaner.run_cycle()
    assert left(host) == [host.hour(50)]


def test_a_host_without_a_gateway_keeps_minutes_as_long_as_it_was_told(host: CleanHost) -> None:
    has_gateway(host, "")
    host.cleaner.run_cycle()
    assert left(host) == []


def test_a_gateway_that_never_comes_back_costs_a_month_of_minutes(host: CleanHost) -> None:
    write_hour(host.stores[NAME], host.hour(30 * 24 + 1))
    host.cleaner.run_cycle()
    assert left(host) == [host.hour(ago) for ago in WEEKEND]


def test_footage_of_the_same_hours_goes_as_ever(host: CleanHost) -> None:
    record_hour(host.stores[NAME], Kind.SEGMENTS, host.hour(50), range(1, 3))
    host.cleaner.run_cycle()
    assert host.stores[NAME].hours(Kind.SEGMENTS) == []


def test_a_file_of_another_hour_says_nothing_of_this_one(host: CleanHost) -> None:
    store = host.stores[NAME]
    of_another, of_this = (store.hour_folder(Kind.HEATMAP, host.hour(ago)) for ago in (50, 72))
    assert of_another is not None and of_this is not None
    (of_this / MINUTES_NAME).write_bytes((of_another / MINUTES_NAME).read_bytes())
    host.cleaner.run_cycle()
    assert left(host) == [host.hour(50), host.hour(26)]


def test_what_holds_no_minutes_waits_for_nobody_and_what_cannot_be_read_stays(host: CleanHost) -> None:
    store = host.stores[NAME]
    torn, empty, hidden = (store.hour_folder(Kind.HEATMAP, host.hour(ago)) for ago in WEEKEND)
    assert torn is not None and empty is not None and hidden is not None
    (torn / MINUTES_NAME).write_bytes(b'{"hour": ')
    (empty / MINUTES_NAME).unlink()
    (hidden / MINUTES_NAME).unlink()
    (hidden / MINUTES_NAME).symlink_to(MINUTES_NAME)  # ELOOP, for root too
    host.cleaner.run_cycle()
    assert left(host) == [host.hour(26)]
