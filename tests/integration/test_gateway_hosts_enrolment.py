"""Enrolment and revocation over HTTP: who gets a credential, and who does not."""

import threading
from typing import Any

import pytest

from tests.support.fleet_stand import Agent, FleetStand, error_of


@pytest.fixture
def stand(fleet_gateway: FleetStand) -> FleetStand:
    return fleet_gateway.begin()


def test_neither_token_nor_credential_nor_calling_secret_is_kept_in_the_clear(stand: FleetStand) -> None:
    agent = stand.enrolled()
    kept = str(stand.rows("SELECT * FROM enrolment_tokens CROSS JOIN host_enrolments"))
    for secret in (agent.enrolment["token"], agent.credential, agent.enrolment["calling_secret"]):
        assert secret not in kept
    ((closed,),) = stand.rows("SELECT calling_secret_encrypted FROM host_enrolments")
    assert stand.secrets.open(closed) == agent.enrolment["calling_secret"]


def test_the_same_request_again_is_answered_the_same(stand: FleetStand) -> None:
    agent = Agent("lab-1", stand.token(valid_hours=1))
    first = stand.enrol(agent)
    stand.clock.pass_time(7200)  # the answer was lost, and the token has expired meanwhile
    again = stand.enrol(agent)
    assert (first.status_code, first.get_json()) == (again.status_code, again.get_json())
    assert stand.rows("SELECT count(*) FROM host_enrolments") == [(1,)]


def test_a_token_enrols_one_agent_only(stand: FleetStand) -> None:
    first = stand.enrolled()
    assert error_of(stand.enrol(Agent("lab-1", first.enrolment["token"]))) == (403, "token_used")
    assert stand.beat(first).status_code == 200


def test_of_two_agents_with_one_token_one_wins(stand: FleetStand) -> None:
    token = stand.token()
    agents = [Agent("lab-1", token) for _ in range(6)]
    statuses: dict[int, int] = {}
    gate = threading.Barrier(len(agents))

    def enrol(index: int) -> None:
        gate.wait()
        statuses[index] = stand.enrol(agents[index]).status_code

    trying = [threading.Thread(target=enrol, args=(index,)) for index in range(len(agents))]
    for one in trying:
        one.start()
    for one in trying:
        one.join()
    assert sorted(statuses.values()) == [200, 403, 403, 403, 403, 403]
    beats = {index: stand.beat(agent).status_code for index, agent in enumerate(agents)}
    assert beats == {index: 200 if status == 200 else 401 for index, status in statuses.items()}


@pytest.mark.parametrize(
    ("changes", "refusal"),
    [
        ({"token": "nobody-made-this"}, (401, "unknown_token")),
        ({"token": ""}, (422, "bad_request")),
        ({"token": "a\0b"}, (422, "bad_request")),
        ({"name": "lab-2"}, (403, "wrong_name")),
        ({"name": "Lab 1"}, (422, "bad_request")),
        ({"name": "lab-1\n"}, (422, "bad_request")),
        ({"credential_sha256": "short"}, (422, "bad_request")),
        ({"calling_secret": "x"}, (422, "bad_request")),
        ({"public_url": "ftp://10.1.2.3"}, (422, "bad_request")),
        ({"public_url": "http://10.1.2.3/elsewhere"}, (422, "bad_request")),
        ({"public_url": "http://192.168.0.1:8700"}, (403, "address_outside")),
        ({"public_url": "http://[::1]:8700"}, (403, "address_outside")),
        ({"public_url": "http://[::ffff:127.0.0.1]:8700"}, (403, "address_outside")),
        ({"public_url": "http://2130706433:8700"}, (403, "address_outside")),  # 127.0.0.1 as one number
        ({"public_url": "http://10.1.2.3:99999"}, (403, "address_outside")),
        ({"public_url": "http://unknown.example:8700"}, (403, "address_outside")),
        ({"public_url": "http://outside.example:8700"}, (403, "address_outside")),
        ({"public_url": "http://both.example:8700"}, (403, "address_outside")),
    ],
)
def test_a_request_that_does_not_fit_its_token_is_refused_and_the_token_is_still_good(
    stand: FleetStand, changes: dict[str, Any], refusal: tuple[int, str]
) -> None:
    stand.names |= {
        "2130706433": ["127.0.0.1"],
        "outside.example": ["192.168.0.1"],
        "both.example": ["10.0.0.7", "127.0.0.1"],
    }
    agent = Agent("lab-1", stand.token())
    good = dict(agent.enrolment)
    agent.enrolment |= changes
    answer = stand.enrol(agent)
    assert error_of(answer) == refusal
    assert answer.get_json()["error"]["remedy"]
    agent.enrolment = good
    assert stand.enrol(agent).status_code == 200


