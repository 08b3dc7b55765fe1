"""A host trades its token for a credential once, and keeps it through whatever happens."""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from pydantic import SecretStr
from structlog.testing import capture_logs

from host_agent.gateway_state import GatewayStatus
from tests.support.fleet_gateway import FleetGateway, answer_with, lose_answer, refuse_with
from tests.support.fleet_host import FleetHost, fleet_host
from tests.support.http_agent import TOKEN as AGENT_TOKEN

TOKEN, NEXT_TOKEN = "enrol-lab-1", "enrol-lab-1-again"
AGENT_TOKEN_SECRET = SecretStr(AGENT_TOKEN)


@pytest.fixture
def gateway() -> Iterator[FleetGateway]:
    with FleetGateway(TOKEN, NEXT_TOKEN) as opened:
        yield opened


@pytest.fixture
def host(gateway: FleetGateway, tmp_path: Path) -> Iterator[FleetHost]:
    with fleet_host(tmp_path, gateway.url, TOKEN) as opened:
        yield opened


def status(host: FleetHost) -> GatewayStatus:
    return host.service.state().status


def kept(host: FleetHost) -> str:
    enrolled = host.file.load().credentials.enrolled
    assert enrolled is not None
    return enrolled.credential


def test_the_gateway_gets_a_digest_and_the_file_the_credential(
    host: FleetHost, gateway: FleetGateway
) -> None:
    host.steps()
    asked = gateway.enrolments[0]
    assert asked.credential_sha256 == hashlib.sha256(kept(host).encode()).hexdigest()
    assert (asked.name, asked.public_url, asked.token) == ("lab-1", "http://127.0.0.1:8101", TOKEN)
    assert host.file.path.stat().st_mode & 0o777 == 0o600
    assert TOKEN not in host.file.path.read_text()
    assert host.service.state().host_id == gateway.host.id


def test_a_host_that_starts_again_reports_without_enrolling(host: FleetHost, gateway: FleetGateway) -> None:
    host.steps()
    for _ in range(3):
        host.restart()
        host.steps()
    assert (len(gateway.enrolments), len(gateway.heartbeats)) == (1, 4)


@pytest.mark.parametrize("restarts", [False, True])
def test_an_answer_that_was_lost_is_asked_for_again(
    host: FleetHost, gateway: FleetGateway, restarts: bool
) -> None:
    gateway.after += [lose_answer, lose_answer]
    for _ in range(2):
        assert 0 < host.service.step() <= 15
        assert status(host) is GatewayStatus.UNREACHABLE
        if restarts:
            host.restart()
    host.steps()
    assert status(host) is GatewayStatus.ONLINE
    assert len(gateway.hosts) == 1
    assert len({asked.model_dump_json() for asked in gateway.enrolments}) == 1


def test_a_gateway_that_starts_later_is_found(host: FleetHost, gateway: FleetGateway) -> None:
    gateway.close()
    pauses = [host.service.step() for _ in range(8)]
    assert 0 < max(pauses) <= 15
    assert status(host) is GatewayStatus.UNREACHABLE
    gateway.open()
    host.steps()
    assert status(host) is GatewayStatus.ONLINE


@pytest.mark.parametrize("code", ["token_used", "token_unknown", "token_expired", "name_taken", "network"])
def test_a_refusal_is_told_once_and_tried_again_ever_more_slowly(
    host: FleetHost, gateway: FleetGateway, code: str
) -> None:
    gateway.before += [refuse_with(409, code)] * 12
    with capture_logs() as logs:
        pauses = [host.service.step() for _ in range(12)]
    told = [entry for entry in logs if entry["event"] == "gateway" and entry["state"] == "refused"]
    assert [(entry["code"], entry["sentence"]) for entry in told] == [(code, f"It is {code}.")]
    assert pauses == sorted(pauses)
    assert (pauses[0] <= 5, 225 <= pauses[-1] <= 300) == (True, True)
    shown = host.agent.client.get("/api/host/health").get_json()["gateway"]
    assert (shown["state"], shown["code"], shown["remedy"]) == ("refused", code, "Ask an admin.")
    assert host.service.step() == 0  # it is taken in the end
    assert not [entry for entry in logs if TOKEN in json.dumps(entry, default=str)]


