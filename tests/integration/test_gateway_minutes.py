"""Minutes of activity from heartbeats: none is lost, none doubles, whatever order they come in."""

import threading
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from tests.support.fleet_stand import KEPT_DAYS, NOW, Agent, FleetStand, Json, minute_report, minutes_ago


@pytest.fixture
def stand(fleet_gateway: FleetStand) -> FleetStand:
    return fleet_gateway.begin()


@pytest.fixture
def agent(stand: FleetStand) -> Agent:
    return stand.enrolled()


def taken(stand: FleetStand, agent: Agent, *minutes: Json, devices: tuple[str, ...] = ("street",)) -> Any:
    """What the gateway says of these minutes."""
    answer = stand.beat(agent, *devices, minutes=list(minutes))
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()["data"]["minutes"]


def kept(stand: FleetStand) -> list[tuple[Any, ...]]:
    """(device, minutes before now, revision, frames) of all that is stored."""
    return [
        (name, round((NOW - at).total_seconds() // 60), revision, frames)
        for name, at, revision, frames in stand.rows(
            "SELECT name, at, revision, frames FROM activity_minutes JOIN devices ON devices.id = device_id"
            " ORDER BY name, at"
        )
    ]


def test_a_minute_is_stored_with_all_that_is_known_of_it(stand: FleetStand, agent: Agent) -> None:
    at = minutes_ago(2).replace(second=0, microsecond=0)
    told = minute_report(
        at, motion_mean=0.125, motion_peak=1.0, black_s=1.5, frozen_s=60.0, missing_s=0.25, thumbnail=86_399,
        thumbnail_utc_ms=int(at.timestamp() * 1000) + 30_250,
    )  # fmt: skip
    assert taken(stand, agent, told) == {"stored": 1, "too_old": 0, "too_new": 0}
    (row,) = stand.rows("SELECT * FROM activity_minutes")
    assert row[1:] == (
        at, 1, 300, True, 0.125, 1.0, 1.5, 60.0, 0.25, 86_399, at + timedelta(seconds=30.25)
    )  # fmt: skip


def test_a_minute_that_was_not_analysed_has_no_motion(stand: FleetStand, agent: Agent) -> None:
    told = minute_report(
        minutes_ago(2), analysed=False, motion_mean=None, motion_peak=None, black_s=None, frozen_s=None
    )
    taken(stand, agent, told)
    assert stand.rows(
        "SELECT analysed, motion_mean, motion_peak, black_s, frozen_s FROM activity_minutes"
    ) == [(False, None, None, None, None)]


def test_minutes_sent_again_are_there_once(stand: FleetStand, agent: Agent) -> None:
    told = [minute_report(minutes_ago(ago)) for ago in (3, 2, 1)]
    for _time in range(3):
        assert taken(stand, agent, *told)["stored"] == 3
    assert kept(stand) == [("street", 3, 1, 300), ("street", 2, 1, 300), ("street", 1, 1, 300)]


@pytest.mark.parametrize(
    ("revisions", "frames"),
    [
        ([(1, 100), (2, 200)], 200),
        ([(2, 200), (1, 100)], 200),  # the older one was late on its way
        ([(2, 200), (2, 250)], 200),  # the same revision is no change
        ([(1, 100), (3, 300), (2, 200)], 300),
    ],
)
def test_the_newest_revision_of_a_minute_counts_whatever_comes_last(
    stand: FleetStand, agent: Agent, revisions: list[tuple[int, int]], frames: int
) -> None:
    for revision, count in revisions:
        taken(stand, agent, minute_report(minutes_ago(2), revision=revision, frames=count))
    assert [row[3] for row in kept(stand)] == [frames]


def test_a_minute_that_is_twice_in_a_heartbeat_counts_once_with_its_newest_revision(
    stand: FleetStand, agent: Agent
) -> None:
    at = minutes_ago(2)
    told = [minute_report(at, revision=revision, frames=revision) for revision in (2, 3, 1)]
    assert taken(stand, agent, *told)["stored"] == 1
    assert kept(stand) == [("street", 2, 3, 3)]


def test_two_thousand_minutes_come_in_one_heartbeat(stand: FleetStand, agent: Agent) -> None:
    told = [minute_report(minutes_ago(1 + index)) for index in range(2000)]
    answer = stand.beat(agent, "street", packed=True, minutes=told)
    assert answer.get_json()["data"]["minutes"]["stored"] == 2000
    assert stand.rows("SELECT count(*), count(DISTINCT at) FROM activity_minutes") == [(2000, 2000)]


def test_minutes_of_a_device_that_the_host_does_not_have_any_more_are_its_own(
    stand: FleetStand, agent: Agent
) -> None:
    taken(stand, agent, minute_report(minutes_ago(9), "yard"))
    assert kept(stand) == [("yard", 9, 1, 300)]
    devices = stand.data("GET", "/devices")
    assert [(device["full_name"], device["removed"], device["external_id"]) for device in devices] == [
        ("lab-1/street", False, "lab-1__street"),
        ("lab-1/yard", True, "lab-1__yard"),
    ]


def test_devices_of_the_same_name_on_two_hosts_have_their_own_minutes(stand: FleetStand) -> None:
    first, second = stand.enrolled("lab-1"), stand.enrolled("lab-2")
    taken(stand, first, minute_report(minutes_ago(2), frames=1))
    taken(stand, second, minute_report(minutes_ago(2), frames=2))
    assert stand.rows(
        "SELECT hosts.name, frames FROM activity_minutes JOIN devices ON devices.id = device_id"
        " JOIN hosts ON hosts.id = host_id ORDER BY 1"
    ) == [("lab-1", 1), ("lab-2", 2)]


@pytest.mark.parametrize(
    ("ago", "what"),
    [
        (timedelta(days=KEPT_DAYS) - timedelta(minutes=1), "stored"),
        (timedelta(days=KEPT_DAYS) + timedelta(minutes=1), "too_old"),
        (timedelta(days=3000), "too_old"),
        (timedelta(minutes=-5), "stored"),
        (timedelta(minutes=-6), "too_new"),
        (timedelta(days=-36500), "too_new"),
    ],
)
def test_minutes_beyond_what_is_kept_are_acknowledged_and_not_stored(
    stand: FleetStand, agent: Agent, ago: timedelta, what: str
) -> None:
    expected = {"stored": 0, "too_old": 0, "too_new": 0, what: 1}
    assert taken(stand, agent, minute_report(NOW - ago)) == expected
    assert stand.rows("SELECT count(*) FROM activity_minutes") == [(expected["stored"],)]
    assert stand.rows("SELECT count(*) FROM activity_minutes_set_aside") == [(expected["too_new"],)]


def test_minutes_ahead_of_the_clock_are_set_aside_with_their_newest_revision(
    stand: FleetStand, agent: Agent
) -> None:
    for revision in (1, 3, 2):
        taken(stand, agent, minute_report(NOW + timedelta(days=1), revision=revision, frames=revision))
    assert stand.rows("SELECT report ->> 'frames', received_at FROM activity_minutes_set_aside") == [
        ("3", NOW)
    ]


def test_two_senders_of_the_same_minutes_do_not_lock_each_other_up(stand: FleetStand, agent: Agent) -> None:
    told = [minute_report(minutes_ago(1 + index), name) for name in ("a", "b", "c") for index in range(200)]
    statuses: list[int] = []

    def send(minutes: list[Json], revision: int) -> None:
        minutes = [{**minute, "revision": revision} for minute in minutes]
        statuses.append(stand.beat(agent, "a", "b", "c", minutes=minutes).status_code)

    senders = [
        threading.Thread(target=send, args=(told if index % 2 else told[::-1], index)) for index in range(8)
    ]
    for sender in senders:
        sender.start()
    for sender in senders:
        sender.join()
    assert statuses == [200] * 8
    assert stand.rows("SELECT count(*), min(revision), max(revision) FROM activity_minutes") == [(600, 7, 7)]


def test_an_hour_without_the_gateway_arrives_whole_in_batches(stand: FleetStand, agent: Agent) -> None:
    missed = [
        minute_report(minutes_ago(ago), name) for ago in range(60, 0, -1) for name in ("street", "yard")
    ]
    for begin in range(0, len(missed), 50):
        batch = missed[begin : begin + 50]
        answer = stand.beat(agent, "street", "yard", minutes=batch)
        if begin == 50:  # this answer never arrived
            answer = stand.beat(agent, "street", "yard", minutes=batch)
        assert answer.get_json()["data"]["minutes"]["stored"] == len(batch)
    assert len(kept(stand)) == 120
    assert {(row[0], row[1]) for row in kept(stand)} == {
        (name, ago) for ago in range(1, 61) for name in ("street", "yard")
    }


def test_a_heartbeat_with_a_bad_minute_keeps_nothing(stand: FleetStand, agent: Agent) -> None:
    good = minute_report(minutes_ago(2))
    answer = stand.beat(agent, "street", minutes=[good, {**good, "frames": 40_000}])
    assert answer.status_code == 422
    assert answer.get_json()["error"]["details"] == {"field": "minutes.1.frames"}
    assert stand.rows("SELECT count(*) FROM activity_minutes") == [(0,)]


def test_the_last_instant_of_a_thumbnail_can_be_read_back(stand: FleetStand, agent: Agent) -> None:
    taken(stand, agent, minute_report(minutes_ago(2), thumbnail=1, thumbnail_utc_ms=2**47 - 1))
    ((at,),) = stand.rows("SELECT thumbnail_at FROM activity_minutes")
    assert at > datetime(6429, 1, 1, tzinfo=UTC)