@pytest.mark.parametrize(
    "public_url", ["http://10.1.2.3", "https://lab.example:8700", "http://[::ffff:10.0.0.9]:1/"]
)
def test_addresses_inside_of_the_networks_are_taken(stand: FleetStand, public_url: str) -> None:
    stand.names |= {"lab.example": ["10.9.9.9"]}
    assert stand.enrol(Agent("lab-1", stand.token(), public_url)).status_code == 200
    assert stand.data("GET", "/hosts/lab-1")["public_url"] == public_url.rstrip("/")


def test_an_expired_token_is_refused(stand: FleetStand) -> None:
    agent = Agent("lab-1", stand.token(valid_hours=24))
    stand.clock.pass_time(86_400)
    assert error_of(stand.enrol(agent)) == (403, "token_expired")


@pytest.mark.parametrize("silent_s", [5, 40, 86_400])
def test_a_host_of_that_name_dead_or_alive_gives_way_only_where_the_admin_says_so(
    stand: FleetStand, silent_s: float
) -> None:
    first = stand.enrolled()
    stand.beat(first, "street")
    stand.clock.pass_time(silent_s)
    other = Agent("lab-1", stand.token())
    assert error_of(stand.enrol(other)) == (409, "host_exists")
    assert stand.beat(first, "street").status_code == 200
    replacing = Agent("lab-1", stand.token(replaces_host=True))
    assert stand.enrol(replacing).status_code == 200
    assert error_of(stand.beat(first, "street")) == (401, "unknown_credential")
    assert stand.beat(replacing, "street", "yard").status_code == 200
    assert stand.rows("SELECT count(*) FROM hosts") == [(1,)]
    # What the old machine said is not taken for the new one's word, and its devices stay who they are.
    devices = stand.data("GET", "/devices")
    assert [(device["device"], device["word"]) for device in devices] == [
        ("street", "live"),
        ("yard", "live"),
    ]


def test_a_replaced_host_is_not_online_before_it_reports(stand: FleetStand) -> None:
    stand.beat(stand.enrolled(), "street")
    stand.enrolled(replaces_host=True)
    host = stand.data("GET", "/hosts/lab-1")
    assert (host["state"], host["last_heartbeat_at"]) == ("offline", None)
    assert stand.data("GET", "/devices/lab-1/street")["word"] == "host silent"


def test_somebody_elses_credential_is_not_taken(stand: FleetStand) -> None:
    first = stand.enrolled("lab-1")
    thief = Agent("lab-2", stand.token("lab-2"))
    thief.enrolment["credential_sha256"] = first.enrolment["credential_sha256"]
    assert error_of(stand.enrol(thief)) == (409, "credential_taken")


# -- tokens --------------------------------------------------------------------------------------


def test_a_token_says_what_it_is_good_for(stand: FleetStand) -> None:
    wish = {"host_name": "lab-1", "networks": ["10.1.2.3/8", "fd00::1"], "valid_hours": 0.5}
    made = stand.data("POST", "/hosts/enrolment-tokens", json=wish)
    assert len(made.pop("token")) == 43
    made.pop("id")
    assert made == {
        "host_name": "lab-1",
        "networks": ["10.0.0.0/8", "fd00::1/128"],
        "replaces_host": False,
        "expires_at": "2026-11-21T14:32:03.250Z",
    }