def test_a_changed_token_is_tried_at_once_with_fresh_secrets(host: FleetHost, gateway: FleetGateway) -> None:
    host.set_gateway(gateway.url, "mistyped")
    host.service.step()
    assert status(host) is GatewayStatus.REFUSED
    host.set_gateway(gateway.url, TOKEN)
    host.steps()
    assert status(host) is GatewayStatus.ONLINE
    assert len({asked.credential_sha256 for asked in gateway.enrolments}) == 2


def test_without_a_token_the_host_says_what_it_needs(gateway: FleetGateway, tmp_path: Path) -> None:
    with fleet_host(tmp_path, gateway.url) as host:
        assert host.service.step() > 0
        state = host.service.state()
        assert (state.status, state.code) == (GatewayStatus.REFUSED, "no_token")
        assert "enrolment_token" in state.remedy
        assert not gateway.enrolments


def test_a_revoked_host_waits_for_a_new_token_and_enrols_anew(host: FleetHost, gateway: FleetGateway) -> None:
    host.steps()
    before = kept(host)
    gateway.host.is_revoked = True
    host.pass_time(10)
    pauses = [host.service.step() for _ in range(9)]
    assert (status(host), 225 <= pauses[-1] <= 300) == (GatewayStatus.REVOKED, True)
    assert len(gateway.enrolments) == 1
    host.set_gateway(gateway.url, NEXT_TOKEN)
    host.steps()
    assert status(host) is GatewayStatus.ONLINE
    assert len(gateway.hosts) == 2
    assert kept(host) != before


def test_a_renamed_host_enrols_anew_with_the_token_for_its_name(
    host: FleetHost, gateway: FleetGateway
) -> None:
    host.steps()
    gateway.before.append(refuse_with(403, "wrong_name"))
    host.set_gateway(gateway.url, NEXT_TOKEN)
    host.pass_time(10)
    host.steps()
    assert (status(host), len(gateway.hosts)) == (GatewayStatus.ONLINE, 2)


def test_an_unusable_new_token_does_not_cost_the_old_credential(
    host: FleetHost, gateway: FleetGateway
) -> None:
    host.steps()
    before = kept(host)
    gateway.host.is_revoked = True
    host.set_gateway(gateway.url, "mistyped")
    assert host.steps() == 2
    assert status(host) is GatewayStatus.REFUSED
    assert kept(host) == before
    # The admin takes the revocation back, and the agent is restarted.
    gateway.host.is_revoked = False
    host.restart()
    host.steps()
    assert status(host) is GatewayStatus.ONLINE


def test_a_gateway_that_lost_its_database_gets_the_host_back_with_a_token(
    host: FleetHost, gateway: FleetGateway
) -> None:
    host.steps()
    gateway.lose_database()
    host.pass_time(10)
    host.steps()
    assert (status(host), host.service.state().code) == (GatewayStatus.REVOKED, "unauthorised")
    host.set_gateway(gateway.url, NEXT_TOKEN)
    host.steps()
    assert status(host) is GatewayStatus.ONLINE


def test_a_401_of_something_in_between_revokes_nothing(host: FleetHost, gateway: FleetGateway) -> None:
    host.steps()
    gateway.before.append(answer_with(401, b"<html>Sign in</html>"))
    host.set_gateway(gateway.url, NEXT_TOKEN)
    host.pass_time(10)
    host.steps()
    assert status(host) is GatewayStatus.UNREACHABLE
    host.pass_time(10)
    host.steps()
    assert status(host) is GatewayStatus.ONLINE
    assert len(gateway.enrolments) == 1


