"""Who may ask what: tokens, names of this machine, pages of other sites, headers, ids."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from structlog.testing import capture_logs
from werkzeug.routing import Rule

from tests.support.http_agent import TOKEN, HttpAgent, make_agent

OPEN = ("/api/host/health", "/healthz", "/readyz")
BEARER = {"Authorization": f"Bearer {TOKEN}"}


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> HttpAgent:
    """An agent with a token."""
    agent = make_agent(tmp_path_factory.mktemp("guarded"), token=TOKEN)
    agent.report()
    return agent


@pytest.fixture
def unguarded(tmp_path: Path) -> HttpAgent:
    """An agent without one: on loopback."""
    agent = make_agent(tmp_path)
    agent.report()
    return agent


def requests_of(agent: HttpAgent) -> Iterator[tuple[str, str]]:
    """Every method and address of the application, with parts filled in."""
    for rule in agent.app.url_map.iter_rules():
        for method in sorted(rule.methods or ()):
            if method != "HEAD":
                yield method, _filled(rule)


def _filled(rule: Rule) -> str:
    parts = {"device": "capture1", "hour": "14", "name": "segment_000000001.ts", "clip": "none"}
    values = {name: parts.get(name, "segments") for name in rule.arguments}
    if "heatmap" in rule.rule:
        values["name"] = "mosaic.jpg"
    built = rule.build(values)
    assert built is not None
    return str(built[1])


def test_behind_a_token_every_address_but_health_needs_it(guarded: HttpAgent) -> None:
    asked = 0
    for method, address in requests_of(guarded):
        answer = guarded.client.open(address, method=method)
        if address in OPEN:
            assert answer.status_code == 200, address
        else:
            asked += 1
            assert (answer.status_code, answer.get_json()["code"]) == (401, "unauthorised"), address
            assert answer.headers["WWW-Authenticate"] == "Bearer"
            assert answer.get_json()["remedy"]
    assert asked > 20


def test_the_token_opens_every_address(guarded: HttpAgent) -> None:
    for method, address in requests_of(guarded):
        assert guarded.client.open(address, method=method, headers=BEARER).status_code not in (401, 403, 500)


def test_an_address_that_does_not_exist_is_not_told_to_strangers(guarded: HttpAgent) -> None:
    assert guarded.client.get("/nope").status_code == 401
    assert guarded.client.get("/nope", headers=BEARER).status_code == 404
    assert guarded.client.delete("/api/host/devices").status_code == 401


@pytest.mark.parametrize(
    "header",
    [
        "",
        "Bearer",
        f"Bearer {TOKEN}x",
        f"Basic {TOKEN}",
        "Bearer é",
        "Bearer " + "a" * 7000,
        f"Token {TOKEN}",
    ],
)
def test_a_forged_token_is_refused(guarded: HttpAgent, header: str) -> None:
    assert guarded.client.get("/api/host/devices", headers={"Authorization": header}).status_code == 401


def test_the_token_is_not_taken_from_the_address(guarded: HttpAgent) -> None:
    assert guarded.client.get(f"/api/host/devices?token={TOKEN}").status_code == 401


def test_health_tells_strangers_only_that_it_is_alive(guarded: HttpAgent) -> None:
    assert guarded.client.get("/api/host/health").get_json() == {"alive": True, "status": "ok"}
    told = guarded.client.get("/api/host/health", headers=BEARER).get_json()
    assert [device["device"] for device in told["devices"]] == ["capture1"]


def test_health_that_is_down_tells_strangers_no_details(tmp_path: Path) -> None:
    agent = make_agent(tmp_path, token=TOKEN)
    agent.report(state="backing_off", code="source_refused", sentence="The camera wants a password.")
    answer = agent.client.get("/api/host/health")
    assert answer.status_code == 503
    assert b"camera" not in answer.data
    assert answer.get_json().keys() == {"alive", "status", "error", "code", "remedy"}


def test_a_token_is_asked_for_on_loopback_too_and_the_host_is_then_no_matter(guarded: HttpAgent) -> None:
    base_url = "http://cameras.example:8101"
    assert guarded.client.get("/api/host/devices", base_url=base_url).status_code == 401
    assert guarded.client.get("/api/host/devices", base_url=base_url, headers=BEARER).status_code == 200


@pytest.mark.parametrize(
    "host", ["attacker.example", "10.1.2.3:8101", "localhost.attacker.example", "0.0.0.0"]
)
def test_without_a_token_a_name_of_another_machine_is_refused(unguarded: HttpAgent, host: str) -> None:
    answer = unguarded.client.get("/api/host/devices", headers={"Host": host})
    assert (answer.status_code, answer.get_json()["code"]) == (403, "wrong_host")
    assert "agent.token" in answer.get_json()["remedy"]


@pytest.mark.parametrize("host", ["127.0.0.1", "127.0.0.1:8101", "localhost:8101", "[::1]:8101"])
def test_without_a_token_this_machine_may_ask(unguarded: HttpAgent, host: str) -> None:
    assert unguarded.client.get("/api/host/devices", headers={"Host": host}).status_code == 200


@pytest.mark.parametrize(
    ("origin", "status"),
    [
        (None, 202),
        ("http://127.0.0.1:8101", 202),
        ("http://attacker.example", 403),
        ("http://127.0.0.1:9000", 403),
        ("null", 403),
    ],
)
def test_a_page_of_another_site_may_not_change_anything(
    unguarded: HttpAgent, origin: str | None, status: int
) -> None:
    headers = {"Host": "127.0.0.1:8101"} | ({} if origin is None else {"Origin": origin})
    answer = unguarded.client.post("/api/host/devices/capture1/stop", headers=headers)
    assert answer.status_code == status
    assert (unguarded.journal.wanted("capture1").wanted == "stopped") is (status == 202)


@pytest.mark.parametrize("address", ["/api/host/devices", "/nope", "/docs", "/metrics", "/healthz"])
def test_every_answer_has_the_headers_that_keep_a_browser_in_check(
    unguarded: HttpAgent, address: str
) -> None:
    headers = unguarded.client.get(address).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["X-Frame-Options"] == "DENY"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Origin" not in headers
    assert headers["Cache-Control"] == "no-store"


def test_a_request_id_is_kept_or_given_and_logged_with_the_request(unguarded: HttpAgent) -> None:
    with capture_logs() as logs:
        kept = unguarded.client.get("/api/host/devices", headers={"X-Request-ID": "gateway-17"})
        given = unguarded.client.get("/nope", headers={"X-Request-ID": "two words"})
    assert kept.headers["X-Request-ID"] == "gateway-17"
    assert len(given.headers["X-Request-ID"]) == 32
    lines = [line for line in logs if line["event"] == "request"]
    assert [(line["method"], line["path"], line["status"], line["request_id"]) for line in lines] == [
        ("GET", "/api/host/devices", 200, "gateway-17"),
        ("GET", "/nope", 404, given.headers["X-Request-ID"]),
    ]
    assert all(line["duration_ms"] >= 0 for line in lines)


def test_no_log_line_holds_the_token(guarded: HttpAgent) -> None:
    with capture_logs() as logs:
        guarded.client.get("/api/host/devices", headers=BEARER)
    assert logs
    assert TOKEN not in json.dumps(logs, default=str)


def test_a_journal_that_refuses_is_a_503(tmp_path: Path) -> None:
    agent = make_agent(tmp_path)
    agent.journal.close()
    journal = tmp_path / "state" / "journal.db"
    journal.unlink()
    journal.mkdir()
    answer = agent.client.get("/api/host/devices")
    assert (answer.status_code, answer.get_json()["code"]) == (503, "storage")
    assert agent.client.get("/readyz").status_code == 503


def test_a_defect_is_a_500_in_the_one_form_with_its_trace_in_the_log_only(tmp_path: Path) -> None:
    agent = make_agent(tmp_path)
    del agent.devices["capture1"]
    agent.stores["capture1"] = None  # type: ignore[assignment]
    with capture_logs() as logs:
        answer = agent.client.get("/api/host/devices")
    assert (answer.status_code, answer.get_json()["code"]) == (500, "internal")
    assert b"NoneType" not in answer.data
    assert [line["event"] for line in logs] == ["defect", "request"]