@pytest.mark.parametrize(
    "wish",
    [
        {},
        {"host_name": "lab-1", "networks": []},
        {"host_name": "lab-1", "networks": ["everywhere"]},
        {"host_name": "Lab", "networks": ["10.0.0.0/8"]},
        {"host_name": "lab-1\n", "networks": ["10.0.0.0/8"]},
        {"host_name": "lab-1", "networks": ["10.0.0.0/8"], "valid_hours": 0},
        {"host_name": "lab-1", "networks": ["10.0.0.0/8"], "valid_hours": 10_000},
        {"host_name": "lab-1", "networks": ["10.0.0.0/8"], "replaces_host": "yes"},
        {"host_name": "lab-1", "networks": ["10.0.0.0/8"], "more": 1},
    ],
)
def test_a_wish_for_a_token_that_is_not_clear_is_refused(stand: FleetStand, wish: dict[str, Any]) -> None:
    assert error_of(stand.ask("POST", "/hosts/enrolment-tokens", json=wish)) == (422, "bad_request")


@pytest.mark.parametrize("role", ["operator", "viewer"])
def test_only_admins_enrol_and_revoke(stand: FleetStand, role: str) -> None:
    stand.enrolled()
    wish = {"host_name": "lab-2", "networks": ["10.0.0.0/8"]}
    assert stand.ask("POST", "/hosts/enrolment-tokens", role=role, json=wish).status_code == 403
    assert stand.ask("DELETE", "/hosts/lab-1/credential", role=role).status_code == 403


def test_tokens_are_listed_without_their_secrets_and_say_when_they_were_used(stand: FleetStand) -> None:
    agent = stand.enrolled()
    made = stand.data(
        "POST", "/hosts/enrolment-tokens", json={"host_name": "lab-7", "networks": ["10.0.0.0/8"]}
    )
    answer = stand.ask("GET", "/hosts/enrolment-tokens")
    assert answer.status_code == 200
    assert made["token"] not in answer.text
    assert agent.enrolment["token"] not in answer.text
    found = {token["host_name"]: token for token in answer.get_json()["data"]}
    assert found["lab-1"]["used_at"] is not None
    assert found["lab-7"]["used_at"] is None
    assert found["lab-7"]["id"] == made["id"]


def test_a_token_that_nobody_used_is_withdrawn(stand: FleetStand) -> None:
    made = stand.data(
        "POST", "/hosts/enrolment-tokens", json={"host_name": "lab-7", "networks": ["10.0.0.0/8"]}
    )
    assert stand.data("DELETE", f"/hosts/enrolment-tokens/{made['id']}") is None
    assert error_of(stand.enrol(Agent("lab-7", made["token"]))) == (401, "unknown_token")
    assert stand.ask("DELETE", f"/hosts/enrolment-tokens/{made['id']}").status_code == 404


def test_a_token_that_was_used_stays_for_the_request_that_comes_again(stand: FleetStand) -> None:
    agent = stand.enrolled()
    (token,) = stand.ask("GET", "/hosts/enrolment-tokens").get_json()["data"]
    assert stand.ask("DELETE", f"/hosts/enrolment-tokens/{token['id']}").status_code == 404
    assert stand.enrol(agent).status_code == 200


# -- revocation ----------------------------------------------------------------------------------


def test_a_revoked_host_is_not_listened_to_and_comes_back_with_a_new_token(stand: FleetStand) -> None:
    agent = stand.enrolled()
    stand.beat(agent, "street")
    assert stand.data("DELETE", "/hosts/lab-1/credential") is None
    assert error_of(stand.beat(agent, "street")) == (401, "revoked")
    assert stand.data("GET", "/hosts/lab-1")["state"] == "revoked"
    assert stand.data("GET", "/devices/lab-1/street")["word"] == "host silent"
    # Revoked a second time it stays so, and its own request does not bring it back.
    stand.data("DELETE", "/hosts/lab-1/credential")
    assert error_of(stand.enrol(agent)) == (403, "token_used")
    back = stand.enrolled()
    assert stand.beat(back, "street").status_code == 200
    assert stand.data("GET", "/hosts/lab-1")["state"] == "online"


@pytest.mark.parametrize("host", ["lab-9", "NO%20SUCH", "%00", "a%00b"])
def test_a_host_that_is_not_there_cannot_be_revoked(stand: FleetStand, host: str) -> None:
    assert stand.ask("DELETE", f"/hosts/{host}/credential").status_code == 404
