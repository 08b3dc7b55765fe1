"""Hosts that lie, hurry or hang, between what the gateway has checked and what it writes down."""

import threading

import pytest
from sqlalchemy import text

from deploy.local.postgres import PrivatePostgres
from gateway.catalogue.device import MOST_DEVICES_OF_A_HOST
from gateway.hosts.heartbeats import Heartbeats
from shared.contracts.heartbeat import Heartbeat
from shared.errors import UnauthorisedError
from tests.support.fleet_stand import (
    NOW,
    Agent,
    FleetStand,
    error_of,
    heartbeat,
    minute_report,
    minutes_ago,
)
from tests.support.servers import fresh_database


@pytest.fixture
def stand(fleet_gateway: FleetStand) -> FleetStand:
    return fleet_gateway.begin()


@pytest.fixture
def agent(stand: FleetStand) -> Agent:
    return stand.enrolled()


def heartbeats(stand: FleetStand) -> Heartbeats:
    found = stand.app.extensions["coldframe"][Heartbeats]
    assert isinstance(found, Heartbeats)
    return found


# -- a credential that ends while a heartbeat is on its way ------------------------------------------


@pytest.mark.parametrize("has_minutes", [False, True])
def test_a_heartbeat_whose_credential_is_revoked_before_its_body_has_come_is_not_kept(
    stand: FleetStand, agent: Agent, has_minutes: bool
) -> None:
    sender = heartbeats(stand).sender(agent.credential)
    stand.data("DELETE", "/hosts/lab-1/credential")
    minutes = [minute_report(minutes_ago(3))] if has_minutes else []
    devices = ["street"] if has_minutes else []
    told = Heartbeat.model_validate(heartbeat(agent, NOW, *devices, minutes=minutes))
    with pytest.raises(UnauthorisedError) as refused:
        heartbeats(stand).take(sender, told)
    assert refused.value.code == "revoked"
    for table in ("host_reports", "devices", "activity_minutes"):
        assert stand.rows(f"SELECT count(*) FROM {table}") == [(0,)], table


def test_a_replaced_machine_does_not_have_its_successor_called_at_its_own_address(
    stand: FleetStand, agent: Agent
) -> None:
    sender = heartbeats(stand).sender(agent.credential)
    successor = stand.enrolled("lab-1", replaces_host=True)
    told = heartbeat(agent, NOW, "street", public_url="http://10.6.6.6:8700")
    with pytest.raises(UnauthorisedError):
        heartbeats(stand).take(sender, Heartbeat.model_validate(told))
    assert stand.rows("SELECT public_url FROM host_enrolments") == [(successor.enrolment["public_url"],)]
    assert stand.rows("SELECT count(*) FROM host_reports") == [(0,)]
    assert stand.beat(successor, "street").status_code == 200


def test_a_replacement_and_a_heartbeat_of_the_replaced_wait_for_each_other_in_one_order(
    stand: FleetStand, agent: Agent
) -> None:
    """The heartbeat is stopped where it would touch its report; neither may be the other's victim."""
    stand.beat(agent, "street")
    sender = heartbeats(stand).sender(agent.credential)
    successor = Agent("lab-1", stand.token("lab-1", replaces_host=True))
    outcomes: list[object] = []

    def report() -> None:
        told = Heartbeat.model_validate(heartbeat(agent, NOW, "street", "yard"))
        try:
            outcomes.append(heartbeats(stand).take(sender, told))
        except UnauthorisedError as error:
            outcomes.append(error.code)

    def replace() -> None:
        outcomes.append(stand.enrol(successor).status_code)

    threads = [threading.Thread(target=report), threading.Thread(target=replace)]
    with stand.engine.begin() as held:
        # What a heartbeat writes last and a replacement deletes: both come as far as they can.
        held.execute(text("SELECT * FROM host_reports FOR UPDATE"))
        for thread in threads:
            thread.start()
            _wait_for_a_lock(stand, len([one for one in threads if one.is_alive()]))
    for thread in threads:
        thread.join(30)
    assert 200 in outcomes, outcomes
    assert len(outcomes) == 2, outcomes