def test_a_gateway_at_another_address_is_enrolled_with_anew_and_one_that_moved_is_not(
    host: FleetHost, gateway: FleetGateway
) -> None:
    host.steps()
    first = kept(host)
    with FleetGateway("enrol-elsewhere") as other:
        host.set_gateway(other.url, "enrol-elsewhere")
        host.steps()
        assert (status(host), len(other.heartbeats)) == (GatewayStatus.ONLINE, 1)
        assert kept(host) != first
        # The other one moves to a new address, with its hosts.
        with FleetGateway() as moved:
            moved.hosts = other.hosts
            host.set_gateway(moved.url, "enrol-elsewhere")
            host.pass_time(10)
            host.steps()
            assert (status(host), len(moved.heartbeats), moved.enrolments) == (GatewayStatus.ONLINE, 1, [])
            host.restart()
            host.steps()
            assert len(moved.heartbeats) == 2


def test_a_torn_credential_is_told_of_and_a_new_token_heals_it(
    host: FleetHost, gateway: FleetGateway
) -> None:
    host.steps()
    whole = host.file.path.read_text()
    host.file.path.write_text(whole[: len(whole) // 2])
    with capture_logs() as logs:
        host.restart()
        host.steps()
    assert [entry["log_level"] for entry in logs if entry["event"] == "credential_file_torn"] == ["error"]
    assert host.service.state().code == "enrolment_token_used"
    host.set_gateway(gateway.url, NEXT_TOKEN)
    host.steps()
    assert status(host) is GatewayStatus.ONLINE


def test_a_state_dir_that_refuses_is_told_of_and_nothing_is_sent(
    host: FleetHost, gateway: FleetGateway
) -> None:
    host.file.path.mkdir()
    host.restart()
    assert host.service.step() == 10
    assert status(host) is GatewayStatus.FAULTY
    assert not gateway.enrolments
    host.file.path.rmdir()
    host.steps()
    assert status(host) is GatewayStatus.ONLINE


def test_a_credential_is_not_sent_to_an_address_that_is_no_address(
    host: FleetHost, gateway: FleetGateway
) -> None:
    answer = {"host_id": "h", "heartbeat_url": "ftp://elsewhere/", "interval_s": 10}
    gateway.before.append(answer_with(200, json.dumps({"success": True, "data": answer}).encode()))
    assert host.service.step() > 0
    assert (status(host), host.service.state().code) == (GatewayStatus.UNREACHABLE, "gateway_nonsense")
    host.steps()
    assert status(host) is GatewayStatus.ONLINE


def test_an_enrolled_host_answers_to_secrets_only(host: FleetHost, gateway: FleetGateway) -> None:
    client = host.agent.client
    assert client.get("/api/host/devices").status_code == 200
    host.steps()
    assert client.get("/api/host/devices").status_code == 401
    assert client.get("/api/host/health").get_json().keys() == {"alive", "status"}
    secret = gateway.enrolments[0].calling_secret
    answer = client.get("/api/host/health", headers={"Authorization": f"Bearer {secret}"})
    assert answer.get_json()["gateway"]["state"] == "online"
    wrong = {"Authorization": f"Bearer {kept(host)}"}
    assert client.get("/api/host/devices", headers=wrong).status_code == 401
    # Without a gateway in the settings it is in no fleet, and works alone as before.
    host.set_gateway("")
    host.steps()
    assert client.get("/api/host/devices").status_code == 200
    assert client.get("/api/host/health").get_json()["gateway"]["state"] == "none"


def test_the_agents_own_token_stays_good(host: FleetHost, gateway: FleetGateway) -> None:
    agent = host.agent.settings.agent.model_copy(update={"token": AGENT_TOKEN_SECRET})
    host.agent.settings = host.agent.settings.model_copy(update={"agent": agent})
    host.steps()
    for secret in (AGENT_TOKEN, gateway.enrolments[0].calling_secret):
        headers = {"Authorization": f"Bearer {secret}"}
        assert host.agent.client.get("/api/host/devices", headers=headers).status_code == 200
