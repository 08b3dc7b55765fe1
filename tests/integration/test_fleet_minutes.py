"""Every finished minute reaches the gateway, whatever happens on the way."""

import os
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from host_agent.gateway_state import GatewayStatus
from host_agent.ring.layout import VAULT_NAME, Hour, Kind
from shared.contracts.heartbeat import MOST_MINUTES
from tests.support.fleet_gateway import FleetGateway, lose_answer, refuse_with
from tests.support.fleet_host import FleetHost, fleet_host, minute_number, write_hour
from tests.support.http_agent import NOW

TOKEN, NEXT_TOKEN = "enrol-lab-1", "enrol-lab-1-again"
DEVICES = ("a", "b", "c", "d")
RUNNING = Hour.of(NOW)
INTERVAL_S = 10


def hours_ago(count: int) -> Hour:
    return Hour(RUNNING.start - timedelta(hours=count))


@pytest.fixture
def gateway() -> Iterator[FleetGateway]:
    with FleetGateway(TOKEN, NEXT_TOKEN, interval_s=INTERVAL_S) as opened:
        yield opened


@pytest.fixture
def host(gateway: FleetGateway, tmp_path: Path) -> Iterator[FleetHost]:
    with fleet_host(tmp_path, gateway.url, TOKEN, devices=DEVICES) as opened:
        yield opened


def write_all(host: FleetHost, hour: Hour, **how: int | bool) -> None:
    for device in DEVICES:
        write_hour(host.agent.store(device), hour, **how)  # type: ignore[arg-type]


def beat(host: FleetHost) -> None:
    """The next heartbeat's time has come."""
    host.pass_time(INTERVAL_S)
    host.steps()


def minute_passes(host: FleetHost) -> None:
    for _ in range(6):
        beat(host)


def test_a_host_enrols_and_reports_what_it_has(host: FleetHost, gateway: FleetGateway) -> None:
    write_all(host, hours_ago(1))
    write_all(host, RUNNING, minutes=29, sealed=False)
    host.steps()
    assert len(gateway.host.minutes) == 4 * 89
    last = gateway.host.minutes["a", minute_number(hours_ago(1), 59)]
    assert (last.frames, last.motion_mean, last.revision) == (120, 0.02, 1)
    assert sorted(minute for device, minute in gateway.host.minutes if device == "d") == [
        *range(minute_number(hours_ago(1)), minute_number(RUNNING, 29))
    ]


def test_a_minute_is_sent_once_within_a_minute_of_being_there(host: FleetHost, gateway: FleetGateway) -> None:
    write_all(host, RUNNING, minutes=29, sealed=False)
    host.steps()
    for minutes in (30, 31, 32):
        write_all(host, RUNNING, minutes=minutes, sealed=False)
        minute_passes(host)
        assert len(gateway.host.minutes) == 4 * minutes
    assert sum(gateway.deliveries()) == 4 * 32
    # The hour's own file says the same again, and then it lies in the vault.
    write_all(host, RUNNING, minutes=32)
    minute_passes(host)
    for device in DEVICES:
        host.agent.store(device).open_hour(Kind.HEATMAP, Hour(RUNNING.start + timedelta(days=1)))
    minute_passes(host)
    host.restart()
    host.steps()
    assert sum(gateway.deliveries()) == 4 * 32


def test_a_minute_that_was_revised_is_sent_again(host: FleetHost, gateway: FleetGateway) -> None:
    write_all(host, hours_ago(1))
    host.steps()
    write_hour(host.agent.store("b"), hours_ago(1), minutes=5, revision=3)
    minute_passes(host)
    assert sum(gateway.deliveries()) == 4 * 60 + 5
    assert gateway.host.minutes["b", minute_number(hours_ago(1), 4)].revision == 3
    # A file that was made again from footage begins at 1: nothing new for who has a higher one.
    write_hour(host.agent.store("b"), hours_ago(1), revision=1)
    minute_passes(host)
    assert sum(gateway.deliveries()) == 4 * 60 + 5


def test_an_hour_without_the_gateway_arrives_at_once_when_it_is_back(
    host: FleetHost, gateway: FleetGateway
) -> None:
    write_all(host, RUNNING, minutes=30, sealed=False)
    host.steps()
    before = len(gateway.heartbeats)
    gateway.close()
    with capture_logs() as logs:
        for passed in range(60):
            minutes = 30 + passed + 1
            if minutes <= 60:
                write_all(host, RUNNING, minutes=minutes, sealed=minutes == 60)
            else:
                write_all(host, Hour(RUNNING.end), minutes=minutes - 60, sealed=False)
            host.pass_time(60)
            assert 0 < host.service.step() <= INTERVAL_S
    assert host.service.state().minutes_waiting == 4 * 60
    assert host.service.state().status is GatewayStatus.UNREACHABLE
    assert len([entry for entry in logs if entry["event"] == "gateway"]) <= 2
    gateway.open()
    took = host.steps()
    assert len(gateway.host.minutes) == 4 * 90
    sent = [minute.minute for heartbeat in gateway.heartbeats[before:] for minute in heartbeat.minutes]
    assert (len(sent), took <= 10) == (4 * 60, True)
    assert host.service.state().minutes_waiting == 0


def test_a_folder_that_cannot_be_listed_silences_no_other_device(
    host: FleetHost, gateway: FleetGateway
) -> None:
    vault = host.agent.store("a").folders.base / VAULT_NAME
    vault.symlink_to(vault)  # cannot be listed, as on a broken file system
    write_hour(host.agent.store("b"), hours_ago(1))
    host.steps()
    minute_passes(host)
    assert sum(gateway.deliveries()) == 60