def _wait_for_a_lock(stand: FleetStand, count: int) -> None:
    """Until so many connections wait for a lock."""
    pause = threading.Event()
    for _ in range(600):
        waiting = stand.rows(
            "SELECT count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() AND wait_event_type = 'Lock'"
        )
        if waiting == [(count,)]:
            return
        pause.wait(0.02)
    raise AssertionError("nobody waits")


# -- what hosts say of commands ------------------------------------------------------------------------


@pytest.mark.parametrize(
    "odd",
    [
        "urn:uuid:5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f11",
        "{5c0a1c2e8d5e4a439a5b0d3b2f0c7f11",
        "5-c0a1c2e8d5e4a439a5b0d3b2f0c7f11",
        "5c0a1c2e-8d5e-4a43-9a5b-0d3b2f0c7f1",
    ],
)
def test_a_result_of_no_command_is_nobodys_trouble(stand: FleetStand, agent: Agent, odd: str) -> None:
    answer = stand.beat(agent, "street", command_results=[{"id": odd, "done": True}])
    assert answer.status_code == 200, answer.get_data(as_text=True)


# -- how much a host may fill ----------------------------------------------------------------------------


def test_a_host_cannot_fill_the_catalogue_with_names(stand: FleetStand, agent: Agent) -> None:
    batches = [[f"d{batch}-{number}" for number in range(512)] for batch in range(4)]
    for batch in batches:
        assert stand.beat(agent, *batch, packed=True).status_code == 200
    assert error_of(stand.beat(agent, "one-more")) == (422, "too_many_devices")
    minute = minute_report(minutes_ago(3), "one-more")
    answer = stand.beat(agent, *batches[3], minutes=[minute], packed=True)
    assert error_of(answer) == (422, "too_many_devices")
    assert stand.rows("SELECT count(*) FROM devices") == [(MOST_DEVICES_OF_A_HOST,)]
    # What it has named before it may go on with; others are not concerned.
    assert stand.beat(agent, *batches[0], packed=True).status_code == 200
    assert stand.beat(stand.enrolled("lab-2"), "one-more").status_code == 200


def test_names_of_versions_are_names(stand: FleetStand, agent: Agent) -> None:
    answer = stand.beat(agent, "street", versions={"k" * 100_000: "1"})
    assert error_of(answer) == (422, "bad_request")


def test_numbers_next_to_nothing_hold_no_minute_back(stand: FleetStand, agent: Agent) -> None:
    """One minute that is refused for ever would be sent for ever, and all later ones would wait behind it."""
    tiny = dict.fromkeys(("motion_mean", "motion_peak", "black_s", "frozen_s", "missing_s"), 5e-324)
    largest = {"revision": 2_000_000_000, "frames": 30_000, "thumbnail": 10**10 - 1}
    minutes = [
        minute_report(minutes_ago(3)) | tiny,
        minute_report(minutes_ago(2)) | largest | {"thumbnail_utc_ms": 2**47 - 1, "motion_mean": 1e-37},
    ]
    assert stand.beat(agent, "street", minutes=minutes).status_code == 200
    found = stand.rows("SELECT motion_mean, missing_s FROM activity_minutes ORDER BY at")
    assert found == [(0.0, 0.0), (pytest.approx(1e-37), 0.0)]


# -- what hosts answer to control --------------------------------------------------------------------------


class Talkative:
    """A host that has been told, and says so in its own way."""

    def __init__(self, sentence: object) -> None:
        self.sentence = sentence

    def call_json(self, host: str, method: str, path: str, *, json: object = None) -> object:
        return {"sentence": self.sentence}


@pytest.mark.parametrize("sentence", ["\ud800", "x" * 1_000_000, "a\nb\0", 5, None])
def test_a_hosts_sentence_is_fit_to_be_shown(
    postgres: PrivatePostgres, migrated_template: str, sentence: object
) -> None:
    with fresh_database(postgres, migrated_template) as url:
        stand = FleetStand(url, Talkative(sentence)).begin()
        stand.beat(stand.enrolled(), "street")
        answer = stand.ask("POST", "/devices/lab-1/street/start")
        stand.close()
    assert answer.status_code == 202
    told = answer.get_json()["data"]["sentence"]
    assert told.isprintable()
    assert 0 < len(told) <= 500