def test_minutes_that_cannot_be_looked_at_make_no_storm_of_heartbeats(
    host: FleetHost, gateway: FleetGateway
) -> None:
    """Once there were some to send, reports would follow each other at once, each without any."""
    for count in range(1, 24):
        write_all(host, hours_ago(count))
    assert host.service.step() == 0  # enrolled
    assert host.service.step() == 0  # one batch of three
    # The table in which survey and acknowledgement look is gone from under them, and comes back.
    database = host.agent.journal.database
    with database.writing() as db:
        db.execute("ALTER TABLE acknowledged_minutes RENAME TO elsewhere")
    host.pass_time(60)
    before = len(gateway.heartbeats)
    assert host.service.step() > 0
    assert len(gateway.heartbeats) == before + 1
    with database.writing() as db:
        db.execute("ALTER TABLE elsewhere RENAME TO acknowledged_minutes")
    minute_passes(host)
    assert len(gateway.host.minutes) == 23 * 4 * 60


def test_a_day_goes_in_batches_oldest_first_back_to_back(host: FleetHost, gateway: FleetGateway) -> None:
    for count in range(1, 24):
        write_all(host, hours_ago(count))
    host.steps()
    total = 23 * 4 * 60
    assert gateway.deliveries() == [2000, 2000, total - 4000]
    assert max(gateway.deliveries()) <= MOST_MINUTES
    sent = [minute.minute // 60 for heartbeat in gateway.heartbeats for minute in heartbeat.minutes]
    assert sent == sorted(sent)
    assert len(gateway.host.minutes) == total
    # Every batch is a heartbeat too, and says how much is still to come.
    assert [heartbeat.minutes_waiting for heartbeat in gateway.heartbeats] == [
        total,
        total - 2000,
        total - 4000,
    ]
    assert [len(heartbeat.devices) for heartbeat in gateway.heartbeats] == [4, 4, 4]


@pytest.mark.parametrize("restarts", [False, True])
def test_an_answer_that_was_lost_loses_and_doubles_nothing(
    host: FleetHost, gateway: FleetGateway, restarts: bool
) -> None:
    write_all(host, hours_ago(1))
    host.service.step()
    gateway.after.append(lose_answer)
    host.service.step()
    assert len(gateway.host.minutes) == 240  # taken, but the host does not know
    if restarts:
        host.restart()
    write_all(host, hours_ago(1), minutes=3, revision=2)
    minute_passes(host)
    assert len(gateway.host.minutes) == 240
    assert gateway.host.minutes["a", minute_number(hours_ago(1), 2)].revision == 2
    held = gateway.deliveries()
    minute_passes(host)
    assert sum(gateway.deliveries()) == sum(held)


def test_minutes_that_are_not_taken_do_not_silence_the_host(host: FleetHost, gateway: FleetGateway) -> None:
    write_all(host, hours_ago(1))
    host.service.step()
    for _ in range(4):
        gateway.before.append(refuse_with(413, "too_large"))
        assert host.service.step() > 0
        alive = len(gateway.heartbeats)
        host.pass_time(INTERVAL_S)
        assert host.service.step() == 0
        assert gateway.deliveries()[alive:] == [0]
    host.steps()
    sizes = gateway.deliveries()
    assert (sizes[4], sum(sizes)) == (15, 240)
    assert host.service.state().status is GatewayStatus.ONLINE


def test_a_gateway_that_has_forgotten_the_host_gets_all_minutes_again(
    host: FleetHost, gateway: FleetGateway
) -> None:
    write_all(host, hours_ago(1))
    host.steps()
    gateway.lose_database()
    beat(host)
    host.set_gateway(gateway.url, NEXT_TOKEN)
    host.steps()
    assert len(gateway.host.minutes) == 240
    assert sum(gateway.deliveries()) == 480


def test_the_last_minutes_of_a_device_that_was_taken_away_arrive(
    host: FleetHost, gateway: FleetGateway
) -> None:
    host.steps()
    gateway.close()
    write_hour(host.agent.store("d"), hours_ago(1))
    beat(host)
    del host.agent.devices["d"]
    gateway.open()
    minute_passes(host)
    assert len(gateway.host.minutes) == 60


def test_minutes_that_no_message_can_carry_hold_nothing_up(host: FleetHost, gateway: FleetGateway) -> None:
    write_all(host, hours_ago(1))
    path = host.agent.store("a").folders.cold(Kind.HEATMAP, hours_ago(1).number) / "minutes.json"
    text = path.read_text()
    path.write_text(text.replace('"minute":7,', '"minute":77,').replace('"frames":120', '"frames":99999', 1))
    host.steps()
    assert len(gateway.host.minutes) == 240 - 2
    assert host.service.state().minutes_waiting == 0


def test_only_files_that_changed_are_read(host: FleetHost, gateway: FleetGateway) -> None:
    """What changed behind the file system's back is not seen: so nothing looked."""
    write_all(host, hours_ago(1))
    host.steps()
    path = host.agent.store("a").folders.cold(Kind.HEATMAP, hours_ago(1).number) / "minutes.json"
    status, revised = path.stat(), path.read_bytes().replace(b'"revision":1', b'"revision":2')
    path.write_bytes(revised)
    os.utime(path, ns=(status.st_atime_ns, status.st_mtime_ns))
    minute_passes(host)
    assert sum(gateway.deliveries()) == 240
    os.utime(path)
    minute_passes(host)
    assert sum(gateway.deliveries()) == 300
